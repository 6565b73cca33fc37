/** One attempt at one row: render, send or edit, record what came of it. */
import { messageOf } from "../errors.ts";
import { isPublic } from "../notice.ts";
import type { Attempt, Message } from "../notifiers/notifier.ts";
import type { DeliveryRow } from "../store/delivery-store.ts";
import type { DeliveryEvent } from "../store/store.ts";
import { backoffMs } from "./backoff.ts";
import type { DrainOptions } from "./drain.ts";
import type { RequestKind } from "./pace.ts";
import type { Parking } from "./parking.ts";
import { isUntold, type Step, stepOf } from "./step.ts";

/** A row that ended the process this often is parked: it must not hold up the others. */
export const CRASHES_MAX = 5;
/** A row on which our own code threw this often is parked. */
const FAULTS_MAX = 5;
/** The store is asked again after this long when it failed, at most. */
export const STORE_RETRY_MS_MAX = 5_000;

interface Outcome {
  readonly outcome: DeliveryEvent["outcome"];
  readonly reason: string | null;
}

export interface AttemptsOptions extends DrainOptions {
  readonly parking: Parking;
  /** Nothing is sent to the target before that many ms have passed. */
  readonly wait: (delayMs: number) => void;
}

export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #abort = new AbortController();
  #isClosing = false;
  /** The attempt that runs, or the last one: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Resolves when the running attempt has ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#turn;
  }

  /** Ends the running attempt at once: its row is tried again at the next start. */
  cutShort(): void {
    this.#abort.abort();
  }

  async deliver(row: DeliveryRow): Promise<void> {
    const { runtime } = this.#options;
    const claimedMs = runtime.monotonicMs();
    const refusal = this.#refusalOf(row);
    const told = refusal ?? (await this.#attempt(row));
    // First the target: a row that waits for a target which works would wait for ever.
    if (refusal === null && refusesUs(told)) await this.#park(told);
    const outcome = await this.#settle(row, told);
    if (told.outcome === "delivered" && this.#options.parking.isParked) {
      await this.#record(() => this.#options.parking.rearm());
    }
    this.#report(row, { ...outcome, latencyMs: Math.round(runtime.monotonicMs() - claimedMs) });
  }

  async #settle(row: DeliveryRow, told: Attempt): Promise<Outcome> {
    const { runtime, store, notifier } = this.#options;
    const { id, attempts } = row;
    const nowMs = runtime.nowMs();
    const isEdit = stepOf(row, notifier) !== "send";
    if (told.outcome === "delivered") {
      const [revision, alerts] = [row.wantedRevision, row.alertIds.length];
      const shown = { id, attempt: attempts, revision, alerts, remoteId: told.remoteId };
      await this.#record(() => store.markShown({ ...shown, isEdit, nowMs }));
      return { outcome: isEdit ? "edited" : "delivered", reason: null };
    }
    const reason = reasonOf(told);
    if (told.outcome === "dead" && isEdit && !refusesUs(told)) {
      await this.#record(() => store.markLost(id, attempts, reason, nowMs));
      return { outcome: "lost", reason };
    }
    if (told.outcome === "dead") {
      const waits = refusesUs(told);
      await this.#record(() => store.markParked(id, attempts, reason, nowMs, waits));
      return { outcome: "parked", reason };
    }
    const waitMs = Math.max(told.afterMs ?? 0, backoffMs(attempts, runtime.random()));
    this.#options.wait(waitMs);
    if (told.isGlobal === true) this.#options.sharedPace?.block(nowMs + waitMs);
    await this.#record(() => store.markRetry(id, attempts, reason, nowMs + waitMs, nowMs));
    this.#options.onDelayed(waitMs);
    return { outcome: "retry", reason };
  }

  #park(told: Refused): Promise<void> {
    return this.#record(() => this.#options.parking.park(reasonOf(told)));
  }

  /** What is parked without another attempt. */
  #refusalOf(row: DeliveryRow): Attempt | null {
    const { notifier, purpose } = this.#options;
    if (notifier === null) return { outcome: "dead", reason: "gone", detail: "No such target" };
    const { refusal } = this.#options.parking;
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
    const { render, target, log, notifier } = this.#options;
    const step = stepOf(row, notifier);
    if (step === "nothing") return { outcome: "delivered", remoteId: row.remoteId };
    try {
      const remoteId = step === "edit" ? row.remoteId : null;
      return await this.send(render(row), { remoteId, kind: kindOf(step, row) });
    } catch (thrown) {
      const detail = messageOf(thrown);
      log.error({ target, deliveryId: row.id, error: detail }, "message could not be made or sent");
      if (row.attempts >= FAULTS_MAX) return { outcome: "dead", reason: "bad-request", detail };
      return { outcome: "retry", reason: "server", afterMs: null, detail };
    }
  }

  /** One attempt at a time: a TEST message waits for the row before it, and the next row for it. */
  send(message: Message, how: Sending = NEW): Promise<Attempt> {
    const { remoteId, kind } = how;
    const { notifier, runtime, pace, sharedPace } = this.#options;
    const { signal } = this.#abort;
    const attempt = this.#turn.then(async (): Promise<Attempt> => {
      if (notifier === null) return { outcome: "dead", reason: "gone", detail: "No such target" };
      const isEdit = remoteId !== null && notifier.edit !== null;
      const told = isEdit
        ? await notifier.edit(remoteId, message, signal)
        : await notifier.send(message, signal);
      for (const one of [pace, sharedPace]) one?.add({ atMs: runtime.nowMs(), kind });
      return told;
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
    if (outcome === "edited") log.debug(fields, "message edited");
    else if (outcome === "delivered") log.info(fields, "alert delivered");
    else log.warn({ ...fields, reason }, WORDS[outcome]);
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

interface Sending {
  /** What is to be edited; null = a new message. */
  readonly remoteId: string | null;
  readonly kind: RequestKind;
}

const NEW: Sending = { remoteId: null, kind: "message" };

function kindOf(step: Step, row: DeliveryRow): RequestKind {
  if (step !== "edit") return "message";
  return row.isContinued || row.kind !== "alert" || isUntold(row) ? "edit" : "figures";
}

const WORDS = {
  retry: "alert waits",
  parked: "alert parked",
  lost: "message cannot be edited any more",
} as const;

type Refused = Exclude<Attempt, { readonly outcome: "delivered" }>;

function reasonOf({ reason, detail }: Refused): string {
  return `${reason}: ${detail}`;
}

/** The service refuses us, not this message: every further one would meet it too. */
function refusesUs(told: Attempt): told is Extract<Attempt, { readonly outcome: "dead" }> {
  return told.outcome === "dead" && (told.reason === "auth" || told.reason === "gone");
}
