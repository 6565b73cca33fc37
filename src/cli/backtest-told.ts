/** What a list of decisions would have told: by rule, by target and by hour. Pure. */
import type { Decision } from "../alert.ts";
import type { Settings } from "../config.ts";
import { targetsOf } from "../jobs/route.ts";
import { SEVERITIES, type Severity } from "../rule.ts";
import { longestReopening, NewMessages } from "../stories/new-messages.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type BySeverity = Readonly<Record<Severity, number>>;

export interface RuleTold {
  readonly rule: string;
  readonly opened: BySeverity;
  readonly escalated: BySeverity;
  readonly reopened: number;
  readonly resolved: number;
  /** Stretches and the evaluations they held back, by reason. */
  readonly suppressed: Readonly<
    Record<string, { readonly stretches: number; readonly count: number }>
  >;
  /** When the rule told something first; null = never. */
  readonly firstAtMs: number | null;
}

export interface TargetTold {
  readonly target: string;
  readonly messages: number;
  readonly bySeverity: BySeverity;
  /** Flood figure: the most messages within any 60 min, and when those began. */
  readonly worstHour: { readonly messages: number; readonly fromMs: number } | null;
  /** Messages of the median whole day; null when the file holds less than one. */
  readonly medianDay: number | null;
  /** From the first line to the first message. */
  readonly firstAfterMs: number | null;
}

export interface HourTold {
  readonly fromMs: number;
  readonly alerts: BySeverity;
  readonly messages: Readonly<Record<string, number>>;
}

export interface Told {
  readonly rules: readonly RuleTold[];
  readonly targets: readonly TargetTold[];
  /** Hours UTC in which something was told. */
  readonly hours: readonly HourTold[];
}

interface Sent {
  readonly target: string;
  readonly atMs: number;
  readonly severity: Severity;
}

/** `span` are the clocks of the first and the last line. */
export function toldOf(
  decisions: readonly Decision[],
  { rules, targets }: Pick<Settings, "rules" | "targets">,
  span: { readonly fromMs: number; readonly toMs: number },
): Told {
  const told = decisions.filter(({ rule }) => !rule.startsWith("peaks of "));
  const sent = messagesOf(told, { rules, targets });
  const isPublic = targets.filter(({ purpose }) => purpose === "alerts");
  const names = [...new Set([...rules.map(({ name }) => name), ...told.map(({ rule }) => rule)])];
  return {
    rules: names.map((name) => ruleTold(name, told)),
    targets: isPublic.map(({ name }) => targetTold(name, sent, span)),
    hours: hoursOf(told, sent),
  };
}

/** Messages that are new: edits of those that are there disturb nobody. */
function messagesOf(
  decisions: readonly Decision[],
  { rules, targets }: Pick<Settings, "rules" | "targets">,
): readonly Sent[] {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const messages = new NewMessages({
    route: (decision) => targetsOf(decision, byName.get(decision.rule)?.notify ?? null, targets),
    ruleIndex: (rule) => rules.findIndex(({ name }) => name === rule),
    reopenWithinMs: () => longestReopening(rules),
  });
  return decisions.flatMap((decision) => messages.after(decision));
}

function ruleTold(rule: string, decisions: readonly Decision[]): RuleTold {
  const own = decisions.filter((decision) => decision.rule === rule);
  const of = (kind: Decision["decision"]) => own.filter(({ decision }) => decision === kind);
  const suppressed: Record<string, { stretches: number; count: number }> = {};
  for (const { suppression } of own) {
    if (suppression === null) continue;
    const sum = suppressed[suppression.reason] ?? { stretches: 0, count: 0 };
    sum.stretches += 1;
    sum.count += suppression.count;
    suppressed[suppression.reason] = sum;
  }
  const first = own.find(({ decision }) => decision !== "suppressed");
  return {
    rule,
    opened: bySeverity(of("opened")),
    escalated: bySeverity(of("escalated")),
    reopened: of("reopened").length,
    resolved: of("resolved").length,
    suppressed,
    firstAtMs: first?.atMs ?? null,
  };
}

function targetTold(
  target: string,
  sent: readonly Sent[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): TargetTold {
  const own = sent.filter((one) => one.target === target);
  const times = own.map(({ atMs }) => atMs);
  const first = times[0];
  return {
    target,
    messages: own.length,
    bySeverity: bySeverity(own),
    worstHour: worstHourOf(times),
    medianDay: medianDayOf(times, { fromMs, days: Math.floor((toMs - fromMs) / DAY_MS) }),
    firstAfterMs: first === undefined ? null : first - fromMs,
  };
}

/** `times` rise. Of several equal hours the first. */
function worstHourOf(times: readonly number[]): TargetTold["worstHour"] {
  let worst: TargetTold["worstHour"] = null;
  let head = 0;
  for (const [index, atMs] of times.entries()) {
    while ((times[head] ?? atMs) <= atMs - HOUR_MS) head += 1;
    const messages = index - head + 1;
    if (messages > (worst?.messages ?? 0)) worst = { messages, fromMs: times[head] ?? atMs };
  }
  return worst;
}

/** The middle of the whole days' counts; of two middles their mean. */
function medianDayOf(
  times: readonly number[],
  { fromMs, days }: { readonly fromMs: number; readonly days: number },
): number | null {
  const counts = Array.from({ length: days }, (_, day) => {
    const startMs = fromMs + day * DAY_MS;
    return times.filter((atMs) => atMs >= startMs && atMs < startMs + DAY_MS).length;
  }).sort((left, right) => left - right);
  const upper = counts[Math.floor(days / 2)];
  const lower = counts[Math.floor((days - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function hoursOf(decisions: readonly Decision[], sent: readonly Sent[]): readonly HourTold[] {
  const told = decisions.filter(
    ({ decision }) => decision === "opened" || decision === "escalated",
  );
  const hourOf = ({ atMs }: { readonly atMs: number }) => Math.floor(atMs / HOUR_MS) * HOUR_MS;
  const hours = [...new Set([...told, ...sent].map(hourOf))].sort((left, right) => left - right);
  return hours.map((fromMs) => {
    const messages: Record<string, number> = {};
    for (const one of sent) {
      if (hourOf(one) === fromMs) messages[one.target] = (messages[one.target] ?? 0) + 1;
    }
    return { fromMs, alerts: bySeverity(told.filter((one) => hourOf(one) === fromMs)), messages };
  });
}

function bySeverity(of: readonly { readonly severity: Severity }[]): BySeverity {
  const counts: Record<Severity, number> = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const severity of SEVERITIES) {
    counts[severity] = of.filter((one) => one.severity === severity).length;
  }
  return counts;
}
