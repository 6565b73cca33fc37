/** Short phrases that several replies are made of. Pure. */
import type { NamedTotals, RecentLiquidation, Totals } from "../../queries.ts";
import { formatUsd } from "../money.ts";
import { formatPrice, formatShare, formatSignedPercent } from "../numbers.ts";
import { formatInstant } from "../times.ts";

/** Parts named one by one; the rest is one sum. */
const PARTS_MAX = 5;

/** `BTC $104M · ETH $81.9M · 214 others $83.9M`. */
export function partsLine(parts: readonly NamedTotals[], nameOf = (name: string) => name): string {
  const named = parts.slice(0, PARTS_MAX);
  const rest = parts.slice(PARTS_MAX);
  const texts = named.map(({ name, totalCents }) => `${nameOf(name)} ${formatUsd(totalCents)}`);
  if (rest.length > 0) {
    const cents = rest.reduce((sum, part) => sum + part.totalCents, 0);
    texts.push(`${rest.length} other${rest.length === 1 ? "" : "s"} ${formatUsd(cents)}`);
  }
  return texts.join(" · ");
}

/** `Bybit 36% · Binance 27% · OKX 17%`. */
export function sharesLine(
  parts: readonly NamedTotals[],
  nameOf: (name: string) => string,
): string {
  const whole = parts.reduce((sum, part) => sum + part.totalCents, 0);
  return parts
    .map(({ name, totalCents }) => `${nameOf(name)} ${formatShare(totalCents, whole)}`)
    .join(" · ");
}

/** `74% longs`, whichever has more; null without money. */
export function leaningPhrase({ totalCents, longCents, shortCents }: Totals): string | null {
  if (totalCents === 0) return null;
  const isLong = longCents >= shortCents;
  return `${formatShare(isLong ? longCents : shortCents, totalCents)} ${isLong ? "longs" : "shorts"}`;
}

/** `+18% against the 24 h before`; null when that is not known or was empty. */
export function changePhrase(now: Totals, before: Totals | null): string | null {
  if (before === null || before.totalCents === 0) return null;
  const percent = ((now.totalCents - before.totalCents) / before.totalCents) * 100;
  return `${formatSignedPercent(percent)} against the 24 h before`;
}

/** `$6.30M BTC long, OKX @ 66,930, 09:14 UTC`. */
export function liquidationPhrase(
  row: RecentLiquidation,
  { titleOf, nowMs }: { readonly titleOf: (venue: string) => string; readonly nowMs: number },
): string {
  const money = row.notionalCents === null ? "unpriced" : formatUsd(row.notionalCents);
  const name = row.asset ?? row.symbol ?? "unknown";
  const price = row.price === null ? "" : ` @ ${formatPrice(row.price)}`;
  const when = formatInstant(row.occurredAtMs, nowMs);
  return `${money} ${name} ${row.positionSide}, ${titleOf(row.venue)}${price}, ${when}`;
}

/** To the cent, for whoever checks the rounded figures: `$312,412,345.67`. */
export function exactUsd(cents: number): string {
  const dollars = Math.floor(cents / 100).toLocaleString("en-US");
  return `$${dollars}.${String(cents % 100).padStart(2, "0")}`;
}

/** `24h exactly $104.00: longs $100.00, shorts $4.00`. */
export function exactLine(windowText: string, totals: Totals): string {
  const { totalCents, longCents, shortCents } = totals;
  const halves = `longs ${exactUsd(longCents)}, shorts ${exactUsd(shortCents)}`;
  return `${windowText} exactly ${exactUsd(totalCents)}: ${halves}`;
}

/** `1 liquidation`, `1,402 liquidations`. */
export function countPhrase(orders: number): string {
  return `${orders.toLocaleString("en-US")} liquidation${orders === 1 ? "" : "s"}`;
}
