import { describe, expect, it } from "vitest";
import { firstDisagreement } from "../oracle/against-engine.ts";

const FIRST_SEED = 100_001;
const CASES_PER_TEST = 1_000;
const TESTS = 10;
const TIMEOUT_MS = 300_000;

describe("replay against the plain reading, at length", () => {
  for (let part = 0; part < TESTS; part += 1) {
    const from = FIRST_SEED + part * CASES_PER_TEST;
    const to = from + CASES_PER_TEST - 1;
    it(`decides as the plain reading does for seeds ${from} to ${to}`, {
      timeout: TIMEOUT_MS,
    }, () => {
      expect(firstDisagreement(from, to)).toBeNull();
    });
  }
});
