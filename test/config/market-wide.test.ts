import { describe, expect, test } from "vitest";
import { linesOf, load, RULE } from "./loading.ts";

const marketOf = (text: string) => load(text).rules.at(-1);

describe("marketWide", () => {
  test("is by default the rule market of SPEC 4.1 with the condition of SPEC 4", () => {
    expect(marketOf(`rules: [{ ${RULE} }]`)).toEqual({
      name: "market-wide",
      scope: "market",
      filter: { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
      metric: "notionalUsd",
      windowMs: 300_000,
      floorUsd: 0,
      thresholds: { low: 15e6, medium: 40e6, high: 120e6, critical: 400e6 },
      cooldownMs: 900_000,
      resolve: { belowPctOfLow: 50, forMs: 600_000, reopenWithinMs: 900_000 },
      notify: [{ target: "console", minSeverity: null, assets: [], venues: [], sides: [] }],
      marketWide: { assets: 4, othersThanMajors: 2, floorUsd: 5e6, oneSidePct: 70 },
    });
  });

  test("can be set key by key, by the file and by the environment", () => {
    const env = { LIQWATCH_MARKET_WIDE_ONE_SIDE_PCT: "80", LIQWATCH_CASCADE_ORDERS: "7" };
    const text = "{ marketWide: { floorUsd: 1000, thresholds: { low: 5 }, window: 10s } }";
    const { rules, cascade } = load(text, { env });
    expect(rules.at(-1)).toMatchObject({
      windowMs: 10_000,
      thresholds: { low: 5, medium: 40e6 },
      marketWide: { assets: 4, othersThanMajors: 2, floorUsd: 1_000, oneSidePct: 80 },
    });
    expect(cascade).toEqual({
      ...{ windowMs: 60_000, orders: 7, floorUsd: 100_000, openInterestBp: 0.5 },
    });
  });

  test("keeps its name for itself", () => {
    expect(linesOf(`rules: [{ ${RULE.replace("name: r", "name: market-wide")} }]`)).toEqual([
      'rules[0].name: "market-wide", another name: this one is built in, its settings are marketWide',
    ]);
  });

  test("is checked as rules are", () => {
    const lines = linesOf(`
marketWide:
  assets: 0
  oneSidePct: 40
  window: 15m
  thresholds: { low: 50000000 }
  notify: [nobody, { target: console, assets: ["@none"] }]
cascade: { window: 15m, orders: 0 }
`);
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual([
      "cascade.orders",
      "cascade.window",
      "marketWide.assets",
      "marketWide.notify[0]",
      "marketWide.notify[1].assets[0]",
      "marketWide.oneSidePct",
      "marketWide.thresholds.medium",
      "marketWide.window",
    ]);
  });

  test("that names a notifier must have its variables", () => {
    expect(linesOf("marketWide: { notify: [discord] }")[0]).toContain("needs DISCORD_WEBHOOK_URL");
  });
});
