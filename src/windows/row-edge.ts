/** One edge of a window: the first row later than a time that only goes forward. */
import type { PositionHolder, RowRing } from "./ring.ts";

export class RowEdge implements PositionHolder {
  readonly #ring: RowRing;
  #position: number;

  constructor(ring: RowRing) {
    this.#ring = ring;
    this.#position = ring.start;
    ring.follow(this);
  }

  get position(): number {
    return this.#position;
  }

  onInserted(position: number): void {
    if (position < this.#position) this.#position += 1;
  }

  /** Moves past rows at or before `timeMs`. */
  advance(timeMs: number): void {
    const ring = this.#ring;
    if (this.#position < ring.start) this.#position = ring.start;
    while (this.#position < ring.end && ring.timeAt(this.#position) <= timeMs) this.#position += 1;
  }
}
