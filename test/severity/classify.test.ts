import { describe, expect, it } from "vitest";
import { metricValue, rankOf, severityOf, WINDOW_METRICS } from "../../src/severity/classify.ts";
import { ruleOf } from "./samples.ts";

const window = { orders: 7, notionalCents: 123_456_789, largestCents: () => 98_765 };

describe("the value of a metric", () => {
  it("is USD, a count, or USD per second", () => {
    const values = WINDOW_METRICS.map((metric) => [metric, metricValue(metric, window, 60_000)]);
    expect(Object.fromEntries(values)).toEqual({
      notionalUsd: 1_234_567.89,
      count: 7,
      largestUsd: 987.65,
      usdPerSecond: 20_576.1315,
    });
  });

  it("is rounded once, so that a threshold of the same figure is met exactly", () => {
    const odd = { ...window, notionalCents: 7_00 };
    expect(metricValue("usdPerSecond", odd, 700)).toBe(10);
    expect(metricValue("usdPerSecond", { ...window, notionalCents: 1 }, 100)).toBe(0.1);
  });
});

describe("the rank of a value", () => {
  const rule = ruleOf();

  it("is the highest threshold reached, the threshold itself included", () => {
    const values = [0, 99.99, 100, 199.99, 200, 399.99, 400, 799.99, 800, 1e12];
    expect(values.map((value) => rankOf(rule, value, 0))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("is none under the floor of window notional, whatever the value", () => {
    const floored = ruleOf({ metric: "count", floorUsd: 250 });
    expect(rankOf(floored, 900, 24_999)).toBe(0);
    expect(rankOf(floored, 900, 25_000)).toBe(4);
    expect(rankOf(ruleOf({ floorUsd: 0 }), 900, 0)).toBe(4);
  });

  it("has a word for each", () => {
    expect(([1, 2, 3, 4] as const).map(severityOf)).toEqual(["LOW", "MEDIUM", "HIGH", "CRITICAL"]);
    expect(severityOf(0)).toBe("LOW");
  });
});
