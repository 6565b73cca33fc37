/** SPEC 4: the state machine of one (rule, scope key), one evaluation at a time. */
import { type Rule, SEVERITIES, type Severity } from "../../src/rule.ts";
import { type Fraction, fractionOf, isLess, nineDigits, times } from "./fraction.ts";
import {
  describeWindow,
  metricOf,
  type PlainWindow,
  rowsInWindow,
  rowsOfIncident,
  severityOf,
  type TakenRow,
} from "./window-reading.ts";

export interface PlainAlert {
  readonly atMs: number;
  readonly decision: "opened" | "escalated" | "reopened" | "resolved" | "suppressed";
  readonly rule: string;
  readonly scope: string;
  readonly severity: Severity;
  readonly value: number;
  readonly window: PlainWindow;
  readonly reason?: "cooldown";
  readonly untilMs?: number;
  readonly count?: number;
}

/** A running cooldown stretch; its value and window are those of its first evaluation. */
interface Stretch {
  readonly startMs: number;
  readonly value: number;
  readonly window: PlainWindow;
  highest: number;
  count: number;
}

interface Incident {
  readonly startMs: number;
  isSilent: boolean;
  stretch: Stretch | null;
  peakSeverity: number;
  peakValue: Fraction;
}

/** Severities are ranks here: 0 none, 1 LOW .. 4 CRITICAL. */
export interface ScopeState {
  readonly rule: Rule;
  readonly scopeKey: string;
  readonly series: TakenRow[];
  incident: Incident | null;
  told: number;
  quietUntilMs: number;
  last: { readonly incident: Incident; readonly resolvedAtMs: number } | null;
  /** The last evaluation whose value was not under LOW x belowPctOfLow / 100. */
  lastNotUnderMs: number;
  lastEvaluationMs: number;
}

export function startOf(rule: Rule, scopeKey: string): ScopeState {
  const never = Number.NEGATIVE_INFINITY;
  return {
    rule,
    scopeKey,
    series: [],
    incident: null,
    told: 0,
    quietUntilMs: never,
    last: null,
    lastNotUnderMs: never,
    lastEvaluationMs: never,
  };
}

/** What one evaluation saw. */
interface Seen {
  readonly nowMs: number;
  readonly isTick: boolean;
  readonly isUnder: boolean;
  readonly severity: number;
  readonly value: Fraction;
  readonly rows: readonly TakenRow[];
}

export function evaluate(state: ScopeState, at: { nowMs: number; isTick: boolean }): PlainAlert[] {
  const { rule } = state;
  const rows = rowsInWindow(rule, state.series, at.nowMs);
  const value = metricOf(rule, rows);
  const limitPct = times(fractionOf(rule.thresholds.low), fractionOf(rule.resolve.belowPctOfLow));
  const isUnder = isLess(times(value, { n: 100n, d: 1n }), limitPct);
  state.lastEvaluationMs = at.nowMs;
  if (!isUnder) state.lastNotUnderMs = at.nowMs;
  const seen: Seen = { ...at, isUnder, severity: severityOf(rule, rows), value, rows };
  if (state.incident === null) return seen.severity === 0 ? [] : begin(state, seen);
  raisePeak(state.incident, seen);
  return state.incident.isSilent
    ? goOnSilently(state, state.incident, seen)
    : goOnTold(state, state.incident, seen);
}

/** Case 1: no incident, severity of at least LOW. */
function begin(state: ScopeState, seen: Seen): PlainAlert[] {
  const { nowMs, severity } = seen;
  const withinMs = state.rule.resolve.reopenWithinMs;
  if (state.last !== null && withinMs > 0 && nowMs - state.last.resolvedAtMs <= withinMs) {
    state.incident = state.last.incident;
    raisePeak(state.incident, seen);
    state.told = Math.max(state.told, severity);
    return [presentRow(state, seen, "reopened")];
  }
  const isHeldBack = nowMs < state.quietUntilMs && severity <= state.told;
  state.incident = {
    startMs: nowMs,
    isSilent: isHeldBack,
    stretch: isHeldBack ? stretchFrom(state.rule, seen) : null,
    peakSeverity: severity,
    peakValue: seen.value,
  };
  return isHeldBack ? [] : [tell(state, seen, "opened")];
}

