import { describe, expect, test } from "vitest";
import { VenueBook } from "../../src/live/venue-book.ts";
import { rowOf, T0 } from "../severity/samples.ts";

/** A row that took `lagMs` to reach us. */
const late = (lagMs: number, over: Parameters<typeof rowOf>[0] = {}) =>
  rowOf({ occurredAtMs: T0 - lagMs, receivedAtMs: T0, ...over });
const taken = (...rows: readonly ReturnType<typeof rowOf>[]) => rows.map((row) => ({ row }));

describe("rows by outcome", () => {
  test("are accepted, repeated or too far ahead, by venue", () => {
    const book = new VenueBook();
    const [first, again] = [rowOf(), rowOf()];
    const future = rowOf({ occurredAtMs: T0 + 400_000, receivedAtMs: T0, venue: "okx" });
    book.note([first], taken(first));
    book.note([again, future], []);
    expect(book.counts("binance")).toEqual({ accepted: 1, duplicate: 1, quarantined: 0 });
    expect(book.counts("okx")).toEqual({ accepted: 0, duplicate: 0, quarantined: 1 });
    expect(book.counts("bybit")).toEqual({ accepted: 0, duplicate: 0, quarantined: 0 });
  });
});

describe("the lag of a venue", () => {
  test("is the median of its last 20 rows, history left out", () => {
    const book = new VenueBook();
    expect(book.lagMs("binance")).toBe(null);
    const history = late(9_000_000, { history: true });
    book.note([history], taken(history));
    expect(book.lagMs("binance")).toBe(null);
    const rows = Array.from({ length: 20 }, (_, index) => late(100 * index));
    book.note(rows, taken(...rows));
    expect(book.lagMs("binance")).toBe(1_000);
    const slow = Array.from({ length: 11 }, () => late(60_000));
    book.note(slow, taken(...slow));
    expect(book.lagMs("binance")).toBe(60_000);
  });
});

describe("our own clock", () => {
  /** Every venue's rows arrive with these lags from now on. */
  const hear = (book: VenueBook, lagsMs: Readonly<Record<"binance" | "okx", number>>) => {
    for (const venue of ["binance", "okx"] as const) {
      const rows = Array.from({ length: 20 }, () => late(lagsMs[venue], { venue }));
      book.note(rows, taken(...rows));
    }
  };

  test("is doubted after a minute in which every venue is late, by the least of them", () => {
    const book = new VenueBook();
    expect(book.clock(T0)).toBe("unknown");
    hear(book, { binance: 3_000, okx: 2_500 });
    book.lookAtClock(T0);
    expect(book.clockWarning(T0 + 59_999)).toBe(null);
    expect(book.clock(T0 + 59_999)).toBe("unknown");
    expect(book.clock(T0 + 60_000)).toMatchObject({ sinceMs: T0 });
    expect(book.clockWarning(T0 + 60_000)).toBe(
      "Our clock seems 2.5 s ahead of that of every venue: set it by NTP",
    );
    hear(book, { binance: 3_000, okx: 1_900 });
    book.lookAtClock(T0 + 61_000);
    expect(book.clockWarning(T0 + 61_000)).toBe(null);
    expect(book.clock(T0 + 61_000)).toBe("right");
  });

  test("is doubted when rows come from the future, and not for one slow venue", () => {
    const book = new VenueBook();
    hear(book, { binance: 18_000, okx: 200 });
    book.lookAtClock(T0);
    expect(book.clockWarning(T0 + 120_000)).toBe(null);
    hear(book, { binance: 200, okx: -1_500 });
    book.lookAtClock(T0 + 1_000);
    expect(book.clockWarning(T0 + 61_000)).toBe(
      "Our clock seems 1.5 s behind that of every venue: set it by NTP",
    );
  });

  test("is looked at once a second at most, and not doubted before the first row", () => {
    const book = new VenueBook();
    book.lookAtClock(T0);
    hear(book, { binance: 9_000, okx: 9_000 });
    book.lookAtClock(T0 + 999);
    expect(book.clockWarning(T0 + 500_000)).toBe(null);
    book.lookAtClock(T0 + 1_000);
    expect(book.clockWarning(T0 + 61_000)).toContain("9.0 s ahead");
  });
});
