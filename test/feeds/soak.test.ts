import { expect, test } from "vitest";
import { VENUES } from "../../src/feeds/index.ts";
import { expectExact, soak } from "./soak.ts";

const SLOW_MS_MAX = 120_000;
/** The whole day is in test/long. */
const HOURS = 0.4;

test("cuts, outages, replays and late batches on every venue at once lose nothing and double nothing", {
  timeout: SLOW_MS_MAX,
}, async () => {
  const results = await soak(VENUES, { hours: HOURS, seed: 20_261_120 });
  expect(results).toHaveLength(VENUES.length);
  for (const result of results) expectExact(result);
  expect(results.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(5);
});
