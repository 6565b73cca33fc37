import { describe, expect, test } from "vitest";
import { replayLines } from "../../src/cli/replay.ts";
import { loadSettings } from "../../src/config.ts";
import { DEMO_CONFIG_FILE, demoListings } from "../../src/demo/demo.ts";
import { readEnvelope } from "../../src/demo/envelope.ts";
import { BURST, CRASH, calmAfter, SCRIPT_MS, scenario } from "../../src/demo/scenario.ts";
import type { ScenarioEvent } from "../../src/demo/timeline.ts";

const script = { seed: 20_251_010, envelope: readEnvelope(), listings: demoListings() };
const { events, drops } = scenario(script);
const BURST_END_MS = BURST.fromMs + BURST.lengthMs;
const CRASH_END_MS = CRASH.fromMs + CRASH.lengthMs;
const isIn = (from: number, to: number) => (event: ScenarioEvent) =>
  event.offsetMs >= from && event.offsetMs < to;
const usd = (some: readonly ScenarioEvent[]) =>
  some.reduce((sum, { notionalUsd }) => sum + notionalUsd, 0);
const longs = (some: readonly ScenarioEvent[]) =>
  some.filter(({ positionSide }) => positionSide === "long");

/** An hour that does not matter; the script is played from here. */
const START_MS = Date.UTC(2026, 10, 20, 12);

/** As event lines; `shows` thins Binance out to the largest row per symbol and second. */
function linesOf(shows: "all" | "as Binance would"): string[] {
  const largest = new Map<string, ScenarioEvent>();
  const slot = (event: ScenarioEvent) => `${event.symbol} ${Math.floor(event.offsetMs / 1_000)}`;
  for (const event of events) {
    const known = largest.get(slot(event));
    const isLarger = known === undefined || known.notionalUsd < event.notionalUsd;
    if (event.venue === "binance" && isLarger) largest.set(slot(event), event);
  }
  const isShown = (event: ScenarioEvent) =>
    shows === "all" || event.venue !== "binance" || largest.get(slot(event)) === event;
  return events.filter(isShown).map(({ offsetMs, venue, asset, positionSide, ...rest }) =>
    JSON.stringify({
      ...{ venue, asset, positionSide, symbol: rest.symbol, price: rest.price },
      notionalUsd: Number(rest.notionalUsd.toFixed(2)),
      occurredAtMs: START_MS + offsetMs,
    }),
  );
}

function alertsOf(shows: "all" | "as Binance would") {
  const settings = loadSettings({ file: DEMO_CONFIG_FILE, env: {}, needsNotifiers: false });
  const { rules, usdCoins, cascade } = settings;
  const { report } = replayLines(linesOf(shows), { rules, usdCoins, cascade, atEnd: "resolve" });
  return report.alerts.map((alert) => ({ ...alert, atMs: Number(alert.atMs) - START_MS }));
}

