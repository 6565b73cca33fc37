/**
 * One target's deliveries, one after the other: claim a row, render its latest state, make one
 * attempt, record what came of it. What the service would refuse waits; what waits too long becomes
 * one message with others.
 */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ParkedTarget, TargetTest } from "../notice.ts";
import type { Message, MessageBudget, Notifier, TargetPurpose } from "../notifiers/notifier.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { DeliveryRow, DeliveryStore, TargetQueue } from "../store/delivery-store.ts";
import type { DeliveryEvent, TargetEvent, WaitingEvent } from "../store/store.ts";
import { Attempts, STORE_RETRY_MS_MAX } from "./attempts.ts";
import { backoffMs } from "./backoff.ts";
import { type Move, nextMove } from "./moves.ts";
import type { Pace } from "./pace.ts";
import { Parking } from "./parking.ts";

/** After a start, what a former process sent counts for the service's limits. */
const REMEMBERED_MS = 60_000;

export interface DrainOptions {
  readonly target: string;
  /** null = the configuration no longer has this target: its rows are parked. */
  readonly notifier: Notifier | null;
  /** What the target is for: messages of the other kind are parked. */
  readonly purpose: TargetPurpose;
  /** As an earlier run, or earlier settings, left the target; null = it works. */
  readonly parked: ParkedTarget | null;
  readonly store: DeliveryStore;
  /** The target's own; empty = nothing is known to be refused. */
  readonly pace: Pace | null;
  /** What it shares with others of its service. */
  readonly sharedPace: Pace | null;
  readonly budget: MessageBudget | null;
  readonly render: (row: DeliveryRow) => Message;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly onOutcome: (event: DeliveryEvent | WaitingEvent) => void;
  readonly onTarget: (event: TargetEvent) => void;
  /** Makes a later wake-up survive this process. */
  readonly onDelayed: (delayMs: number) => void;
}

export interface Drain {
  /** Starts working, or makes sure that running work looks once more. Resolves when idle. */
  wake(): Promise<void>;
  /** Wakes by itself when that time has come. */
  wakeAt(timeMs: number): void;
  /** Sends this at once, past the rows and in its turn; one that arrives re-arms the target. */
  test(message: Message): Promise<TargetTest>;
  /** Starts nothing more; resolves when the running attempt has ended and is recorded. */
  close(): Promise<void>;
  /** Ends the running attempt at once: its row is tried again at the next start. */
  cutShort(): void;
}

export function createDrain(options: DrainOptions): Drain {
  return new TargetDrain(options);
}

class TargetDrain implements Drain {
  readonly #options: DrainOptions;
  #running: Promise<void> | null = null;
  #again = false;
  #isClosing = false;
  #notBeforeMs = 0;
  #cancelTimer: Cancel = () => {};
  readonly #parking: Parking;
  readonly #attempts: Attempts;
  #storeFailures = 0;
  #digestAtMs = Number.NEGATIVE_INFINITY;
  #waiting = -1;
  #isPaceKnown = false;

  constructor(options: DrainOptions) {
    this.#options = options;
    const parking = new Parking(options);
    this.#parking = parking;
    this.#attempts = new Attempts({ ...options, parking, wait: (delayMs) => this.#wait(delayMs) });
  }

  wake(): Promise<void> {
    this.#again = true;
    if (this.#isClosing) return Promise.resolve();
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      // A wake-up between the last look and now found the work still running.
      if (this.#again) void this.wake();
    });
    return this.#running;
  }

