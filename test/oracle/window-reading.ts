/** SPEC 3: which rows a window holds and what is said of them, by filtering arrays every time. */
import type { Rule } from "../../src/rule.ts";
import {
  type Fraction,
  fractionOf,
  isLess,
  minus,
  nineDigits,
  over,
  plus,
  times,
} from "./fraction.ts";
import type { PlainRow } from "./line-reading.ts";

/** An accepted row of kind liquidation, with what its arrival settled. */
export interface TakenRow extends PlainRow {
  /** The first row of its order to arrive. */
  readonly countsOrder: boolean;
  /** Older than 25 h when it came: touches its series, stands in no window. */
  readonly isTooOld: boolean;
}

/** The `window` object of an alert row (SPEC 12). */
export interface PlainWindow {
  readonly orders: number;
  readonly rows: number;
  readonly notionalUsd: number;
  readonly longUsd: number;
  readonly shortUsd: number;
  readonly largestUsd: number | null;
  readonly liqVwap: number | null;
  readonly priceChangePct: number | null;
}

const LONGEST_ROW_WINDOW_MS = 5 * 60_000;
const LONGEST_DELAYED_WINDOW_MS = 10_000;

export function delayMs(rule: Rule): number {
  return rule.windowMs <= LONGEST_DELAYED_WINDOW_MS ? 2_000 : 0;
}

export function isInWholeSeconds(rule: Rule): boolean {
  return rule.windowMs > LONGEST_ROW_WINDOW_MS;
}

const second = (timeMs: number): number => Math.floor(timeMs / 1000);

/** fromMs < windowTime <= toMs, or the same in whole seconds. */
function isBetween(row: TakenRow, rule: Rule, span: { fromMs: number; toMs: number }): boolean {
  if (row.isTooOld) return false;
  if (!isInWholeSeconds(rule)) {
    return span.fromMs < row.windowTimeMs && row.windowTimeMs <= span.toMs;
  }
  const at = second(row.windowTimeMs);
  return second(span.fromMs) < at && at <= second(span.toMs);
}

export function rowsInWindow(rule: Rule, series: readonly TakenRow[], nowMs: number): TakenRow[] {
  const toMs = nowMs - delayMs(rule);
  const fromMs = toMs - rule.windowMs;
  return series.filter((row) => isBetween(row, rule, { fromMs, toMs }));
}

/** The whole incident that began at `startMs` and is resolved at `nowMs`: (S - D - W, T]. */
export function rowsOfIncident(
  rule: Rule,
  series: readonly TakenRow[],
  incident: { startMs: number; nowMs: number },
): TakenRow[] {
  const fromMs = incident.startMs - delayMs(rule) - rule.windowMs;
  return series.filter((row) => isBetween(row, rule, { fromMs, toMs: incident.nowMs }));
}

export function sumCents(rows: readonly TakenRow[]): number {
  let cents = 0;
  for (const row of rows) cents += row.cents ?? 0;
  if (!Number.isSafeInteger(cents)) throw new RangeError("The sum is no exact integer of cents");
  return cents;
}

export function countOrders(rows: readonly TakenRow[]): number {
  return rows.filter((row) => row.countsOrder).length;
}

export function largestCents(rows: readonly TakenRow[]): number {
  return rows.reduce((largest, row) => Math.max(largest, row.cents ?? 0), 0);
}

export function describeWindow(rule: Rule, rows: readonly TakenRow[]): PlainWindow {
  const inSeconds = isInWholeSeconds(rule);
  const mixesAssets = rule.scope === "market";
  const usd = (some: readonly TakenRow[]): number => sumCents(some) / 100;
  return {
    orders: countOrders(rows),
    rows: rows.length,
    notionalUsd: usd(rows),
    longUsd: usd(rows.filter((row) => row.positionSide === "long")),
    shortUsd: usd(rows.filter((row) => row.positionSide === "short")),
    largestUsd: inSeconds ? null : largestCents(rows) / 100,
    liqVwap: inSeconds || mixesAssets ? null : liqVwap(rows),
    priceChangePct: inSeconds || mixesAssets ? null : priceChangePct(rows),
  };
}

function liqVwap(rows: readonly TakenRow[]): number | null {
  let cents = 0n;
  let size: Fraction = { n: 0n, d: 1n };
  for (const row of rows) {
    if (row.cents === null || row.price === null || row.size === null) continue;
    cents += BigInt(row.cents);
    size = plus(size, row.size);
  }
  return size.n === 0n ? null : nineDigits(over({ n: cents, d: 100n }, size));
}

function priceChangePct(rows: readonly TakenRow[]): number | null {
  const inOrder = rows.toSorted((a, b) => a.windowTimeMs - b.windowTimeMs);
  const priced = inOrder.filter((row) => row.price !== null);
  const venues = [...new Set(priced.map((row) => row.venue))].sort();
  const rowsOf = (venue: string) => priced.filter((row) => row.venue === venue);
  const most = Math.max(0, ...venues.map((venue) => rowsOf(venue).length));
  const chosen = venues.find((venue) => rowsOf(venue).length === most);
  const ofVenue = chosen === undefined ? [] : rowsOf(chosen);
  const head = ofVenue[0];
  const alike = ofVenue.filter(
    (row) => row.symbol === head?.symbol && row.priceKind === head?.priceKind,
  );
  const first = alike[0]?.price ?? null;
  const last = alike.at(-1)?.price ?? null;
  if (alike.length < 2 || first === null || last === null) return null;
  return nineDigits(times(over(minus(last, first), first), { n: 100n, d: 1n }));
}

/** The metric's exact figure. */
export function metricOf(rule: Rule, rows: readonly TakenRow[]): Fraction {
  if (rule.metric === "count") return { n: BigInt(countOrders(rows)), d: 1n };
  if (rule.metric === "largestUsd") return { n: BigInt(largestCents(rows)), d: 100n };
  const notional: Fraction = { n: BigInt(sumCents(rows)), d: 100n };
  if (rule.metric === "notionalUsd") return notional;
  return over(notional, { n: BigInt(rule.windowMs), d: 1000n });
}

/** 0 = none, 1 = LOW .. 4 = CRITICAL: the highest threshold reached (>=). */
export function severityOf(rule: Rule, rows: readonly TakenRow[]): number {
  const notional: Fraction = { n: BigInt(sumCents(rows)), d: 100n };
  if (isLess(notional, fractionOf(rule.floorUsd))) return 0;
  const value = metricOf(rule, rows);
  const { low, medium, high, critical } = rule.thresholds;
  return [low, medium, high, critical].filter((limit) => !isLess(value, fractionOf(limit))).length;
}
