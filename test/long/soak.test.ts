/** A day of trouble on every venue: what `test/feeds/soak.test.ts` shows in minutes. */
import { describe, expect, test } from "vitest";
import { VENUES } from "../../src/feeds/index.ts";
import type { Venue } from "../../src/feeds/venue.ts";
import { expectExact, soak } from "../feeds/soak.ts";

const HOURS = 24;
const KINDS: readonly (readonly [string, readonly Venue[]])[] = [
  ["streams", VENUES.filter(({ poll }) => poll === undefined)],
  ["polled venues", VENUES.filter(({ poll }) => poll !== undefined)],
];

describe.each(KINDS)("24 hours of trouble on %s", (_kind, venues) => {
  test.each([1, 2])("lose nothing and double nothing, seed %i", async (seed) => {
    const results = await soak(venues, { hours: HOURS, seed });
    for (const result of results) {
      expect(result.cuts, result.venue).toBeGreaterThan(20);
      expect(result.counted, result.venue).toBeGreaterThan(1_000);
      expectExact(result);
    }
  });
});
