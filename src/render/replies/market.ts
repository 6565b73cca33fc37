/** The answers to `/oi`, `/funding` and `/market`: open interest, funding, price. Pure. */
import type {
  AssetContext,
  ContextLine,
  ContextSourceState,
  VenueContext,
} from "../../market-context.ts";
import type { Totals } from "../../queries.ts";
import { formatFunding } from "../context.ts";
import { centsOfUsd, formatUsd } from "../money.ts";
import { formatPrice, formatShare, formatSignedPercent } from "../numbers.ts";
import { type Reply, sentence } from "../reply.ts";
import { alignedTable } from "../table.ts";
import { formatInstant, formatWindowShort } from "../times.ts";

/** What all three answers know. */
export interface ContextOptions {
  readonly sources: readonly ContextSourceState[];
  readonly titleOf: (venue: string) => string;
  readonly nowMs: number;
}

const UNKNOWN = "-";

/** `/oi`: the assets with the most open interest. */
export function openInterestTable(lines: readonly ContextLine[], options: ContextOptions): Reply {
  const title = "Open interest";
  if (lines.length === 0) return nothingTold(title, options);
  const rows = lines.map(({ asset, openInterestUsd, changesPct }) => {
    return [asset, usd(openInterestUsd), ...changesPct.map(change)];
  });
  const table = alignedTable(
    [["", "", "5m", "1h", "24h"], ...rows],
    ["left", "right", "right", "right", "right"],
  );
  return { title, warnings: troubles(options), table, lines: [positionsLine(options)] };
}

/** `/oi btc`: one asset by venue. */
export function openInterestReply(context: AssetContext, options: ContextOptions): Reply {
  const { asset, openInterest, venues } = context;
  if (openInterest === null) return nothingTold(`${asset} open interest`, options);
  const parts = venues.filter(({ openInterestUsd }) => openInterestUsd !== null);
  const rows = parts.map(({ venue, openInterestUsd }) => {
    const part = openInterestUsd ?? 0;
    return [options.titleOf(venue), usd(part), formatShare(part, openInterest.usd)];
  });
  const changes = openInterest.changes.map(({ windowMs, pct, usd: moved }) => {
    const text = `${formatWindowShort(windowMs)} ${formatSignedPercent(pct)}`;
    return moved === 0 ? text : `${text} (${moved < 0 ? "-" : "+"}${usd(Math.abs(moved))})`;
  });
  const lines = changes.length === 0 ? ["No change is known yet"] : [changes.join(" · ")];
  return {
    title: `${asset} open interest ${usd(openInterest.usd)}`,
    warnings: troubles(options, context),
    table: alignedTable(rows, ["left", "right", "right"]),
    lines: [...lines, positionsLine(options)],
  };
}

/** `/funding`: the assets with the most open interest. */
export function fundingTable(lines: readonly ContextLine[], options: ContextOptions): Reply {
  const title = "Funding per 8 h";
  const known = lines.filter(({ fundingRate8h }) => fundingRate8h !== null);
  if (known.length === 0) return nothingTold(title, options);
  const rows = known.map(({ asset, fundingRate8h, settledRate8h }) => {
    return [asset, rate(fundingRate8h), rate(settledRate8h)];
  });
  const table = alignedTable([["", "now", "paid last"], ...rows], ["left", "right", "right"]);
  return { title, warnings: troubles(options), table, lines: [ratesLine()] };
}

/** `/funding btc`: one asset by venue. */
export function fundingReply(context: AssetContext, options: ContextOptions): Reply {
  const { asset, funding, venues } = context;
  if (funding === null) return nothingTold(`${asset} funding`, options);
  const rows = venues.flatMap((venue) => fundingRow(venue, options));
  const head = ["", "per 8 h", "paid last", "every", "next"];
  const facts = [`Weighted by open interest ${formatFunding(funding.rate8h)}`];
  if (funding.settledRate8h !== null) facts.push(`paid last ${rate(funding.settledRate8h)}`);
  if (funding.dayLow8h !== null && funding.dayHigh8h !== null) {
    facts.push(`24 h ${rate(funding.dayLow8h)} to ${rate(funding.dayHigh8h)}`);
  }
  if (funding.trendPerHour !== null) facts.push(`trend ${rate(funding.trendPerHour)} an hour`);
  return {
    title: `${asset} funding ${formatFunding(funding.rate8h)}`,
    warnings: troubles(options, context),
    table: alignedTable([head, ...rows], ["left", "right", "right", "right", "right"]),
    lines: [facts.join(" · "), ratesLine()],
  };
}

