import { describe, expect, it } from "vitest";
import { replaySummary as summaryOf } from "../../src/cli/replay-summary.ts";
import type { PrintedAlert, PrintedReport } from "../../src/cli/report.ts";
import type { Metric, Rule } from "../../src/rule.ts";

const AT_MS = Date.UTC(2026, 10, 19, 14, 6, 12);

const sums = (longUsd: number, shortUsd: number, orders: number) => ({
  orders,
  rows: orders,
  notionalUsd: longUsd + shortUsd,
  longUsd,
  shortUsd,
  largestUsd: longUsd,
});

function alert(over: Partial<PrintedAlert> = {}): PrintedAlert {
  return {
    atMs: AT_MS,
    decision: "opened",
    rule: "five-minutes",
    scope: "BTC",
    severity: "LOW",
    value: 1_200_000,
    window: {},
    ...over,
  };
}

function report(over: Partial<PrintedReport> = {}): PrintedReport {
  return {
    input: { frames: 2, liquidations: 7, rejected: 1 },
    totals: { all: sums(7_420_000, 80_000, 12), byAsset: {}, byVenue: {} },
    day: { asOfMs: AT_MS, all: sums(1_500, 0, 3), byAsset: {} },
    alerts: [],
    peaks: {},
    ...over,
  };
}

const rule = (name: string, metric: Metric): Rule => ({
  ...{ name, metric, scope: "asset", windowMs: 300_000, floorUsd: 0, cooldownMs: 0, notify: [] },
  filter: { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
  thresholds: { low: 1, medium: 2, high: 3, critical: 4 },
  resolve: { belowPctOfLow: 50, forMs: 0, reopenWithinMs: 0 },
});

const replaySummary = (printed: PrintedReport) =>
  summaryOf(printed, [
    rule("five-minutes", "notionalUsd"),
    rule("orders", "count"),
    rule("pace", "usdPerSecond"),
  ]);

const assets = (names: readonly string[]) =>
  Object.fromEntries(names.map((name, index) => [name, sums((index + 1) * 1_000, 0, 1)]));

describe("the replay report for people", () => {
  it("says what was read and what it added up to", () => {
    expect(replaySummary(report())).toBe(
      [
        "Read: frames 2, liquidations 7, rejected 1",
        "Liquidated: $7.50M (longs $7.42M, shorts $80K) in 12 orders",
        "24 h to the last line: $1.5K (longs $1.5K, shorts $0) in 3 orders",
        "",
        "No alerts",
        "",
        "The whole report: --report json",
        "",
      ].join("\n"),
    );
  });

  it("lists the eight largest assets, the largest first, equal ones by name", () => {
    const names = ["A", "B", "C", "D", "E", "F", "G", "H", "I"];
    const byAsset = { ...assets(names), ETH: sums(9_000, 0, 1) };
    const { all } = report().totals;
    const text = replaySummary(report({ totals: { all, byAsset, byVenue: {} } }));
    const listed = text.split("\n").slice(3, 11);
    expect(listed.map((line) => line.trim().split(" ")[0])).toEqual([
      "ETH",
      "I",
      "H",
      "G",
      "F",
      "E",
      "D",
      "C",
    ]);
    expect(listed[0]).toBe("  ETH        $9.0K (longs $9.0K, shorts $0) in 1 order");
    expect(text.split("\n")[11]).toBe("");
  });

  it("lists alerts with time, decision, severity, scope, value and rule", () => {
    const held = { decision: "suppressed", reason: "cooldown", untilMs: AT_MS, count: 3 };
    const alerts = [
      alert(),
      alert({ atMs: AT_MS - 86_400_000, severity: "CRITICAL", scope: "market" }),
      alert(held),
    ];
    const lines = replaySummary(report({ alerts })).split("\n");
    expect(lines.slice(4, 8)).toEqual([
      "Alerts (3):",
      "  14:06 UTC  opened     LOW      BTC  $1.20M (five-minutes)",
      "  18 Nov 14:06 UTC  opened     CRITICAL market  $1.20M (five-minutes)",
      "  14:06 UTC  suppressed LOW      BTC  $1.20M (five-minutes, held back by cooldown x3)",
    ]);
  });

  it("shows counts and paces as such, and a figure of an unknown rule as it is", () => {
    const alerts = [
      alert({ rule: "orders", value: 1_340 }),
      alert({ rule: "pace", value: 2_500_000 }),
      alert({ rule: "gone", value: 7 }),
    ];
    const lines = replaySummary(report({ alerts })).split("\n");
    expect(lines.slice(5, 8).map((line) => line.slice(line.indexOf("BTC")))).toEqual([
      "BTC  1,340 (orders)",
      "BTC  $2.50M/s (pace)",
      "BTC  7 (gone)",
    ]);
  });

  it("stops after forty alerts and says how many more there are", () => {
    const alerts = Array.from({ length: 43 }, (_, index) => alert({ value: index }));
    const lines = replaySummary(report({ alerts })).split("\n");
    expect(lines.slice(4, 5)).toEqual(["Alerts (43):"]);
    expect(lines[44]).toContain("BTC  $39 (five-minutes)");
    expect(lines[45]).toBe("  and 3 more");
    const forty = replaySummary(report({ alerts: alerts.slice(0, 40) }));
    expect(forty).not.toContain("more");
  });
});
