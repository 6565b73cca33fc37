/**
 * The one loop: take an input, step the engine, commit what it accepted and decided, publish. A
 * decision is committed at once, together with every event accepted before it, in one transaction;
 * rows without a decision wait for company.
 */
import type { CommitBatch, Decision, Gap, ScopeRecord } from "./alert.ts";
import { LiqError, messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { changeRules, refill } from "./refill.ts";
import { type Rule, TICK_MS } from "./rule.ts";
import type { Cancel, Runtime } from "./runtime.ts";
import type { Admitted } from "./severity/admission.ts";
import type { Engine, EngineInput } from "./severity/engine.ts";
import { readVerdicts } from "./severity/verdicts.ts";
import { changedRecords } from "./severity/warm-start.ts";
import type { CommitResult, Store, WarmStart } from "./store/store.ts";
import type { StoryBook } from "./stories/book.ts";

/** SPEC 10: events are stored in batches of at most this many rows or this long; figures, too. */
const BATCH_ROWS_MAX = 1_000;
const BATCH_MS_MAX = 1_000;
/** The engine's clock is stored at least this often, so that a restart knows when we were gone. */
const CLOCK_COMMIT_MS = 5_000;
/** More waiting rows than this are stored in pieces: one long transaction would hold up everything. */
const PIECE_ROWS_MAX = 20_000;
/** Rows that wait for a store that is away; beyond it the newest are counted and not stored. */
const WAITING_ROWS_MAX = 200_000;
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 10_000;
/** A stop waits this long for the store: it must leave time for closing it. */
const STOP_MS_MAX = 3_000;
/** A change of rules waits this long for rows that are not stored yet. */
const FLUSH_MS_MAX = 10_000;
/** Frames that wait while the rules change; with more of them the old rules go on. */
const HELD_INPUTS_MAX = 200_000;

export interface DecideOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Who is told, in which message. */
  readonly stories: StoryBook;
  /** Gaps that opened or ended since the last call. */
  readonly takeGaps: () => readonly Gap[];
  /** After each step: for the read model. */
  readonly onStep: (
    input: EngineInput,
    accepted: readonly Admitted[],
    decisions: readonly Decision[],
  ) => void;
  readonly onCommit: (result: CommitResult) => void;
  /** A commit failed and is tried again. */
  readonly onCommitFailure: (reason: string) => void;
  readonly metrics: Metrics;
}

/** Told in the moment in which other rules take over. */
export type OnChanged = (ended: readonly ScopeRecord[]) => void;

export class Decider {
  readonly #options: DecideOptions;
  #rows: Admitted[] = [];
  #decisions: Decision[] = [];
  #firstRowAtMs: number | null = null;
  /** The clock of the last whole batch: a piece must not move it. */
  #storedNowMs = 0;
  #lastCommitAtMs = Number.NEGATIVE_INFINITY;
  #committing: Promise<void> | null = null;
  readonly #stopping = new AbortController();
  /** A batch was given up at the stop: nothing later may be stored, or its absence would be hidden. */
  #isCutOff = false;
  #stopClock: Cancel = () => {};
  /** What arrives while the rules change; null = it is taken at once. */
  #held: EngineInput[] | null = null;
  #changing: Promise<unknown> | null = null;
  /** Scopes that nothing watches any more, until the store has forgotten them. */
  #gone: readonly ScopeRecord[] = [];
  /** Rows that no store could take; each was evaluated all the same. */
  #unstoredRows = 0;

  constructor(options: DecideOptions) {
    this.#options = options;
  }

