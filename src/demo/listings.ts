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
};
export const DEMO_VENUES = ["binance", "bybit", "okx"] as const satisfies readonly VenueId[];

/** Share of coin-margined contracts where an asset has one. */
const INVERSE_WEIGHT = 0.08;
export class Listings {
  readonly #byAsset = new Map<string, ListedContract[]>();

  constructor(contracts: readonly ListedContract[]) {
    for (const contract of contracts) {
      const isUsed = contract.isInverse ? contract.quote === "USD" : contract.quote === "USDT";
      if (!isUsed || VENUE_WEIGHTS[contract.venue] === undefined) continue;
      const known = this.#byAsset.get(contract.asset);
      if (known === undefined) this.#byAsset.set(contract.asset, [contract]);
      else known.push(contract);
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
  return (VENUE_WEIGHTS[venue] ?? 0) * (isInverse ? INVERSE_WEIGHT : 1);
}
