/** Charts of the read model: the figures of `/liq`, and what could not be seen. */
import { describe, expect, test } from "vitest";
import { chartFigures, peakOf } from "../../src/live/chart-figures.ts";
import type { RecentLiquidation } from "../../src/queries.ts";
import { SECOND_WINDOWS_MS } from "../../src/rule.ts";
import { row as storedRow } from "../commands/samples.ts";
import { chanceOf } from "../oracle/chance.ts";
import { bookOf, gapOf } from "../severity/coverage-samples.ts";
import { rowOf, T0 } from "../severity/samples.ts";
import { scene } from "./read-model.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

function watched(hours: number, gaps: Parameters<typeof bookOf>[1]["gaps"] = []) {
  return bookOf(["binance", "bybit", "okx"], { sinceMs: T0 - hours * HOUR_MS, gaps });
}

describe("a chart's bars", () => {
  test("add up to what /liq says, to the cent, for every window and asset", async () => {
    const { queries, rows } = scene();
    const chance = chanceOf(11);
    for (let index = 0; index < 400; index += 1) {
      const receivedAtMs = T0 + index * 150_000 + chance.integer(0, 999);
      rows(
        rowOf({
          receivedAtMs,
          occurredAtMs: receivedAtMs - chance.integer(0, 3_000_000),
          asset: chance.pick(["BTC", "ETH", null]),
          venue: chance.pick(["binance", "bybit"]),
          positionSide: chance.pick(["long", "short"]),
          history: chance.in100(10),
          notionalCents: chance.pick([null, chance.integer(1, 1e9)]),
          dedupeKey: String(index),
        }),
      );
      if (index % 40 !== 39) continue;
      for (const windowMs of SECOND_WINDOWS_MS) {
        for (const asset of [undefined, "BTC", "ETH"]) {
          const { longCents, shortCents, totalCents } = queries.totals({ windowMs, asset });
          const { bars, totals } = await queries.chart({ windowMs, asset });
          expect(bars.reduce((sum, bar) => sum + bar.longCents, 0)).toBe(longCents);
          expect(bars.reduce((sum, bar) => sum + bar.shortCents, 0)).toBe(shortCents);
          expect(totals.totalCents).toBe(totalCents);
        }
      }
    }
  });

  test("stand without the largest row when the store cannot say", async () => {
    const { queries, rows } = scene();
    rows(rowOf({ notionalCents: 100 }));
    expect(await queries.chart({ windowMs: HOUR_MS, asset: "BTC" })).toMatchObject({
      ...{ largest: null, prices: [], totals: { totalCents: 100 } },
    });
  });
});

describe("what a chart could not see", () => {
  const { engine, rows } = scene();
  rows(rowOf({ notionalCents: 100 }));
  const { day } = engine.series;
  const query = { windowMs: HOUR_MS, asset: "BTC" };

  test("is the bars of which under 80 % of the usual volume was watched, joined", () => {
    const gaps = [
      gapOf("binance", T0 - 30 * MINUTE_MS, { toMs: T0 - 20 * MINUTE_MS }),
      gapOf("okx", T0 - 10 * MINUTE_MS, { toMs: T0 - 5 * MINUTE_MS }),
    ];
    const figures = chartFigures(query, { day, coverage: watched(30, gaps), nowMs: T0 });
    const first = Math.floor((T0 - 30 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
    // A bar of which 18 s were dark is seen for 85 %: the first and the last may be left out.
    expect(figures.unseen).toHaveLength(1);
    const [span] = figures.unseen;
    expect(Math.abs((span?.fromMs ?? 0) - first)).toBeLessThanOrEqual(MINUTE_MS);
    expect(Math.abs((span?.toMs ?? 0) - (first + 10 * MINUTE_MS))).toBeLessThanOrEqual(MINUTE_MS);
    expect(figures.fromMs).toBe(figures.toMs - HOUR_MS);
  });

  test("takes no room before the watching began, unless something was found there", () => {
    const coverage = watched(0.25);
    const figures = chartFigures(query, { day, coverage, nowMs: T0 });
    expect(figures.toMs - figures.fromMs).toBeLessThanOrEqual(HOUR_MS / 4 + 1_000);
    expect(figures.barMs).toBe(30_000);
    const early = scene();
    early.rows(rowOf({ occurredAtMs: T0 - 40 * MINUTE_MS, notionalCents: 7, history: true }));
    const sources = { day: early.engine.series.day, coverage, nowMs: T0 };
    const wider = chartFigures(query, sources);
    expect(wider.toMs - wider.fromMs).toBeGreaterThanOrEqual(40 * MINUTE_MS);
    expect(wider.unseen[0]?.fromMs).toBe(wider.fromMs);
  });
});

test("the largest row is named with its time; one without money or of later is none", () => {
  const row = storedRow({ occurredAtMs: T0 }) satisfies RecentLiquidation;
  expect(peakOf(row, { toMs: T0 + 1 })).toEqual({
    ...{ atMs: T0, cents: 6_300_000_49, positionSide: "long", asset: "BTC", venue: "okx" },
  });
  expect(peakOf(row, { toMs: T0 })).toBe(null);
  expect(peakOf(storedRow({ notionalCents: null }), { toMs: Number.MAX_VALUE })).toBe(null);
  expect(peakOf(undefined, { toMs: T0 })).toBe(null);
});