  /** Rebuilds windows, incidents and cooldowns before anything is evaluated. */
  async warmStart(): Promise<WarmStart> {
    const { engine, store, stories } = this.#options;
    const warm = await store.warmStart();
    stories.restore(warm.stories);
    if (warm.engineNowMs === null) return warm;
    this.#storedNowMs = warm.engineNowMs;
    engine.sides.restore({ prices: [], venues: readVerdicts(warm.verdicts) });
    this.#gone = await refill(engine, store, { scopes: warm.scopes, nowMs: warm.engineNowMs });
    stories.onForgotten(this.#gone, warm.engineNowMs);
    return warm;
  }

  /**
   * Goes on under other rules from the next input on, windows and incidents kept. What arrives
   * meanwhile waits and is evaluated at its own time. `onChanged` runs at the moment of the change,
   * before the first decision under the new rules, with the scopes that ended with their rule.
   * @throws LiqError LIQ_STORE when the store is away or too slow: the old rules go on
   */
  async changeRules(rules: readonly Rule[], onChanged: OnChanged): Promise<void> {
    if (this.#changing !== null) throw new LiqError("LIQ_CONFIG", "Rules are changing already");
    const changing = this.#changeRules(rules, onChanged);
    this.#changing = changing;
    return changing.finally(() => {
      this.#changing = null;
    });
  }

  async #changeRules(rules: readonly Rule[], onChanged: OnChanged): Promise<void> {
    const held: EngineInput[] = [];
    this.#held = held;
    const { engine, store, stories } = this.#options;
    const isCut = () => held.length > HELD_INPUTS_MAX || this.#stopping.signal.aborted;
    try {
      if (engine.nowMs !== null) await this.#flush();
      this.#gone = await changeRules(engine, rules, { store, isCut });
      stories.onForgotten(this.#gone, engine.nowMs ?? 0);
      onChanged(this.#gone);
    } finally {
      this.#held = null;
      for (const input of held) this.take(input);
    }
  }

  /** Everything taken in so far is stored, the machines that it moved included. */
  async #flush(): Promise<void> {
    const { runtime } = this.#options;
    const late = new AbortController();
    const waited = runtime.sleep(FLUSH_MS_MAX, late.signal).then(
      () => true,
      () => false,
    );
    let isAsked = false;
    while (this.#committing !== null || !isAsked) {
      if (this.#committing === null) {
        this.#commitSoon();
        isAsked = true;
      }
      const isLate = await Promise.race([this.#committing, waited]);
      if (isLate !== true && !this.#stopping.signal.aborted) continue;
      late.abort();
      throw new LiqError("LIQ_STORE", `Store did not take the last rows in ${FLUSH_MS_MAX} ms`);
    }
    late.abort();
  }

  /** Starts the clock: ticks at whole multiples of 100 ms. */
  start(): void {
    const { runtime } = this.#options;
    this.#stopClock = runtime.every(TICK_MS, () => {
      this.take({ type: "clock", nowMs: Math.floor(runtime.nowMs() / TICK_MS) * TICK_MS });
    });
  }

  take(input: EngineInput): void {
    if (this.#held !== null) {
      this.#hold(this.#held, input);
      return;
    }
    const { engine, runtime, onStep, metrics, stories } = this.#options;
    const startedAtMs = runtime.monotonicMs();
    const { accepted, decisions } = engine.step(input);
    if (input.type === "rows") metrics.engineStep(runtime.monotonicMs() - startedAtMs);
    if (accepted.length > 0) this.#keep(accepted);
    if (decisions.length > 0) this.#decisions.push(...decisions);
    stories.take(accepted, decisions, engine.nowMs);
    onStep(input, accepted, decisions);
    if (this.#isDue(runtime.monotonicMs())) this.#commitSoon();
  }

  /** Ticks that wait are one: the last of them runs all that are between. */
  #hold(held: EngineInput[], input: EngineInput): void {
    const isTick = input.type === "clock" && held.at(-1)?.type === "clock";
    if (isTick) held.pop();
    held.push(input);
  }

  /** Stops the clock and commits what is left; a store that is away is not waited for for ever. */
  async stop(): Promise<void> {
    this.#stopClock();
    this.#stopping.abort();
    const done = new AbortController();
    const late = this.#options.runtime.sleep(STOP_MS_MAX, done.signal).catch(() => {});
    await Promise.race([this.#commitRest(), late]);
    done.abort();
  }

  async #commitRest(): Promise<void> {
    await this.#changing?.catch(() => {});
    await this.#committing;
    try {
      for (let hasMore = !this.#isCutOff; hasMore; ) {
        hasMore = this.#rows.length > PIECE_ROWS_MAX;
        await this.#commitOnce(this.#takeBatch());
      }
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  #keep(accepted: readonly Admitted[]): void {
    const room = WAITING_ROWS_MAX - this.#rows.length;
    this.#firstRowAtMs ??= this.#options.runtime.monotonicMs();
    if (accepted.length <= room) this.#rows.push(...accepted);
    else this.#unstoredRows += accepted.length;
  }

  #isDue(nowMs: number): boolean {
    if (this.#options.engine.nowMs === null) return false;
    if (this.#decisions.length > 0 || this.#rows.length >= BATCH_ROWS_MAX) return true;
    if (this.#firstRowAtMs !== null && nowMs - this.#firstRowAtMs >= BATCH_MS_MAX) return true;
    const { hasChanges } = this.#options.stories;
    return nowMs - this.#lastCommitAtMs >= (hasChanges ? BATCH_MS_MAX : CLOCK_COMMIT_MS);
  }

  /** One commit at a time; what comes meanwhile goes into the next one. */
  #commitSoon(): void {
    if (this.#committing !== null || this.#stopping.signal.aborted) return;
    this.#committing = this.#commitUntilDone().finally(() => {
      this.#committing = null;
      if (this.#isDue(this.#options.runtime.monotonicMs())) this.#commitSoon();
    });
  }

  async #commitUntilDone(): Promise<void> {
    const batch = this.#takeBatch();
    const { signal } = this.#stopping;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
      const isLastTry = signal.aborted;
      try {
        await this.#commitOnce(batch);
        return;
      } catch (error) {
        // A repeated batch changes nothing, so an unknown outcome is simply tried again.
        this.#tellFailure(error);
        this.#isCutOff = isLastTry;
        if (isLastTry) return;
        await this.#options.runtime.sleep(waitMs, signal).catch(() => {});
      }
    }
  }

  async #commitOnce(batch: CommitBatch): Promise<void> {
    const { store, runtime, metrics, onCommit } = this.#options;
    const startedAtMs = runtime.monotonicMs();
    const result = await store.commit(batch);
    metrics.commit(runtime.monotonicMs() - startedAtMs);
    onCommit(result);
  }

  /**
   * Everything that waits; after an outage a piece of the rows first, with nothing that depends on
   * all of them: decisions, states and the clock come with the last piece.
   */
  #takeBatch(): CommitBatch {
    const { engine, stories, takeGaps, runtime } = this.#options;
    const nowMs = engine.nowMs ?? 0;
    if (this.#rows.length > PIECE_ROWS_MAX) {
      const piece = this.#rows.splice(0, PIECE_ROWS_MAX);
      const nothing = { decisions: [], deliveries: [], stories: [], scopes: [], gaps: [] };
      return { liquidations: piece, ...nothing, engineNowMs: this.#storedNowMs };
    }
    this.#storedNowMs = nowMs;
    const liquidations = this.#rows;
    const verdicts = engine.sides.takeVerdicts();
    const decisions = this.#decisions;
    const gone = this.#gone;
    this.#rows = [];
    this.#decisions = [];
    this.#gone = [];
    this.#firstRowAtMs = null;
    this.#lastCommitAtMs = runtime.monotonicMs();
    return {
      liquidations,
      decisions,
      ...stories.changes(),
      scopes: [...gone, ...changedRecords(engine, nowMs)],
      gaps: takeGaps(),
      ...(verdicts !== null && { verdicts }),
      engineNowMs: nowMs,
    };
  }

  #tellFailure(error: unknown): void {
    this.#options.metrics.commitFailed();
    this.#options.onCommitFailure(messageOf(error));
    const waitingRows = this.#rows.length;
    const unstoredRows = this.#unstoredRows;
    this.#options.log.error(
      { code: "LIQ_STORE", reason: messageOf(error), waitingRows, unstoredRows },
      "Commit failed; until the stop it is tried again",
    );
  }
}
