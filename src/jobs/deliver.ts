/** Delivery as one part: a drain per target, the queue that wakes them, the reconciler behind it. */
import { messageOf as errorText, LiqError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ParkedTarget, TargetTest } from "../notice.ts";
import type { Message, Notifier, TargetSettings } from "../notifiers/notifier.ts";
import type { VenueNotes } from "../render/subject.ts";
import type { Label } from "../render/title.ts";
import type { Runtime } from "../runtime.ts";
import type { DeliveryStore } from "../store/delivery-store.ts";
import type { StoreEvent, TargetEvent } from "../store/store.ts";
import { createDrain, type Drain } from "./drain.ts";
import { limitsOf, Pace, sharedLimitsOf } from "./pace.ts";
import { WAITING_MS_MAX } from "./parking.ts";
import { openWakeQueue, type QueueBackend, type WakeQueue } from "./queue.ts";
import { startReconciler } from "./reconcile.ts";
import { messageOf } from "./rendering.ts";

export interface DeliveryOptions {
  readonly store: DeliveryStore;
  readonly backend: QueueBackend;
  readonly targets: readonly TargetSettings[];
  /** `createNotifier` of `notifiers/`, which jobs do not import. */
  readonly notifierOf: (target: TargetSettings) => Notifier;
  /** Said first in every title; null = real alerts. */
  readonly label: Label | null;
  readonly venueNotes: VenueNotes;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Every outcome of an attempt, and trouble with the queue. */
  readonly onEvent: (event: StoreEvent) => void;
}

export interface Delivery {
  /** To be called after a commit, for each target it has deliveries for. Never waits. */
  wake(target: string): Promise<void>;
  /**
   * Other targets from now on. One that is as before goes on untouched; one that is gone has what
   * waits for it parked; a new or changed one starts with what waits for it.
   * @throws LiqError `LIQ_CONFIG` when an address cannot be used: then nothing has changed
   */
  setTargets(targets: readonly TargetSettings[]): Promise<void>;
  /**
   * One message at once, past the rows; one that arrives re-arms a parked target.
   * @throws LiqError `LIQ_COMMAND` for a target that is not configured
   */
  test(target: string, message: Message): Promise<TargetTest>;
  /** Lets running attempts end, at most ten seconds. */
  close(): Promise<void>;
}

/** Running attempts are cut short after this long, so that closing stays under ten seconds. */
const CLOSE_MS_MAX = 6_000;

/**
 * Starts delivering: what a former process left behind first. Resolves without waiting for the
 * queue's backend.
 *
 * @throws LiqError `LIQ_CONFIG` when a target's address cannot be used.
 */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const parts = new DeliveryParts(options, await options.store.parkedTargets());
  await parts.retryAllParked();
  return parts;
}

