/** Delivery as one part: a drain per target, the queue that wakes them, the reconciler behind it. */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Notifier, TargetSettings } from "../notifiers/notifier.ts";
import { renderMessage } from "../render/message.ts";
import type { VenueNotes } from "../render/subject.ts";
import type { Label } from "../render/title.ts";
import type { Severity } from "../rule.ts";
import type { Runtime } from "../runtime.ts";
import type { DeliveryRow, DeliveryStore, StoreEvent } from "../store/store.ts";
import { createDrain, type Drain } from "./drain.ts";
import { openWakeQueue, type QueueBackend, type WakeQueue } from "./queue.ts";
import { startReconciler } from "./reconcile.ts";

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
  return new DeliveryParts(options);
}

class DeliveryParts implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #drains = new Map<string, Drain>();
  #targets: readonly TargetSettings[];
  readonly #queue: WakeQueue;
  readonly #reconciler: ReturnType<typeof startReconciler>;
  /** Targets with a job that waits to be taken: one is enough. */
  readonly #carried = new Set<string>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
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
    }
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
    const { store, runtime, log, onEvent, notifierOf } = this.#options;
    const silentBelow = target?.silentBelow ?? "LOW";
    return createDrain({
      target: name,
      notifier: target === null ? null : notifierOf(target),
      store,
      runtime,
      log,
      render: (row) => this.#render(row, silentBelow),
      onOutcome: onEvent,
      onDelayed: (delayMs) => this.#carry(name, delayMs),
    });
  }

  /** Rows of a target that was taken out of the configuration are parked by a drain of their own. */
  #drain(name: string): Drain {
    const known = this.#drains.get(name) ?? this.#drainOf(name, null);
    this.#drains.set(name, known);
    return known;
  }

  #render(row: DeliveryRow, silentBelow: Severity) {
    const { runtime, label, venueNotes } = this.#options;
    const { incidentNumber } = row;
    const nowMs = runtime.nowMs();
    return renderMessage(row.decisions, { incidentNumber, nowMs, label, silentBelow, venueNotes });
  }

  /** Wakes through the queue too: a job outlives this process, a direct call does not. */
  #carry(target: string, delayMs: number): void {
    if (delayMs === 0 && this.#carried.has(target)) return;
    if (delayMs === 0) this.#carried.add(target);
    this.#queue.add({ target, delayMs }).catch((thrown: unknown) => {
      this.#carried.delete(target);
      this.#options.log.debug({ target, error: messageOf(thrown) }, "wake-up not queued");
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
