import { describe, expect, it } from "vitest";
import { bandOf, describeRisk, type RiskInputs, riskOf } from "../../src/severity/risk.ts";

/** A cascade of $500,000: five orders on two venues, all of it longs. */
const INPUTS: RiskInputs = {
  ...{ isCascade: true, orders: 5, longCents: 50_000_000, shortCents: 0 },
  ...{ densestCents: 20_000_000, largeCents: 0, venues: 2 },
};

const partsOf = (over: Partial<RiskInputs>) =>
  Object.fromEntries(
    describeRisk({ ...INPUTS, ...over }).parts.map(({ name, value }) => [name, value]),
  );

describe("the risk score", () => {
  it("has six factors that add up to two", () => {
    const { parts, value, level } = describeRisk(INPUTS);
    expect(parts.map(({ weightPct }) => weightPct)).toEqual([25, 20, 20, 15, 15, 5]);
    expect(partsOf({})).toEqual({
      ...{ volume: 0.5, orders: 0.5, "densest level": 0.4, "one side": 1 },
      ...{ "large rows": 0, venues: 0.5 },
    });
    expect(value).toBeCloseTo(2 * (0.125 + 0.1 + 0.08 + 0.15 + 0 + 0.025), 12);
    expect(level).toBe("moderate");
    const full = { orders: 50, longCents: 9e9, densestCents: 9e9, largeCents: 9e9, venues: 8 };
    expect(riskOf({ ...INPUTS, ...full })).toBe(2);
  });

  it("is 0 unless the asset is in a cascade", () => {
    expect(riskOf({ ...INPUTS, isCascade: false })).toBe(0);
    expect(describeRisk({ ...INPUTS, isCascade: false })).toMatchObject({ value: 0, level: "low" });
  });

  it("looks at how one-sided the money is, whichever the side", () => {
    expect(partsOf({ shortCents: 50_000_000 })["one side"]).toBe(0);
    expect(partsOf({ longCents: 0, shortCents: 5 })["one side"]).toBe(1);
    expect(partsOf({ longCents: 0, densestCents: 0 })["one side"]).toBe(0);
  });

  it("has bands that begin at their edge", () => {
    expect([0, 0.699, 0.7, 0.999, 1, 1.499, 1.5, 2].map(bandOf)).toEqual([
      ...["low", "low", "moderate", "moderate", "high", "high", "extreme", "extreme"],
    ]);
  });
});
