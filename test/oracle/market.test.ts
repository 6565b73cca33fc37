import { describe, expect, it } from "vitest";
import {
  bytesOfCutRun,
  bytesOfStitchedRun,
  engineBytes,
  engineRun,
  firstDisagreement,
} from "./against-engine.ts";
import { chanceOf } from "./chance.ts";
import { randomMarketCase } from "./market-streams.ts";
import { described } from "./shrinking.ts";

const CASES_PER_TEST = 2_500;
const TESTS = 4;
const CUT_CASES = 300;
const EVERYWHERE_CUT_CASES = 40;
const TIMEOUT_MS = 120_000;

describe("cascades, the market-wide rule and what it inhibits, against the plain reading", () => {
  for (let part = 0; part < TESTS; part += 1) {
    const from = part * CASES_PER_TEST + 1;
    const to = from + CASES_PER_TEST - 1;
    it(`decides as the plain reading does for seeds ${from} to ${to}`, {
      timeout: TIMEOUT_MS,
    }, () => {
      expect(firstDisagreement(from, to, randomMarketCase)).toBeNull();
    });
  }

  it("has cases in which much is inhibited, handed over and told all the same", () => {
    const seen = { marketWide: 0, inhibited: 0, ofMajors: 0, afterwards: 0 };
    for (let seed = 1; seed <= 800; seed += 1) {
      const { alerts } = engineRun(randomMarketCase(seed)).report;
      for (const [at, { rule, reason, scope, atMs }] of alerts.entries()) {
        if (rule === "market-wide") seen.marketWide += 1;
        if (reason !== "inhibited") continue;
        seen.inhibited += 1;
        if (scope.startsWith("BTC")) seen.ofMajors += 1;
        const next = alerts[at + 1];
        if (next?.scope === scope && next.atMs > atMs) seen.afterwards += 1;
      }
    }
    for (const [what, count] of Object.entries(seen)) {
      expect([what, count]).toEqual([what, expect.toSatisfy((n: number) => n > 40)]);
    }
  });

  it("gives the bytes of the uncut run wherever it is cut", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= CUT_CASES; seed += 1) {
      const found = randomMarketCase(seed);
      const cut = chanceOf(seed).integer(0, found.lines.length);
      const message = `cut after ${cut} lines: ${described(found)}`;
      expect(bytesOfCutRun(found, cut), message).toBe(engineBytes(engineRun(found)));
    }
  });

  it("gives the same bytes when it is cut after every line", { timeout: TIMEOUT_MS }, () => {
    for (let seed = 1; seed <= EVERYWHERE_CUT_CASES; seed += 1) {
      const found = randomMarketCase(seed);
      expect(bytesOfStitchedRun(found)).toBe(engineBytes(engineRun(found)));
    }
  });
});
