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
  readonly reason?: Reason;
  readonly untilMs?: number;
  readonly count?: number;
}

type Reason = "cooldown" | "inhibited";

/** A running stretch; its value and window are those of its first evaluation. */
interface Stretch {
  readonly reason: Reason;
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

/** When a scope is evaluated, and what the rest of the market means for it. */
export interface Moment {
  readonly nowMs: number;
  readonly isTick: boolean;
  /** Only of `market-wide`: whether its condition holds. */
  readonly isMet?: boolean;
  /** Whether an opening or escalation of this severity would be inhibited. */
  readonly isInhibited?: (severity: number) => boolean;
}

/** What one evaluation saw. */
interface Seen {
  readonly nowMs: number;
  readonly isTick: boolean;
  readonly isHeld: boolean;
  readonly isUnder: boolean;
  readonly severity: number;
  readonly value: Fraction;
  readonly rows: readonly TakenRow[];
}

export function evaluate(state: ScopeState, at: Moment): PlainAlert[] {
  const { rule } = state;
  const { nowMs, isTick } = at;
  const rows = rowsInWindow(rule, state.series, at.nowMs);
  const value = metricOf(rule, rows);
  const limitPct = times(fractionOf(rule.thresholds.low), fractionOf(rule.resolve.belowPctOfLow));
  const isUnder = isLess(times(value, { n: 100n, d: 1n }), limitPct) && at.isMet !== true;
  state.lastEvaluationMs = nowMs;
  if (!isUnder) state.lastNotUnderMs = nowMs;
  const severity = severityAt(state, at, severityOf(rule, rows));
  const isHeld = at.isInhibited?.(severity) ?? false;
  const seen: Seen = { nowMs, isTick, isHeld, isUnder, severity, value, rows };
  if (state.incident === null) return seen.severity === 0 ? [] : begin(state, seen);
  raisePeak(state.incident, seen);
  return state.incident.isSilent
    ? goOnSilently(state, state.incident, seen)
    : goOnTold(state, state.incident, seen);
}

/** `market-wide`: at least MEDIUM while its condition holds, nothing without it and an incident. */
function severityAt(state: ScopeState, { isMet }: Moment, reached: number): number {
  if (isMet === undefined) return reached;
  if (isMet) return Math.max(2, reached);
  return state.incident === null ? 0 : reached;
}

/** Case 1: no incident, severity of at least LOW. */
function begin(state: ScopeState, seen: Seen): PlainAlert[] {
  const { nowMs, severity } = seen;
  const withinMs = state.rule.resolve.reopenWithinMs;
  const isSoon = state.last !== null && nowMs - state.last.resolvedAtMs <= withinMs;
  if (state.last !== null && isSoon && withinMs > 0 && !seen.isHeld) {
    state.incident = state.last.incident;
    raisePeak(state.incident, seen);
    state.told = Math.max(state.told, severity);
    return [presentRow(state, seen, "reopened")];
  }
  const reason = reasonOf(state, seen);
  state.incident = {
    startMs: nowMs,
    isSilent: reason !== null,
    stretch: reason === null ? null : stretchFrom(state.rule, seen, reason),
    peakSeverity: severity,
    peakValue: seen.value,
  };
  return reason === null ? [tell(state, seen, "opened")] : [];
}

/** Why an opening is kept back; null = it is told. */
function reasonOf(state: ScopeState, seen: Seen): Reason | null {
  if (seen.isHeld) return "inhibited";
  return seen.nowMs < state.quietUntilMs && seen.severity <= state.told ? "cooldown" : null;
}

function goOnSilently(state: ScopeState, incident: Incident, seen: Seen): PlainAlert[] {
  const { nowMs, severity } = seen;
  const written: PlainAlert[] = [];
  const resolves = isResolvedAt(state, seen);
  const wouldOpen = severity > 0 && reasonOf(state, seen) === null;
  const { stretch } = incident;
  if (stretch !== null) {
    // A cooldown goes on under an inhibition; an inhibition ends when nothing inhibits any more.
    const goesOn =
      stretch.reason === "cooldown" ? nowMs < state.quietUntilMs && !wouldOpen : seen.isHeld;
    if (resolves || !goesOn) {
      written.push(suppressedRow(state, stretch, nowMs));
      incident.stretch = null;
    } else raise(stretch, severity);
  }
  if (resolves) state.incident = null;
  else if (incident.stretch === null && severity > 0) {
    const reason = reasonOf(state, seen);
    if (reason !== null) incident.stretch = stretchFrom(state.rule, seen, reason);
    else {
      incident.isSilent = false;
      written.push(tell(state, seen, "opened"));
    }
  }
  return written;
}

function raise(stretch: Stretch, severity: number): void {
  if (severity <= stretch.highest) return;
  stretch.highest = severity;
  stretch.count += 1;
}

function goOnTold(state: ScopeState, incident: Incident, seen: Seen): PlainAlert[] {
  const written: PlainAlert[] = [];
  const isRising = seen.severity > state.told;
  const resolves = !isRising && isResolvedAt(state, seen);
  const { stretch } = incident;
  if (stretch !== null && (!seen.isHeld || resolves)) {
    written.push(suppressedRow(state, stretch, seen.nowMs));
    incident.stretch = null;
  }
  if (isRising && !seen.isHeld) written.push(tell(state, seen, "escalated"));
  else if (isRising && incident.stretch !== null) raise(incident.stretch, seen.severity);
  else if (isRising) incident.stretch = stretchFrom(state.rule, seen, "inhibited");
  return resolves ? [...written, resolvedRow(state, incident, seen)] : written;
}

function resolvedRow(state: ScopeState, incident: Incident, seen: Seen): PlainAlert {
  state.incident = null;
  state.last = { incident, resolvedAtMs: seen.nowMs };
  const span = { startMs: incident.startMs, nowMs: seen.nowMs };
  const rows = rowsOfIncident(state.rule, state.series, span);
  return {
    ...headOf(state),
    atMs: seen.nowMs,
    decision: "resolved",
    severity: nameOf(incident.peakSeverity),
    value: printed(state.rule, incident.peakValue),
    window: describeWindow(state.rule, rows),
  };
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

function stretchFrom(rule: Rule, seen: Seen, reason: Reason): Stretch {
  return {
    reason,
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
    reason: stretch.reason,
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
