/** A day of trouble on every venue: what `test/feeds/soak.test.ts` shows in minutes. */
import { expect, test } from "vitest";
import { VENUES } from "../../src/feeds/index.ts";
import { expectExact, soak } from "../feeds/soak.ts";

const HOURS = 24;

test.each([1, 2])("nothing is lost or doubled in 24 hours, seed %i", async (seed) => {
  const venues = VENUES.filter(({ channels }) => channels.length > 0);
  const results = await soak(venues, { hours: HOURS, seed });
  for (const result of results) {
    expect(result.cuts, result.venue).toBeGreaterThan(20);
    expect(result.counted, result.venue).toBeGreaterThan(1_000);
    expectExact(result);
  }
});
