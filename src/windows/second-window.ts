/** One rule's window of 15 min to 24 h, read like a row window but exact to the second. */
import type { SecondSums } from "./second-totals.ts";
import { SecondTotals } from "./second-totals.ts";

export class SecondWindow {
  readonly windowMs: number;
  readonly totals: SecondTotals;
  #sums: Readonly<SecondSums>;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.totals = new SecondTotals([windowMs]);
    this.#sums = this.totals.read(windowMs, 0);
  }

  advance(nowMs: number): void {
    this.#sums = this.totals.read(this.windowMs, nowMs);
  }

  get sums(): Readonly<SecondSums> {
    return this.#sums;
  }
  get orders(): number {
    return this.#sums.orders;
  }
  get longCents(): number {
    return this.#sums.longCents;
  }
  get shortCents(): number {
    return this.#sums.shortCents;
  }
  get notionalCents(): number {
    return this.#sums.longCents + this.#sums.shortCents;
  }

  /** Single rows are not kept: SPEC 3 gives these windows no largest row. */
  largestCents(): number {
    return 0;
  }

  nextChangeMs(): number {
    return this.totals.nextChangeMs(this.windowMs);
  }

  /** Rows are in as soon as they arrive. */
  nextEntryMs(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** The first second inside the window at the clock `nowMs`. */
  firstSecond(nowMs: number): number {
    return Math.floor(nowMs / 1000) - this.windowMs / 1000 + 1;
  }
}
