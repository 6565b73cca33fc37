/**
 * The fold (DESIGN: one idea): `step(input)` takes one input and returns what was accepted and what
 * was decided. Live, replay, warm start and tests feed this same function. It reads no clock: time
 * is the largest time of receipt seen, moved on by ticks at whole multiples of 100 ms.
 */
import type { Decision } from "../alert.ts";
import { CASCADE_LIMITS } from "../cascade.ts";
import { isReadableTime, type Liquidation, windowTimeMs } from "../liquidation.ts";
import { TICK_MS } from "../rule.ts";
import type { RunningFigures } from "../story.ts";
import { PriceLevels } from "../windows/price-levels.ts";
import { Admission, type Admitted, entering } from "./admission.ts";
import { CascadeBook, type OpenInterestOf } from "./cascades.ts";
import { ContextBook } from "./context-book.ts";
import type { EngineInput, StepResult } from "./engine-input.ts";
import { type EngineOptions, LIVE_LIMITS } from "./engine-options.ts";
import { Evaluator } from "./evaluator.ts";
import type { Surroundings } from "./gauge.ts";
import { Inhibition } from "./inhibition.ts";
import { Lags } from "./lags.ts";
import { NormalBook } from "./normal-book.ts";
import { PRICED_OFTEN } from "./reference-book.ts";
import { type CompiledRule, compileRules } from "./rules.ts";
import { inOrder, type LookTime, type ScopeState } from "./scope.ts";
import { SeriesSet } from "./series.ts";
import { SideCheck } from "./side-check.ts";
import { nextTickMs, WakeList } from "./wake-list.ts";
import { Watch } from "./watch.ts";

export type { EngineInput, StepResult } from "./engine-input.ts";
export {
  type EngineOptions,
  type HeldScope,
  LIVE_LIMITS,
  REPLAY_LIMITS,
} from "./engine-options.ts";

type ContextInput = Extract<EngineInput, { readonly type: "context" }>;

const NEVER = Number.POSITIVE_INFINITY;

export class Engine implements Surroundings {
  rules: readonly CompiledRule[];
  readonly admission: Admission;
  series: SeriesSet;
  readonly watch: Watch;
  readonly lags: Lags;
  readonly context = new ContextBook();
  readonly sides = new SideCheck();
  readonly normal: NormalBook;
  cascades: CascadeBook;
  inhibition: Inhibition;
  readonly levels: PriceLevels;
  /** The clock; null before the first input with a readable time. */
  nowMs: number | null = null;
  /** The last whole multiple of 100 ms at or before the clock. */
  lastTickMs = Number.NEGATIVE_INFINITY;
  readonly #evaluator: Evaluator;
  #wakes = new WakeList();
  #touched: ScopeState[] = [];
  #inputs = 0;
  #heard = 0;

  constructor(options: EngineOptions) {
    this.rules = compileRules(options.rules);
    this.admission = new Admission(options.limits ?? LIVE_LIMITS);
    this.series = new SeriesSet(this.rules);
    this.watch = new Watch(options.venues ?? []);
    this.normal = new NormalBook(this.watch, options.usualVolumeOf);
    this.levels = new PriceLevels(options.levelWidths);
    this.lags = new Lags(options.maxLagMs ?? new Map());
    const openInterestUsd: OpenInterestOf = (...at) => this.context.openInterestUsd(...at);
    const { cascade: limits = CASCADE_LIMITS } = options;
    this.cascades = new CascadeBook(this.series, { limits, openInterestUsd });
    this.inhibition = new Inhibition(this.rules, this.series);
    this.#evaluator = new Evaluator(options, this);
  }

