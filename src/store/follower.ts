/** Keeps a copy of the stored rows up to date, and never in anybody's way. */
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";

export interface FollowerOptions {
  /** Takes over every row committed before the call. */
  readonly follow: () => Promise<void>;
  /** Commits within this time are copied together, ms. */
  readonly everyMs: number;
  readonly runtime: Pick<Runtime, "after">;
  readonly onDone: () => void;
  readonly onFailure: (error: unknown) => void;
}

export interface Follower {
  /** Something was committed: it is copied soon, whatever fails on the way is tried again. */
  wake(): void;
  stop(): void;
}

/** One run at a time, at most one in `everyMs`, and another after a failure. */
export function startFollower(options: FollowerOptions): Follower {
  const { follow, everyMs, runtime, onDone, onFailure } = options;
  let cancel: Cancel | null = null;
  let isWanted = false;
  let isStopped = false;
  const run = async () => {
    isWanted = false;
    try {
      await follow();
      onDone();
    } catch (error) {
      if (!isStopped) onFailure(error);
      isWanted = true;
    }
    cancel = null;
    if (isWanted) wake();
  };
  const wake = () => {
    isWanted = true;
    if (cancel !== null || isStopped) return;
    cancel = runtime.after(everyMs, () => void run());
  };
  return {
    wake,
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}

/** An outage of an hour is one line at its begin and one at its end. */
export function tellChanges(
  log: Log,
  texts: { readonly failed: string; readonly answered: string },
): { failed(error: unknown): void; answered(): void } {
  let isAway = false;
  return {
    failed(error) {
      const code = error instanceof LiqError ? error.code : "LIQ_STORE";
      if (!isAway) log.warn({ code, error: messageOf(error) }, texts.failed);
      isAway = true;
    },
    answered() {
      if (isAway) log.info({}, texts.answered);
      isAway = false;
    },
  };
}
