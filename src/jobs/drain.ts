/**
 * One target's deliveries, one after the other: claim the oldest row, render its latest state, make
 * one attempt, record what came of it. Order is kept; what must wait holds back what is behind it.
 */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Attempt, Message, Notifier } from "../notifiers/notifier.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { DeliveryEvent, DeliveryRow, DeliveryStore } from "../store/store.ts";
import { backoffMs } from "./backoff.ts";

/** A row that ended the process this often is parked: it must not hold up the others. */
export const CRASHES_MAX = 5;
/** A row on which our own code threw this often is parked. */
const FAULTS_MAX = 5;
/** The store is asked again after this long when it failed, at most. */
const STORE_RETRY_MS_MAX = 5_000;

export interface DrainOptions {
  readonly target: string;
  /** null = the configuration no longer has this target: its rows are parked. */
  readonly notifier: Notifier | null;
  readonly store: DeliveryStore;
  readonly render: (row: DeliveryRow) => Message;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly onOutcome: (event: DeliveryEvent) => void;
  /** Makes a later wake-up survive this process. */
  readonly onDelayed: (delayMs: number) => void;
}

export interface Drain {
  /** Starts working, or makes sure that running work looks once more. Resolves when idle. */
  wake(): Promise<void>;
  /** Wakes by itself when that time has come. */
  wakeAt(timeMs: number): void;
  /** Starts nothing more; resolves when the running attempt has ended and is recorded. */
  close(): Promise<void>;
  /** Ends the running attempt at once: its row is tried again at the next start. */
  cutShort(): void;
}

export function createDrain(options: DrainOptions): Drain {
  return new TargetDrain(options);
}

interface Outcome {
  readonly outcome: DeliveryEvent["outcome"];
  readonly reason: string | null;
}

class TargetDrain implements Drain {
  readonly #options: DrainOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> | null = null;
  #again = false;
  #isClosing = false;
  #notBeforeMs = 0;
  #cancelTimer: Cancel = () => {};
  /** Why nothing more is sent to this target until the next start; null = it works. */
  #parked: string | null;
  #storeFailures = 0;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#parked = options.notifier === null ? "unconfigured: no such target" : null;
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

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelTimer();
    await this.#running;
    await this.#options.notifier?.close();
  }

  cutShort(): void {
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { runtime, store, target, log } = this.#options;
    while (this.#again && !this.#isClosing) {
      this.#again = false;
      if (runtime.nowMs() < this.#notBeforeMs) {
        this.wakeAt(this.#notBeforeMs);
        return;
      }
      try {
        const row = await store.claimNext(target, runtime.nowMs());
        this.#storeFailures = 0;
        if (row === null) continue;
        this.#again = true;
        await this.#deliver(row);
      } catch (thrown) {
        log.error({ target, error: messageOf(thrown) }, "deliveries cannot be read, trying again");
        this.#storeFailures += 1;
        this.#wait(Math.min(STORE_RETRY_MS_MAX, backoffMs(this.#storeFailures, runtime.random())));
      }
    }
  }

  #wait(delayMs: number): void {
    this.#notBeforeMs = this.#options.runtime.nowMs() + delayMs;
    this.#again = true;
  }

  async #deliver(row: DeliveryRow): Promise<void> {
    const { runtime, store } = this.#options;
    const claimedMs = runtime.monotonicMs();
    const told = this.#refusalOf(row) ?? (await this.#attempt(row));
    const nowMs = runtime.nowMs();
    const { id, attempts } = row;
    let outcome: Outcome;
    if (told.outcome === "delivered") {
      outcome = { outcome: "delivered", reason: null };
      const { wantedRevision } = row;
      const record = () => store.markDelivered(id, attempts, wantedRevision, told.remoteId, nowMs);
      await this.#record(record);
    } else if (told.outcome === "retry") {
      const reason = `${told.reason}: ${told.detail}`;
      outcome = { outcome: "retry", reason };
      const waitMs = Math.max(told.afterMs ?? 0, backoffMs(attempts, runtime.random()));
      this.#wait(waitMs);
      await this.#record(() => store.markRetry(id, attempts, reason, nowMs + waitMs, nowMs));
      this.#options.onDelayed(waitMs);
    } else {
      const reason = `${told.reason}: ${told.detail}`;
      outcome = { outcome: "parked", reason };
      await this.#record(() => store.markParked(id, attempts, reason, nowMs));
    }
    this.#report(row, { ...outcome, latencyMs: Math.round(runtime.monotonicMs() - claimedMs) });
  }

  /** What is parked without another attempt. */
  #refusalOf(row: DeliveryRow): Attempt | null {
    if (this.#parked !== null) return { outcome: "dead", reason: "gone", detail: this.#parked };
    const crashes = row.unmarkedClaims - 1;
    if (crashes < CRASHES_MAX) return null;
    return { outcome: "dead", reason: "bad-request", detail: `Ended the process ${crashes} times` };
  }

  async #attempt(row: DeliveryRow): Promise<Attempt> {
    const { notifier, render, target, log } = this.#options;
    if (notifier === null) return { outcome: "dead", reason: "gone", detail: "No such target" };
    try {
      const attempt = await notifier.send(render(row), this.#abort.signal);
      if (attempt.outcome === "dead" && attempt.reason !== "bad-request") {
        // A revoked webhook must not be called again: Discord bans addresses that keep doing so.
        this.#parked = `Target is parked (${attempt.reason}: ${attempt.detail})`;
        log.error({ target, reason: attempt.reason, detail: attempt.detail }, "target parked");
      }
      return attempt;
    } catch (thrown) {
      const detail = messageOf(thrown);
      log.error({ target, deliveryId: row.id, error: detail }, "message could not be made or sent");
      if (row.attempts >= FAULTS_MAX) return { outcome: "dead", reason: "bad-request", detail };
      return { outcome: "retry", reason: "server", afterMs: null, detail };
    }
  }

  /** A sent message that is not recorded would be sent again: recording is tried until it works. */
  async #record(write: () => Promise<void>): Promise<void> {
    const { runtime, target, log } = this.#options;
    for (let failures = 1; ; failures += 1) {
      try {
        await write();
        return;
      } catch (thrown) {
        log.error({ target, error: messageOf(thrown) }, "delivery cannot be recorded");
        if (this.#isClosing) throw thrown;
        const waitMs = Math.min(STORE_RETRY_MS_MAX, backoffMs(failures, runtime.random()));
        await runtime.sleep(waitMs, this.#abort.signal);
      }
    }
  }

  #report(row: DeliveryRow, told: Outcome & { readonly latencyMs: number }): void {
    const { target, runtime, log, onOutcome } = this.#options;
    const { outcome, reason, latencyMs } = told;
    const fields = { target, deliveryId: row.id, attempt: row.attempts, latencyMs };
    if (outcome === "delivered") log.info(fields, "alert delivered");
    else log.warn({ ...fields, reason }, outcome === "retry" ? "alert waits" : "alert parked");
    onOutcome({
      type: "delivery",
      deliveryId: row.id,
      target,
      outcome,
      alertIds: row.alertIds,
      atMs: runtime.nowMs(),
      latencyMs,
      reason,
    });
  }
}
