/** The figures of a message, twice: as a table for Discord, as short lines for plain texts. Pure. */
import type { Decision, Part, Snapshot } from "../alert.ts";
import { type PriceKind, VENUE_IDS } from "../liquidation.ts";
import type { Metric } from "../rule.ts";
import { contextText } from "./context.ts";
import { formatFigure } from "./figure.ts";
import { formatUsd, formatUsdPerSecond } from "./money.ts";
import { formatCount, formatPrice, formatShare, formatSignedPercent } from "./numbers.ts";
import { scoreText } from "./score.ts";
import { subjectOf, type VenueNotes, venueTitle } from "./subject.ts";
import { formatInstant, formatSpan, formatWindow } from "./times.ts";

export interface Field {
  readonly name: string;
  readonly value: string;
  readonly isInline: boolean;
}

/** Parts named one by one; the rest is one sum. */
const PARTS_MAX = 4;

const PRICE_KIND_WORDS: Readonly<Record<PriceKind, string>> = {
  bankruptcy: "bankruptcy price",
  fill: "fill",
  order: "order price",
};

const inline = (name: string, value: string): Field => ({ name, value, isInline: true });
const wide = (name: string, value: string): Field => ({ name, value, isInline: false });

/** The table of a decision, most important first; what is unknown is left out. */
export function fieldsOf(decision: Decision, notes: VenueNotes): readonly Field[] {
  const { window } = decision;
  const fields: Field[] = [];
  if (decision.decision === "resolved") {
    fields.push(
      inline("Time", formatSpan(decision.incidentStartMs, decision.atMs)),
      peak(decision),
    );
  } else if (decision.metric === "timesNormal") {
    fields.push(inline("Unusual", unusualText(decision)));
  } else if (decision.metric !== "notionalUsd") {
    fields.push(inline(`Total in ${formatWindow(decision.windowMs)}`, formatUsd(total(window))));
  }
  fields.push(...sides(decision).map(([name, value]) => inline(name, value)));
  fields.push(inline("Liquidations", formatCount(window.orders)));
  const largest = largestText(decision, notes);
  if (largest !== null) fields.push(inline("Largest", largest));
  if (window.liqVwap !== null) fields.push(inline("Avg liq price", formatPrice(window.liqVwap)));
  const pace = paceText(decision);
  if (pace !== null) fields.push(inline("Pace", pace));
  if (decision.score !== undefined) {
    fields.push(wide(scoreName(decision), scoreText(decision.score)));
  }
  const assets = subjectOf(decision).asset === null ? window.byAsset : [];
  if (assets.length > 0) fields.push(wide("Assets", partsText(assets, total(window))));
  if (window.byVenue.length > 1) {
    fields.push(wide("Where", partsText(titled(window.byVenue, notes), total(window))));
  }
  const context = contextText(decision, false);
  if (context !== null) fields.push(wide("Context", context));
  return fields;
}

/** The same in lines: sides, largest, assets, venues. */
export function factsOf(decision: Decision, notes: VenueNotes): readonly string[] {
  const { window } = decision;
  const count = `${formatCount(window.orders)} liquidation${window.orders === 1 ? "" : "s"}`;
  const amounts = sides(decision).map(([name, value], index) =>
    index === 0 ? `${name} ${value}` : `${name.toLowerCase()} ${value}`,
  );
  const lines = [[...amounts, count].join(" · ")];
  if (decision.decision === "resolved") {
    const { name, value } = peak(decision);
    lines.unshift(
      `${formatSpan(decision.incidentStartMs, decision.atMs)} · ${name.toLowerCase()} ${value}`,
    );
  } else if (decision.metric === "timesNormal") {
    lines.unshift(unusualText(decision));
  } else if (decision.metric !== "notionalUsd") {
    lines.unshift(`${formatUsd(total(window))} in ${formatWindow(decision.windowMs)}`);
  }
  const largest = largestText(decision, notes);
  if (largest !== null) lines.push(`Largest ${largest}`);
  if (window.liqVwap !== null) lines.push(`Avg liq price ${formatPrice(window.liqVwap)}`);
  const pace = paceText(decision);
  // Of one asset the models leave it to the table; a whole market's pace is news.
  if (pace !== null && subjectOf(decision).asset === null) lines.push(`Pace ${pace}`);
  if (decision.score !== undefined) {
    lines.push(`${scoreName(decision)} ${scoreText(decision.score)}`);
  }
  if (subjectOf(decision).asset === null && window.byAsset.length > 0) {
    lines.push(partsText(window.byAsset, total(window)));
  }
  if (window.byVenue.length > 1) {
    lines.push(partsText(titled(window.byVenue, notes), total(window)));
  }
  const context = contextText(decision, true);
  if (context !== null) lines.push(context);
  return lines;
}

