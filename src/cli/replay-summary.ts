/** The replay report for people: what was read, what it added up to, what would have been told. */
import { formatFigure } from "../render/figure.ts";
import { centsOfUsd, formatUsd } from "../render/money.ts";
import { formatInstant } from "../render/times.ts";
import type { Metric, Rule } from "../rule.ts";
import type { PrintedAlert, PrintedReport, PrintedSums } from "./report.ts";

const ASSETS_MAX = 8;
const ALERTS_MAX = 40;

/** `rules` say what an alert's value is: money, a count or a pace. */
export function replaySummary(report: PrintedReport, rules: readonly Rule[]): string {
  const metrics = new Map(rules.map((rule) => [rule.name, rule.metric]));
  const { input, totals, day, alerts } = report;
  const counts = Object.entries(input).map(([name, count]) => `${name} ${count}`);
  return [
    `Read: ${counts.join(", ")}`,
    `Liquidated: ${sumsLine(totals.all)}`,
    `24 h to the last line: ${sumsLine(day.all)}`,
    ...topAssets(totals.byAsset),
    "",
    alerts.length === 0 ? "No alerts" : `Alerts (${alerts.length}):`,
    ...alerts.slice(0, ALERTS_MAX).map((alert) => {
      const value = valueText(alert.value, metrics.get(alert.rule));
      return alertLine(alert, value, day.asOfMs ?? alert.atMs);
    }),
    ...(alerts.length > ALERTS_MAX ? [`  and ${alerts.length - ALERTS_MAX} more`] : []),
    "",
    "The whole report: --report json",
    "",
  ].join("\n");
}

function sumsLine(sums: PrintedSums): string {
  const usd = (amount: number) => formatUsd(centsOfUsd(amount));
  const parts = `longs ${usd(sums.longUsd)}, shorts ${usd(sums.shortUsd)}`;
  const orders = sums.orders === 1 ? "1 order" : `${sums.orders} orders`;
  return `${usd(sums.notionalUsd)} (${parts}) in ${orders}`;
}

function topAssets(byAsset: Readonly<Record<string, PrintedSums>>): readonly string[] {
  const sorted = Object.entries(byAsset).sort(
    ([a, left], [b, right]) => right.notionalUsd - left.notionalUsd || (a < b ? -1 : 1),
  );
  return sorted
    .slice(0, ASSETS_MAX)
    .map(([asset, sums]) => `  ${asset.padEnd(10)} ${sumsLine(sums)}`);
}

function valueText(value: number, metric: Metric | undefined): string {
  return metric === undefined ? String(value) : formatFigure(metric, value);
}

function alertLine(alert: PrintedAlert, value: string, nearMs: number): string {
  const what = `${alert.decision.padEnd(10)} ${alert.severity.padEnd(8)} ${alert.scope}`;
  const held = alert.reason === undefined ? "" : `, held back by ${alert.reason} x${alert.count}`;
  return `  ${formatInstant(alert.atMs, nearMs)}  ${what}  ${value} (${alert.rule}${held})`;
}
