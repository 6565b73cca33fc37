import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { Peaks } from "../../src/cli/peaks.ts";
import {
  addToReport,
  newReport,
  reportOf,
  restoreReport,
  type SavedReport,
  saveReport,
  sortedJson,
} from "../../src/cli/report.ts";
import type { Liquidation } from "../../src/liquidation.ts";
import type { Rule } from "../../src/rule.ts";
import { Engine, REPLAY_LIMITS } from "../../src/severity/engine.ts";
import { rowOf, ruleOf, snapshotOf, T0 } from "../severity/samples.ts";

/** A report and its engine, as the replay keeps them in step. */
const PEAKS = new Peaks({ profile: "relative", cascadeMs: 60_000 });

class Stage {
  readonly report = newReport();
  readonly engine;

  constructor(rules: readonly Rule[] = []) {
    this.engine = new Engine({
      rules: [...rules, ...PEAKS.rules],
      limits: REPLAY_LIMITS,
    });
  }

  rows(ms: number, ...overs: readonly Partial<Liquidation>[]): void {
    const receivedAtMs = T0 + ms;
    const rows = overs.map((over) => rowOf({ receivedAtMs, ...over }));
    const { accepted, decisions } = this.engine.step({ type: "rows", receivedAtMs, rows });
    this.report.asOfMs = receivedAtMs;
    addToReport(this.report, accepted);
    this.report.alerts.push(...decisions);
  }

  printed() {
    return reportOf(this.report, this.engine, PEAKS);
  }
}

const sums = (orders: number, rows: number, longUsd: number, shortUsd: number) => ({
  orders,
  rows,
  notionalUsd: longUsd + shortUsd,
  longUsd,
  shortUsd,
});

describe("the replay report", () => {
  it("is all zero before the first line", () => {
    expect(new Stage().printed()).toEqual({
      input: {
        frames: 0,
        liquidations: 0,
        duplicates: 0,
        late: 0,
        history: 0,
        quarantined: 0,
        rejected: 0,
        unpriced: 0,
        otherKinds: 0,
      },
      totals: { all: { ...sums(0, 0, 0, 0), largestUsd: 0 }, byAsset: {}, byVenue: {} },
      day: { asOfMs: null, all: sums(0, 0, 0, 0), byAsset: {} },
      alerts: [],
      peaks: {},
    });
  });

  it("adds up rows of kind liquidation by asset and venue, orders once, the largest apart", () => {
    const stage = new Stage();
    stage.rows(
      0,
      { dedupeKey: "1", orderKey: "o", notionalCents: 1_050 },
      { dedupeKey: "2", orderKey: "o", notionalCents: 2_000, venue: "binance" },
      { dedupeKey: "3", asset: "ETH", venue: "okx", positionSide: "short", notionalCents: 999 },
      { dedupeKey: "4", asset: null, venue: "okx", notionalCents: 1 },
      { dedupeKey: "5", kind: "deleverage", notionalCents: 1e12 },
      { dedupeKey: "6", notionalCents: null },
    );
    const { totals, day } = stage.printed();
    expect(totals).toEqual({
      all: { ...sums(4, 5, 30.51, 9.99), notionalUsd: 40.5, largestUsd: 20 },
      byAsset: {
        BTC: { ...sums(2, 3, 30.5, 0), largestUsd: 20 },
        ETH: { ...sums(1, 1, 0, 9.99), largestUsd: 9.99 },
      },
      byVenue: {
        binance: { ...sums(2, 3, 30.5, 0), largestUsd: 20 },
        okx: { ...sums(2, 2, 0.01, 9.99), notionalUsd: 10, largestUsd: 9.99 },
      },
    });
    expect(day).toMatchObject({ asOfMs: T0, all: { rows: 5 }, byAsset: { BTC: { rows: 3 } } });
  });

  it("keeps names apart that every object has", () => {
    const stage = new Stage();
    stage.rows(0, { dedupeKey: "1", asset: "__proto__" }, { dedupeKey: "2", asset: "toString" });
    const { totals, day, peaks } = stage.printed();
    for (const named of [totals.byAsset, day.byAsset, peaks]) {
      expect(Object.keys(named)).toEqual(["__proto__", "toString"]);
    }
    const read: unknown = JSON.parse(sortedJson(totals.byAsset));
    expect(Object.keys(read ?? {})).toEqual(["__proto__", "toString"]);
  });

  it("takes the day at the largest time read, whole seconds, history included", () => {
    const stage = new Stage();
    stage.rows(0, { dedupeKey: "1", notionalCents: 100 });
    stage.rows(1_000, { dedupeKey: "2", notionalCents: 200, history: true });
    stage.rows(86_400_500, { dedupeKey: "3", notionalCents: 400 });
    const { day, totals } = stage.printed();
    expect(day).toEqual({
      asOfMs: T0 + 86_400_500,
      all: sums(2, 2, 6, 0),
      byAsset: { BTC: sums(2, 2, 6, 0) },
    });
    expect(totals.all.rows).toBe(3);
  });

  it("gives the highest 5 min, the fastest 10 s and the highest score of each asset", () => {
    const stage = new Stage();
    stage.rows(0, { dedupeKey: "1", notionalCents: 12_345 }, { dedupeKey: "2", asset: "ETH" });
    stage.rows(200, { dedupeKey: "3", notionalCents: 100 });
    stage.rows(400, { dedupeKey: "4", notionalCents: 100 });
    stage.rows(400_000, { dedupeKey: "5", notionalCents: 100 });
    // Neither funding nor open interest is known and no second venue was seen: pace, acceleration and
    // orders of ten seconds, 25, 20 and 20 of 80.
    const score = (usd: number, orders: number): number => {
      const pace = Math.log10(1 + usd / 10 / 5_000) / 2;
      const parts = 25 * pace + (20 * orders) / 10 / 5 + (20 * orders) / 10 / 10;
      return Number((parts / 80).toPrecision(9));
    };
    const [btc, eth] = [score(125.45, 3), score(100, 1)];
    expect(stage.printed().peaks).toEqual({
      BTC: { notionalUsd5m: 125.45, ordersPerSecond10s: 0.3, cascadeScore: btc, riskScore: 0 },
      ETH: { notionalUsd5m: 100, ordersPerSecond10s: 0.1, cascadeScore: eth, riskScore: 0 },
    });
  });

  it("goes on from what was saved, through JSON", () => {
    const stage = new Stage([ruleOf()]);
    stage.rows(0, { dedupeKey: "1" }, { dedupeKey: "2", asset: "__proto__" });
    stage.report.frames = 3;
    stage.report.rejected = 2;
    const saved: SavedReport = JSON.parse(JSON.stringify(saveReport(stage.report)));
    expect(reportOf(restoreReport(saved), stage.engine, PEAKS)).toEqual(stage.printed());
  });
});