/** `BTC 67,412 → 66,868 (-0.81%)` with its source; null when no price change is known. */
export function priceText(decision: Decision, notes: VenueNotes): string | null {
  const { priceFirst, priceLast, priceChangePct, priceSource } = decision.window;
  const { asset } = subjectOf(decision);
  if (priceChangePct === null || asset === null) return null;
  const change = formatSignedPercent(priceChangePct);
  const source = sourceText(priceSource, notes);
  if (priceFirst === null || priceLast === null) return `${asset} ${change}${source}`;
  return `${asset} ${formatPrice(priceFirst)} → ${formatPrice(priceLast)} (${change})${source}`;
}

/** `Largest 5 min in BTC since 18 Nov 21:40 UTC`; null when that is not known, or no news. */
export function sinceText({ largestSince, atMs, ...decision }: Decision): string | null {
  const { asset } = subjectOf(decision);
  if (largestSince === undefined || asset === null) return null;
  const start = `Largest ${formatWindow(decision.windowMs)} in ${asset}`;
  if (largestSince.isLonger) return `${start} in at least 7 days`;
  return `${start} since ${formatInstant(largestSince.atMs, atMs)}`;
}

/** A price from liquidations is not the market's price: said every time. */
function sourceText(source: string | null, notes: VenueNotes): string {
  const name = source?.startsWith("liquidations:") ? source.slice("liquidations:".length) : null;
  const venue = VENUE_IDS.find((id) => id === name);
  return venue === undefined ? "" : ` by liquidations on ${venueTitle(venue, notes)}`;
}

function total(window: Snapshot): number {
  return window.longCents + window.shortCents;
}

function sides(decision: Decision): readonly (readonly [string, string])[] {
  const { window } = decision;
  const only = subjectOf(decision).positionSide;
  const all = total(window);
  if (only === "long") return [["Longs", formatUsd(window.longCents)]];
  if (only === "short") return [["Shorts", formatUsd(window.shortCents)]];
  return [
    ["Longs", `${formatUsd(window.longCents)} (${formatShare(window.longCents, all)})`],
    ["Shorts", `${formatUsd(window.shortCents)} (${formatShare(window.shortCents, all)})`],
  ];
}

const PEAK_NAMES: Readonly<Record<Metric, (windowText: string) => string>> = {
  notionalUsd: (windowText) => `Peak ${windowText}`,
  count: (windowText) => `Peak ${windowText}`,
  largestUsd: () => "Largest row",
  usdPerSecond: () => "Peak pace",
  openInterestDropPct: (windowText) => `Largest fall of open interest in ${windowText}`,
  timesNormal: () => "Peak against the usual",
  cascadeScore: () => "Peak score",
  riskScore: () => "Peak risk",
};

function peak(decision: Decision): Field {
  const name = PEAK_NAMES[decision.metric](formatWindow(decision.windowMs));
  return inline(name, `${valueText(decision)} (${decision.severity})`);
}

/** `6.2x its usual 5 min`. */
function unusualText({ metric, value, windowMs }: Decision): string {
  return `${formatFigure(metric, value)} its usual ${formatWindow(windowMs)}`;
}

function valueText(decision: Decision): string {
  const figure = formatFigure(decision.metric, decision.value);
  return decision.metric === "count" ? `${figure} liquidations` : figure;
}

function scoreName({ metric }: Decision): string {
  return metric === "riskScore" ? "Risk" : "Signal";
}

/** `$58K/s now, falling`; null when nothing came in the last ten seconds. */
function paceText({ pace }: Decision): string | null {
  if (pace === undefined || pace.usdPerSecond === 0) return null;
  const now = `${formatUsdPerSecond(pace.usdPerSecond)} now`;
  if (pace.usdPerSecond2 === 0) return now;
  return `${now}, ${pace.usdPerSecond2 > 0 ? "rising" : "falling"}`;
}

function largestText(decision: Decision, notes: VenueNotes): string | null {
  const row = decision.window.largest;
  if (row === null) return null;
  const isMarket = subjectOf(decision).asset === null && row.asset !== null;
  const what = isMarket ? `${row.asset} ${row.positionSide}` : row.positionSide;
  const start = `${formatUsd(row.notionalCents)} ${what}, ${venueTitle(row.venue, notes)}`;
  if (row.price === null) return start;
  const kind = row.priceKind === null ? "" : ` (${PRICE_KIND_WORDS[row.priceKind]})`;
  return `${start} @ ${formatPrice(row.price)}${kind}`;
}

function titled(parts: Snapshot["byVenue"], notes: VenueNotes): readonly Part[] {
  return parts.map((part) => ({ ...part, name: venueTitle(part.name, notes) }));
}

/** `Bybit $3.41M 46% · Binance $2.08M 28% · 9 others $18.5M`. */
function partsText(parts: readonly Part[], wholeCents: number): string {
  const named = parts.slice(0, PARTS_MAX);
  const rest = parts.slice(PARTS_MAX);
  const texts = named.map(
    (part) =>
      `${part.name} ${formatUsd(part.notionalCents)} ${formatShare(part.notionalCents, wholeCents)}`,
  );
  if (rest.length > 0) {
    const cents = rest.reduce((sum, part) => sum + part.notionalCents, 0);
    texts.push(`${rest.length} other${rest.length === 1 ? "" : "s"} ${formatUsd(cents)}`);
  }
  return texts.join(" · ");
}
