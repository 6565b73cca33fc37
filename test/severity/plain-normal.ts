/** SPEC 5.3 a second time: every figure from the bare list of rows and of what was watched, anew. */
import type { Liquidation } from "../../src/liquidation.ts";

const FIVE_MINUTES_MS = 5 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export interface ShareChange {
  readonly atMs: number;
  readonly watched: number;
  readonly all: number;
}

interface KeptRow {
  readonly asset: string;
  readonly timeMs: number;
  readonly cents: number;
}

/** A window (fromMs, toMs], and how much of it was watched. */
interface Aligned {
  readonly fromMs: number;
  readonly toMs: number;
  readonly watchedMs: number;
}

export class PlainNormal {
  readonly #rows: KeptRow[] = [];
  /** The first one stands at the first clock. */
  readonly #changes: ShareChange[] = [];
  /** Asked for several times at one clock, between which nothing is fed. */
  #last: { nowMs: number; windows: readonly Aligned[] } = { nowMs: Number.NaN, windows: [] };

  begin(change: ShareChange): void {
    this.#changes.push(change);
  }

  change(change: ShareChange): void {
    this.#changes.push(change);
    this.#last = { nowMs: Number.NaN, windows: [] };
  }

  row(row: Liquidation, nowMs: number): void {
    const timeMs = Math.min(row.occurredAtMs, row.receivedAtMs);
    const isTooOld = nowMs - timeMs > 25 * 60 * 60_000;
    if (row.history || row.asset === null || isTooOld) return;
    this.#rows.push({ asset: row.asset, timeMs, cents: row.notionalCents ?? 0 });
  }

  watchedMs(nowMs: number): number {
    return this.#aligned(nowMs).reduce((sum, { watchedMs }) => sum + watchedMs, 0);
  }

  /** Money of each watched window that holds a row of the asset, in no order. */
  windows(asset: string, nowMs: number): readonly number[] {
    return this.#held(asset, nowMs)
      .filter(({ window }) => window.watchedMs >= 0.8 * FIVE_MINUTES_MS)
      .map(({ cents }) => cents);
  }

  /** The windows that hold a row of the asset, oldest first. */
  #held(asset: string, nowMs: number): readonly { window: Aligned; cents: number }[] {
    const sums = new Map<number, number>();
    for (const { asset: name, timeMs, cents } of this.#rows) {
      if (name !== asset) continue;
      const intoMs = timeMs % FIVE_MINUTES_MS;
      const endMs = intoMs === 0 ? timeMs : timeMs - intoMs + FIVE_MINUTES_MS;
      sums.set(endMs, (sums.get(endMs) ?? 0) + cents);
    }
    return this.#aligned(nowMs).flatMap((window) => {
      const cents = sums.get(window.toMs);
      return cents === undefined ? [] : [{ window, cents }];
    });
  }

  timesNormal(asset: string, cents: number, nowMs: number): number | null {
    if (this.watchedMs(nowMs) < DAY_MS) return null;
    const windows = this.windows(asset, nowMs);
    if (windows.length < 12) return null;
    const usual = nearestRank(windows);
    return usual === 0 ? null : cents / usual;
  }

  /** The end of the last window before the running one that held as much; null = there is none. */
  lastAtLeast(asset: string, cents: number, nowMs: number): number | null {
    const found = this.#held(asset, nowMs).filter((one) => one.cents >= cents);
    return found.at(-1)?.window.toMs ?? null;
  }

  /** True when every window after `sinceMs` and before the running one was watched. */
  isSeenSince(sinceMs: number, nowMs: number): boolean {
    const after = this.#aligned(nowMs).filter(({ fromMs }) => fromMs >= sinceMs);
    return after.every(({ watchedMs }) => watchedMs >= 0.8 * FIVE_MINUTES_MS);
  }

  /** The windows of the last 7 days that are over at the clock, oldest first. */
  #aligned(nowMs: number): readonly Aligned[] {
    if (this.#last.nowMs === nowMs) return this.#last.windows;
    const windows: Aligned[] = [];
    let toMs = Math.ceil(nowMs / FIVE_MINUTES_MS) * FIVE_MINUTES_MS - FIVE_MINUTES_MS;
    for (let count = 0; count < (7 * DAY_MS) / FIVE_MINUTES_MS; count += 1) {
      const fromMs = toMs - FIVE_MINUTES_MS;
      windows.push({ fromMs, toMs, watchedMs: this.#watchedMs(fromMs, toMs) });
      toMs = fromMs;
    }
    this.#last = { nowMs, windows: windows.reverse() };
    return windows;
  }

  #watchedMs(fromMs: number, toMs: number): number {
    let sumMs = 0;
    this.#changes.forEach(({ atMs, watched, all }, at) => {
      const untilMs = this.#changes[at + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      const lengthMs = Math.min(toMs, untilMs) - Math.max(fromMs, atMs);
      if (lengthMs > 0) sumMs += Math.floor((lengthMs * watched) / all);
    });
    return sumMs;
  }
}

/** The smallest value that at least 95 of 100 are not above. */
function nearestRank(values: readonly number[]): number {
  const reached = values.filter((value) => {
    return values.filter((other) => other <= value).length * 100 >= values.length * 95;
  });
  return Math.min(...reached);
}
