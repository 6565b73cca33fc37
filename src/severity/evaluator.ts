/** One evaluation of one scope: read its figure, run its state machine, say when to look again. */
import type { Decision } from "../alert.ts";
import type { RunningFigures } from "../story.ts";
import { type Rank, rankOf, severityOf } from "./classify.ts";
import { type CoverageOf, decisionOf } from "./decision.ts";
import type { EngineOptions, HeldScope } from "./engine-options.ts";
import type { Surroundings } from "./gauge.ts";
import { evaluate, type Machine, nextDeadlineMs } from "./incident.ts";
import type { Inhibition } from "./inhibition.ts";
import type { Lags } from "./lags.ts";
import type { LookTime, ScopeState } from "./scope.ts";

/** What an evaluation sees besides its scope. */
interface Seen extends Surroundings {
  readonly lags: Lags;
  readonly inhibition: Inhibition;
}

/** SPEC 4: what the whole market's rule is at least worth while its condition is met. */
const MET_RANK: Rank = 2;

export class Evaluator {
  readonly #around: Seen;
  readonly #hold: NonNullable<EngineOptions["hold"]> | null;
  readonly #heldUntilMs: NonNullable<EngineOptions["heldUntilMs"]>;
  readonly #coverageOf: CoverageOf;
  #dirty: ScopeState[] = [];

  constructor(options: EngineOptions, around: Seen) {
    this.#around = around;
    this.#hold = options.hold ?? null;
    this.#heldUntilMs = options.heldUntilMs ?? (() => Number.POSITIVE_INFINITY);
    this.#coverageOf = options.coverageOf ?? null;
  }

  /** Scopes whose machine changed since the last call. */
  takeDirty(): readonly ScopeState[] {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const scope of dirty) scope.isDirty = false;
    return dirty;
  }

  takeOver(other: Evaluator): void {
    this.#dirty = other.#dirty;
  }

  /** Appends what was decided, and sets the scope's `wakeAtMs`: Infinity when only an input matters. */
  look(scope: ScopeState, at: LookTime, decisions: Decision[]): void {
    const { window, machine, gauge, look } = scope;
    const { rule } = scope;
    window.advance(at.nowMs);
    // A figure that cannot be known gives no severity.
    const value = gauge.read(at.nowMs, this.#around) ?? 0;
    scope.value = value;
    if (value > scope.highest) scope.highest = value;
    const reached = rankOf(rule, value, window.notionalCents);
    const { isMet } = gauge;
    const rank = isMet === undefined ? reached : metRank(isMet, reached, machine);
    if (rank > 0 || machine.incident !== null) {
      look.rank = rank;
      look.value = value;
      look.isLively = isMet === true;
      this.#runMachine(scope, at, decisions);
    }
    scope.wakeAtMs = this.#nextLookMs(scope, at.nowMs);
  }

  #nextLookMs(scope: ScopeState, nowMs: number): number {
    const { window, machine, gauge, look } = scope;
    // Without an incident only what can raise the figure, or lift it over the floor, matters.
    if (machine.incident === null) return Math.min(window.nextEntryMs(), gauge.nextRiseMs(nowMs));
    const changeMs = Math.min(window.nextChangeMs(), gauge.nextChangeMs(nowMs));
    const nextMs = Math.min(changeMs, nextDeadlineMs(machine, scope.compiled.rule));
    if (look.hold === null) return nextMs;
    return Math.min(nextMs, this.#heldUntilMs(heldScope(scope, nowMs)));
  }

  #runMachine(scope: ScopeState, at: LookTime, decisions: Decision[]): void {
    const { look } = scope;
    look.nowMs = at.nowMs;
    look.isTick = at.isTick;
    look.lastTickMs = at.lastTickMs;
    look.references = this.#around.context.references;
    const hold = this.#hold === null ? null : this.#hold(heldScope(scope, at.nowMs));
    const { inhibition } = this.#around;
    look.hold = hold ?? (inhibition.applies(scope, look.rank) ? "inhibited" : null);
    this.#soil(scope);
    const listed = look.hold === "inhibited" ? inhibitedRank(scope.machine) : 0;
    const outcomes = evaluate(scope.machine, look);
    if (look.hold === "inhibited") {
      const rank = inhibitedRank(scope.machine);
      const market = rank > listed ? inhibition.list(scope, rank) : null;
      if (market !== null) this.#soil(market);
    }
    if (outcomes.length === 0) return;
    const sight = this.#sight(at.nowMs);
    for (const outcome of outcomes) {
      const folding = inhibition.noteOf(scope, outcome);
      decisions.push({ ...decisionOf(scope, outcome, sight), ...folding });
    }
  }

  /**
   * A running incident as its last look saw it; null when the scope has another one, or none. An open
   * incident is looked at whenever its figures change, so that this holds until `nowMs`. Changes
   * nothing.
   */
  present(scope: ScopeState, incidentId: string, nowMs: number): RunningFigures | null {
    const { incident } = scope.machine;
    if (incident === null || incident.id !== incidentId) return null;
    const { value, window, compiled } = scope;
    const rank = rankOf(compiled.rule, value, window.notionalCents);
    const { longCents, shortCents, orders } = window;
    const whole = scope.wholeIncident(incidentId);
    const sinceStart = {
      ...{ longCents: whole.longCents, shortCents: whole.shortCents, orders: whole.orders },
    };
    const figures = { value, longCents, shortCents, orders, sinceStart };
    return {
      present: { atMs: nowMs, ...figures, isOverLow: rank > 0 },
      held: incident.held ?? [],
      asDecision: () => {
        const told = { decision: "opened", telling: incident.tellings, suppression: null } as const;
        const outcome = { ...told, incident, rank, value, atMs: nowMs, window: scope.snapshot() };
        return decisionOf(scope, outcome, this.#sight(nowMs));
      },
    };
  }

  #sight(nowMs: number): Parameters<typeof decisionOf>[2] {
    const { lags, watch } = this.#around;
    const behind = lags.behind(nowMs);
    const note = { ...watch.note(), ...(behind.length > 0 && { behind }) };
    return { note, coverageOf: this.#coverageOf, around: this.#around };
  }

  #soil(scope: ScopeState): void {
    if (scope.isDirty) return;
    scope.isDirty = true;
    this.#dirty.push(scope);
  }
}

/** No incident begins while the condition is not met; one that is open goes by the figure then. */
function metRank(isMet: boolean, reached: Rank, { incident }: Machine): Rank {
  if (isMet) return reached > MET_RANK ? reached : MET_RANK;
  return incident === null ? 0 : reached;
}

/** The severity of which an inhibition keeps people from being told; 0 = none. */
function inhibitedRank({ incident }: Machine): Rank {
  const stretch = incident?.stretch ?? null;
  return stretch?.reason === "inhibited" ? stretch.rank : 0;
}

function heldScope({ compiled, key, asset, venue, look }: ScopeState, nowMs: number): HeldScope {
  const severity = look.rank === 0 ? null : severityOf(look.rank);
  return { rule: compiled.rule, key, asset, venue, severity, nowMs };
}
