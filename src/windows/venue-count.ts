/** How many venues have rows in a window. */
import { VENUE_IDS } from "../liquidation.ts";
import type { RowTaker } from "./row-flow.ts";
import type { RowTable } from "./row-table.ts";

export class VenueCount implements RowTaker {
  readonly #table: RowTable;
  readonly #rows = new Uint32Array(VENUE_IDS.length);
  #venues = 0;

  constructor(table: RowTable) {
    this.#table = table;
  }

  get venues(): number {
    return this.#venues;
  }

  enter(ref: number): void {
    const slot = this.#table.venueSlotOf(ref);
    const rows = this.#rows[slot] as number;
    if (rows === 0) this.#venues += 1;
    this.#rows[slot] = rows + 1;
  }

  leave(ref: number): void {
    const slot = this.#table.venueSlotOf(ref);
    const rows = (this.#rows[slot] as number) - 1;
    if (rows === 0) this.#venues -= 1;
    this.#rows[slot] = rows;
  }

  clear(): void {
    this.#rows.fill(0);
    this.#venues = 0;
  }
}
