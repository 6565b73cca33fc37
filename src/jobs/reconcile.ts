/** Finds deliveries that no job carries: Redis may be flushed or gone at any moment. */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { DeliveryStore } from "../store/delivery-store.ts";

/** Lost wake-ups are found within this time. */
export const RECONCILE_MS = 5_000;

export interface ReconcileOptions {
  readonly store: DeliveryStore;
  readonly runtime: Runtime;
  readonly log: Log;
  /** A target with pending rows, and when its oldest may be tried. */
  readonly onPending: (target: string, dueAtMs: number) => void;
}

export interface Reconciler {
  /** Also done by itself every five seconds, one at a time. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export function startReconciler(options: ReconcileOptions): Reconciler {
  const { store, runtime, log, onPending } = options;
  let looking: Promise<void> | null = null;
  const lookNow = async (): Promise<void> => {
    try {
      for (const { target, dueAtMs } of await store.pendingTargets(runtime.nowMs())) {
        onPending(target, dueAtMs);
      }
    } catch (thrown) {
      log.warn({ error: messageOf(thrown) }, "pending deliveries cannot be looked up");
    }
  };
  const look = (): Promise<void> => {
    looking ??= lookNow().finally(() => {
      looking = null;
    });
    return looking;
  };
  const cancel: Cancel = runtime.every(RECONCILE_MS, () => void look());
  return {
    look,
    async close() {
      cancel();
      await looking;
    },
  };
}
