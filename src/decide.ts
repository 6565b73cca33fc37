/**
 * The one loop: take an input, step the engine, commit what it accepted and decided, publish. A
 * decision is committed at once, together with every event accepted before it, in one transaction;
 * rows without a decision wait for company.
 */
import type { CommitBatch, Decision, DeliveryDraft, Gap } from "./alert.ts";
import { messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { TICK_MS } from "./rule.ts";
import type { Cancel, Runtime } from "./runtime.ts";
import type { Admitted } from "./severity/admission.ts";
import type { Engine, EngineInput } from "./severity/engine.ts";
import { restoreScopes, scopeRecord } from "./severity/warm-start.ts";
import type { CommitResult, Store, WarmStart } from "./store/store.ts";

/** SPEC 10: events are stored in batches of at most this many rows or this long. */
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

export interface DecideOptions {
  readonly engine: Engine;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly log: Log;
  /** The messages that a decision asks for. */
  readonly route: (decision: Decision) => readonly DeliveryDraft[];
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
  /** Rows that no store could take; each was evaluated all the same. */
  #unstoredRows = 0;

  constructor(options: DecideOptions) {
    this.#options = options;
  }

  /** Rebuilds windows, incidents and cooldowns before anything is evaluated. */
  async warmStart(): Promise<WarmStart> {
    const { engine, store } = this.#options;
    const warm = await store.warmStart();
    if (warm.engineNowMs === null) return warm;
    this.#storedNowMs = warm.engineNowMs;
    const { rowsSinceMs } = restoreScopes(engine, warm.scopes, warm.engineNowMs);
    for await (const chunk of store.liquidationsSince(rowsSinceMs)) {
      for (const { row, countsOrder } of chunk) engine.restoreRow(row, countsOrder);
    }
    return warm;
  }

  /** Starts the clock: ticks at whole multiples of 100 ms. */
  start(): void {
    const { runtime } = this.#options;
    this.#stopClock = runtime.every(TICK_MS, () => {
      this.take({ type: "clock", nowMs: Math.floor(runtime.nowMs() / TICK_MS) * TICK_MS });
    });
  }

  take(input: EngineInput): void {
    const { engine, runtime, onStep, metrics } = this.#options;
    const startedAtMs = runtime.monotonicMs();
    const { accepted, decisions } = engine.step(input);
    if (input.type === "rows") metrics.engineStep(runtime.monotonicMs() - startedAtMs);
    if (accepted.length > 0) this.#keep(accepted);
    if (decisions.length > 0) this.#decisions.push(...decisions);
    onStep(input, accepted, decisions);
    if (this.#isDue(runtime.monotonicMs())) this.#commitSoon();
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
    return nowMs - this.#lastCommitAtMs >= CLOCK_COMMIT_MS;
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
    const { engine, route, takeGaps, runtime } = this.#options;
    const nowMs = engine.nowMs ?? 0;
    if (this.#rows.length > PIECE_ROWS_MAX) {
      const piece = this.#rows.splice(0, PIECE_ROWS_MAX);
      const nothing = { decisions: [], deliveries: [], scopes: [], gaps: [] };
      return { liquidations: piece, ...nothing, engineNowMs: this.#storedNowMs };
    }
    this.#storedNowMs = nowMs;
    const liquidations = this.#rows;
    const decisions = this.#decisions;
    this.#rows = [];
    this.#decisions = [];
    this.#firstRowAtMs = null;
    this.#lastCommitAtMs = runtime.monotonicMs();
    return {
      liquidations,
      decisions,
      deliveries: decisions.flatMap(route),
      scopes: engine.takeDirty().map((scope) => scopeRecord(scope, nowMs)),
      gaps: takeGaps(),
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
