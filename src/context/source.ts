/**
 * The contract of a context source: one venue = one value, as in the feeds. Where it publishes open
 * interest, funding and mark prices, and how an answer reads; the asking is in `poller.ts`.
 */
import type { Instrument } from "../feeds/venue.ts";
import type { VenueId } from "../liquidation.ts";
import type { OpenInterestFactor } from "../market-context.ts";

/** What an answer says about one contract; a field that it does not have is absent. */
export interface ContractEntry {
  readonly symbol: string;
  /** In the unit of the source, one-sided already. */
  readonly openInterest?: number;
  /** Mark price, quote per base unit of the venue. */
  readonly price?: number;
  /** Rates of one interval, as fractions; positive = longs pay shorts. */
  readonly fundingRate?: number;
  readonly nextFundingRate?: number;
  readonly settledFundingRate?: number;
  readonly fundingIntervalHours?: number;
  readonly settlesAtMs?: number;
}

export interface ContextRequest {
  /** Path and query below the venue's `restUrl`, or a whole URL for a second host. */
  readonly path: string;
  /** JSON that is posted; absent = GET. */
  readonly body?: string;
}

/** One kind of look-up. */
export interface ContextLook {
  /** True for what hardly changes: asked every half hour, and remembered. */
  readonly isSlow?: true;
  /** True where each request is about one contract: one that is unknown is no failure of the venue. */
  readonly isByContract?: true;
  /** What to ask; `listed` are the contracts of the assets that are asked for one by one. */
  requests(listed: readonly Instrument[]): readonly ContextRequest[];
  /** Pure: what an answer says, or why it says nothing, in words. Never throws. */
  parse(page: unknown): readonly ContractEntry[] | string;
}

export interface ContextSource {
  readonly venue: VenueId;
  /** How the published open interest becomes one-sided. */
  readonly factor: OpenInterestFactor;
  /** What one unit of `ContractEntry.openInterest` is; `unknown` = the venue does not say. */
  readonly unit: {
    readonly linear: "base" | "contracts";
    readonly inverse: "contracts" | "usd" | "unknown";
  };
  /** Hours from one funding to the next where an answer does not say it; null = then it is unknown. */
  readonly fundingIntervalHours: number | null;
  /** Look-ups per second that we allow ourselves, far below the venue's limit. */
  readonly requestsPerSecond: number;
  readonly looks: readonly ContextLook[];
}

export const ONE_SIDED: OpenInterestFactor = {
  factor: 1,
  note: "published one-sided",
};
