/**
 * The newest value of each step of time, for so many steps: the history of a figure that is read
 * now and then. Rows of numbers in one typed array, which grows as points come. Pure.
 */

/** What is there at first, rows; it doubles when it is full. */
const ROWS_MIN = 16;

export interface PointRingOptions {
  readonly stepMs: number;
  /** Most points kept; the oldest go first. */
  readonly points: number;
  /** Numbers in a point besides its time; NaN = unknown. */
  readonly width: number;
}

export class PointRing {
  readonly #options: PointRingOptions;
  readonly #stride: number;
  #cells: Float64Array;
  #capacity: number;
  #first = 0;
  #length = 0;

  constructor(options: PointRingOptions) {
    this.#options = options;
    this.#stride = options.width + 1;
    this.#capacity = Math.min(ROWS_MIN, options.points);
    this.#cells = new Float64Array(this.#capacity * this.#stride);
  }

  get length(): number {
    return this.#length;
  }

  /** Index 0 is the oldest point. */
  atMs(index: number): number {
    return this.#cells[this.#cellOf(index)] ?? Number.NaN;
  }

  value(index: number, column: number): number {
    return this.#cells[this.#cellOf(index) + 1 + column] ?? Number.NaN;
  }

  /** The newest point, -1 without one. */
  get newest(): number {
    return this.#length - 1;
  }

  /** A later point of the same step replaces the earlier one; what is older than the newest is left out. */
  add(atMs: number, values: readonly number[]): void {
    const { stepMs } = this.#options;
    if (this.#length > 0) {
      const newestMs = this.atMs(this.newest);
      if (atMs < newestMs) return;
      if (Math.floor(newestMs / stepMs) === Math.floor(atMs / stepMs)) this.#length -= 1;
    }
    this.#makeRoom();
    const cell = this.#cellOf(this.#length);
    this.#cells[cell] = atMs;
    for (const [column, value] of values.entries()) this.#cells[cell + 1 + column] = value;
    this.#length += 1;
  }

  clear(): void {
    this.#length = 0;
  }

  /** These columns of all points become unknown. */
  forget(columns: readonly number[]): void {
    for (let index = 0; index < this.#length; index += 1) {
      const cell = this.#cellOf(index);
      for (const column of columns) this.#cells[cell + 1 + column] = Number.NaN;
    }
  }

  /** The last point at or before `ms`; -1 = there is none. */
  atOrBefore(ms: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.atMs(middle) <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The point nearest to `ms`, of two equally near ones the earlier; -1 = none within `awayMsMax`. */
  nearest(ms: number, awayMsMax: number): number {
    const before = this.atOrBefore(ms);
    const after = before + 1;
    const beforeMs = before < 0 ? Number.POSITIVE_INFINITY : ms - this.atMs(before);
    const afterMs = after >= this.#length ? Number.POSITIVE_INFINITY : this.atMs(after) - ms;
    const index = beforeMs <= afterMs ? before : after;
    return Math.min(beforeMs, afterMs) <= awayMsMax ? index : -1;
  }

  /** Rows of time and values, oldest first; unknown values are null, which JSON can say. */
  save(): readonly (readonly (number | null)[])[] {
    return Array.from({ length: this.#length }, (_, index) => {
      const cell = this.#cellOf(index);
      const row = [...this.#cells.subarray(cell, cell + this.#stride)];
      return row.map((value) => (Number.isNaN(value) ? null : value));
    });
  }

  restore(rows: ReturnType<PointRing["save"]>): void {
    for (const [atMs, ...values] of rows) {
      if (typeof atMs === "number")
        this.add(
          atMs,
          values.map((value) => value ?? Number.NaN),
        );
    }
  }

  #cellOf(index: number): number {
    return ((this.#first + index) % this.#capacity) * this.#stride;
  }

  #makeRoom(): void {
    if (this.#length < this.#capacity) return;
    if (this.#capacity >= this.#options.points) {
      this.#first = (this.#first + 1) % this.#capacity;
      this.#length -= 1;
      return;
    }
    const capacity = Math.min(this.#options.points, this.#capacity * 2);
    const cells = new Float64Array(capacity * this.#stride);
    for (let index = 0; index < this.#length; index += 1) {
      const cell = this.#cellOf(index);
      cells.set(this.#cells.subarray(cell, cell + this.#stride), index * this.#stride);
    }
    this.#cells = cells;
    this.#capacity = capacity;
    this.#first = 0;
  }
}