  step(input: EngineInput): StepResult {
    this.#inputs += 1;
    const decisions: Decision[] = [];
    if (input.type === "clock") {
      this.#advance(input.nowMs, decisions);
      return { accepted: [], decisions };
    }
    if (input.type === "repriced") {
      for (const priced of input.rows) {
        this.series.reprice(priced);
        this.#addLevel(priced);
      }
      this.#wakeReaders();
      return { accepted: [], decisions };
    }
    if (input.type === "context") {
      this.#advance(input.atMs, decisions);
      this.#takeContext(input);
      if (this.nowMs !== null) this.cascades.onContext(this.nowMs);
      this.#hear();
      return { accepted: [], decisions };
    }
    if (input.type === "connection") {
      this.#advance(input.event.receivedAtMs, decisions);
      this.watch.on(input.event);
      if (this.nowMs !== null) this.normal.onWatch(this.watch, this.nowMs);
      this.#hear();
      return { accepted: [], decisions };
    }
    if (input.receivedAtMs !== null) this.#advance(input.receivedAtMs, decisions);
    const { appearances } = this.series;
    const accepted = this.#admitAll(input.rows);
    this.cascades.afterFrame(this.nowMs ?? 0);
    if (this.series.appearances > appearances) this.#wakeReaders();
    this.#evaluateTouched(decisions);
    return { accepted, decisions };
  }

  get news(): number {
    return this.#heard + this.series.appearances;
  }

  /** True while an incident or a stretch is open or a window holds rows: ticks still matter. */
  get isBusy(): boolean {
    return !this.#wakes.isEmpty || this.cascades.nextMs < NEVER;
  }

  /** The next tick at which something can change; Infinity when nothing can. */
  get nextTickMs(): number {
    return Math.min(
      this.#wakes.nextTickMs(this.lastTickMs),
      nextTickMs(this.cascades.nextMs, this.lastTickMs),
    );
  }

  /** Scopes whose machine changed since the last call: what the store must remember. */
  takeDirty(): readonly ScopeState[] {
    return this.#evaluator.takeDirty();
  }

  /** What a running incident comes to now; null when it does not run. Changes nothing. */
  present(rule: string, scopeKey: string, incidentId: string): RunningFigures | null {
    const compiled = this.rules.find((one) => one.rule.name === rule);
    if (compiled === undefined || this.nowMs === null) return null;
    const scope = this.series.scopeNamed(compiled, scopeKey, this.nowMs);
    return this.#evaluator.present(scope, incidentId, this.nowMs);
  }

  /** Puts a stored row back without evaluating anything: the warm start. */
  restoreRow(row: Liquidation, countsOrder: boolean): void {
    const nowMs = this.nowMs ?? row.receivedAtMs;
    this.admission.remember(row, countsOrder, nowMs);
    if (row.kind !== "liquidation") return;
    const wake = (scope: ScopeState): void => this.wake(scope, nowMs);
    const wasSuspect = this.sides.wasSuspect(row.venue, row.receivedAtMs);
    const admitted = entering({ row, countsOrder }, wasSuspect);
    this.#addLevel(admitted);
    this.normal.add(admitted.row, nowMs);
    const taken = this.series.enter(admitted, nowMs, wake, row.receivedAtMs);
    if (taken !== null && row.asset !== null) this.cascades.restoreRow(row.asset, taken, nowMs);
  }

  /** Marks a scope for the next tick: after a restore, or when a hold began or ended. */
  wake(scope: ScopeState, atMs: number): void {
    this.#wakes.wake(scope, atMs);
  }

  /** A hold began, changed or ended: every scope with an incident is looked at on the next tick. */
  wakeIncidents(): void {
    if (this.nowMs === null) return;
    for (const scope of this.#wakes.active) {
      if (scope.machine.incident !== null) this.wake(scope, this.nowMs);
    }
  }

  /**
   * Goes on under the rules of `other`, a fresh engine that was filled with what this one knows.
   * What does not depend on rules stays ours: keys, counts, the watch, the clock.
   */
  continueAs(other: Engine): void {
    // What gauges remember of the other engine must not look like news of this one.
    this.#heard += other.news + 1;
    this.rules = other.rules;
    this.series = other.series;
    this.cascades = other.cascades.withContextOf(this.cascades);
    this.inhibition = other.inhibition;
    this.#wakes = other.#wakes;
    this.#evaluator.takeOver(other.#evaluator);
    this.#touched = [];
  }

