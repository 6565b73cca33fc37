import { describe, expect, test } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import type { AssetReading, Funding, VenueReading } from "../../src/market-context.ts";
import { ContextBook } from "../../src/severity/context-book.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { PlainContext } from "./plain-context.ts";
import { T0 } from "./samples.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const EVERY_MS = 15_000;
const WINDOWS_MS = [60_000, 300_000, 3_600_000];

function positions(coins: number, over: Partial<AssetReading> = {}): AssetReading {
  const openInterest = { coins, inverseUsd: 0, contracts: 1 };
  return { openInterest, funding: null, price: 100, ...over };
}

function fundingOf(rate: number, over: Partial<Funding> = {}): Funding {
  const unknown = { nextRate: null, settledRate: null, settlesAtMs: null };
  return { rate, intervalHours: 8, ...unknown, ...over };
}

function say(book: ContextBook, atMs: number, venue: VenueId, reading: AssetReading): void {
  book.take(atMs, { venue, everyMs: EVERY_MS, assets: { BTC: reading } });
}

/** Every 15 s for so long: what `coins` gives at each moment. */
function told(
  minutes: number,
  venue: VenueId,
  coins: (ms: number) => AssetReading,
  book = new ContextBook(),
) {
  for (let ms = 0; ms <= minutes * MINUTE_MS; ms += EVERY_MS) say(book, T0 + ms, venue, coins(ms));
  return book;
}

describe("open interest", () => {
  test("is the sum of the venues in USD, at their own prices", () => {
    const book = new ContextBook();
    say(book, T0, "bybit", positions(10));
    const inverse = { coins: 2, inverseUsd: 500, contracts: 2 };
    say(book, T0, "okx", positions(0, { openInterest: inverse, price: 110 }));
    expect(book.openInterestUsd("BTC", T0)).toBe(10 * 100 + 2 * 110 + 500);
    expect(book.openInterestUsd("ETH", T0)).toBeNull();
  });

  test("is unknown after three rounds without an answer, and not earlier", () => {
    const book = new ContextBook();
    say(book, T0, "bybit", positions(10));
    expect(book.openInterestUsd("BTC", T0 + 3 * EVERY_MS)).toBe(1_000);
    expect(book.openInterestUsd("BTC", T0 + 3 * EVERY_MS + 1)).toBeNull();
    expect(book.of("BTC", T0 + 3 * EVERY_MS + 1)).toMatchObject({
      ...{ openInterest: null, venues: [], stale: ["bybit"] },
    });
  });

  test("falls by positions and not by the price", () => {
    const priceOnly = told(6, "bybit", (ms) => positions(10, { price: 100 - ms / 60_000 }));
    expect(priceOnly.openInterestChange("BTC", 300_000, T0 + 6 * MINUTE_MS)?.pct).toBe(0);
    const closed = told(6, "bybit", (ms) => positions(ms < 330_000 ? 10 : 9));
    const change = closed.openInterestChange("BTC", 300_000, T0 + 6 * MINUTE_MS);
    expect(change).toMatchObject({ usd: -100, usdPerMinute: -20, venues: ["bybit"] });
    expect(change?.pct).toBeCloseTo(-10, 12);
  });

  test("does not fall when a venue drops out, nor rise when it is back", () => {
    const book = told(6, "bybit", () => positions(10));
    told(3, "okx", () => positions(90), book);
    const nowMs = T0 + 6 * MINUTE_MS;
    expect(book.openInterestUsd("BTC", nowMs)).toBe(1_000);
    expect(book.openInterestChange("BTC", 300_000, nowMs)).toMatchObject({
      ...{ pct: 0, venues: ["bybit"] },
    });
    say(book, nowMs, "okx", positions(90));
    expect(book.openInterestUsd("BTC", nowMs)).toBe(10_000);
    // Its answer of six minutes ago is the nearest to five: within one round it is not.
    expect(book.openInterestChange("BTC", 60_000, nowMs)).toMatchObject({
      ...{ pct: 0, venues: ["bybit"] },
    });
  });

  test("is not compared over a contract that came or went", () => {
    const dated = { coins: 15, inverseUsd: 0, contracts: 2 };
    const book = told(6, "bybit", (ms) => {
      return ms < 180_000 ? positions(0, { openInterest: dated }) : positions(10);
    });
    const nowMs = T0 + 6 * MINUTE_MS;
    expect(book.openInterestChange("BTC", 300_000, nowMs)).toBeNull();
    expect(book.openInterestChange("BTC", 60_000, nowMs)?.pct).toBe(0);
  });

  test("over an hour is read from points of five minutes", () => {
    const book = told(70, "bybit", (ms) => positions(ms < 35 * MINUTE_MS ? 100 : 97));
    const nowMs = T0 + 70 * MINUTE_MS;
    expect(book.openInterestChange("BTC", 3_600_000, nowMs)?.pct).toBeCloseTo(-3, 12);
    expect(book.openInterestChange("BTC", 300_000, nowMs)?.pct).toBe(0);
    expect(book.openInterestChange("BTC", 86_400_000, nowMs)).toBeNull();
  });
});

