/** The domain words of a cascade (SPEC 5.2): so many liquidations of one asset that they feed each other. */
import type { Snapshot } from "./alert.ts";
import type { VenueId } from "./liquidation.ts";
import type { CascadeScore, RiskScore } from "./score.ts";

/** From which line on an asset is in cascade. */
export interface CascadeLimits {
  /** How far back is looked. */
  readonly windowMs: number;
  /** At least this many orders in the window. */
  readonly orders: number;
  /** At least this much money in the window, whatever the open interest. */
  readonly floorUsd: number;
  /** At least this part of the asset's open interest, in hundredths of a percent. */
  readonly openInterestBp: number;
}

export const CASCADE_LIMITS: CascadeLimits = {
  ...{ windowMs: 60_000, orders: 5, floorUsd: 100_000, openInterestBp: 0.5 },
};

/** SPEC 4: what makes a cascade of the whole market out of those of single assets. */
export interface MarketWideLimits {
  /** At least this many assets in cascade at once. */
  readonly assets: number;
  /** At least this many of them other than the majors. */
  readonly othersThanMajors: number;
  /** At least this much money of all assets in the window of a cascade. */
  readonly floorUsd: number;
  /** Longs or shorts have at least this part of it, percent. */
  readonly oneSidePct: number;
}

export const MARKET_WIDE_LIMITS: MarketWideLimits = {
  ...{ assets: 4, othersThanMajors: 2, floorUsd: 5_000_000, oneSidePct: 70 },
};

/** Assets that move the market: alone they make no cascade of it, and HIGH of them is always told. */
export const MAJORS: ReadonlySet<string> = new Set(["BTC", "ETH"]);

/** The name of the built-in rule; no rule of a file can have it. */
export const MARKET_WIDE = "market-wide";

/** One cascade of an asset: running, or the last one. */
export interface Cascade {
  /** The clock of the evaluation that found it. */
  readonly startMs: number;
  /** The clock of the first evaluation that found it over; null while it runs. */
  readonly endMs: number | null;
  /** Money of its fullest window, and the clock at which that was first seen. */
  readonly peakCents: number;
  readonly peakAtMs: number;
  /** The venue that led when it began: most USD per second in the window. */
  readonly firstVenue: VenueId | null;
  /** Its rows: those later than start - window - read delay. Two or more venues: cross-venue. */
  readonly figures: Snapshot;
}

/** What can be said of an asset at one moment. */
export interface CascadeState {
  readonly asset: string;
  readonly asOfMs: number;
  /** The line, with what is known of the open interest now. */
  readonly line: {
    readonly windowMs: number;
    readonly orders: number;
    readonly usd: number;
    /** One-sided, over all venues; null = not known, the line is the floor then. */
    readonly openInterestUsd: number | null;
  };
  /** What the window holds; null when no row of the asset was ever taken in. */
  readonly window: Snapshot | null;
  readonly running: Cascade | null;
  /** The last one that is over; null = none since the first start. */
  readonly last: Cascade | null;
}

/** What may be asked about cascades; answered from memory. */
export interface CascadeQueries {
  /** Whether an asset is in cascade now, and its last one. */
  cascade(asset: string): CascadeState;
  /** Those that run, most money in their window first; at most `limit`. */
  cascades(limit: number): readonly CascadeState[];
  cascadeLimits(): CascadeLimits;
  /** The scores of an asset as they stand; null when no row of it was ever taken in. */
  scores(asset: string): AssetScores | null;
}

export interface AssetScores {
  readonly cascade: CascadeScore;
  readonly risk: RiskScore;
}