class DeliveryParts implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #drains = new Map<string, Drain>();
  #targets: readonly TargetSettings[];
  readonly #queue: WakeQueue;
  readonly #reconciler: ReturnType<typeof startReconciler>;
  /** Targets with a job that waits to be taken: one is enough. */
  readonly #carried = new Set<string>();
  readonly #parked = new Map<string, ParkedTarget>();
  /** What targets of one service have in common. */
  readonly #sharedPaces = new Map<string, Pace>();

  constructor(options: DeliveryOptions, parked: readonly ParkedTarget[]) {
    this.#options = options;
    for (const one of parked) this.#parked.set(one.target, one);
    const { targets, runtime, log, store } = options;
    this.#targets = targets;
    for (const target of targets) this.#drains.set(target.name, this.#drainOf(target.name, target));
    this.#queue = openWakeQueue(options.backend, {
      concurrency: Math.max(1, targets.length),
      runtime,
      log,
      onWake: (target) => {
        this.#carried.delete(target);
        return this.#drain(target).wake();
      },
      onTrouble: (message) => this.#onTrouble(message),
    });
    this.#reconciler = startReconciler({
      store,
      runtime,
      log,
      onPending: (target, dueAtMs) => this.#onPending(target, dueAtMs),
    });
    void this.#reconciler.look();
  }

  async wake(target: string): Promise<void> {
    void this.#drain(target).wake();
    this.#carry(target, 0);
  }

  async setTargets(targets: readonly TargetSettings[]): Promise<void> {
    const before = new Map(this.#targets.map((target) => [target.name, JSON.stringify(target)]));
    const next = targets.filter((target) => before.get(target.name) !== JSON.stringify(target));
    const kept = new Set(targets.map(({ name }) => name));
    const gone = this.#targets.map(({ name }) => name).filter((name) => !kept.has(name));
    const drains = new Map<string, Drain>();
    for (const target of next) drains.set(target.name, this.#drainOf(target.name, target));
    for (const name of gone) drains.set(name, this.#drainOf(name, null));
    this.#targets = targets;
    for (const [name, drain] of drains) {
      // One attempt at a time per target: the old drain has ended when the new one begins.
      await this.#drains.get(name)?.close();
      this.#drains.set(name, drain);
      void drain.wake();
      const resent = await this.#retryParked(name);
      const parked = this.#parked.get(name) ?? null;
      if (resent > 0) this.#onTarget({ type: "target", target: name, parked, resent });
    }
  }

  /** What a former process left parked. */
  async retryAllParked(): Promise<void> {
    for (const name of [...this.#parked.keys()]) await this.#retryParked(name);
  }

  async test(target: string, message: Message): Promise<TargetTest> {
    if (this.#targets.every(({ name }) => name !== target)) {
      throw new LiqError("LIQ_COMMAND", `Target ${target} is not configured`);
    }
    return this.#drain(target).test(message);
  }

  async close(): Promise<void> {
    const { runtime } = this.#options;
    const drains = [...this.#drains.values()];
    const cancel = runtime.after(CLOSE_MS_MAX, () => {
      for (const drain of drains) drain.cutShort();
    });
    await this.#reconciler.close();
    await Promise.all(drains.map((drain) => drain.close()));
    cancel();
    await this.#queue.close();
  }

  #drainOf(name: string, target: TargetSettings | null): Drain {
    const { store, runtime, log, onEvent, notifierOf, label, venueNotes } = this.#options;
    const silentBelow = target?.silentBelow ?? "LOW";
    const limits = target === null ? [] : limitsOf(target);
    return createDrain({
      pace: limits.length === 0 ? null : new Pace(limits),
      sharedPace: target === null ? null : this.#sharedPace(target),
      budget: target !== null && "budget" in target ? target.budget : null,
      target: name,
      purpose: target?.purpose ?? "alerts",
      parked: this.#parked.get(name) ?? null,
      notifier: target === null ? null : notifierOf(target),
      store,
      runtime,
      log,
      render(row) {
        return messageOf(row, { nowMs: runtime.nowMs(), label, silentBelow, venueNotes });
      },
      onOutcome: onEvent,
      onTarget: (event) => this.#onTarget(event),
      onDelayed: (delayMs) => this.#carry(name, delayMs),
    });
  }

  #sharedPace(target: TargetSettings): Pace | null {
    const shared = sharedLimitsOf(target);
    if (shared === null) return null;
    const pace = this.#sharedPaces.get(shared.key) ?? new Pace(shared.limits);
    this.#sharedPaces.set(shared.key, pace);
    return pace;
  }

  /** Rows of a target that was taken out of the configuration are parked by a drain of their own. */
  #drain(name: string): Drain {
    const known = this.#drains.get(name) ?? this.#drainOf(name, null);
    this.#drains.set(name, known);
    return known;
  }

  /**
   * A parked target after a start, or with new settings: the oldest message that waits is tried, and
   * when it arrives the others follow. One that is no longer configured is not parked any more.
   */
  async #retryParked(name: string): Promise<number> {
    const { store, runtime, log } = this.#options;
    if (!this.#parked.has(name)) return 0;
    try {
      if (this.#targets.some((target) => target.name === name)) {
        const tried = await store.retryOldest(name, runtime.nowMs() - WAITING_MS_MAX);
        if (tried > 0) void this.#drain(name).wake();
        return tried;
      }
      await store.forgetParked(name);
      this.#onTarget({ type: "target", target: name, parked: null, resent: 0 });
    } catch (thrown) {
      log.warn({ target: name, error: errorText(thrown) }, "parked target is not tried again");
    }
    return 0;
  }

  #onTarget(event: TargetEvent): void {
    if (event.parked === null) this.#parked.delete(event.target);
    else this.#parked.set(event.target, event.parked);
    this.#options.onEvent(event);
  }

  /** Wakes through the queue too: a job outlives this process, a direct call does not. */
  #carry(target: string, delayMs: number): void {
    if (delayMs === 0 && this.#carried.has(target)) return;
    if (delayMs === 0) this.#carried.add(target);
    this.#queue.add({ target, delayMs }).catch((thrown: unknown) => {
      this.#carried.delete(target);
      this.#options.log.debug({ target, error: errorText(thrown) }, "wake-up not queued");
    });
  }

  #onPending(target: string, dueAtMs: number): void {
    if (dueAtMs <= this.#options.runtime.nowMs()) void this.#drain(target).wake();
    else this.#drain(target).wakeAt(dueAtMs);
  }

  #onTrouble(message: string | null): void {
    const { log, onEvent } = this.#options;
    // Jobs may have been lost with the backend; the reconciler finds their rows.
    this.#carried.clear();
    if (message === null) onEvent({ type: "recovered", part: "queue" });
    else onEvent({ type: "trouble", part: "queue", message });
    const fields = message === null ? {} : { error: message };
    if (message === null) log.info(fields, "queue is back");
    else log.warn(fields, "queue is away; deliveries go on without it");
  }
}
