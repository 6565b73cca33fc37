/**
 * The rows of a window, told one by one as they come in and go out: for figures that prefix sums
 * cannot give.
 */
import type { PositionHolder, RowRing } from "./ring.ts";
import type { RowWindow } from "./row-window.ts";

/** Takes the numbers of rows (in the row table) as they enter and leave; `clear` forgets all of them. */
export interface RowTaker {
  enter(ref: number): void;
  leave(ref: number): void;
  clear(): void;
}

export class RowFlow implements PositionHolder {
  readonly #ring: RowRing;
  readonly #taker: RowTaker;
  /** Rows of [head, tail) are with the taker. */
  #head: number;
  #tail: number;

  constructor(ring: RowRing, taker: RowTaker) {
    this.#ring = ring;
    this.#taker = taker;
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

  /** Tells what moved since the last look; `window` has been brought to the clock. */
  follow({ head, tail }: RowWindow): void {
    if (head === this.#head && tail === this.#tail) return;
    // What left long ago is not told row by row: the row table may have dropped it. While one row of
    // the last look is still inside, that look was not longer ago than the window is long.
    if (head >= this.#tail) this.#beginAt(head);
    for (; this.#head < head; this.#head += 1) this.#taker.leave(this.#ring.refAt(this.#head));
    for (; this.#tail < tail; this.#tail += 1) this.#taker.enter(this.#ring.refAt(this.#tail));
  }

  /** Tells every row of the window anew at the next look. */
  restart(): void {
    this.#beginAt(this.#head);
  }

  #beginAt(position: number): void {
    this.#taker.clear();
    this.#head = position;
    this.#tail = position;
  }
}
