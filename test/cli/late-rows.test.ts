/** Recorded rows whose contract is listed later in the file: their money, once, and no decision. */
import { describe, expect, test } from "vitest";
import { Replay } from "../../src/cli/replay-run.ts";
import { ruleOf, T0 } from "../severity/samples.ts";

/** The dollars of BTC alone are LOW; those that come late would make it more. */
const thresholds = { low: 10, medium: 100, high: 1_000, critical: 5_000 };
const rules = [
  ruleOf({ scope: "asset+venue", thresholds }),
  ruleOf({ name: "all", scope: "market", thresholds }),
];
const NEW = {
  ...{ symbol: "NEWUSDT", market: "NEW/USDT:USDT", asset: "NEW", quote: "USDT" },
  ...{ multiplier: 1, isInverse: false, contractSize: null },
};
const ODD = { ...NEW, symbol: "ODDEUR", market: "ODD/EUR:EUR", asset: "ODD", quote: "EUR" };

function frameLine(second: number, symbol: string, positionSide: "Buy" | "Sell", size: string) {
  const receivedAtMs = T0 + second * 1_000;
  const data = [{ T: receivedAtMs, s: symbol, S: positionSide, v: size, p: "100.25" }];
  const frame = JSON.stringify({ topic: `allLiquidation.${symbol}`, ts: receivedAtMs, data });
  return { venue: "bybit", connection: "1", receivedAtMs, frame };
}

const listingLine = (second: number, venue: string, instruments: readonly object[]) => ({
  receivedAtMs: T0 + second * 1_000,
  context: { venue, instruments },
});

const LINES = [
  frameLine(0, "BTCUSDT", "Buy", "0.5"),
  frameLine(1, "NEWUSDT", "Buy", "10"),
  frameLine(2, "NEWUSDT", "Sell", "30"),
  frameLine(3, "ODDEUR", "Buy", "10"),
  frameLine(4, "NEVERUSDT", "Buy", "10"),
  listingLine(5, "okx", [NEW]),
  listingLine(6, "bybit", [NEW, ODD]),
  listingLine(7, "bybit", [NEW, ODD]),
  frameLine(8, "NEWUSDT", "Buy", "20"),
  // Sent again after a reconnect: known, however its contract was known then.
  frameLine(1, "NEWUSDT", "Buy", "10"),
].map((line) => JSON.stringify(line));

function replayOf(lines: readonly string[], more: object = {}): Replay {
  const replay = new Replay({ rules, usdCoins: ["USDT"], ...more });
  for (const line of lines) replay.line(line);
  return replay;
}

describe("rows whose contract is listed later", () => {
  test("have their money once in totals and in the day, and are counted as they were", () => {
    const before = replayOf(LINES.slice(0, 6)).report();
    expect(before.totals.all).toMatchObject({ orders: 5, rows: 5, notionalUsd: 50.13 });
    expect(Object.keys(before.totals.byAsset)).toEqual(["BTC"]);

    const { totals, day, input } = replayOf(LINES).report();
    expect(input).toMatchObject({ liquidations: 6, unpriced: 4, duplicates: 1, rejected: 0 });
    const all = { orders: 6, rows: 6, notionalUsd: 6_065.13, longUsd: 3_057.63, shortUsd: 3_007.5 };
    expect(totals.all).toEqual({ ...all, largestUsd: 3_007.5 });
    expect(totals.byVenue).toEqual({ bybit: totals.all });
    expect(day.all).toEqual(all);
    const own = { orders: 3, rows: 3, notionalUsd: 6_015, longUsd: 3_007.5, shortUsd: 3_007.5 };
    expect(totals.byAsset.NEW).toEqual({ ...own, largestUsd: 3_007.5 });
    expect(day.byAsset.NEW).toEqual(own);
    // Quoted in a coin that is no dollar: its asset is known now, its money never.
    expect(totals.byAsset.ODD).toMatchObject({ orders: 1, rows: 1, notionalUsd: 0 });
    expect(totals.byAsset.NEVER).toBe(undefined);
  });

  test("decide nothing: listings change no alert", () => {
    const isListing = (line: string) => line.includes("instruments");
    const silent = LINES.filter((line) => !isListing(line)).slice(0, 5);
    const listed = [...silent, LINES[6] ?? ""];
    const alerts = (lines: readonly string[]) =>
      replayOf([...lines, JSON.stringify({ receivedAtMs: T0 + 60_000, context: {} })]).report()
        .alerts;
    expect(alerts(silent).length).toBeGreaterThan(0);
    expect(alerts(listed)).toEqual(alerts(silent));
  });

  test("and listings are remembered by a saved state, cut at any line", () => {
    const whole = replayOf(LINES).report();
    for (let cut = 1; cut < LINES.length; cut += 1) {
      const first = replayOf(LINES.slice(0, cut));
      const state = JSON.parse(JSON.stringify(first.save()));
      expect(replayOf(LINES.slice(cut), { state }).report(), `cut at ${cut}`).toEqual(whole);
    }
  });
});
