/**
 * Outside our process money is USD with two decimals and times are ISO 8601 UTC; this is the one
 * place that turns cents and ms into them.
 */
import { type Coverage, isPartial } from "../coverage.ts";
import type { Pace } from "../pace.ts";
import type { Totals } from "../queries.ts";

/** Integer cents to USD: the nearest double of two decimals, so JSON prints at most two. */
export function usd(cents: number): number;
export function usd(cents: number | null): number | null;
export function usd(cents: number | null): number | null {
  return cents === null ? null : cents / 100;
}

const SIGNIFICANT_DIGITS = 9;

/** A figure that is no money, such as USD per second: nine significant digits, as in reports. */
export function figure(value: number): number;
export function figure(value: number | null): number | null;
export function figure(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

export function iso(timeMs: number): string;
export function iso(timeMs: number | null): string | null;
export function iso(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}

/** Orders and money, long + short = total. */
export function moneyJson(totals: Totals) {
  return {
    orders: totals.orders,
    totalUsd: usd(totals.totalCents),
    longUsd: usd(totals.longCents),
    shortUsd: usd(totals.shortCents),
  };
}

/** How fast, and whether faster than before. */
export function paceJson(pace: Pace) {
  return {
    ordersPerSecond: figure(pace.ordersPerSecond),
    usdPerSecond: figure(pace.usdPerSecond),
    ordersPerSecond2: figure(pace.ordersPerSecond2),
    usdPerSecond2: figure(pace.usdPerSecond2),
  };
}

/** How much of the usual volume was seen. */
export function coverageJson(coverage: Coverage) {
  const { pct, isAssumed } = coverage;
  return { coveragePct: pct, partial: isPartial(coverage), assumed: isAssumed };
}