function fundingRow({ venue, funding }: VenueContext, { titleOf, nowMs }: ContextOptions) {
  if (funding === null) return [];
  const { rate8h, settledRate8h, intervalHours, settlesAtMs } = funding;
  const next = settlesAtMs === null ? UNKNOWN : formatInstant(settlesAtMs, nowMs);
  const cells = [rate(rate8h), rate(settledRate8h), `${intervalHours}h`];
  return [[titleOf(venue), ...cells, next.replace(" UTC", "")]];
}

export interface MarketOptions extends ContextOptions {
  readonly hour: Totals;
  readonly day: Totals;
}

/** `/market btc`: price, open interest and funding beside what was liquidated. */
export function marketReply(context: AssetContext, options: MarketOptions): Reply {
  const { asset, price, openInterest, funding } = context;
  if (price === null && openInterest === null && funding === null) {
    return nothingTold(`${asset} market`, options);
  }
  const rows: string[][] = [["", "", ...MARKET_WINDOWS_MS.map(formatWindowShort)]];
  if (price !== null) {
    rows.push(["price", formatPrice(price.price), ...changesOver(price.changes)]);
  }
  if (openInterest !== null) {
    rows.push(["open interest", usd(openInterest.usd), ...changesOver(openInterest.changes)]);
  }
  if (funding !== null) rows.push(["funding/8h", rate(funding.rate8h)]);
  rows.push(["liquidated 1h", formatUsd(options.hour.totalCents)]);
  rows.push(["liquidated 24h", formatUsd(options.day.totalCents)]);
  const { totalCents, longCents } = options.day;
  const longs = `, ${formatShare(longCents, totalCents)} longs in 24 h`;
  const source = price === null ? [] : [`Price: mark of ${options.titleOf(price.venue)}`];
  return {
    title: `${asset} market`,
    warnings: troubles(options, context),
    table: alignedTable(rows, ["left", "right", "right", "right", "right"]),
    lines: [
      ...source,
      positionsLine(options),
      `Liquidations: at least this much${totalCents === 0 ? "" : longs}`,
    ],
  };
}

/** Over which times `/market` tells changes: 5 min, 1 h, 24 h. */
const MARKET_WINDOWS_MS = [300_000, 3_600_000, 86_400_000];

function changesOver(
  changes: readonly { readonly windowMs: number; readonly pct: number }[],
): readonly string[] {
  return MARKET_WINDOWS_MS.map((windowMs) => {
    return change(changes.find((one) => one.windowMs === windowMs)?.pct ?? null);
  });
}

function nothingTold(title: string, { sources, titleOf }: ContextOptions): Reply {
  if (sources.length === 0) {
    return sentence(
      title,
      "Market context is not asked for: context.enabled is false, or no venue",
    );
  }
  const asked = sources.map(({ venue }) => titleOf(venue)).join(", ");
  return sentence(title, `Unknown: none of ${asked} has told it in the last rounds`);
}

/** Venues that are missing in a figure, by name. */
function troubles(
  { sources, titleOf }: ContextOptions,
  context: Pick<AssetContext, "stale"> = { stale: [] },
): readonly string[] {
  const silent = sources.filter(({ trouble }) => trouble !== null).map(({ venue }) => venue);
  const missing = [...new Set([...context.stale, ...silent])].map(titleOf);
  return missing.length === 0 ? [] : [`Not, or not wholly, in it: ${missing.join(", ")}`];
}

/** How each venue's figure was made one-sided, where it was not published so. */
function positionsLine({ sources, titleOf }: ContextOptions): string {
  const changed = sources.filter(({ openInterest }) => openInterest.factor !== 1);
  const factors = changed.map(({ venue, openInterest }) => {
    return `${titleOf(venue)} x ${openInterest.factor}`;
  });
  const sides = factors.length === 0 ? "" : ` (${factors.join(", ")}: published two-sided)`;
  return `One side, in USD${sides}; changes are of positions at the present price`;
}

function ratesLine(): string {
  return "Positive: longs pay shorts";
}

function usd(amount: number): string {
  return formatUsd(centsOfUsd(amount));
}

function change(pct: number | null): string {
  return pct === null ? UNKNOWN : formatSignedPercent(pct);
}

function rate(rate8h: number | null): string {
  return rate8h === null ? UNKNOWN : formatFunding(rate8h).replace("/8h", "");
}
