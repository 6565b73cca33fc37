/** What a risk score reads of a window besides its sums, kept up as rows come in and go out. */
import { type LevelWidth, levelOf } from "./level-width.ts";
import type { RowTaker } from "./row-flow.ts";
import type { RowTable } from "./row-table.ts";
import { VenueCount } from "./venue-count.ts";

/** SPEC 5.2: rows of at least this much money are large, cents. */
const LARGE_CENTS = 10_000_000;

export class RiskWindow implements RowTaker {
  readonly #table: RowTable;
  readonly #venues: VenueCount;
  #largeCents = 0;
  /** Money by level: longs under even numbers, shorts under odd ones. */
  readonly #levels = new Map<number, number>();
  #densestCents = 0;
  #isDensestKnown = true;
  #width: LevelWidth | null = null;

  constructor(table: RowTable) {
    this.#table = table;
    this.#venues = new VenueCount(table);
  }

  get venues(): number {
    return this.#venues.venues;
  }
  /** Money of large rows. */
  get largeCents(): number {
    return this.#largeCents;
  }

  /** Money of the densest level of one side; unpriced rows stand in none. */
  densestCents(): number {
    if (!this.#isDensestKnown) {
      this.#densestCents = 0;
      for (const cents of this.#levels.values()) {
        if (cents > this.#densestCents) this.#densestCents = cents;
      }
      this.#isDensestKnown = true;
    }
    return this.#densestCents;
  }

  /** True when levels are as wide as that already; else every row has to enter anew. */
  hasWidth(width: LevelWidth | null): boolean {
    return this.#width === width;
  }

  setWidth(width: LevelWidth | null): void {
    this.clear();
    this.#width = width;
  }

  enter(ref: number): void {
    const cents = this.#table.centsOf(ref);
    this.#venues.enter(ref);
    if (cents >= LARGE_CENTS) this.#largeCents += cents;
    const level = this.#levelOf(ref);
    if (level === null) return;
    const sum = (this.#levels.get(level) ?? 0) + cents;
    this.#levels.set(level, sum);
    if (sum > this.#densestCents) this.#densestCents = sum;
  }

  leave(ref: number): void {
    const cents = this.#table.centsOf(ref);
    this.#venues.leave(ref);
    if (cents >= LARGE_CENTS) this.#largeCents -= cents;
    const level = this.#levelOf(ref);
    if (level === null) return;
    const before = this.#levels.get(level) ?? 0;
    // A level without money is forgotten: prices go on and on.
    if (before > cents) this.#levels.set(level, before - cents);
    else this.#levels.delete(level);
    if (before === this.#densestCents) this.#isDensestKnown = false;
  }

  clear(): void {
    this.#venues.clear();
    this.#largeCents = 0;
    this.#levels.clear();
    this.#densestCents = 0;
    this.#isDensestKnown = true;
  }

  #levelOf(ref: number): number | null {
    const price = this.#table.priceOf(ref);
    if (price === null || this.#width === null) return null;
    const level = levelOf(price, this.#width);
    return level === null ? null : level * 2 + (this.#table.isShort(ref) ? 1 : 0);
  }
}
