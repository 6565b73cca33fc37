/**
 * What 5 min of one asset usually hold (SPEC 5.3): the money of its blocks of the last 7 days, in
 * order of time and, of those that count, in order of size. A block that ends, leaves or gets a late
 * row moves one entry; reading a rank costs nothing.
 */
import { BLOCKS_KEPT } from "./watched-blocks.ts";

/** Fewer blocks than this say nothing about what is usual. */
export const BLOCKS_MIN = 12;
const RANK_PCT = 95;
const CAPACITY_MIN = 4;

/** As it is saved: block numbers and cents, oldest first. */
export interface BaselineState {
  readonly blocks: readonly number[];
  readonly cents: readonly number[];
}

export class Baseline {
  /** Columns in order of block; every one holds a row. */
  #blocks = new Uint32Array(CAPACITY_MIN);
  #cents = new Float64Array(CAPACITY_MIN);
  /** 1 where the block is among the sorted ones. */
  #counts = new Uint8Array(CAPACITY_MIN);
  #size = 0;
  /** Cents of the blocks that count, ascending. */
  #sorted = new Float64Array(CAPACITY_MIN);
  #counted = 0;
  /** Blocks up to this one have been looked at. */
  #settled = 0;

  /** The newest block with a row; 0 = none. */
  get newest(): number {
    return this.#size === 0 ? 0 : (this.#blocks[this.#size - 1] ?? 0);
  }

  /** Blocks that count. */
  get counted(): number {
    return this.#counted;
  }

  /** Adds the money of a row to its block. `settle` must have been called for the running block. */
  add(block: number, cents: number, isWatched: (block: number) => boolean): void {
    let at = this.#size;
    while (at > 0 && (this.#blocks[at - 1] ?? 0) > block) at -= 1;
    if (at > 0 && this.#blocks[at - 1] === block) this.#raise(at - 1, cents);
    else {
      this.#insert(at, block, cents);
      if (block <= this.#settled) this.#count(at, isWatched);
    }
  }

  /** Takes in the blocks before `running` that were watched, and drops what is older than 7 days. */
  settle(running: number, isWatched: (block: number) => boolean): void {
    if (running - 1 <= this.#settled) return;
    let at = this.#size;
    while (at > 0 && (this.#blocks[at - 1] ?? 0) > this.#settled) at -= 1;
    this.#settled = running - 1;
    for (; at < this.#size && (this.#blocks[at] ?? 0) < running; at += 1) {
      this.#count(at, isWatched);
    }
    this.#drop(running - BLOCKS_KEPT);
  }

  /** Everything is looked at anew on the next `settle`: other blocks turned out to be watched. */
  unsettle(): void {
    this.#settled = 0;
    this.#counted = 0;
    this.#counts.fill(0);
  }

  /** p95 by nearest rank, in cents; null while too few blocks count. */
  p95Cents(): number | null {
    if (this.#counted < BLOCKS_MIN) return null;
    const rank = Math.ceil((this.#counted * RANK_PCT) / 100);
    return this.#sorted[rank - 1] ?? null;
  }

  /** The newest block before `running` with at least this money, watched in full or not; null = none. */
  lastAtLeast(cents: number, running: number): number | null {
    for (let at = this.#size - 1; at >= 0; at -= 1) {
      const block = this.#blocks[at] ?? 0;
      if (block < running && (this.#cents[at] ?? 0) >= cents) return block;
    }
    return null;
  }

  save(): BaselineState {
    return {
      blocks: [...this.#blocks.subarray(0, this.#size)],
      cents: [...this.#cents.subarray(0, this.#size)],
    };
  }

  #raise(at: number, cents: number): void {
    const before = this.#cents[at] ?? 0;
    this.#cents[at] = before + cents;
    if (this.#counts[at] !== 1 || cents === 0) return;
    // The entry moves up by as many places as there are smaller ones.
    const from = this.#rankOf(before);
    const to = this.#rankOf(before + cents) - 1;
    this.#sorted.copyWithin(from, from + 1, to + 1);
    this.#sorted[to] = before + cents;
  }

  #count(at: number, isWatched: (block: number) => boolean): void {
    if (!isWatched(this.#blocks[at] ?? 0)) return;
    const cents = this.#cents[at] ?? 0;
    if (this.#counted === this.#sorted.length) this.#sorted = grown(this.#sorted);
    const to = this.#rankOf(cents);
    this.#sorted.copyWithin(to + 1, to, this.#counted);
    this.#sorted[to] = cents;
    this.#counted += 1;
    this.#counts[at] = 1;
  }

  #insert(at: number, block: number, cents: number): void {
    if (this.#size === this.#blocks.length) {
      this.#cents = grown(this.#cents);
      this.#blocks = grownTo(new Uint32Array(this.#cents.length), this.#blocks);
      this.#counts = grownTo(new Uint8Array(this.#cents.length), this.#counts);
    }
    this.#blocks.copyWithin(at + 1, at, this.#size);
    this.#cents.copyWithin(at + 1, at, this.#size);
    this.#counts.copyWithin(at + 1, at, this.#size);
    this.#blocks[at] = block;
    this.#cents[at] = cents;
    this.#counts[at] = 0;
    this.#size += 1;
  }

  #drop(oldest: number): void {
    let gone = 0;
    while (gone < this.#size && (this.#blocks[gone] ?? 0) < oldest) {
      if (this.#counts[gone] === 1) this.#uncount(this.#cents[gone] ?? 0);
      gone += 1;
    }
    if (gone === 0) return;
    this.#blocks.copyWithin(0, gone, this.#size);
    this.#cents.copyWithin(0, gone, this.#size);
    this.#counts.copyWithin(0, gone, this.#size);
    this.#size -= gone;
  }

  #uncount(cents: number): void {
    const at = this.#rankOf(cents);
    this.#sorted.copyWithin(at, at + 1, this.#counted);
    this.#counted -= 1;
  }

  /** How many counted blocks hold less. */
  #rankOf(cents: number): number {
    let low = 0;
    let high = this.#counted;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < cents) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  return grownTo(new Float64Array(column.length * 2), column);
}

function grownTo<Column extends { set(from: ArrayLike<number>): void }>(
  larger: Column,
  column: ArrayLike<number>,
): Column {
  larger.set(column);
  return larger;
}
