/**
 * A window whose rows are told one by one as they come in and go out: for figures that prefix sums
 * cannot give. Two positions that only move forward, as a `RowWindow`'s do.
 */
import type { PositionHolder, RowRing } from "./ring.ts";

/** Takes the numbers of rows (in the row table) as they enter and leave; `clear` forgets all of them. */
export interface RowTaker {
  enter(ref: number): void;
  leave(ref: number): void;
  clear(): void;
}

export class RowFlow implements PositionHolder {
  readonly #ring: RowRing;
  readonly #taker: RowTaker;
  readonly #windowMs: number;
  readonly #delayMs: number;
  /** Rows of [head, tail) are with the taker. */
  #head: number;
  #tail: number;

  constructor(
    ring: RowRing,
    size: { readonly windowMs: number; readonly delayMs: number },
    taker: RowTaker,
  ) {
    this.#ring = ring;
    this.#taker = taker;
    this.#windowMs = size.windowMs;
    this.#delayMs = size.delayMs;
    this.#head = ring.start;
    this.#tail = ring.start;
    ring.follow(this);
  }

  onInserted(position: number): void {
    if (position >= this.#tail) return;
    this.#tail += 1;
    if (position < this.#head) this.#head += 1;
    else this.#taker.enter(this.#ring.refAt(position));
  }

  /** Moves the window to the clock `nowMs`: rows with T - W < time <= T, T = now - D. */
  advance(nowMs: number): void {
    const ring = this.#ring;
    const end = ring.end;
    const lastMs = nowMs - this.#delayMs;
    const outMs = lastMs - this.#windowMs;
    this.#leave(outMs);
    // What is out already is not told: the row table may have dropped it since the last look.
    while (this.#head === this.#tail && this.#tail < end && ring.timeAt(this.#tail) <= outMs) {
      this.#head += 1;
      this.#tail += 1;
    }
    while (this.#tail < end && ring.timeAt(this.#tail) <= lastMs) {
      this.#taker.enter(ring.refAt(this.#tail));
      this.#tail += 1;
    }
  }

  #leave(outMs: number): void {
    const ring = this.#ring;
    if (this.#head < ring.start) this.restart();
    if (this.#head === this.#tail) return;
    if (ring.timeAt(this.#tail - 1) <= outMs) this.#beginAnew(this.#tail);
    while (this.#head < this.#tail && ring.timeAt(this.#head) <= outMs) {
      this.#taker.leave(ring.refAt(this.#head));
      this.#head += 1;
    }
  }

  /** Tells every row of the window anew at the next look. */
  restart(): void {
    this.#beginAnew(this.#ring.start);
  }

  /** All rows are out, or the ring dropped some that nobody can take back one by one. */
  #beginAnew(position: number): void {
    this.#taker.clear();
    this.#head = position;
    this.#tail = position;
  }
}
