/** Keeps the usual shares of venues measured: from what is stored, at the start and every hour. */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { CoverageBook } from "../severity/coverage-book.ts";
import { WATCH_MS_MAX } from "../severity/watch-times.ts";
import type { StoreQueries } from "../store/store.ts";

/** Shares of 7 days hardly change in an hour. */
export const MEASURE_MS = 3_600_000;

export interface MeasuringOptions {
  readonly book: Pick<CoverageBook, "measure">;
  readonly store: Pick<StoreQueries, "usualMoney">;
  readonly runtime: Pick<Runtime, "nowMs" | "every">;
  readonly log: Log;
}

/** Nobody waits for it: until the store has answered, and where it does not, shares stay as they are. */
export function startMeasuring({ book, store, runtime, log }: MeasuringOptions): Cancel {
  let isRunning = true;
  const measure = async (): Promise<void> => {
    const nowMs = runtime.nowMs();
    try {
      const money = await store.usualMoney(nowMs - WATCH_MS_MAX);
      if (isRunning) book.measure(money, nowMs);
    } catch (thrown) {
      if (isRunning) log.warn({ error: messageOf(thrown) }, "Venue shares could not be measured");
    }
  };
  void measure();
  const stop = runtime.every(MEASURE_MS, () => void measure());
  return () => {
    isRunning = false;
    stop();
  };
}
