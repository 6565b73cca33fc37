/** Figures of the read model against what the rows add up to. */
import { describe, expect, test } from "vitest";
import type { Liquidation, VenueId } from "../../src/liquidation.ts";
import { readDelayMs } from "../../src/rule.ts";
import { chanceOf } from "../oracle/chance.ts";
import { gapOf } from "../severity/coverage-samples.ts";
import { rowOf, T0 } from "../severity/samples.ts";
import { scene, statusOf } from "./read-model.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("totals", () => {
  test("are of a window, an asset, a venue; unknown assets are in the market alone", () => {
    const { queries, rows, take } = scene();
    rows(
      rowOf({ notionalCents: 100 }),
      rowOf({ notionalCents: 20, positionSide: "short", venue: "bybit" }),
      rowOf({ notionalCents: 3, asset: null, symbol: "X", history: true }),
      rowOf({ notionalCents: null, asset: "SOL" }),
    );
    expect(queries.totals({ windowMs: 900_000 })).toMatchObject({
      ...{ asOfMs: T0, rows: 4, orders: 4, totalCents: 123, longCents: 103, shortCents: 20 },
      byAsset: [
        { name: "BTC", totalCents: 120, longCents: 100, shortCents: 20 },
        { name: "SOL", totalCents: 0 },
      ],
      byVenue: [
        { name: "binance", totalCents: 103 },
        { name: "bybit", totalCents: 20 },
      ],
    });
    const btc = queries.totals({ windowMs: 900_000, asset: "BTC" });
    expect([btc.totalCents, btc.byAsset, btc.byVenue.length]).toEqual([120, [], 2]);
    const both = queries.totals({ windowMs: 900_000, asset: "BTC", venue: "bybit" });
    expect([both.totalCents, both.byAsset, both.byVenue]).toEqual([20, [], []]);
    take({ type: "clock", nowMs: T0 + 900_000 });
    expect(queries.totals({ windowMs: 900_000 }).rows).toBe(0);
    expect(queries.totals({ windowMs: HOUR_MS }).rows).toBe(4);
  });

  test("agree with the day's totals whatever came", () => {
    const { queries, rows } = scene();
    const chance = chanceOf(7);
    for (let index = 0; index < 500; index += 1) {
      const receivedAtMs = T0 + index * 200_000;
      rows(
        rowOf({
          receivedAtMs,
          occurredAtMs: receivedAtMs - chance.integer(0, 400_000),
          asset: chance.pick(["BTC", "ETH", "SOL", null]),
          venue: chance.pick(["binance", "bybit"]),
          positionSide: chance.pick(["long", "short"]),
          notionalCents: chance.integer(1, 1e9),
          dedupeKey: String(index),
        }),
      );
    }
    const day = queries.dayTotals();
    const { byAsset, byVenue, ...whole } = queries.totals({ windowMs: DAY_MS });
    expect(whole).toMatchObject(day.hour24);
    expect(byAsset).toEqual(day.byAsset);
    expect(byVenue).toEqual(day.byVenue);
    expect(queries.totals({ windowMs: 4 * HOUR_MS })).toMatchObject(day.hour4);
    for (const { name, totalCents } of byAsset) {
      expect(queries.totals({ windowMs: DAY_MS, asset: name }).totalCents).toBe(totalCents);
    }
  });

  test("are watched in full once every venue asked for was, for the whole window", () => {
    const { queries, statuses, coverage, take } = scene();
    take({ type: "clock", nowMs: T0 });
    const isFull = (venue?: VenueId) =>
      queries.totals({ windowMs: HOUR_MS, venue }).coverage.isFull;
    expect(isFull()).toBe(false);
    take({ type: "clock", nowMs: T0 + HOUR_MS - 1 });
    expect(isFull()).toBe(false);
    take({ type: "clock", nowMs: T0 + HOUR_MS });
    expect(isFull()).toBe(true);
    expect(queries.totals({ windowMs: 4 * HOUR_MS }).coverage.pct).toBe(25);
    statuses.set("bybit", statusOf("bybit", { state: "connecting" }));
    coverage.note(gapOf("bybit", T0 + HOUR_MS / 2));
    expect([isFull(), isFull("bybit"), isFull("binance")]).toEqual([false, false, true]);
    const { darkVenues, coverage: seen } = queries.totals({ windowMs: HOUR_MS });
    // Binance is five eighths of the two; Bybit was watched for half an hour.
    expect([darkVenues, seen.pct, seen.missing]).toEqual([["bybit"], 81.2, ["bybit"]]);
    expect([queries.venues(), queries.samples()]).toEqual([["binance", "bybit"], ["bybit"]]);
    expect(queries.totals({ windowMs: HOUR_MS, venue: "binance" }).darkVenues).toEqual([]);
    expect(queries.dayTotals().watchedSinceMs).toBe(T0);
  });
});

describe("short windows", () => {
  test("hold what SPEC 3 says, for every length, whatever the order of arrival", () => {
    const { queries, rows, take } = scene();
    const chance = chanceOf(11);
    const taken: Liquidation[] = [];
    for (let index = 0; index < 400; index += 1) {
      const receivedAtMs = T0 + index * 1_000;
      const row = rowOf({
        receivedAtMs,
        occurredAtMs: receivedAtMs - chance.integer(0, 3_000),
        notionalCents: chance.integer(1, 1e8),
        positionSide: chance.pick(["long", "short"]),
        venue: chance.pick(["binance", "bybit"]),
        asset: chance.pick(["BTC", "ETH"]),
        dedupeKey: String(index),
      });
      taken.push(row);
      rows(row);
      if (chance.in100(10)) take({ type: "clock", nowMs: receivedAtMs + 300 });
      const nowMs = queries.status().engineNowMs ?? 0;
      const windows = queries.shortWindows("BTC");
      if (taken.every((one) => one.asset !== "BTC")) {
        expect(windows).toBe(null);
        continue;
      }
      for (const window of windows ?? []) {
        const lastMs = nowMs - readDelayMs(window.windowMs);
        const inside = taken.filter((one) => {
          const isInside =
            one.occurredAtMs <= lastMs && one.occurredAtMs > lastMs - window.windowMs;
          return one.asset === "BTC" && isInside;
        });
        const sum = inside.reduce((cents, one) => cents + (one.notionalCents ?? 0), 0);
        const largest = Math.max(0, ...inside.map((one) => one.notionalCents ?? 0));
        expect([window.windowMs, window.rows, window.totalCents, window.largestCents]).toEqual([
          ...[window.windowMs, inside.length, sum, largest],
        ]);
        expect(window.longCents + window.shortCents).toBe(window.totalCents);
      }
      expect(windows?.map(({ windowMs }) => windowMs)).toEqual([
        ...[100, 500, 2_000, 10_000, 60_000, 300_000],
      ]);
    }
  });
});
