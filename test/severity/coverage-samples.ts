/** A coverage book over invented gaps. */
import type { Gap } from "../../src/alert.ts";
import type { Coverage } from "../../src/coverage.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { CoverageBook } from "../../src/severity/coverage-book.ts";
import type { PublishedShares } from "../../src/severity/venue-shares.ts";

export const FULL_COVERAGE: Coverage = {
  ...{ pct: 100, isAssumed: true, isFull: true, isBlind: false, missing: [] },
};

/** Half of everything, three tenths and two tenths. */
export const PUBLISHED: PublishedShares = { binance: 50, bybit: 30, okx: 20 };

export function gapOf(venue: VenueId, fromMs: number, over: Partial<Gap> = {}): Gap {
  return { venue, connection: "0", fromMs, toMs: null, reason: "closed", ...over };
}

/** Venues that are watched since `sinceMs`, but in these gaps. */
export function bookOf(
  venues: readonly VenueId[],
  { sinceMs, gaps }: { readonly sinceMs: number; readonly gaps: readonly Gap[] },
  published = PUBLISHED,
): CoverageBook {
  const book = new CoverageBook({ venues, published });
  const first = venues.map((venue) => ({ venue, atMs: sinceMs }));
  book.begin({ first, gaps }, () => []);
  return book;
}
