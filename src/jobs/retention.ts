/**
 * Clears what is too old, once a day. A day is a slot with a name in the database: replicas, restarts
 * and a start after a long pause all find out there whether today was done.
 */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import type { ClearRequest, RetentionStore, StoreEvent } from "../store/store.ts";

/** A start reads the store back and connects to venues: that comes first. */
const FIRST_LOOK_MS = 60_000;

/** How often it is looked whether a new day has begun; a failed clearing is tried again by then. */
const LOOK_MS = 3_600_000;

export interface RetentionOptions {
  readonly store: RetentionStore;
  readonly settings: Pick<ClearRequest, "eventsMs" | "rollupsMs">;
  readonly runtime: Pick<Runtime, "nowMs" | "monotonicMs" | "after" | "every">;
  readonly log: Log;
  readonly onEvent: (event: StoreEvent) => void;
}

export interface Retention {
  /** Ends what runs after its present statement. */
  close(): Promise<void>;
}

export function startRetention(options: RetentionOptions): Retention {
  const { runtime, log } = options;
  const closing = new AbortController();
  let running: Promise<void> | null = null;
  const look = (): void => {
    running ??= clearToday(options, closing.signal)
      .catch((error: unknown) => {
        if (closing.signal.aborted) return;
        log.warn({ error: messageOf(error) }, "clearing of old rows failed");
      })
      .finally(() => {
        running = null;
      });
  };
  const cancelFirst = runtime.after(FIRST_LOOK_MS, look);
  const cancel = runtime.every(LOOK_MS, look);
  return {
    async close() {
      cancelFirst();
      cancel();
      closing.abort();
      await running;
    },
  };
}

async function clearToday(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { store, settings, runtime, log, onEvent } = options;
  const nowMs = runtime.nowMs();
  const slot = new Date(nowMs).toISOString().slice(0, "2026-11-20".length);
  if ((await store.lastSlot()) === slot) return;
  const startMs = runtime.monotonicMs();
  const cleared = await store.clear({ slot, nowMs, ...settings }, signal);
  const tookMs = Math.round(runtime.monotonicMs() - startMs);
  log.info({ slot, ...cleared, tookMs }, "old rows were cleared");
  onEvent({ type: "cleared", cleared, atMs: runtime.nowMs() });
}
