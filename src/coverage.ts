/** How much of the usual liquidations a figure could see (SPEC 2). Types and its one limit. */
import type { VenueId } from "./liquidation.ts";

/** Under this a figure is called partial in its first line, percent. */
export const PARTIAL_PCT = 80;

/** What is asked: a time, an asset and the venues whose rows the figure holds. */
export interface CoverageQuery {
  /** Canonical asset; null = all. */
  readonly asset: string | null;
  /** Empty = all that are listened to. */
  readonly venues: readonly VenueId[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Coverage {
  /**
   * The venues' usual shares times the part of the time in which each was watched, percent, cut to a
   * tenth: 100 only when nothing was missed. null = none of the venues has a usual share.
   */
  readonly pct: number | null;
  /** A share behind `pct` is the bundled one, or a guess: the venue was not watched for 7 days. */
  readonly isAssumed: boolean;
  /** Every venue, with all of its connections, was watched all the time. */
  readonly isFull: boolean;
  /** The main venues (the fewest with 80 % of the usual volume) are all dark now. */
  readonly isBlind: boolean;
  /** Venues that are dark now and matter in the figure, largest share first. */
  readonly missing: readonly VenueId[];
}

/** Nothing is known of shares or of watching: a replay, a process that does not decide. */
export const UNKNOWN_COVERAGE: Coverage = {
  ...{ pct: null, isAssumed: true, isFull: false, isBlind: false, missing: [] },
};

export function isPartial({ pct }: Pick<Coverage, "pct">): boolean {
  return pct !== null && pct < PARTIAL_PCT;
}
