/**
 * A sorted log of seconds with their sums, in one typed array: forty bytes an entry, where an object
 * would take a hundred. A day of a busy venue is tens of thousands of entries, for every asset.
 */
import type { SecondSums } from "./second-totals.ts";

/** Second, orders, rows, long cents, short cents. */
const WORDS = 5;
const ORDERS = 1;
const ROWS = 2;
const LONG = 3;
const SHORT = 4;
const CAPACITY_MIN = 4;
const GROWTH = 1.5;

export class SecondLog {
  #words = new Float64Array(CAPACITY_MIN * WORDS);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  secondAt(index: number): number {
    return this.#words[index * WORDS] as number;
  }

  sumsAt(index: number): SecondSums {
    const at = index * WORDS;
    return {
      orders: this.#words[at + ORDERS] as number,
      rows: this.#words[at + ROWS] as number,
      longCents: this.#words[at + LONG] as number,
      shortCents: this.#words[at + SHORT] as number,
    };
  }

  longCentsAt(index: number): number {
    return this.#words[index * WORDS + LONG] as number;
  }

  shortCentsAt(index: number): number {
    return this.#words[index * WORDS + SHORT] as number;
  }

  /** Takes the sums of an entry out of `target`, without making an object: every second does it. */
  takeFrom(target: SecondSums, index: number): void {
    const at = index * WORDS;
    const words = this.#words;
    target.orders -= words[at + ORDERS] as number;
    target.rows -= words[at + ROWS] as number;
    target.longCents -= words[at + LONG] as number;
    target.shortCents -= words[at + SHORT] as number;
  }

  addAt(index: number, sums: Readonly<SecondSums>): void {
    const at = index * WORDS;
    const words = this.#words;
    words[at + ORDERS] = (words[at + ORDERS] as number) + sums.orders;
    words[at + ROWS] = (words[at + ROWS] as number) + sums.rows;
    words[at + LONG] = (words[at + LONG] as number) + sums.longCents;
    words[at + SHORT] = (words[at + SHORT] as number) + sums.shortCents;
  }

  /** Puts a second before the entry that stands at `index`; at the end nothing is moved. */
  insert(index: number, second: number, sums: Readonly<SecondSums>): void {
    const at = index * WORDS;
    const used = this.#length * WORDS;
    if (used === this.#words.length) {
      const wider = new Float64Array(Math.ceil(this.#length * GROWTH) * WORDS);
      wider.set(this.#words);
      this.#words = wider;
    }
    this.#words.copyWithin(at + WORDS, at, used);
    this.#words[at] = second;
    this.#words[at + ORDERS] = sums.orders;
    this.#words[at + ROWS] = sums.rows;
    this.#words[at + LONG] = sums.longCents;
    this.#words[at + SHORT] = sums.shortCents;
    this.#length += 1;
  }

  /** Index of the second, or of the place where it belongs; the end, where most are, is tried first. */
  indexOf(second: number, from: number): number {
    const last = this.#length - 1;
    if (last < 0 || this.secondAt(last) < second) return last + 1;
    if (this.secondAt(last) === second) return last;
    let low = from;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.secondAt(middle) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  dropFront(entries: number): void {
    this.#words.copyWithin(0, entries * WORDS, this.#length * WORDS);
    this.#length -= entries;
  }
}
