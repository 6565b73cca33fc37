/** What is known about every contract, by venue and symbol. Lookups only; REST is elsewhere. */
import type { VenueId } from "../liquidation.ts";
import type { Instrument } from "./venue.ts";

export class Instruments {
  readonly #byVenue = new Map<VenueId, Map<string, Instrument>>();

  get(venue: VenueId, symbol: string): Instrument | null {
    return this.#byVenue.get(venue)?.get(symbol) ?? null;
  }

  list(venue: VenueId): readonly Instrument[] {
    return [...(this.#byVenue.get(venue)?.values() ?? [])];
  }

  /** Adds or replaces; contracts not in `listed` stay, for late rows of delisted symbols. */
  add(venue: VenueId, listed: readonly Instrument[]): void {
    let known = this.#byVenue.get(venue);
    if (known === undefined) {
      known = new Map();
      this.#byVenue.set(venue, known);
    }
    for (const instrument of listed) known.set(instrument.symbol, instrument);
  }
}
