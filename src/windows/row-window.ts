/** One sliding window over a ring: two positions that only move forward. */
import type { PositionHolder, RowRing } from "./ring.ts";

const NEVER = Number.POSITIVE_INFINITY;

export class RowWindow implements PositionHolder {
  readonly windowMs: number;
  readonly delayMs: number;
  readonly #ring: RowRing;
  /** First position inside; rows before it are at or before T - W. */
  #head = 0;
  /** First position not yet inside; rows from it on are later than T. */
  #tail = 0;
  /** The largest row of [head, scanned), while `#largestAt` is still inside. */
  #largestAt = -1;
  #largestCents = 0;
  #scanned = 0;

  constructor(ring: RowRing, size: { readonly windowMs: number; readonly delayMs: number }) {
    this.#ring = ring;
    this.windowMs = size.windowMs;
    this.delayMs = size.delayMs;
    this.#head = ring.start;
    this.#tail = ring.start;
    ring.follow(this);
  }

  onInserted(position: number): void {
    const isInside = position >= this.#head;
    if (!isInside) this.#head += 1;
    if (position < this.#tail) this.#tail += 1;
    if (position <= this.#largestAt) this.#largestAt += 1;
    if (position >= this.#scanned) return;
    this.#scanned += 1;
    if (isInside) this.#consider(position);
  }

  /** Moves the window to the clock `nowMs`: rows with T - W < time <= T, T = now - D. */
  advance(nowMs: number): void {
    const ring = this.#ring;
    const lastMs = nowMs - this.delayMs;
    const end = ring.end;
    if (this.#head < ring.start) this.#head = ring.start;
    if (this.#tail < this.#head) this.#tail = this.#head;
    if (this.delayMs === 0) this.#tail = end;
    else while (this.#tail < end && ring.timeAt(this.#tail) <= lastMs) this.#tail += 1;
    const outMs = lastMs - this.windowMs;
    while (this.#head < this.#tail && ring.timeAt(this.#head) <= outMs) this.#head += 1;
  }

  get head(): number {
    return this.#head;
  }
  get tail(): number {
    return this.#tail;
  }
  get rows(): number {
    return this.#tail - this.#head;
  }
  get orders(): number {
    return (this.#ring.ordersBefore(this.#tail) - this.#ring.ordersBefore(this.#head)) >>> 0;
  }
  get longCents(): number {
    return this.#ring.longBefore(this.#tail) - this.#ring.longBefore(this.#head);
  }
  get shortCents(): number {
    return this.#ring.shortBefore(this.#tail) - this.#ring.shortBefore(this.#head);
  }
  get notionalCents(): number {
    return this.longCents + this.shortCents;
  }

  /** Money of the largest row, 0 in an empty window. Read lazily: only what is new is looked at. */
  largestCents(): number {
    if (this.#largestAt < this.#head) {
      this.#largestAt = -1;
      this.#largestCents = 0;
      this.#scanned = this.#head;
    }
    while (this.#scanned < this.#tail) {
      this.#consider(this.#scanned);
      this.#scanned += 1;
    }
    return this.#largestCents;
  }

  /** The next clock at which this window changes by itself; Infinity when it cannot. */
  nextChangeMs(): number {
    if (this.#head >= this.#tail) return this.nextEntryMs();
    const leavesMs = this.#ring.timeAt(this.#head) + this.windowMs + this.delayMs;
    return Math.min(leavesMs, this.nextEntryMs());
  }

  /** The next clock at which a row enters: only then can a figure rise by itself. */
  nextEntryMs(): number {
    return this.#tail < this.#ring.end ? this.#ring.timeAt(this.#tail) + this.delayMs : NEVER;
  }

  #consider(position: number): void {
    const cents = this.#ring.centsAt(position);
    // Of equals the last one stays longest: rows of one size would else be scanned again for each.
    if (this.#largestAt >= 0 && cents < this.#largestCents) return;
    this.#largestAt = position;
    this.#largestCents = cents;
  }
}
