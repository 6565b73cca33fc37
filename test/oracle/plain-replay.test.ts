import { describe, expect, it } from "vitest";
import { chanceOf } from "./chance.ts";
import { firstDifference } from "./difference.ts";
import { canonicalText, centsOf, fractionOf, nineDigits } from "./fraction.ts";
import { plainReplay } from "./plain-replay.ts";
import { described, shrink } from "./shrinking.ts";
import { type OracleCase, randomCase } from "./streams.ts";

const LONGEST_SPAN_MS = 120_000;

/** The first lines of a case, as many as fit into two minutes, under rules that soon let go. */
function shortCase(seed: number): OracleCase {
  const found = randomCase(seed);
  const rules = found.rules.filter(
    (rule) => rule.windowMs <= 60_000 && rule.resolve.forMs <= 10_000,
  );
  const times = found.lines.map((line) => Number(/"receivedAtMs":(\d{13})/.exec(line)?.[1]));
  const first = times.find((time) => !Number.isNaN(time)) ?? 0;
  const end = times.findIndex((time) => time - first > LONGEST_SPAN_MS);
  return { ...found, rules, lines: end < 0 ? found.lines : found.lines.slice(0, end) };
}

describe("the oracle itself", () => {
  it("decides the same whether or not it skips ticks at which nothing can change", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const { lines, rules } = shortCase(seed);
      const skipping = plainReplay(lines, rules, { atEnd: "resolve" });
      const patient = plainReplay(lines, rules, { atEnd: "resolve", everyTick: true });
      expect(firstDifference(patient, skipping), described(shortCase(seed))).toBeNull();
    }
  });

  it("draws the same case from the same seed", () => {
    expect(randomCase(7)).toEqual(randomCase(7));
    expect(chanceOf(1).next()).not.toBe(chanceOf(2).next());
  });

  it("rounds money to cents half away from zero on the decimals as written", () => {
    expect([1.005, 19.995, 0.004, 0.005, 1e-7].map((usd) => centsOf(fractionOf(usd)))).toEqual([
      101, 2000, 0, 1, 0,
    ]);
  });

  it("prints nine significant digits and no more", () => {
    expect(nineDigits({ n: -5n, d: 3n })).toBe(-1.66666667);
    expect(nineDigits({ n: 0n, d: 7n })).toBe(0);
    expect(nineDigits({ n: 123456789649n, d: 1000n })).toBe(123456790);
    expect(nineDigits({ n: 1n, d: 700n })).toBe(0.00142857143);
    expect(nineDigits({ n: 1825000n, d: 1n })).toBe(1825000);
  });

  it("writes the numbers of keys without exponent or trailing zeros", () => {
    expect([1e-8, 1e21, 10, 0.5].map(canonicalText)).toEqual([
      "0.00000001",
      "1000000000000000000000",
      "10",
      "0.5",
    ]);
  });

  it("names the first place at which two reports differ", () => {
    const expected = { alerts: [{ value: 1 }, { value: 2 }], day: {} };
    expect(firstDifference(expected, { alerts: [{ value: 1 }], day: {} })).toEqual({
      path: "report.alerts[1]",
      expected: '{"value":2}',
      actual: "absent",
    });
  });

  it("shrinks a failing case to the lines and rules that matter", () => {
    const start = randomCase(3);
    const wanted = start.lines[Math.floor(start.lines.length / 2)] ?? "";
    const smallest = shrink(start, (smaller) => smaller.lines.includes(wanted));
    expect(new Set(smallest.lines)).toEqual(new Set([wanted]));
    expect(smallest.rules).toHaveLength(1);
  });
});