  /** Runs every tick in (clock, `nowMs`] at which something can change, then sets the clock. */
  #advance(nowMs: number, decisions: Decision[]): void {
    if (!isReadableTime(nowMs)) return;
    if (this.nowMs === null) {
      this.nowMs = nowMs;
      this.lastTickMs = Math.floor(nowMs / TICK_MS) * TICK_MS;
      this.normal.advance(nowMs);
      return;
    }
    if (nowMs <= this.nowMs) return;
    for (let tickMs = this.nextTickMs; tickMs <= nowMs; tickMs = this.nextTickMs) {
      this.nowMs = tickMs;
      this.#tick(tickMs, decisions);
      this.lastTickMs = tickMs;
    }
    this.nowMs = nowMs;
    this.lastTickMs = Math.max(this.lastTickMs, Math.floor(nowMs / TICK_MS) * TICK_MS);
  }

  #tick(tickMs: number, decisions: Decision[]): void {
    this.cascades.atTick(tickMs);
    const at = { nowMs: tickMs, isTick: true, lastTickMs: tickMs - TICK_MS };
    for (const scope of this.#wakes.due(tickMs)) this.#look(scope, at, decisions);
    this.#wakes.settle();
  }

  #admitAll(rows: readonly Liquidation[]): readonly Admitted[] {
    const accepted: Admitted[] = [];
    for (const row of rows) {
      const nowMs = this.nowMs ?? row.receivedAtMs;
      const admitted = this.admission.admit(row, nowMs);
      if (admitted === null) continue;
      accepted.push(admitted);
      if (!row.history) this.lags.add(row.venue, row.receivedAtMs - row.occurredAtMs, nowMs);
      if (row.kind !== "liquidation") continue;
      const entered = entering(admitted, this.sides.isSuspect(row.venue));
      this.#addLevel(admitted);
      this.normal.add(entered.row, nowMs);
      const taken = this.series.enter(entered, nowMs, this.#touch);
      if (taken !== null && row.asset !== null) this.cascades.take(row.asset, taken);
      if (!row.history) this.sides.judge(row, nowMs);
    }
    return accepted;
  }

  /** As totals do, levels hold history and rows of suspect venues, too. */
  #addLevel({ row, countsOrder }: Admitted): void {
    if (row.kind === "liquidation") this.levels.add(row, windowTimeMs(row), countsOrder);
  }

  /** Sides are judged by the prices that stand for their asset, of one venue from one to the next. */
  #takeContext({ atMs, referencePrices, reading }: ContextInput): void {
    const taken = [this.context.takePrices({ atMs, ...PRICED_OFTEN }, referencePrices)];
    if (reading !== undefined) taken.push(this.context.take(atMs, reading));
    for (const { fresh, changed } of taken) {
      this.sides.forgetPrices(changed);
      this.sides.takePrices(atMs, fresh);
    }
  }

  readonly #touch = (scope: ScopeState): void => {
    if (scope.touchedBy === this.#inputs) return;
    scope.touchedBy = this.#inputs;
    this.#touched.push(scope);
  };

  #evaluateTouched(decisions: Decision[]): void {
    if (this.#touched.length === 0) return;
    const touched = this.#touched;
    this.#touched = [];
    if (touched.length > 1) touched.sort(inOrder);
    const at = { nowMs: this.nowMs ?? 0, isTick: false, lastTickMs: this.lastTickMs };
    for (const scope of touched) this.#look(scope, at, decisions);
  }

  #look(scope: ScopeState, at: LookTime, decisions: Decision[]): void {
    const before = scope.isMarketWide ? this.inhibition.incident : null;
    this.#evaluator.look(scope, at, decisions);
    if (scope.wakeAtMs < NEVER) this.wake(scope, scope.wakeAtMs);
    else if (scope.machine.incident === null) this.#wakes.sleep(scope);
    if (scope.isMarketWide && this.inhibition.incident !== before) this.wakeIncidents();
  }

  /** Something was told that scores read. */
  #hear(): void {
    this.#heard += 1;
    this.#wakeReaders();
  }

  /** Scopes whose window holds something, or whose incident is open, are looked at on the next tick. */
  #wakeReaders(): void {
    if (this.nowMs === null) return;
    for (const scope of this.series.readers) {
      const isOpen = scope.machine.incident !== null || scope.gauge.isMet !== undefined;
      if (isOpen || scope.isLive(this.nowMs)) {
        this.wake(scope, this.nowMs);
      }
    }
  }
}