describe("the demo's script", () => {
  test("is the same for the same seed and another for another", () => {
    expect(scenario(script).events).toEqual(events);
    expect(scenario({ ...script, seed: 2 }).events).not.toEqual(events);
  });

  test("is in order and within its length", () => {
    const offsets = events.map(({ offsetMs }) => offsetMs);
    expect(offsets).toEqual(offsets.toSorted((left, right) => left - right));
    expect(offsets[0]).toBe(0);
    expect(offsets.at(-1)).toBeLessThan(SCRIPT_MS);
  });

  test("shows something of every venue within five seconds", () => {
    const first = events.filter(isIn(0, 5_000));
    expect(new Set(first.map(({ venue }) => venue))).toEqual(new Set(["binance", "bybit", "okx"]));
  });

  test("gives every row a price, money and a listed symbol", () => {
    for (const { price, notionalUsd, symbol } of events) {
      expect(price).toBeGreaterThan(0);
      expect(notionalUsd).toBeGreaterThan(100);
      expect(symbol).toMatch(/^[A-Z0-9_-]{3,20}$/);
    }
  });

  test("opens with one asset, mostly longs, under a falling price", () => {
    const act = events.filter(isIn(BURST.fromMs, BURST_END_MS));
    const large = act.filter(({ notionalUsd }) => notionalUsd > 24_000);
    expect(new Set(large.map(({ asset }) => asset))).toEqual(new Set([BURST.asset]));
    expect(usd(large)).toBeGreaterThan(10_000_000);
    expect(usd(longs(large)) / usd(large)).toBeGreaterThan(0.85);
    expect(large.at(-1)?.price).toBeLessThan((large[0]?.price ?? 0) * 0.99);
  });

  test("leaves small change between the acts, from both sides", () => {
    const pause = events.filter(isIn(BURST_END_MS + 1, CRASH.fromMs));
    expect(pause.length).toBeGreaterThan(60);
    expect(usd(pause)).toBeLessThan(800_000);
    expect(longs(pause).length / pause.length).toBeGreaterThan(0.3);
    expect(longs(pause).length / pause.length).toBeLessThan(0.7);
  });

  test("presses the envelope of the crash into a minute", () => {
    const crash = events.filter(isIn(CRASH.fromMs, CRASH_END_MS));
    expect(crash.length).toBeGreaterThan(6_000);
    expect(crash.length).toBeLessThan(6_400);
    expect(new Set(crash.map(({ asset }) => asset)).size).toBeGreaterThan(40);
    expect(longs(crash).length / crash.length).toBeGreaterThan(0.88);
    expect(longs(crash).length / crash.length).toBeLessThan(0.97);
    expect(usd(crash)).toBeGreaterThan(400_000_000);
    expect(usd(crash)).toBeLessThan(700_000_000);
  });

  test("keeps the order of the source's assets by money", () => {
    const crash = events.filter(isIn(CRASH.fromMs, CRASH_END_MS));
    const money = (asset: string) => usd(crash.filter((event) => event.asset === asset));
    const ranked = ["BTC", "ETH", "SOL", "HYPE"].toSorted((a, b) => money(b) - money(a));
    expect(ranked).toEqual(["BTC", "ETH", "SOL", "HYPE"]);
    expect(money("BTC") / usd(crash)).toBeCloseTo(0.33, 1);
  });

  test("has one price per asset and moment, falling in the crash and partly won back", () => {
    const btc = events.filter(({ asset }) => asset === "BTC");
    const meanAt = (fromMs: number, toMs: number) => {
      const some = btc.filter(isIn(fromMs, toMs));
      return some.reduce((sum, { price }) => sum + price, 0) / some.length;
    };
    expect(meanAt(0, CRASH.fromMs)).toBeCloseTo(121_400, -3);
    expect(meanAt(70_000, 75_000) / 121_400).toBeCloseTo(1 - 0.085, 2);
    expect(meanAt(CRASH_END_MS, SCRIPT_MS) / 121_400).toBeCloseTo(1 - 0.085 * 0.65, 2);
    for (let fromMs = 0; fromMs < SCRIPT_MS; fromMs += 250) {
      const prices = btc.filter(isIn(fromMs, fromMs + 250)).map(({ price }) => price);
      expect(Math.max(...prices, 0) / Math.min(...prices, 1e9)).toBeLessThan(1.02);
    }
  });

  test("never publishes more in a moment than a slice can carry", () => {
    for (let fromMs = CRASH.fromMs; fromMs < CRASH_END_MS; fromMs += 100) {
      expect(events.filter(isIn(fromMs, fromMs + 100)).length).toBeLessThan(300);
    }
  });

  test("drops one venue in the thick of the crash", () => {
    expect(drops).toEqual([{ offsetMs: 58_000, venue: "okx", refusals: 3 }]);
  });

  test("goes on with calm after the end", () => {
    const after = calmAfter(script, { fromMs: SCRIPT_MS, lengthMs: 60_000 });
    expect(after.length).toBeGreaterThan(150);
    expect(after.every(isIn(SCRIPT_MS, SCRIPT_MS + 60_000))).toBe(true);
    expect(usd(after)).toBeLessThan(2_000_000);
  });
});

describe.each(["all", "as Binance would"] as const)("with demo.yaml, rows shown: %s", (shows) => {
  const alerts = alertsOf(shows);

  test("the first act is one incident: all four levels, resolved within thirty seconds", () => {
    const act = alerts.filter(({ atMs }) => atMs < CRASH.fromMs);
    const told = act.map(({ decision, rule, scope, severity }) =>
      [decision, rule, scope, severity].join(" "),
    );
    expect(told).toEqual([
      "opened large-caps SOL LOW",
      "escalated large-caps SOL MEDIUM",
      "escalated large-caps SOL HIGH",
      "escalated large-caps SOL CRITICAL",
      "resolved large-caps SOL CRITICAL",
    ]);
    expect(act[0]?.atMs).toBeLessThan(8_000);
    expect(act.at(-1)?.atMs).toBeLessThan(29_000);
  });

  test("the crash takes the market and BTC to CRITICAL and all of it calms", () => {
    const act = alerts.filter(({ atMs }) => atMs >= CRASH.fromMs);
    const critical = act
      .filter(({ decision, severity }) => decision === "escalated" && severity === "CRITICAL")
      .map(({ rule, scope }) => `${rule} ${scope}`);
    expect(new Set(critical)).toEqual(
      new Set(["market market", "market-wide market", "majors BTC"]),
    );
    const count = (decision: string) => act.filter((alert) => alert.decision === decision).length;
    expect(count("resolved")).toBe(count("opened"));
    expect(act.length).toBeLessThan(70);
    expect(act.at(-1)?.atMs).toBeLessThan(120_000);
  });

  test("market-wide stands for what befell single assets, but for BTC and ETH at HIGH", () => {
    const ofMarket = alerts.filter(({ rule }) => rule === "market-wide");
    const spans = ofMarket.map(({ decision, severity }) => `${decision} ${severity}`);
    expect(spans).toEqual([
      ...["opened MEDIUM", "escalated HIGH", "escalated CRITICAL", "resolved CRITICAL"],
    ]);
    const [fromMs, toMs] = [ofMarket[0]?.atMs ?? 0, ofMarket.at(-1)?.atMs ?? 0];
    const during = alerts.filter(({ atMs, rule }) => {
      return atMs > fromMs && atMs <= toMs && !rule.startsWith("market");
    });
    const told = during.filter(({ decision }) => !["suppressed", "resolved"].includes(decision));
    expect(new Set(told.map(({ scope }) => scope))).toEqual(new Set(["BTC", "ETH"]));
    expect(told.every(({ severity }) => ["HIGH", "CRITICAL"].includes(severity))).toBe(true);
    const held = during.filter(({ reason }) => reason === "inhibited");
    expect(new Set(held.map(({ scope }) => scope)).size).toBeGreaterThan(9);
  });
});
