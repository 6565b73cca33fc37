/** The backtest for people: one table by rule, one by target, the busiest hours. Pure. */
import { formatCount } from "../render/numbers.ts";
import { type Alignment, alignedTable } from "../render/table.ts";
import { formatDuration, formatInstant } from "../render/times.ts";
import { SEVERITIES } from "../rule.ts";
import type { BacktestResult } from "./backtest-run.ts";
import type { BySeverity, HourTold, RuleTold, TargetTold, Told } from "./backtest-told.ts";

const HOURS_MAX = 5;
const COUNTS: readonly Alignment[] = ["left", ...Array<Alignment>(9).fill("right")];

export function backtestText(result: BacktestResult): string {
  const { fromMs, toMs, liquidations, configurations } = result;
  const span =
    fromMs === null || toMs === null
      ? "no line with a time"
      : `${formatInstant(fromMs, toMs)} to ${formatInstant(toMs, fromMs)}`;
  return [
    `${formatCount(liquidations)} liquidations, ${span}. Nothing was sent.`,
    ...configurations.flatMap((one) => ["", one.name, ...sections(one, toMs ?? 0)]),
    "",
  ].join("\n");
}

function sections(told: Told, nearMs: number): readonly string[] {
  return [
    ...indented(rulesTable(told.rules)),
    "",
    ...indented(targetsTable(told.targets, nearMs)),
    ...held(told.rules),
    ...busiest(told.hours, nearMs),
  ];
}

function rulesTable(rules: readonly RuleTold[]): readonly string[] {
  const head = ["rule", ...SEVERITIES, "escalated", "reopened", "calmed", "held back"];
  const rows = rules.map((rule) => [
    rule.rule,
    ...SEVERITIES.map((severity) => figure(rule.opened[severity])),
    figure(sumOf(rule.escalated)),
    figure(rule.reopened),
    figure(rule.resolved),
    figure(Object.values(rule.suppressed).reduce((sum, { count }) => sum + count, 0)),
  ]);
  return alignedTable([head, ...rows], COUNTS);
}

function targetsTable(targets: readonly TargetTold[], nearMs: number): readonly string[] {
  const head = ["target", "messages", "median day", "worst hour", "began", "first after"];
  const rows = targets.map((one) => [
    one.target,
    figure(one.messages),
    one.medianDay === null ? "under 24 h" : String(one.medianDay),
    figure(one.worstHour?.messages ?? 0),
    one.worstHour === null ? "-" : formatInstant(one.worstHour.fromMs, nearMs),
    one.firstAfterMs === null ? "-" : formatDuration(one.firstAfterMs),
  ]);
  return alignedTable([head, ...rows], COUNTS);
}

/** Why something was held back: a table says how often, this says by what. */
function held(rules: readonly RuleTold[]): readonly string[] {
  const lines = rules.flatMap(({ rule, suppressed }) =>
    Object.entries(suppressed).map(([reason, { stretches, count }]) => {
      const times = stretches === 1 ? "1 stretch" : `${formatCount(stretches)} stretches`;
      return `${rule}: ${reason} held back ${formatCount(count)} in ${times}`;
    }),
  );
  return lines.length === 0 ? [] : ["", ...indented(lines)];
}

function busiest(hours: readonly HourTold[], nearMs: number): readonly string[] {
  const total = ({ messages }: HourTold) =>
    Object.values(messages).reduce((sum, count) => sum + count, 0);
  const most = hours
    .toSorted((left, right) => total(right) - total(left) || left.fromMs - right.fromMs)
    .slice(0, HOURS_MAX);
  if (most.length === 0) return ["", "  Nothing would have been told."];
  const lines = most.map((hour) => {
    const parts = Object.entries(hour.messages).map(([target, count]) => `${target} ${count}`);
    return `${formatInstant(hour.fromMs, nearMs)}  ${parts.join(", ") || "no target"}`;
  });
  return ["", "  Busiest hours:", ...indented(indented(lines))];
}

function sumOf(counts: BySeverity): number {
  return SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
}

/** A table of zeros hides what is not zero. */
function figure(count: number): string {
  return count === 0 ? "-" : formatCount(count);
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}
