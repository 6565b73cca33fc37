import { describe, expect, test } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import { ReferenceBook } from "../../src/severity/reference-book.ts";
import { T0 } from "./samples.ts";

const MINUTE_MS = 60_000;

function look(atMs: number, venue: VenueId = "okx", everyMs = 15_000) {
  return { atMs: T0 + atMs, venue, everyMs };
}

/** A price every 15 s that rises by one each time. */
function rising(untilMs: number, venue: VenueId = "okx"): ReferenceBook {
  const book = new ReferenceBook();
  for (let ms = 0; ms <= untilMs; ms += 15_000) {
    book.take(look(ms, venue), { BTC: 1_000 + ms / 15_000 });
  }
  return book;
}

describe("the price of an asset", () => {
  test("changes from the price at the start of a window to the one at its end", () => {
    const book = rising(10 * MINUTE_MS);
    const nowMs = T0 + 10 * MINUTE_MS + 5_000;
    expect(book.change("BTC", nowMs - 300_000, nowMs)).toEqual({
      ...{ first: 1_020, last: 1_040, source: "mark:okx" },
      pct: ((1_040 - 1_020) / 1_020) * 100,
    });
    expect(book.change("ETH", nowMs - 300_000, nowMs)).toBeNull();
  });

  test("is not known to change over less than it was asked", () => {
    const book = rising(10 * MINUTE_MS);
    const nowMs = T0 + 10 * MINUTE_MS + 5_000;
    expect(book.change("BTC", nowMs - 60_000, nowMs)).toMatchObject({ first: 1_036, last: 1_040 });
    // The price at the start would be one of up to 15 s before a window of 10 s.
    expect(book.change("BTC", nowMs - 10_000, nowMs)).toBeNull();
    expect(book.change("BTC", nowMs - 2_000, nowMs)).toBeNull();
  });

  test("over hours comes from points of a minute", () => {
    const book = rising(180 * MINUTE_MS);
    const nowMs = T0 + 180 * MINUTE_MS;
    const change = book.change("BTC", nowMs - 120 * MINUTE_MS, nowMs);
    expect(change?.last).toBe(1_720);
    expect(Math.abs((change?.first ?? 0) - 1_240)).toBeLessThanOrEqual(4);
    expect(book.latest("BTC", [300_000, 3_600_000, 86_400_000], nowMs)?.changes).toHaveLength(2);
  });

  test("is told point by point for drawing: every look of minutes, one a minute of hours", () => {
    const book = rising(180 * MINUTE_MS);
    const nowMs = T0 + 180 * MINUTE_MS;
    const fine = book.between("BTC", nowMs - 2 * MINUTE_MS, nowMs);
    expect(fine).toHaveLength(8);
    expect(fine[0]).toEqual({ atMs: nowMs - 2 * MINUTE_MS, price: 1_712 });
    const hour = book.between("BTC", nowMs - 60 * MINUTE_MS, nowMs);
    expect(hour).toHaveLength(60);
    expect(hour.every(({ atMs }, at) => at === 0 || atMs > (hour[at - 1]?.atMs ?? 0))).toBe(true);
    expect(book.between("BTC", nowMs, nowMs + 1)).toEqual([{ atMs: nowMs, price: 1_720 }]);
    expect(book.between("ETH", 0, nowMs)).toEqual([]);
  });

  test("is not used after three rounds without an answer", () => {
    const book = rising(10 * MINUTE_MS);
    const lastMs = T0 + 10 * MINUTE_MS;
    expect(book.latest("BTC", [], lastMs + 45_000)?.price).toBe(1_040);
    expect(book.latest("BTC", [], lastMs + 45_001)).toBeNull();
    expect(book.change("BTC", lastMs - 240_000, lastMs + 60_000)).toBeNull();
  });
});

describe("the venue of a price", () => {
  test("stays while it answers; another one's prices are not mixed in", () => {
    const book = rising(2 * MINUTE_MS);
    const { fresh, changed } = book.take(look(2 * MINUTE_MS + 1, "bybit"), { BTC: 5_000 });
    expect([fresh, changed]).toEqual([{}, []]);
    expect(book.latest("BTC", [], T0 + 2 * MINUTE_MS + 1)).toMatchObject({
      venue: "okx",
      price: 1_008,
    });
  });

  test("gives way in the first minute to one that is asked before others", () => {
    const book = rising(30_000, "gate");
    expect(book.take(look(31_000, "bybit"), { BTC: 2_000 })).toEqual({
      ...{ fresh: { BTC: 2_000 }, changed: ["BTC"] },
    });
    expect(book.take(look(32_000, "gate"), { BTC: 1_002 }).fresh).toEqual({});
    expect(book.change("BTC", T0 + 2_000, T0 + 32_000)).toBeNull();
  });

  test("changes when it fell silent, and the history begins anew", () => {
    const book = rising(10 * MINUTE_MS);
    const atMs = 10 * MINUTE_MS + 45_001;
    expect(book.take(look(atMs, "hyperliquid"), { BTC: 990 }).changed).toEqual(["BTC"]);
    expect(book.change("BTC", T0 + atMs - 300_000, T0 + atMs)).toBeNull();
  });

  test("is saved and restored with its prices", () => {
    const book = rising(10 * MINUTE_MS);
    const again = new ReferenceBook();
    again.restore(JSON.parse(JSON.stringify(book.save())));
    const nowMs = T0 + 10 * MINUTE_MS;
    expect(again.change("BTC", nowMs - 300_000, nowMs)).toEqual(
      book.change("BTC", nowMs - 300_000, nowMs),
    );
    expect(again.save()).toEqual(book.save());
  });
});
