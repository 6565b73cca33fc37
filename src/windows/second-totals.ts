/**
 * Sums of whole seconds for windows of 15 min to 24 h: one entry per second that had rows, sorted,
 * with a running sum per window. Adding at the end and reading cost a few additions; a late second
 * is inserted where it belongs. SPEC 3: an event counts if
 * floor(now/1000) - W < floor(windowTime/1000) <= floor(now/1000).
 */

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
const COMPACT_AT = 1_024;

export class SecondTotals {
  #entries: Entry[] = [];
  /** Entries before this index have left every window. */
  #start = 0;
  readonly #windows: readonly RunningWindow[];
  readonly #longest: RunningWindow;

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

  /** Adds a row at `timeMs`; a second that has left the longest window is not kept. */
  add(timeMs: number, sums: Readonly<SecondSums>): void {
    const second = Math.floor(timeMs / 1000);
    if (second <= this.#longest.edge) return;
    const index = this.#indexOf(second);
    const entry = this.#entries[index];
    if (entry !== undefined && entry.second === second) addTo(entry, sums);
    else this.#insert(index, entryOf(second, sums));
    for (const window of this.#windows) if (second > window.edge) addTo(window.sums, sums);
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
    if (this.#start >= COMPACT_AT && this.#start * 2 >= this.#entries.length) this.#compact();
  }

  /** The next clock at which the window changes by itself; Infinity when it is empty. */
  nextChangeMs(windowMs: number): number {
    const window = this.#windows.find((one) => one.seconds * 1000 === windowMs);
    const entry = window === undefined ? undefined : this.#entries[window.first];
    if (window === undefined || entry === undefined) return Number.POSITIVE_INFINITY;
    return (entry.second + window.seconds) * 1000;
  }

  /** Entries later than `second`, oldest first. */
  *after(second: number): IterableIterator<Readonly<Entry>> {
    for (let index = this.#start; index < this.#entries.length; index += 1) {
      const entry = this.#entries[index];
      if (entry !== undefined && entry.second > second) yield entry;
    }
  }

  #advanceWindow(window: RunningWindow, edge: number): void {
    if (edge <= window.edge) return;
    window.edge = edge;
    let entry = this.#entries[window.first];
    while (entry !== undefined && entry.second <= edge) {
      subtractFrom(window.sums, entry);
      window.first += 1;
      entry = this.#entries[window.first];
    }
  }

  /** Index of the second, or of the place where it belongs; the end is tried first. */
  #indexOf(second: number): number {
    const last = this.#entries.at(-1);
    if (last === undefined || last.second < second) return this.#entries.length;
    let low = this.#start;
    let high = this.#entries.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.second ?? 0) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(index: number, entry: Entry): void {
    if (index === this.#entries.length) this.#entries.push(entry);
    else this.#entries.splice(index, 0, entry);
    // A second that a short window has already left never enters it, not even as the newest.
    for (const window of this.#windows) {
      if (index < window.first || entry.second <= window.edge) window.first += 1;
    }
  }

  #compact(): void {
    const gone = this.#start;
    this.#entries = this.#entries.slice(gone);
    for (const window of this.#windows) window.first -= gone;
    this.#start = 0;
  }
}

function entryOf(second: number, sums: Readonly<SecondSums>): Entry {
  const { orders, rows, longCents, shortCents } = sums;
  return { second, orders, rows, longCents, shortCents };
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

function subtractFrom(target: SecondSums, sums: Readonly<SecondSums>): void {
  target.orders -= sums.orders;
  target.rows -= sums.rows;
  target.longCents -= sums.longCents;
  target.shortCents -= sums.shortCents;
}
