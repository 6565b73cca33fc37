/**
 * Sums of whole seconds for windows of 15 min to 24 h: one entry per second that had rows, sorted,
 * with a running sum per window. Adding at the end and reading cost a few additions; a late second
 * is inserted where it belongs. SPEC 3: an event counts if
 * floor(now/1000) - W < floor(windowTime/1000) <= floor(now/1000).
 */

import { SecondLog } from "./second-log.ts";

/** What one second, or one window of them, adds up to. */
export interface SecondSums {
  orders: number;
  rows: number;
  longCents: number;
  shortCents: number;
}

interface Entry extends SecondSums {
  readonly second: number;
}

interface RunningWindow {
  readonly seconds: number;
  /** Index of the first entry inside. */
  first: number;
  /** Entries at or before this second are out, as of the last look. */
  edge: number;
  readonly sums: SecondSums;
}

/** Entries dropped from the front at once, so that the array moves rarely. */
const COMPACT_AT = 64;

export class SecondTotals {
  readonly #log = new SecondLog();
  /** Entries before this index have left every window. */
  #start = 0;
  readonly #windows: readonly RunningWindow[];
  readonly #longest: RunningWindow;
  #newestSecond = Number.NEGATIVE_INFINITY;

  /** `windowsMs` in ascending order. */
  constructor(windowsMs: readonly number[]) {
    this.#windows = windowsMs.map((windowMs) => ({
      seconds: windowMs / 1000,
      first: 0,
      edge: Number.NEGATIVE_INFINITY,
      sums: emptySums(),
    }));
    const longest = this.#windows.at(-1);
    if (longest === undefined) throw new RangeError("Second totals need at least one window");
    this.#longest = longest;
  }

  /** The newest second that ever had a row. */
  get newestSecond(): number {
    return this.#newestSecond;
  }

  /** Adds a row at `timeMs`, not later than the clock; what has left the longest window is not kept. */
  add(timeMs: number, sums: Readonly<SecondSums>): void {
    const second = Math.floor(timeMs / 1000);
    if (second > this.#newestSecond) this.#newestSecond = second;
    if (second <= this.#longest.edge) return;
    const index = this.#log.indexOf(second, this.#start);
    const isNewest = index === this.#log.length;
    if (!isNewest && this.#log.secondAt(index) === second) this.#log.addAt(index, sums);
    else this.#insert(index, second, sums);
    for (const window of this.#windows) if (second > window.edge) addTo(window.sums, sums);
    // Figures that nobody reads must not grow for ever. No row is later than the clock, so what is
    // out of a window at this second is out of it now.
    if (isNewest) this.advance(timeMs);
  }

  /** The window of this length at the clock `nowMs`. The result is reused by the next call. */
  read(windowMs: number, nowMs: number): Readonly<SecondSums> {
    this.advance(nowMs);
    const window = this.#windows.find((one) => one.seconds * 1000 === windowMs);
    if (window === undefined) throw new RangeError(`No window of ${windowMs} ms is kept here`);
    return window.sums;
  }

  advance(nowMs: number): void {
    const nowSecond = Math.floor(nowMs / 1000);
    for (const window of this.#windows) this.#advanceWindow(window, nowSecond - window.seconds);
    this.#start = this.#longest.first;
    if (this.#start >= COMPACT_AT && this.#start * 2 >= this.#log.length) this.#compact();
  }

  /** The next clock at which the window changes by itself; Infinity when it is empty. */
  nextChangeMs(windowMs: number): number {
    const window = this.#windows.find((one) => one.seconds * 1000 === windowMs);
    if (window === undefined || window.first >= this.#log.length) return Number.POSITIVE_INFINITY;
    return (this.#log.secondAt(window.first) + window.seconds) * 1000;
  }

  /** Entries later than `second`, oldest first. */
  *after(second: number): IterableIterator<Readonly<Entry>> {
    for (let index = this.#start; index < this.#log.length; index += 1) {
      const at = this.#log.secondAt(index);
      if (at > second) yield { second: at, ...this.#log.sumsAt(index) };
    }
  }

  /** Every second in (after, last] that had rows, oldest first; nothing is made for it. */
  each(
    after: number,
    last: number,
    visit: (second: number, longCents: number, shortCents: number) => void,
  ): void {
    for (
      let index = this.#log.indexOf(after + 1, this.#start);
      index < this.#log.length;
      index += 1
    ) {
      const second = this.#log.secondAt(index);
      if (second > last) return;
      visit(second, this.#log.longCentsAt(index), this.#log.shortCentsAt(index));
    }
  }

  #advanceWindow(window: RunningWindow, edge: number): void {
    if (edge <= window.edge) return;
    window.edge = edge;
    while (window.first < this.#log.length && this.#log.secondAt(window.first) <= edge) {
      this.#log.takeFrom(window.sums, window.first);
      window.first += 1;
    }
  }

  #insert(index: number, second: number, sums: Readonly<SecondSums>): void {
    this.#log.insert(index, second, sums);
    // A second that a short window has already left never enters it, not even as the newest.
    for (const window of this.#windows) {
      if (index < window.first || second <= window.edge) window.first += 1;
    }
  }

  #compact(): void {
    const gone = this.#start;
    this.#log.dropFront(gone);
    for (const window of this.#windows) window.first -= gone;
    this.#start = 0;
  }
}

export function emptySums(): SecondSums {
  return { orders: 0, rows: 0, longCents: 0, shortCents: 0 };
}

export function addTo(target: SecondSums, sums: Readonly<SecondSums>): void {
  target.orders += sums.orders;
  target.rows += sums.rows;
  target.longCents += sums.longCents;
  target.shortCents += sums.shortCents;
}
