/** Which contracts of which venues the demo uses for an asset. */
import type { VenueId } from "../liquidation.ts";
import type { Chance } from "./chance.ts";

/** A perpetual contract that a venue lists; the demo needs to know no more of it. */
export interface ListedContract {
  readonly venue: VenueId;
  readonly symbol: string;
  readonly asset: string;
  readonly quote: string;
  readonly isInverse: boolean;
}

/** The venues' weight in the demo; invented, near their usual order. */
const VENUE_WEIGHTS: Readonly<Partial<Record<VenueId, number>>> = {
  bybit: 45,
  binance: 30,
  okx: 25,
  htx: 12,
  gate: 12,
  bitget: 10,
};
const SMALL_VENUE_WEIGHT = 4;

/** What the demo plays unless it is asked for all venues. */
export const DEMO_VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];

/** Quotes that the script's dollars are paid in. */
const LINEAR_QUOTES: readonly string[] = ["USDT", "USDC", "USD"];

/** Share of coin-margined contracts where an asset has one. */
const INVERSE_WEIGHT = 0.08;
export class Listings {
  readonly #byAsset = new Map<string, ListedContract[]>();

  constructor(contracts: readonly ListedContract[]) {
    for (const contract of contracts) {
      const { asset, venue, quote, isInverse } = contract;
      const isUsd = isInverse ? quote === "USD" : LINEAR_QUOTES.includes(quote);
      const known = this.#byAsset.get(asset) ?? [];
      // A venue's first contract of each kind stands for it.
      const hasOne = known.some((one) => one.venue === venue && one.isInverse === isInverse);
      if (isUsd && !hasOne) this.#byAsset.set(asset, [...known, contract]);
    }
  }

  has(asset: string): boolean {
    return this.#byAsset.has(asset);
  }

  /** A contract of `asset`, by the weight of its venue; null where no venue lists it. */
  pick(chance: Chance, asset: string): ListedContract | null {
    return chance.pick(this.#byAsset.get(asset) ?? [], weightOf);
  }
}

function weightOf({ venue, isInverse }: ListedContract): number {
  return (VENUE_WEIGHTS[venue] ?? SMALL_VENUE_WEIGHT) * (isInverse ? INVERSE_WEIGHT : 1);
}
