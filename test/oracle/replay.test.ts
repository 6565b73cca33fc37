import { describe, expect, it } from "vitest";
import {
  bytesOfCutRun,
  bytesOfStitchedRun,
  engineBytes,
  engineRun,
  firstDisagreement,
} from "./against-engine.ts";
import { chanceOf } from "./chance.ts";
import { described } from "./shrinking.ts";
import { randomCase } from "./streams.ts";

const CASES_PER_TEST = 300;
const TESTS = 8;
const CUT_CASES = 150;
const EVERYWHERE_CUT_CASES = 12;
const TIMEOUT_MS = 60_000;

describe("replay against the plain reading", () => {
  for (let part = 0; part < TESTS; part += 1) {
    const from = part * CASES_PER_TEST + 1;
    const to = from + CASES_PER_TEST - 1;
    it(`decides as the plain reading does for seeds ${from} to ${to}`, {
      timeout: TIMEOUT_MS,
    }, () => {
      expect(firstDisagreement(from, to)).toBeNull();
    });
  }

  it("gives the bytes of the uncut run wherever it is cut", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= CUT_CASES; seed += 1) {
      const oracleCase = randomCase(seed);
      const cut = chanceOf(seed).integer(0, oracleCase.lines.length);
      const uncut = engineBytes(engineRun(oracleCase));
      const message = `cut after ${cut} lines: ${described(oracleCase)}`;
      expect(bytesOfCutRun(oracleCase, cut), message).toBe(uncut);
    }
  });

  it("gives the same bytes when it is cut after every line", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= EVERYWHERE_CUT_CASES; seed += 1) {
      const oracleCase = randomCase(seed);
      expect(bytesOfStitchedRun(oracleCase)).toBe(engineBytes(engineRun(oracleCase)));
    }
  });

  it("gives the same bytes for the same input twice", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= CUT_CASES; seed += 1) {
      const oracleCase = randomCase(seed);
      expect(engineBytes(engineRun(oracleCase))).toBe(engineBytes(engineRun(oracleCase)));
    }
  });
});
