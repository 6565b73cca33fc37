/**
 * Rows of a recording whose contract nobody had listed when they came: they get their money when a
 * recorded listing names it, once per row, as a daemon gives it to the rows that it has stored.
 */
import type { Instruments } from "../feeds/instruments.ts";
import { priceRow } from "../feeds/normalize.ts";
import type { Venue } from "../feeds/venue.ts";
import type { VenueId } from "../liquidation.ts";
import type { Admitted } from "../severity/admission.ts";

export interface LateRowsOptions {
  readonly instruments: Instruments;
  readonly usdCoins: readonly string[];
}

export class LateRows {
  readonly #options: LateRowsOptions;
  readonly #waiting = new Map<VenueId, Admitted[]>();

  constructor(options: LateRowsOptions) {
    this.#options = options;
  }

  keep(accepted: readonly Admitted[]): void {
    for (const admitted of accepted) {
      const { venue, sent } = admitted.row;
      if (sent === undefined) continue;
      const waiting = this.#waiting.get(venue) ?? [];
      waiting.push(admitted);
      this.#waiting.set(venue, waiting);
    }
  }

  /** Takes out the rows that the contracts known now explain, with their money. */
  price(venue: Venue): readonly Admitted[] {
    const { instruments } = this.#options;
    const priced: Admitted[] = [];
    const still: Admitted[] = [];
    for (const admitted of this.#waiting.get(venue.id) ?? []) {
      const { row, countsOrder } = admitted;
      const instrument = row.symbol === null ? null : instruments.get(venue.id, row.symbol);
      if (instrument === null) still.push(admitted);
      else
        priced.push({ row: priceRow(row, instrument, { ...this.#options, venue }), countsOrder });
    }
    this.#waiting.set(venue.id, still);
    return priced;
  }

  save(): readonly Admitted[] {
    return [...this.#waiting.values()].flat();
  }
}
