/** The domain words of how fast: velocity, acceleration, who leads, how far prices spread. */
import type { VenueId } from "./liquidation.ts";

/** Orders and money by time, and how both changed against the window just before (SPEC 3). */
export interface Pace {
  readonly ordersPerSecond: number;
  readonly usdPerSecond: number;
  /** (This velocity - that of the window just before) / window, per second squared. */
  readonly ordersPerSecond2: number;
  readonly usdPerSecond2: number;
}

/** Nothing, and nothing just before. */
export const STILL: Pace = {
  ...{ ordersPerSecond: 0, usdPerSecond: 0, ordersPerSecond2: 0, usdPerSecond2: 0 },
};

export interface VenuePace extends Pace {
  readonly venue: VenueId;
}

/** The pace of a window, of its sides and of its venues. */
export interface WindowPace extends Pace {
  readonly long: Pace;
  readonly short: Pace;
  /** Venues with a row in this window or the one before, fastest first: the leading one leads. */
  readonly byVenue: readonly VenuePace[];
  /** Highest USD/s, then orders/s, then name; null when the window holds no row. */
  readonly leadingVenue: VenueId | null;
}

/** Prices of the rows of one asset; quote per base unit. */
export interface PriceSpread {
  readonly min: number;
  readonly max: number;
  /**
   * Population standard deviation of price, weighted by size, over liqVwap: 0.01 is one percent. null
   * when no row has notional, price and size.
   */
  readonly volatility: number | null;
}
