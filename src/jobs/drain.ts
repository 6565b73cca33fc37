/**
 * One target's deliveries, one after the other: claim the oldest row, render its latest state, make
 * one attempt, record what came of it. Order is kept; what must wait holds back what is behind it.
 */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { isPublic, type ParkedTarget, type TargetTest } from "../notice.ts";
import type { Attempt, Message, Notifier, TargetPurpose } from "../notifiers/notifier.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { DeliveryRow, DeliveryStore } from "../store/delivery-store.ts";
import type { DeliveryEvent, TargetEvent } from "../store/store.ts";
import { backoffMs } from "./backoff.ts";
import { Parking } from "./parking.ts";

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
  /** What the target is for: messages of the other kind are parked. */
  readonly purpose: TargetPurpose;
  /** As an earlier run, or earlier settings, left the target; null = it works. */
  readonly parked: ParkedTarget | null;
  readonly store: DeliveryStore;
  readonly render: (row: DeliveryRow) => Message;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly onOutcome: (event: DeliveryEvent) => void;
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
  readonly #parking: Parking;
  /** The attempt that runs, or the last one: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #storeFailures = 0;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#parking = new Parking(options);
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
    const attempt = await this.#send(message);
    const latencyMs = Math.round(runtime.monotonicMs() - startedMs);
    if (attempt.outcome !== "delivered") {
      const { reason, detail } = attempt;
      log.warn({ target, reason: reasonOf(attempt) }, "TEST message not delivered");
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
    await this.#turn;
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
    const { runtime } = this.#options;
    const claimedMs = runtime.monotonicMs();
    const refusal = this.#refusalOf(row);
    const told = refusal ?? (await this.#attempt(row));
    // First the target: a row that waits for a target which works would wait for ever.
    if (refusal === null && refusesUs(told)) await this.#park(told);
    const outcome = await this.#settle(row, told);
    if (told.outcome === "delivered" && this.#parking.isParked) {
      await this.#record(() => this.#parking.rearm());
    }
    this.#report(row, { ...outcome, latencyMs: Math.round(runtime.monotonicMs() - claimedMs) });
  }

  async #settle({ id, attempts, wantedRevision }: DeliveryRow, told: Attempt): Promise<Outcome> {
    const { runtime, store } = this.#options;
    const nowMs = runtime.nowMs();
    if (told.outcome === "delivered") {
      const { remoteId } = told;
      await this.#record(() => store.markDelivered(id, attempts, wantedRevision, remoteId, nowMs));
      return { outcome: "delivered", reason: null };
    }
    const reason = reasonOf(told);
    if (told.outcome === "dead") {
      const waits = refusesUs(told);
      await this.#record(() => store.markParked(id, attempts, reason, nowMs, waits));
      return { outcome: "parked", reason };
    }
    const waitMs = Math.max(told.afterMs ?? 0, backoffMs(attempts, runtime.random()));
    this.#wait(waitMs);
    await this.#record(() => store.markRetry(id, attempts, reason, nowMs + waitMs, nowMs));
    this.#options.onDelayed(waitMs);
    return { outcome: "retry", reason };
  }

  #park(told: Refused): Promise<void> {
    return this.#record(() => this.#parking.park(reasonOf(told)));
  }

  /** What is parked without another attempt. */
  #refusalOf(row: DeliveryRow): Attempt | null {
    const { notifier, purpose } = this.#options;
    if (notifier === null) return { outcome: "dead", reason: "gone", detail: "No such target" };
    const { refusal } = this.#parking;
    if (refusal !== null) return { outcome: "dead", reason: "gone", detail: refusal };
    const { notice } = row;
    const wanted = notice === null ? "alerts" : isPublic(notice) ? purpose : "ops";
    if (wanted !== purpose) {
      return { outcome: "dead", reason: "bad-request", detail: `Target is for ${purpose} now` };
    }
    const crashes = row.unmarkedClaims - 1;
    if (crashes < CRASHES_MAX) return null;
    return { outcome: "dead", reason: "bad-request", detail: `Ended the process ${crashes} times` };
  }

  async #attempt(row: DeliveryRow): Promise<Attempt> {
    const { render, target, log } = this.#options;
    try {
      return await this.#send(render(row));
    } catch (thrown) {
      const detail = messageOf(thrown);
      log.error({ target, deliveryId: row.id, error: detail }, "message could not be made or sent");
      if (row.attempts >= FAULTS_MAX) return { outcome: "dead", reason: "bad-request", detail };
      return { outcome: "retry", reason: "server", afterMs: null, detail };
    }
  }

  /** One attempt at a time: a TEST message waits for the row before it, and the next row for it. */
  #send(message: Message): Promise<Attempt> {
    const { notifier } = this.#options;
    const attempt = this.#turn.then(() => {
      if (notifier !== null) return notifier.send(message, this.#abort.signal);
      return { outcome: "dead", reason: "gone", detail: "No such target" } as const;
    });
    this.#turn = attempt.catch(() => {});
    return attempt;
  }

  /** A sent message that is not recorded would be sent again: recording is tried until it works. */
  async #record(write: () => Promise<unknown>): Promise<void> {
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

type Refused = Exclude<Attempt, { readonly outcome: "delivered" }>;

function reasonOf({ reason, detail }: Refused): string {
  return `${reason}: ${detail}`;
}

/** The service refuses us, not this message: every further one would meet it too. */
function refusesUs(told: Attempt): told is Extract<Attempt, { readonly outcome: "dead" }> {
  return told.outcome === "dead" && told.reason !== "bad-request";
}
