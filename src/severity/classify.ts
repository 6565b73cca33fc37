/** From a window to a severity: the metric's value and the highest threshold it reaches. */
import { type Metric, type Rule, SEVERITIES, type Severity } from "../rule.ts";

/** 0 = none, 1 = LOW ... 4 = CRITICAL: comparable, unlike the words. */
export type Rank = 0 | 1 | 2 | 3 | 4;

/** Metrics whose figure is read from the rule's window alone. */
export const WINDOW_METRICS = [
  "notionalUsd",
  "count",
  "largestUsd",
  "usdPerSecond",
] as const satisfies readonly Metric[];
export type WindowMetric = (typeof WINDOW_METRICS)[number];

/** What a metric may read of a window. */
export interface Measured {
  readonly orders: number;
  readonly notionalCents: number;
  largestCents(): number;
}

/** The metric's figure: USD for money metrics, USD per second, or a count of orders. */
export function metricValue(metric: WindowMetric, window: Measured, windowMs: number): number {
  switch (metric) {
    case "notionalUsd":
      return window.notionalCents / 100;
    case "count":
      return window.orders;
    case "largestUsd":
      return window.largestCents() / 100;
    case "usdPerSecond":
      // cents / 100 per ms / 1000, in one division so that it is rounded once.
      return (window.notionalCents * 10) / windowMs;
  }
}

/** The highest threshold reached (>=); nothing under the rule's floor of window notional. */
export function rankOf(rule: Rule, value: number, notionalCents: number): Rank {
  if (rule.floorUsd > 0 && notionalCents / 100 < rule.floorUsd) return 0;
  const { low, medium, high, critical } = rule.thresholds;
  if (value >= critical) return 4;
  if (value >= high) return 3;
  if (value >= medium) return 2;
  return value >= low ? 1 : 0;
}

export function severityOf(rank: Rank): Severity {
  return SEVERITIES[Math.max(0, rank - 1)] ?? "LOW";
}
