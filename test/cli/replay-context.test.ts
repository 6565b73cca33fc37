/** Context lines of a recording: what was judged live is judged alike. */
import { describe, expect, test } from "vitest";
import { Replay } from "../../src/cli/replay-run.ts";
import type { Reject } from "../../src/liquidation.ts";
import { ruleOf, T0 } from "../severity/samples.ts";

const rules = [ruleOf({ scope: "asset+venue" })];

/** BTC falls for 200 s; Bybit's shorts are longs in truth. */
function recording(): readonly string[] {
  const lines: object[] = [];
  for (let second = 0; second <= 200; second += 1) {
    const receivedAtMs = T0 + second * 1_000;
    const referencePrices = { BTC: 100_000 - second * 10, ETH: 4_000 };
    if (second % 5 === 0) lines.push({ receivedAtMs, context: { referencePrices } });
    if (second <= 60) continue;
    const topic = "allLiquidation.BTCUSDT";
    const data = [{ T: receivedAtMs, s: "BTCUSDT", S: "Sell", v: "0.002", p: "50000" }];
    const frame = JSON.stringify({ topic, type: "snapshot", ts: receivedAtMs, data });
    lines.push({ venue: "bybit", connection: "1", receivedAtMs, frame });
  }
  return lines.map((line) => JSON.stringify(line));
}

function replayOf(rejects: Reject[] = []): Replay {
  return new Replay({ rules, usdCoins: ["USDT"], onReject: (reject) => rejects.push(reject) });
}

describe("context lines", () => {
  test("make a venue with exchanged sides suspect, as live", () => {
    const replay = replayOf();
    for (const line of recording()) replay.line(line);
    expect(replay.engine.sides.suspects()).toEqual([
      { venue: "bybit", sinceMs: T0 + 160_000, moves: 29, rightMoves: 0 },
    ]);
    const { totals, alerts, day, input } = replay.report();
    expect(totals.all).toMatchObject({ orders: 140, notionalUsd: 14_000 });
    expect(day).toMatchObject({ all: { orders: 140 } });
    expect(input).toMatchObject({ liquidations: 140, history: 0, rejected: 0 });
    expect(Math.max(...alerts.map(({ atMs }) => atMs))).toBeLessThanOrEqual(T0 + 160_000);
  });

  test("go on alike from a saved state, cut at any line", () => {
    const lines = recording();
    const whole = replayOf();
    for (const line of lines) whole.line(line);
    for (const cut of [1, 30, 45, 150, lines.length - 1]) {
      const first = replayOf();
      for (const line of lines.slice(0, cut)) first.line(line);
      const state = JSON.parse(JSON.stringify(first.save()));
      const second = new Replay({ rules, usdCoins: ["USDT"], state });
      for (const line of lines.slice(cut)) second.line(line);
      expect(second.report(), `cut at ${cut}`).toEqual(whole.report());
    }
  });

  test("with prices that are none are rejected and told", () => {
    const rejects: Reject[] = [];
    const replay = replayOf(rejects);
    for (const referencePrices of [7, { BTC: "1", ETH: 4_000 }, { BTC: -1 }]) {
      replay.line(JSON.stringify({ receivedAtMs: T0, context: { referencePrices } }));
    }
    expect(rejects.map(({ reason }) => reason)).toEqual(["shape", "price", "price"]);
    expect(replay.engine.sides.save().prices).toEqual([["ETH", [{ atMs: T0, price: 4_000 }]]]);
    expect(replay.report().input.rejected).toBe(3);
  });

  /** Bybit's positions shrink by a tenth in the second minute. */
  function readings(): readonly string[] {
    return Array.from({ length: 12 }, (_, at) => {
      const openInterest = { coins: at < 8 ? 1_000 : 900, inverseUsd: 0, contracts: 1 };
      const assets = { BTC: { openInterest, funding: null, price: 100_000 } };
      const reading = { venue: "bybit", everyMs: 15_000, assets };
      return JSON.stringify({ receivedAtMs: T0 + at * 15_000, context: { reading } });
    });
  }

  test("bring open interest as it was, cut at any line", () => {
    const lines = readings();
    const whole = replayOf();
    for (const line of lines) whole.line(line);
    const nowMs = T0 + 11 * 15_000;
    const change = whole.engine.context.openInterestChange("BTC", 60_000, nowMs);
    expect(change).toMatchObject({ pct: -10, usd: -10_000_000 });
    for (const cut of [1, 7, 11]) {
      const first = replayOf();
      for (const line of lines.slice(0, cut)) first.line(line);
      const state = JSON.parse(JSON.stringify(first.save()));
      const second = new Replay({ rules, usdCoins: ["USDT"], state });
      for (const line of lines.slice(cut)) second.line(line);
      expect(JSON.stringify(second.save()), `cut at ${cut}`).toBe(JSON.stringify(whole.save()));
    }
  });

  test("with a reading that is none are rejected and told", () => {
    const rejects: Reject[] = [];
    const replay = replayOf(rejects);
    replay.line(JSON.stringify({ receivedAtMs: T0, context: { reading: { venue: "nowhere" } } }));
    expect(rejects).toEqual([{ reason: "shape", detail: "reading is an object" }]);
  });
});
