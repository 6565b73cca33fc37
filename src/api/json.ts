/**
 * Outside our process money is USD with two decimals and times are ISO 8601 UTC; this is the one
 * place that turns cents and ms into them.
 */
import { type Coverage, isPartial } from "../coverage.ts";
import type { Totals } from "../queries.ts";

/** Integer cents to USD: the nearest double of two decimals, so JSON prints at most two. */
export function usd(cents: number): number;
export function usd(cents: number | null): number | null;
export function usd(cents: number | null): number | null {
  return cents === null ? null : cents / 100;
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

/** How much of the usual volume was seen. */
export function coverageJson(coverage: Coverage) {
  const { pct, isAssumed } = coverage;
  return { coveragePct: pct, partial: isPartial(coverage), assumed: isAssumed };
}
