import { describe, expect, it } from "vitest";
import { type EngineRun, engineBytes, engineRun, firstDisagreement } from "./against-engine.ts";
import { chanceOf } from "./chance.ts";
import { described } from "./shrinking.ts";
import { type OracleCase, randomCase } from "./streams.ts";

const CASES_PER_TEST = 300;
const TESTS = 8;
const CUT_CASES = 150;
const EVERYWHERE_CUT_CASES = 12;
const TIMEOUT_MS = 60_000;

/** The report of a run that is stopped after `cut` lines, saved as text, and gone on with. */
function bytesOfCutRun(oracleCase: OracleCase, cut: number): string {
  const { lines, rules, atEnd } = oracleCase;
  const head = engineRun({ lines: lines.slice(0, cut), rules, atEnd: undefined });
  return engineBytes(engineRun({ lines: lines.slice(cut), rules, atEnd }, saved(head)));
}

/** The state as a file would give it back. */
function saved(run: EngineRun): EngineRun["state"] {
  const state: EngineRun["state"] = JSON.parse(JSON.stringify(run.state));
  return state;
}

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
      const { lines, rules, atEnd } = randomCase(seed);
      let state: EngineRun["state"] | null = null;
      for (const line of lines) {
        const run = engineRun({ lines: [line], rules, atEnd: undefined }, state);
        state = saved(run);
      }
      const stitched = engineBytes(engineRun({ lines: [], rules, atEnd }, state));
      expect(stitched).toBe(engineBytes(engineRun({ lines, rules, atEnd })));
    }
  });

  it("gives the same bytes for the same input twice", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= CUT_CASES; seed += 1) {
      const oracleCase = randomCase(seed);
      expect(engineBytes(engineRun(oracleCase))).toBe(engineBytes(engineRun(oracleCase)));
    }
  });
});
