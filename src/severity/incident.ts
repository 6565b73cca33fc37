/**
 * The state machine of one (rule, scope key), SPEC section 4: opens, escalates, resolves, reopens,
 * and keeps quiet inside a cooldown or a hold. Pure: one evaluation in, rows of the log out.
 */
import type {
  DecisionKind,
  FoldedScope,
  HoldReason,
  Snapshot,
  SuppressionReason,
} from "../alert.ts";
import type { Rule } from "../rule.ts";
import type { Rank } from "./classify.ts";

/** One stretch in which openings or escalations were held back. */
export interface Stretch {
  readonly reason: SuppressionReason;
  /** The first held-back evaluation: its clock, value and window stand in the row. */
  readonly atMs: number;
  readonly value: number;
  readonly window: Snapshot;
  /** The highest severity held back so far. */
  rank: Rank;
  count: number;
}

export interface Incident {
  readonly id: string;
  /** The clock when it began, silently or not. */
  readonly startMs: number;
  isSilent: boolean;
  peakRank: Rank;
  peakValue: number;
  /** The last evaluation at which the value was not under the resolve line. */
  lastNotUnderMs: number;
  isUnder: boolean;
  /** Told decisions so far. */
  tellings: number;
  stretch: Stretch | null;
  /** Only of `market-wide`: what it has kept from being told. */
  held?: readonly FoldedScope[];
}

/** What outlives an incident. */
export interface Machine {
  told: Rank;
  quietUntilMs: number;
  incident: Incident | null;
  last: { readonly incident: Incident; readonly resolvedAtMs: number } | null;
}

/** One look at a scope. */
export interface Evaluation {
  readonly rule: Rule;
  readonly nowMs: number;
  readonly isTick: boolean;
  readonly rank: Rank;
  readonly value: number;
  /** True while the incident is not over, however low the value. */
  readonly isLively: boolean;
  /** The hold that applies now, null when none does. */
  readonly hold: HoldReason | null;
  /** The latest tick before this evaluation: what was not under then was not under at that tick. */
  readonly lastTickMs: number;
  /** The window as it is now; asked for only when a row needs it. */
  window(): Snapshot;
  /** Everything since the incident began; asked for only when it resolves. */
  wholeIncident(incidentId: string): Snapshot;
  /** A new incident begins at this evaluation: name it and start its tally. */
  begin(): string;
}

/** One row of the log, before names and ids are put to it. */
export interface Outcome {
  readonly decision: DecisionKind;
  readonly incident: Incident;
  readonly rank: Rank;
  readonly value: number;
  readonly atMs: number;
  readonly telling: number;
  readonly window: Snapshot;
  readonly suppression: { reason: SuppressionReason; untilMs: number; count: number } | null;
}

/** Most evaluations write nothing: they share this. */
const NOTHING: readonly Outcome[] = [];

export function newMachine(): Machine {
  return { told: 0, quietUntilMs: Number.NEGATIVE_INFINITY, incident: null, last: null };
}

/** Applies one evaluation; the rows it writes come back in the order in which they stand. */
export function evaluate(machine: Machine, look: Evaluation): readonly Outcome[] {
  const incident = machine.incident;
  if (incident === null) return look.rank === 0 ? NOTHING : begin(machine, look);
  note(incident, look);
  return incident.isSilent ? goOnSilently(machine, incident, look) : goOn(machine, incident, look);
}

/** The next clock at which the machine changes although the value does not. */
export function nextDeadlineMs(machine: Machine, rule: Rule): number {
  const incident = machine.incident;
  if (incident === null) return Number.POSITIVE_INFINITY;
  const resolves = incident.isUnder
    ? incident.lastNotUnderMs + rule.resolve.forMs
    : Number.POSITIVE_INFINITY;
  const isCooling = incident.stretch?.reason === "cooldown";
  return Math.min(resolves, isCooling ? machine.quietUntilMs : Number.POSITIVE_INFINITY);
}

/** The resolved incident that a new outbreak at `nowMs` would continue; null when there is none. */
export function reopenable({ last }: Machine, rule: Rule, nowMs: number): Incident | null {
  const { reopenWithinMs } = rule.resolve;
  if (last === null || reopenWithinMs === 0) return null;
  return nowMs - last.resolvedAtMs <= reopenWithinMs ? last.incident : null;
}

/** Case 1: no incident, and a severity. */
function begin(machine: Machine, look: Evaluation): readonly Outcome[] {
  const former = reopenable(machine, look.rule, look.nowMs);
  if (former !== null && look.hold === null) return [reopen(machine, former, look)];
  const incident: Incident = {
    id: look.begin(),
    startMs: look.nowMs,
    isSilent: true,
    peakRank: look.rank,
    peakValue: look.value,
    lastNotUnderMs: look.nowMs,
    isUnder: false,
    tellings: 0,
    stretch: null,
  };
  machine.incident = incident;
  const isCooling = look.nowMs < machine.quietUntilMs && look.rank <= machine.told;
  const reason = look.hold ?? (isCooling ? "cooldown" : null);
  if (reason === null) return [open(machine, incident, look)];
  incident.stretch = newStretch(reason, look);
  return [];
}

function reopen(machine: Machine, incident: Incident, look: Evaluation): Outcome {
  machine.incident = incident;
  machine.last = null;
  note(incident, look);
  machine.told = max(machine.told, look.rank);
  return told("reopened", incident, look);
}