describe("an alert of the report", () => {
  function printed(over: Partial<Decision>) {
    const stage = new Stage([ruleOf()]);
    stage.rows(7, { dedupeKey: "1" });
    const alerts = stage.report.alerts.map((decision) => ({ ...decision, ...over }));
    return reportOf({ ...stage.report, alerts }, stage.engine, PEAKS).alerts[0];
  }

  it("has the keys of SPEC 12 and no other", () => {
    expect(printed({})).toEqual({
      atMs: T0 + 7,
      decision: "opened",
      rule: "minute",
      scope: "BTC",
      severity: "LOW",
      value: 100,
      window: { ...sums(1, 1, 100, 0), largestUsd: 100, liqVwap: null, priceChangePct: null },
    });
  });

  it("has reason, end and count when it was held back", () => {
    const suppression = { reason: "cooldown", untilMs: T0 + 9, count: 2 } as const;
    const held = printed({ decision: "suppressed", suppression });
    expect(held).toMatchObject({ reason: "cooldown", untilMs: T0 + 9, count: 2 });
  });

  it("prints money as it is and other values to nine significant digits", () => {
    const value = 1_234_567_890.12;
    expect(printed({ metric: "notionalUsd", value })?.value).toBe(1_234_567_890.12);
    expect(printed({ metric: "largestUsd", value })?.value).toBe(1_234_567_890.12);
    expect(printed({ metric: "usdPerSecond", value })?.value).toBe(1_234_567_890);
    expect(printed({ metric: "usdPerSecond", value: 1 / 3 })?.value).toBe(0.333333333);
    expect(printed({ metric: "count", value: 5 })?.value).toBe(5);
  });

  it("prints averages and changes to nine digits, never as minus zero, and null as null", () => {
    const prices = { liqVwap: 60_000.123_456_789, priceChangePct: -0, largestCents: null };
    const window = printed({ window: snapshotOf(prices) })?.window;
    expect(window).toEqual({
      ...sums(0, 0, 0, 0),
      largestUsd: null,
      liqVwap: 60_000.1235,
      priceChangePct: 0,
    });
    expect(Object.is(window?.priceChangePct, 0)).toBe(true);
  });
});

describe("JSON with sorted keys", () => {
  it("sorts the keys of every object by code unit, also those that look like numbers", () => {
    const value = { b: 1, a: { "9": 1, "10": 2, "1INCH": 3, B: 4 }, "4": [{ z: 1, y: 2 }] };
    expect(sortedJson(value)).toBe(
      '{"4":[{"y":2,"z":1}],"a":{"10":2,"1INCH":3,"9":1,"B":4},"b":1}',
    );
  });

  it("writes what JSON would write for everything else", () => {
    const value = [null, true, 1e21, -0, 0.1, 'a"b\n', "\u2028牛", [], {}, Number.NaN];
    expect(sortedJson(value)).toBe(JSON.stringify(value));
    expect(sortedJson({ gone: undefined, kept: null })).toBe('{"kept":null}');
  });
});
