import { describe, expect, it } from "vitest";
import type { UsualMoney } from "../../src/alert.ts";
import { bundledShares } from "../../src/config/venue-shares.ts";
import { VENUES } from "../../src/feeds/index.ts";
import { VENUE_IDS, type VenueId } from "../../src/liquidation.ts";
import {
  ASSET_ORDERS_MIN,
  mainVenues,
  mixShares,
  moneyOf,
  type VenueShares,
} from "../../src/severity/venue-shares.ts";
import { chanceOf } from "../oracle/chance.ts";
import { PUBLISHED } from "./coverage-samples.ts";

const NONE: ReadonlyMap<VenueId, number> = new Map();

function percents(shares: VenueShares) {
  return Object.fromEntries(
    [...shares].map(([venue, { share, isAssumed }]) => {
      return [venue, `${Math.round(share * 1_000) / 10}${isAssumed ? " assumed" : ""}`];
    }),
  );
}

describe("usual shares", () => {
  it("are the published ones at first, with a hundredth for a venue of which nothing is known", () => {
    expect(percents(mixShares(["binance", "bybit", "okx"], PUBLISHED, NONE))).toEqual({
      ...{ binance: "50 assumed", bybit: "30 assumed", okx: "20 assumed" },
    });
    const two = mixShares(["okx", "dydx"], PUBLISHED, NONE);
    expect(two.get("dydx")?.share).toBeCloseTo(1 / 21, 12);
  });

  it("are measured where a venue was watched; those keep together what is published for them", () => {
    const measured = new Map<VenueId, number>([
      ["bybit", 300],
      ["okx", 100],
    ]);
    expect(percents(mixShares(["binance", "bybit", "okx"], PUBLISHED, measured))).toEqual({
      ...{ binance: "50 assumed", bybit: "37.5", okx: "12.5" },
    });
    const silent = new Map<VenueId, number>([["okx", 0]]);
    expect(percents(mixShares(["binance", "okx"], PUBLISHED, silent))).toEqual({
      ...{ binance: "71.4 assumed", okx: "28.6 assumed" },
    });
    expect(mixShares([], PUBLISHED, measured).size).toBe(0);
  });

  it("always sum to one, and what is measured has the proportions of its money", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const chance = chanceOf(seed);
      const venues = VENUE_IDS.filter(() => chance.integer(0, 2) > 0);
      const money = new Map(
        venues.filter(() => chance.integer(0, 1) === 0).map((id) => [id, chance.integer(1, 1e9)]),
      );
      const shares = mixShares(venues, bundledShares(), money);
      const sum = [...shares.values()].reduce((whole, { share }) => whole + share, 0);
      expect(sum, `seed ${seed}`).toBeCloseTo(venues.length > 0 ? 1 : 0, 12);
      const [[first, firstMoney] = [], [second, secondMoney] = []] = [...money];
      if (first === undefined || second === undefined) continue;
      const ratio = (shares.get(first)?.share ?? 0) / (shares.get(second)?.share ?? 1);
      expect(ratio, `seed ${seed}`).toBeCloseTo((firstMoney ?? 0) / (secondMoney ?? 1), 6);
    }
  });

  it("come with a source, for venues that exist", () => {
    const shares = mixShares(
      VENUES.map(({ id }) => id),
      bundledShares(),
      NONE,
    );
    expect(mainVenues(shares, 0.8)).toEqual(["binance", "bybit", "htx", "gate"]);
  });
});

describe("the main venues", () => {
  const shares = mixShares(["okx", "bybit", "binance"], PUBLISHED, NONE);

  it("are the fewest that have the part asked for", () => {
    expect(mainVenues(shares, 0.8)).toEqual(["binance", "bybit"]);
    expect(mainVenues(shares, 0.81)).toEqual(["binance", "bybit", "okx"]);
    expect(mainVenues(shares, 0.3)).toEqual(["binance"]);
    expect(mainVenues(new Map(), 0.8)).toEqual([]);
  });
});

describe("the money of an asset", () => {
  const money: readonly UsualMoney[] = [
    { asset: null, venue: "okx", cents: 900, orders: 9_000 },
    { asset: "BTC", venue: "bybit", cents: 70, orders: ASSET_ORDERS_MIN },
    { asset: "PEPE", venue: "gate", cents: 5, orders: ASSET_ORDERS_MIN - 1 },
  ];

  it("tells its shares when there is enough of it, else that of all assets does", () => {
    expect([...moneyOf(money, "BTC")]).toEqual([["bybit", 70]]);
    for (const asset of [null, "PEPE", "DOGE"]) {
      expect([...moneyOf(money, asset)]).toEqual([["okx", 900]]);
    }
  });
});
