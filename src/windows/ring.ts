/**
 * Rows in event-time order with running totals BEFORE each row, so that any window is the
 * difference of two prefixes (DESIGN decision 4). Integers throughout: nothing drifts, and an empty
 * window is exactly zero. A late row is inserted where it belongs and the short suffix after it is
 * summed anew. Positions are absolute: the n-th row ever kept keeps its number while it is resident.
 */

const CAPACITY_MIN = 8;
/** Half of the rows over again: at most 48 bytes a row at 32 bytes of columns. */
const GROWTH = 1.5;

/** One row as a ring takes it. Exactly one of the two sides holds the money; both 0 = unpriced. */
export interface RingRow {
  readonly timeMs: number;
  readonly longCents: number;
  readonly shortCents: number;
  /** 1 for the first row of its order, else 0. */
  readonly orders: number;
  /** Number of the row in the row table, where its price, size and names are. */
  readonly ref: number;
}

/** Told when a row was put between others, so that remembered positions can move along. */
export interface PositionHolder {
  onInserted(position: number): void;
}

export class RowRing {
  #capacity = CAPACITY_MIN;
  #times = new Float64Array(CAPACITY_MIN);
  #orders = new Uint32Array(CAPACITY_MIN);
  #long = new Float64Array(CAPACITY_MIN);
  #short = new Float64Array(CAPACITY_MIN);
  #refs = new Uint32Array(CAPACITY_MIN);
  /** Slot of the first resident row. */
  #front = 0;
  #size = 0;
  /** Absolute position of the first resident row. */
  #start = 0;
  #totalOrders = 0;
  #totalLong = 0;
  #totalShort = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  readonly #holders: PositionHolder[] = [];

  get start(): number {
    return this.#start;
  }
  /** One past the last position. */
  get end(): number {
    return this.#start + this.#size;
  }
  get size(): number {
    return this.#size;
  }
  /** Bytes held by the columns, for the benchmark. */
  get bytes(): number {
    return this.#capacity * 32;
  }

  follow(holder: PositionHolder): void {
    this.#holders.push(holder);
  }

  timeAt(position: number): number {
    return this.#times[this.#slot(position)] as number;
  }
  refAt(position: number): number {
    return this.#refs[this.#slot(position)] as number;
  }
  /** Orders of all rows before `position`, modulo 2^32: only differences mean something. */
  ordersBefore(position: number): number {
    return position === this.end
      ? this.#totalOrders
      : (this.#orders[this.#slot(position)] as number);
  }
  longBefore(position: number): number {
    return position === this.end ? this.#totalLong : (this.#long[this.#slot(position)] as number);
  }
  shortBefore(position: number): number {
    return position === this.end ? this.#totalShort : (this.#short[this.#slot(position)] as number);
  }
  /** The money of one row, whichever position side it was. */
  centsAt(position: number): number {
    const next = position + 1;
    return (
      this.longBefore(next) -
      this.longBefore(position) +
      (this.shortBefore(next) - this.shortBefore(position))
    );
  }

  insert(row: RingRow): void {
    if (this.#size === this.#capacity) this.#grow();
    if (row.timeMs >= this.#lastTime) this.#append(row);
    else this.#insertLate(row);
  }

  /** Drops rows at or before `timeMs` from the front. */
  evictThrough(timeMs: number): void {
    while (this.#size > 0 && (this.#times[this.#front] as number) <= timeMs) {
      this.#front = this.#front + 1 === this.#capacity ? 0 : this.#front + 1;
      this.#start += 1;
      this.#size -= 1;
    }
    if (this.#size === 0) this.#lastTime = Number.NEGATIVE_INFINITY;
  }

  /** The first position whose row is later than `timeMs`. */
  firstAfter(timeMs: number): number {
    let low = this.#start;
    let high = this.end;
    while (low < high) {
      const middle = low + ((high - low) >> 1);
      if (this.timeAt(middle) <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slot(position: number): number {
    const slot = this.#front + (position - this.#start);
    return slot >= this.#capacity ? slot - this.#capacity : slot;
  }

  #append(row: RingRow): void {
    const slot = this.#slot(this.end);
    this.#write(slot, row);
    this.#lastTime = row.timeMs;
    this.#size += 1;
    this.#addToTotals(row);
  }

  #write(slot: number, row: RingRow): void {
    this.#times[slot] = row.timeMs;
    this.#refs[slot] = row.ref;
    this.#orders[slot] = this.#totalOrders;
    this.#long[slot] = this.#totalLong;
    this.#short[slot] = this.#totalShort;
  }

  #addToTotals(row: RingRow): void {
    this.#totalOrders = (this.#totalOrders + row.orders) >>> 0;
    this.#totalLong += row.longCents;
    this.#totalShort += row.shortCents;
  }

  /** Lags are a second or so, hence the search from the end and the short suffix to shift. */
  #insertLate(row: RingRow): void {
    let position = this.end;
    while (position > this.#start && this.timeAt(position - 1) > row.timeMs) position -= 1;
    const before = {
      orders: this.ordersBefore(position),
      long: this.longBefore(position),
      short: this.shortBefore(position),
    };
    for (let at = this.end - 1; at >= position; at -= 1) this.#shiftUp(at, row);
    const slot = this.#slot(position);
    this.#times[slot] = row.timeMs;
    this.#refs[slot] = row.ref;
    this.#orders[slot] = before.orders;
    this.#long[slot] = before.long;
    this.#short[slot] = before.short;
    this.#size += 1;
    this.#addToTotals(row);
    for (const holder of this.#holders) holder.onInserted(position);
  }

  /** Moves one row a slot up and adds the inserted row to the totals before it. */
  #shiftUp(position: number, inserted: RingRow): void {
    const from = this.#slot(position);
    const to = this.#slot(position + 1);
    this.#times[to] = this.#times[from] as number;
    this.#refs[to] = this.#refs[from] as number;
    this.#orders[to] = ((this.#orders[from] as number) + inserted.orders) >>> 0;
    this.#long[to] = (this.#long[from] as number) + inserted.longCents;
    this.#short[to] = (this.#short[from] as number) + inserted.shortCents;
  }

  #grow(): void {
    const capacity = Math.ceil(this.#capacity * GROWTH);
    this.#times = this.#unrolled(this.#times, new Float64Array(capacity));
    this.#orders = this.#unrolled(this.#orders, new Uint32Array(capacity));
    this.#long = this.#unrolled(this.#long, new Float64Array(capacity));
    this.#short = this.#unrolled(this.#short, new Float64Array(capacity));
    this.#refs = this.#unrolled(this.#refs, new Uint32Array(capacity));
    this.#front = 0;
    this.#capacity = capacity;
  }

  #unrolled<Column extends Float64Array | Uint32Array>(old: Column, wider: Column): Column {
    const upTo = Math.min(this.#capacity, this.#front + this.#size);
    wider.set(old.subarray(this.#front, upTo), 0);
    wider.set(old.subarray(0, this.#size - (upTo - this.#front)), upTo - this.#front);
    return wider;
  }
}