describe("funding", () => {
  test("is per 8 hours and weighted by open interest; a venue without positions has no say", () => {
    const book = new ContextBook();
    say(book, T0, "bybit", positions(30, { funding: fundingOf(0.0001) }));
    say(
      book,
      T0,
      "hyperliquid",
      positions(10, { funding: fundingOf(0.00005, { intervalHours: 1 }) }),
    );
    say(book, T0, "okx", positions(0, { openInterest: null, funding: fundingOf(0.9) }));
    expect(book.fundingRate8h("BTC", T0)).toBeCloseTo((30 * 0.0001 + 10 * 0.0004) / 40, 15);
    expect(book.of("BTC", T0)?.funding?.venues).toEqual(["bybit", "hyperliquid"]);
  });

  test("was settled at the rate that stood when its time came, unless the venue says", () => {
    const book = new ContextBook();
    const [first, second] = [T0 + MINUTE_MS, T0 + 2 * MINUTE_MS];
    const at = (ms: number, rate: number, settlesAtMs: number, settledRate: number | null = null) =>
      say(
        book,
        T0 + ms,
        "gate",
        positions(1, { funding: fundingOf(rate, { settlesAtMs, settledRate }) }),
      );
    at(0, 0.0001, first);
    expect(book.of("BTC", T0)?.funding?.settledRate8h).toBeNull();
    at(50_000, 0.0003, first);
    at(65_000, 0.0002, second);
    expect(book.of("BTC", T0 + 65_000)?.funding?.settledRate8h).toBe(0.0003);
    at(70_000, 0.0002, second, 0.00025);
    expect(book.of("BTC", T0 + 70_000)?.funding?.settledRate8h).toBe(0.00025);
  });

  test("has a trend of ten points of five minutes, an acceleration, and a day's extremes", () => {
    const pointOf = (ms: number) => Math.floor((T0 + ms) / 300_000);
    const first = pointOf(130 * MINUTE_MS) - 9;
    const rateAt = (ms: number) => 0.0001 + Math.max(0, pointOf(ms) - first) * 0.00001;
    const book = told(130, "bybit", (ms) => positions(1, { funding: fundingOf(rateAt(ms)) }));
    const nowMs = T0 + 130 * MINUTE_MS;
    const funding = book.of("BTC", nowMs)?.funding;
    // 0.00001 in five minutes are 0.00012 in an hour; before that it stood still.
    expect(funding?.trendPerHour).toBeCloseTo(0.00012, 12);
    expect(funding?.accelerationPerHour2).toBeCloseTo(0.00012 / (50 / 60), 12);
    expect(funding?.dayLow8h).toBe(0.0001);
    expect(funding?.dayHigh8h).toBeCloseTo(rateAt(130 * MINUTE_MS), 15);
    const young = told(20, "bybit", () => positions(1, { funding: fundingOf(0.0001) }));
    expect(young.of("BTC", T0 + 20 * MINUTE_MS)?.funding?.trendPerHour).toBeNull();
  });
});