function open(machine: Machine, incident: Incident, look: Evaluation): Outcome {
  incident.isSilent = false;
  machine.told = look.rank;
  machine.quietUntilMs = look.nowMs + look.rule.cooldownMs;
  return told("opened", incident, look);
}

/** Cases 2 to 4: an incident that people know of. */
function goOn(machine: Machine, incident: Incident, look: Evaluation): readonly Outcome[] {
  const { stretch } = incident;
  const isRising = look.rank > machine.told;
  if (stretch === null && !isRising && !isResolved(incident, look)) return NOTHING;
  const rows: Outcome[] = [];
  if (stretch !== null && look.hold !== stretch.reason) {
    rows.push(endStretch(incident, stretch, look));
  }
  if (isRising) {
    if (look.hold !== null) holdBack(incident, look.hold, look);
    else rows.push(escalate(machine, incident, look));
  } else if (isResolved(incident, look)) {
    if (incident.stretch !== null) rows.push(endStretch(incident, incident.stretch, look));
    rows.push(resolve(machine, incident, look));
  }
  return rows;
}

function escalate(machine: Machine, incident: Incident, look: Evaluation): Outcome {
  machine.told = look.rank;
  machine.quietUntilMs = look.nowMs + look.rule.cooldownMs;
  return told("escalated", incident, look);
}

function resolve(machine: Machine, incident: Incident, look: Evaluation): Outcome {
  machine.incident = null;
  machine.last = { incident, resolvedAtMs: look.nowMs };
  incident.tellings += 1;
  return {
    decision: "resolved",
    incident,
    rank: incident.peakRank,
    value: incident.peakValue,
    atMs: look.nowMs,
    telling: incident.tellings,
    window: look.wholeIncident(incident.id),
    suppression: null,
  };
}

/** A silent incident: it resolves without a word, or becomes opened, or stays held back. */
function goOnSilently(machine: Machine, incident: Incident, look: Evaluation): readonly Outcome[] {
  const isGone = isResolved(incident, look);
  if (isGone) machine.incident = null;
  const { stretch } = incident;
  if (stretch === null) return afterStretch(machine, incident, look);
  if (!isGone && isHeld(machine, stretch, look)) {
    raise(stretch, look);
    return NOTHING;
  }
  return [endStretch(incident, stretch, look), ...afterStretch(machine, incident, look)];
}

/** True while the cause of a silent incident's stretch goes on. */
function isHeld(machine: Machine, stretch: Stretch, look: Evaluation): boolean {
  if (stretch.reason !== "cooldown") return look.hold === stretch.reason;
  const isCooling = look.nowMs < machine.quietUntilMs;
  return isCooling && (look.hold !== null || look.rank <= machine.told);
}

/** What a silent incident does at an evaluation at which no stretch holds it (any more). */
function afterStretch(machine: Machine, incident: Incident, look: Evaluation): readonly Outcome[] {
  if (machine.incident === null || look.rank === 0) return NOTHING;
  if (look.hold !== null) {
    holdBack(incident, look.hold, look);
    return [];
  }
  if (look.nowMs < machine.quietUntilMs && look.rank <= machine.told) {
    incident.stretch = newStretch("cooldown", look);
    return [];
  }
  return [open(machine, incident, look)];
}

/** What every evaluation of an incident leaves behind: peaks, and when it was last not under. */
function note(incident: Incident, look: Evaluation): void {
  incident.peakRank = max(incident.peakRank, look.rank);
  incident.peakValue = Math.max(incident.peakValue, look.value);
  // Between two evaluations nothing changed, so every tick in between saw the same.
  if (!incident.isUnder) {
    incident.lastNotUnderMs = Math.max(incident.lastNotUnderMs, look.lastTickMs);
  }
  const line = (look.rule.thresholds.low * look.rule.resolve.belowPctOfLow) / 100;
  incident.isUnder = look.value < line && !look.isLively;
  if (!incident.isUnder) incident.lastNotUnderMs = look.nowMs;
}

function isResolved(incident: Incident, look: Evaluation): boolean {
  const since = look.nowMs - look.rule.resolve.forMs;
  return look.isTick && incident.isUnder && incident.lastNotUnderMs <= since;
}

function told(decision: DecisionKind, incident: Incident, look: Evaluation): Outcome {
  incident.tellings += 1;
  return {
    decision,
    incident,
    rank: look.rank,
    value: look.value,
    atMs: look.nowMs,
    telling: incident.tellings,
    window: look.window(),
    suppression: null,
  };
}

function newStretch(reason: SuppressionReason, look: Evaluation): Stretch {
  const { nowMs: atMs, value, rank } = look;
  return { reason, atMs, value, window: look.window(), rank, count: 1 };
}

function holdBack(incident: Incident, hold: HoldReason, look: Evaluation): void {
  if (incident.stretch === null) incident.stretch = newStretch(hold, look);
  else raise(incident.stretch, look);
}

/** Counts an evaluation whose severity exceeds every earlier one of the stretch. */
function raise(stretch: Stretch, look: Evaluation): void {
  if (look.rank <= stretch.rank) return;
  stretch.rank = look.rank;
  stretch.count += 1;
}

function endStretch(incident: Incident, stretch: Stretch, look: Evaluation): Outcome {
  incident.stretch = null;
  return {
    decision: "suppressed",
    incident,
    rank: stretch.rank,
    value: stretch.value,
    atMs: stretch.atMs,
    telling: 0,
    window: stretch.window,
    suppression: { reason: stretch.reason, untilMs: look.nowMs, count: stretch.count },
  };
}

function max(left: Rank, right: Rank): Rank {
  return left > right ? left : right;
}