  wakeAt(timeMs: number): void {
    const { runtime } = this.#options;
    if (this.#isClosing) return;
    this.#cancelTimer();
    // One more millisecond, for timers that fire a fraction early.
    const delayMs = Math.max(0, timeMs - runtime.nowMs()) + 1;
    this.#cancelTimer = runtime.after(delayMs, () => void this.wake());
  }

  async test(message: Message): Promise<TargetTest> {
    const { target, runtime, log } = this.#options;
    const startedMs = runtime.monotonicMs();
    const attempt = await this.#attempts.send(message);
    const latencyMs = Math.round(runtime.monotonicMs() - startedMs);
    if (attempt.outcome !== "delivered") {
      const { reason, detail } = attempt;
      log.warn({ target, reason: `${reason}: ${detail}` }, "TEST message not delivered");
      const refusal = { reason, detail };
      return { target, remoteId: null, refusal, latencyMs, isRearmed: false, resent: 0 };
    }
    const resent = await this.#parking.rearm();
    log.info({ target, latencyMs }, "TEST message delivered");
    if (resent !== null) void this.wake();
    const { remoteId } = attempt;
    const rearmed = { isRearmed: resent !== null, resent: resent ?? 0 };
    return { target, remoteId, refusal: null, latencyMs, ...rearmed };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelTimer();
    await this.#running;
    await this.#attempts.close();
    await this.#options.notifier?.close();
  }

  cutShort(): void {
    this.#attempts.cutShort();
  }

  async #run(): Promise<void> {
    const { runtime, target, log } = this.#options;
    while (this.#again && !this.#isClosing) {
      this.#again = false;
      if (runtime.nowMs() < this.#notBeforeMs) {
        this.wakeAt(this.#notBeforeMs);
        return;
      }
      try {
        const move = await this.#move();
        this.#storeFailures = 0;
        await this.#make(move);
      } catch (thrown) {
        log.error({ target, error: messageOf(thrown) }, "deliveries cannot be read, trying again");
        this.#storeFailures += 1;
        this.#wait(Math.min(STORE_RETRY_MS_MAX, backoffMs(this.#storeFailures, runtime.random())));
      }
    }
  }

  async #move(): Promise<Move> {
    const { store, target, runtime, pace, sharedPace, budget, notifier } = this.#options;
    if (!this.#isPaceKnown && pace !== null) {
      const sinceMs = runtime.nowMs() - REMEMBERED_MS;
      for (const atMs of await store.shownSince(target, sinceMs)) {
        pace.add({ atMs, kind: "message" });
      }
    }
    this.#isPaceKnown = true;
    const nowMs = runtime.nowMs();
    const queue = await store.look(target, nowMs);
    this.#tellWaiting(queue.waiting);
    // What is parked needs no place at the service, and what cannot be edited no time between edits.
    const isRefused = this.#parking.refusal !== null || notifier === null;
    const paces = isRefused ? [] : [pace, sharedPace].filter((one) => one !== null);
    const isAtOnce = isRefused || notifier.edit === null;
    return nextMove({
      queue: isAtOnce ? withoutWaits(queue, nowMs) : queue,
      paces,
      budget: isRefused ? null : budget,
      digestAtMs: this.#digestAtMs,
      nowMs,
    });
  }

  async #make(move: Move): Promise<void> {
    const { store, target, runtime, log, pace } = this.#options;
    const nowMs = runtime.nowMs();
    if (move.type === "wait") {
      if (move.untilMs !== null) this.wakeAt(move.untilMs);
      return;
    }
    if (move.type === "merge") {
      const messages = await store.merge(target, move.into, nowMs);
      if (move.into === "digest") this.#digestAtMs = nowMs;
      log.warn({ target, messages, into: move.into }, "messages became one");
      this.#again = messages > 0;
      return;
    }
    const row = await store.claim(target, nowMs, pace === null ? "oldest" : move.type);
    if (row === null) return;
    this.#again = true;
    await this.#attempts.deliver(row);
  }

  #tellWaiting(messages: number): void {
    if (messages === this.#waiting) return;
    this.#waiting = messages;
    this.#options.onOutcome({ type: "waiting", target: this.#options.target, messages });
  }

  #wait(delayMs: number): void {
    this.#notBeforeMs = this.#options.runtime.nowMs() + delayMs;
    this.#again = true;
  }
}

function withoutWaits(queue: TargetQueue, nowMs: number): TargetQueue {
  const atOnce = (timeMs: number | null) => (timeMs === null ? null : nowMs);
  const { editAtMs, figuresAtMs } = queue;
  return { ...queue, editAtMs: atOnce(editAtMs), figuresAtMs: atOnce(figuresAtMs) };
}
