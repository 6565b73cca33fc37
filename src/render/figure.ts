/** What a rule's metric measured, as people read it: one line per metric. Pure. */
import type { Metric } from "../rule.ts";
import { centsOfUsd, formatUsd, formatUsdPerSecond } from "./money.ts";
import { formatCount, formatSignedPercent } from "./numbers.ts";

const money = (usd: number): string => formatUsd(centsOfUsd(usd));

const TEXTS: Readonly<Record<Metric, (value: number) => string>> = {
  notionalUsd: money,
  count: formatCount,
  largestUsd: money,
  usdPerSecond: formatUsdPerSecond,
  openInterestDropPct: formatFall,
  timesNormal: formatTimes,
  cascadeScore: formatScore,
  riskScore: formatScore,
};

/** `$7.42M`, `83`, `$58.0K/s`, `6.2x`, `0.72`. */
export function formatFigure(metric: Metric, value: number): string {
  return TEXTS[metric](value);
}

/** `-4.2%`: a fall is told by the change that it is. */
function formatFall(percent: number): string {
  return formatSignedPercent(-percent);
}

/** How often something holds something else: `6.2x`, `41x`. */
export function formatTimes(times: number): string {
  return `${times < 10 ? times.toFixed(1) : formatCount(times)}x`;
}

/** A score, two digits after the point: `0.72`. */
export function formatScore(score: number): string {
  return score.toFixed(2);
}