function goOnSilently(state: ScopeState, incident: Incident, seen: Seen): PlainAlert[] {
  const { nowMs, severity } = seen;
  const written: PlainAlert[] = [];
  const isQuietOver = nowMs >= state.quietUntilMs;
  const resolves = isResolvedAt(state, seen);
  const opens = severity > 0 && (isQuietOver || severity > state.told);
  if (incident.stretch !== null) {
    if (resolves || opens || isQuietOver) {
      written.push(suppressedRow(state, incident.stretch, nowMs));
      incident.stretch = null;
    } else if (severity > incident.stretch.highest) {
      incident.stretch.highest = severity;
      incident.stretch.count += 1;
    }
  }
  if (opens) {
    incident.isSilent = false;
    written.push(tell(state, seen, "opened"));
  }
  if (resolves) state.incident = null;
  return written;
}

function goOnTold(state: ScopeState, incident: Incident, seen: Seen): PlainAlert[] {
  if (seen.severity > state.told) return [tell(state, seen, "escalated")];
  if (!isResolvedAt(state, seen)) return [];
  state.incident = null;
  state.last = { incident, resolvedAtMs: seen.nowMs };
  const span = { startMs: incident.startMs, nowMs: seen.nowMs };
  const rows = rowsOfIncident(state.rule, state.series, span);
  return [
    {
      ...headOf(state),
      atMs: seen.nowMs,
      decision: "resolved",
      severity: nameOf(incident.peakSeverity),
      value: printed(state.rule, incident.peakValue),
      window: describeWindow(state.rule, rows),
    },
  ];
}

/**
 * Case 3: under at every evaluation in (T - for, T]. The evaluation that began an incident was not
 * under (it reached LOW), so an incident younger than `for` is never resolved.
 */
function isResolvedAt(state: ScopeState, seen: Seen): boolean {
  return (
    seen.isTick && seen.isUnder && state.lastNotUnderMs <= seen.nowMs - state.rule.resolve.forMs
  );
}

function raisePeak(incident: Incident, seen: Seen): void {
  incident.peakSeverity = Math.max(incident.peakSeverity, seen.severity);
  if (isLess(incident.peakValue, seen.value)) incident.peakValue = seen.value;
}

function tell(state: ScopeState, seen: Seen, decision: "opened" | "escalated"): PlainAlert {
  state.told = seen.severity;
  state.quietUntilMs = seen.nowMs + state.rule.cooldownMs;
  return presentRow(state, seen, decision);
}

function presentRow(
  state: ScopeState,
  seen: Seen,
  decision: "opened" | "escalated" | "reopened",
): PlainAlert {
  return {
    ...headOf(state),
    atMs: seen.nowMs,
    decision,
    severity: nameOf(seen.severity),
    value: printed(state.rule, seen.value),
    window: describeWindow(state.rule, seen.rows),
  };
}

function stretchFrom(rule: Rule, seen: Seen): Stretch {
  return {
    startMs: seen.nowMs,
    value: printed(rule, seen.value),
    window: describeWindow(rule, seen.rows),
    highest: seen.severity,
    count: 1,
  };
}

function suppressedRow(state: ScopeState, stretch: Stretch, nowMs: number): PlainAlert {
  return {
    ...headOf(state),
    atMs: stretch.startMs,
    decision: "suppressed",
    severity: nameOf(stretch.highest),
    value: stretch.value,
    window: stretch.window,
    reason: "cooldown",
    untilMs: nowMs,
    count: stretch.count,
  };
}

function headOf(state: ScopeState): { rule: string; scope: string } {
  return { rule: state.rule.name, scope: state.scopeKey };
}

function nameOf(rank: number): Severity {
  const name = SEVERITIES[rank - 1];
  if (name === undefined) throw new RangeError(`No severity of rank ${rank}`);
  return name;
}

/** Money as cents / 100, anything else with nine significant digits (SPEC 12). */
function printed(rule: Rule, value: Fraction): number {
  const isMoney = rule.metric === "notionalUsd" || rule.metric === "largestUsd";
  return isMoney ? Number((value.n * 100n) / value.d) / 100 : nineDigits(value);
}