describe("the points of a day", () => {
  test("hold what was told in each five minutes, and leave out those of silence", () => {
    const book = told(12, "bybit", (ms) => positions(ms < 6 * MINUTE_MS ? 10 : 8));
    say(book, T0 + 40 * MINUTE_MS, "okx", positions(5, { funding: fundingOf(0.0002) }));
    const points = book.points("BTC", T0 + 41 * MINUTE_MS);
    const starts = points.map(({ atMs }) => atMs % 300_000);
    expect(new Set(starts)).toEqual(new Set([0]));
    expect(points[0]).toMatchObject({ openInterestUsd: 1_000, venues: ["bybit"], price: 100 });
    expect(points.at(-1)).toMatchObject({
      openInterestUsd: 500,
      fundingRate8h: 0.0002,
      venues: ["okx"],
    });
    expect(points.length).toBeLessThan(6);
  });

  test("are 288 at most", () => {
    const book = new ContextBook();
    for (let ms = 0; ms < 30 * 3_600_000; ms += MINUTE_MS)
      say(book, T0 + ms, "bybit", positions(1));
    expect(book.points("BTC", T0 + 30 * 3_600_000).length).toBeLessThanOrEqual(288);
    expect(book.points("BTC", T0 + 30 * 3_600_000).length).toBeGreaterThan(285);
  });
});

/** A few venues that answer at their own pace, now and then not at all or in part. */
function randomReading(chance: Chance): VenueReading {
  const venue = chance.pick(["bybit", "okx", "gate"] as const);
  const part = <Value>(percent: number, value: Value): Value | null =>
    chance.in100(percent) ? value : null;
  const openInterest = {
    coins: chance.integer(0, 5) * 10,
    inverseUsd: chance.integer(0, 3) * 100,
    contracts: chance.in100(97) ? 2 : 3,
  };
  const reading = {
    openInterest: part(85, openInterest),
    funding: part(
      80,
      fundingOf(chance.integer(-5, 5) / 10_000, { intervalHours: chance.pick([1, 4, 8]) }),
    ),
    price: part(90, chance.integer(90, 110)),
  };
  return { venue, everyMs: EVERY_MS, assets: { [chance.pick(["BTC", "ETH"])]: reading } };
}

test("what a plain second reading gives is the same, in 10,000 random cases, also after a restart", () => {
  const chance = chanceOf(5);
  for (let round = 0; round < 20; round += 1) {
    let book = new ContextBook();
    const plain = new PlainContext();
    let nowMs = T0;
    for (let step = 0; step < 500; step += 1) {
      nowMs += chance.in100(1) ? chance.integer(0, 600) * SECOND_MS : chance.integer(0, 6_000);
      const reading = randomReading(chance);
      book.take(nowMs, reading);
      plain.take(nowMs, reading);
      if (chance.in100(2)) {
        const saved = JSON.parse(JSON.stringify(book.save()));
        book = new ContextBook();
        book.restore(saved);
      }
      const askedMs = nowMs + chance.integer(0, 50_000);
      const asset = chance.pick(["BTC", "ETH"]);
      const near = (left: number | null, right: number | null, what: string): void => {
        const isSame =
          left === right || Math.abs((left ?? Number.NaN) - (right ?? Number.NaN)) < 1e-9;
        expect(isSame, `${what}: ${left} and ${right}, round ${round}, step ${step}`).toBe(true);
      };
      near(book.openInterestUsd(asset, askedMs), plain.openInterestUsd(asset, askedMs), "USD");
      near(book.fundingRate8h(asset, askedMs), plain.funding8h(asset, askedMs), "funding");
      for (const windowMs of WINDOWS_MS) {
        const change = book.openInterestChange(asset, windowMs, askedMs)?.pct ?? null;
        near(change, plain.changePct(asset, windowMs, askedMs), `change over ${windowMs}`);
      }
    }
  }
});
