/** What rules lose by a false verdict, and by a late one: crashes with sharp rebounds, judged. */
import { expect, test } from "vitest";
import { CRASH_VENUES } from "./crash-market.ts";
import { crashVerdicts } from "./crash-verdicts.ts";

const SEEDS = 14;
/** Where rows came at this many steps of 5 s, a flipped venue is known. */
const STEPS_MAX = 50;

test("no crash makes a healthy venue suspect, and a flipped one is caught within 50 observations", () => {
  let caught = 0;
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const flipped = CRASH_VENUES[seed % (CRASH_VENUES.length + 1)] ?? null;
    const { wronged, isCaught, flippedSteps } = crashVerdicts(seed, flipped);
    expect(wronged, `seed ${seed}, flipped ${flipped}`).toEqual([]);
    expect(flippedSteps, `seed ${seed}, flipped ${flipped}`).toBeLessThanOrEqual(STEPS_MAX);
    caught += isCaught ? 1 : 0;
  }
  expect(caught).toBeGreaterThanOrEqual(11);
});
