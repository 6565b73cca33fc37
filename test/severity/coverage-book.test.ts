import { describe, expect, it } from "vitest";
import type { Gap } from "../../src/alert.ts";
import { type CoverageQuery, isPartial } from "../../src/coverage.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { CoverageBook } from "../../src/severity/coverage-book.ts";
import { WATCH_MS_MAX } from "../../src/severity/watch-times.ts";
import { chanceOf } from "../oracle/chance.ts";
import { bookOf, gapOf, PUBLISHED } from "./coverage-samples.ts";

const VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];
const HOUR: CoverageQuery = { asset: null, venues: [], fromMs: 0, toMs: 3_600 };

function seen(gaps: readonly Gap[], over: Partial<CoverageQuery> = {}) {
  return bookOf(VENUES, { sinceMs: 0, gaps }).coverage({ ...HOUR, ...over });
}

describe("the coverage of a figure", () => {
  it("is all of it when every venue was watched all the time", () => {
    expect(seen([])).toEqual({
      ...{ pct: 100, isAssumed: true, isFull: true, isBlind: false, missing: [] },
    });
  });

  it("is shares times watched parts: losing Binance is not one of three", () => {
    expect(seen([gapOf("binance", 0)])).toMatchObject({ pct: 50, missing: ["binance"] });
    expect(seen([gapOf("binance", 1_800)])).toMatchObject({ pct: 75, isFull: false });
    expect(seen([gapOf("okx", 0, { toMs: 360 })])).toMatchObject({ pct: 98, missing: [] });
  });

  it("is of the venues that the figure holds, among each other", () => {
    const gaps = [gapOf("bybit", 0)];
    expect(seen(gaps, { venues: ["bybit", "okx"] })).toMatchObject({ pct: 40 });
    expect(seen(gaps, { venues: ["okx"] })).toMatchObject({ pct: 100, isAssumed: false });
    expect(seen(gaps, { venues: ["bybit"] })).toMatchObject({ pct: 0, isBlind: true });
    expect(seen(gaps, { venues: ["hyperliquid"] })).toMatchObject({ pct: null, isFull: false });
  });

  it("is never called all when anything is missing", () => {
    expect(seen([gapOf("okx", 0, { toMs: 1 })]).pct).toBe(99.9);
  });

  it("is partial under 80 percent", () => {
    expect([79.9, 80, null].map((pct) => isPartial({ pct }))).toEqual([true, false, false]);
  });

  it("is blind when the main venues are all dark now, whatever was seen before", () => {
    const both = [gapOf("binance", 3_500), gapOf("bybit", 3_400)];
    expect(seen(both)).toMatchObject({ isBlind: true, missing: ["binance", "bybit"] });
    expect(seen(both).pct).toBeGreaterThan(95);
    expect(seen(both.slice(0, 1))).toMatchObject({ isBlind: false });
    expect(seen([gapOf("binance", 3_500, { toMs: 3_550 }), ...both.slice(1)])).toMatchObject({
      isBlind: false,
    });
  });

  it("equals the sum over every millisecond of every venue", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const chance = chanceOf(seed);
      const gaps = VENUES.flatMap((venue) => {
        const fromMs = chance.integer(0, 60);
        return [gapOf(venue, fromMs, { toMs: fromMs + chance.integer(1, 60) })];
      });
      const span = { fromMs: chance.integer(0, 40), toMs: chance.integer(60, 100) };
      let sum = 0;
      for (const venue of VENUES) {
        const own = gaps.filter((gap) => gap.venue === venue);
        for (let at = span.fromMs; at < span.toMs; at += 1) {
          const isDark = own.some(({ fromMs, toMs }) => fromMs <= at && at < (toMs ?? 0));
          if (!isDark) sum += PUBLISHED[venue] ?? 0;
        }
      }
      const pct = sum / (span.toMs - span.fromMs);
      const found = seen(gaps, span).pct ?? -1;
      expect(pct - found, `seed ${seed}`).toBeGreaterThan(-1e-6);
      expect(pct - found, `seed ${seed}`).toBeLessThan(0.1 + 1e-6);
    }
  });
});

describe("measured shares", () => {
  const money = [
    { asset: null, venue: "binance", cents: 10, orders: 500 },
    { asset: null, venue: "bybit", cents: 30, orders: 500 },
    { asset: "BTC", venue: "bybit", cents: 5, orders: 500 },
  ] as const;
  const [dayMs, nowMs] = [86_400_000, WATCH_MS_MAX];

  it("count for venues that were watched nine tenths of 7 days; the rest stays as published", () => {
    const gaps = [gapOf("okx", 0, { toMs: dayMs })];
    const book = bookOf(VENUES, { sinceMs: 0, gaps });
    expect(book.shares(null).get("bybit")).toEqual({ share: 0.3, isAssumed: true });
    book.measure(money, nowMs);
    const shares = book.shares(null);
    expect(shares.get("binance")).toEqual({ share: 0.2, isAssumed: false });
    expect(shares.get("bybit")?.share).toBeCloseTo(0.6, 12);
    expect(shares.get("okx")?.isAssumed).toBe(true);
    expect(book.shares("BTC").get("binance")).toEqual({ share: 0, isAssumed: false });
    const query = { asset: "BTC", venues: [], fromMs: nowMs - 100, toMs: nowMs };
    expect(book.coverage(query)).toMatchObject({ pct: 100, isAssumed: true });
    expect(book.coverage({ ...query, venues: ["binance", "bybit"] }).isAssumed).toBe(false);
  });

  it("do not count before 7 days", () => {
    const book = bookOf(VENUES, { sinceMs: 1, gaps: [] });
    book.measure(money, nowMs);
    expect(book.shares(null).get("bybit")).toEqual({ share: 0.3, isAssumed: true });
    expect(book.sinceMs).toBe(1);
  });
});

describe("what is dark", () => {
  it("is the part of the usual volume that saw nothing in all of a time", () => {
    const book = bookOf(VENUES, { sinceMs: 0, gaps: [gapOf("binance", 10), gapOf("okx", 50)] });
    expect(book.darkPart({ fromMs: 10, toMs: 60 })).toBe(0.5);
    expect(book.darkPart({ fromMs: 50, toMs: 60 })).toBe(0.7);
    expect(book.darkPart({ fromMs: 5, toMs: 60 })).toBe(0);
  });

  it("is everything before anything was watched", () => {
    const book = new CoverageBook({ venues: VENUES, published: PUBLISHED });
    expect([book.sinceMs, book.darkPart({ fromMs: 0, toMs: 9 })]).toEqual([null, 1]);
    expect(book.coverage(HOUR)).toMatchObject({ pct: 0, isBlind: true, isFull: false });
  });
});
