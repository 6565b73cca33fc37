import { describe, expect, it } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import { paceOf, priceSpreadOf } from "../../src/windows/pace.ts";
import type { TableRow } from "../../src/windows/row-table.ts";
import { chanceOf } from "../oracle/chance.ts";

const VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];

function rowOf(venue: VenueId, over: Partial<TableRow> = {}): TableRow {
  return {
    ...{ timeMs: 0, arrival: 0, cents: 0, isPriced: true, positionSide: "long" },
    ...{ countsOrder: true, price: null, size: null },
    group: { index: 0, venue, symbol: null, asset: "BTC", priceKind: null },
    ...over,
  };
}

describe("pace", () => {
  it("is orders and dollars by second, and how much faster than just before", () => {
    const rows = [
      rowOf("okx", { cents: 300_000 }),
      rowOf("okx", { cents: 100_000, countsOrder: false, positionSide: "short" }),
    ];
    const earlier = [rowOf("bybit", { cents: 2_000_000 })];
    const pace = paceOf(rows, earlier, 2_000);
    // 1 order and $4,000 in 2 s; before it 1 order and $20,000.
    expect(pace).toMatchObject({
      ...{ ordersPerSecond: 0.5, usdPerSecond: 2_000, ordersPerSecond2: 0, usdPerSecond2: -4_000 },
      long: { ordersPerSecond: 0.5, usdPerSecond: 1_500, usdPerSecond2: -4_250 },
      short: { ordersPerSecond: 0, usdPerSecond: 500, ordersPerSecond2: 0, usdPerSecond2: 250 },
      leadingVenue: "okx",
    });
    expect(pace.byVenue).toEqual([
      {
        ...{ venue: "okx", ordersPerSecond: 0.5, usdPerSecond: 2_000 },
        ...{ ordersPerSecond2: 0.25, usdPerSecond2: 1_000 },
      },
      {
        ...{ venue: "bybit", ordersPerSecond: 0, usdPerSecond: 0 },
        ...{ ordersPerSecond2: -0.25, usdPerSecond2: -5_000 },
      },
    ]);
  });

  it("is led by the most money, then by the most orders, then by name", () => {
    const fill = (venue: VenueId, cents: number) => rowOf(venue, { cents, countsOrder: false });
    const leading = (...rows: readonly TableRow[]) => paceOf(rows, [], 10_000).leadingVenue;
    expect(leading(rowOf("okx", { cents: 2 }), rowOf("bybit", { cents: 1 }))).toBe("okx");
    expect(leading(fill("bybit", 2), rowOf("okx", { cents: 2 }))).toBe("okx");
    expect(leading(rowOf("okx"), rowOf("bybit"))).toBe("bybit");
    expect(paceOf([], [rowOf("okx", { cents: 9 })], 10_000).leadingVenue).toBe(null);
  });

  it("adds up over sides and venues in 2,000 random windows", () => {
    const chance = chanceOf(3);
    for (let round = 0; round < 2_000; round += 1) {
      const windowMs = chance.pick([100, 2_000, 10_000, 300_000]);
      const some = () =>
        Array.from({ length: chance.integer(0, 12) }, () => {
          return rowOf(chance.pick(VENUES), {
            cents: chance.integer(0, 1e9),
            countsOrder: chance.in100(70),
            positionSide: chance.pick(["long", "short"]),
          });
        });
      const [rows, earlier] = [some(), some()];
      const pace = paceOf(rows, earlier, windowMs);
      const seconds = windowMs / 1_000;
      const usd = (of: readonly TableRow[]) => of.reduce((sum, row) => sum + row.cents / 100, 0);
      expect(pace.usdPerSecond).toBeCloseTo(usd(rows) / seconds, 4);
      const change = usd(rows) / seconds - usd(earlier) / seconds;
      const close = (figure: number, plain: number) => {
        expect(Math.abs(figure - plain)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(plain)));
      };
      close(pace.usdPerSecond2, change / seconds);
      for (const key of ["usdPerSecond", "ordersPerSecond", "ordersPerSecond2"] as const) {
        close(pace.long[key] + pace.short[key], pace[key]);
        close(
          pace.byVenue.reduce((sum, one) => sum + one[key], 0),
          pace[key],
        );
      }
    }
  });
});

describe("the spread of prices", () => {
  it("is lowest, highest and the deviation weighted by size, over the average", () => {
    const at = (price: number, size: number) =>
      rowOf("okx", { price, size, cents: price * size * 100 });
    // Mean (100 x 3 + 200 x 1) / 4 = 125; squares (625 x 3 + 5625) / 4 = 1875.
    expect(priceSpreadOf([at(100, 3), at(200, 1)])).toEqual({
      ...{ min: 100, max: 200, volatility: Math.sqrt(1_875) / 125 },
    });
    expect(priceSpreadOf([at(100, 3), at(100, 1)])?.volatility).toBe(0);
  });

  it("takes prices without sizes for the ends alone, and says nothing without prices", () => {
    expect(priceSpreadOf([])).toBe(null);
    expect(priceSpreadOf([rowOf("okx", { cents: 5 })])).toBe(null);
    expect(priceSpreadOf([rowOf("okx", { price: 7 }), rowOf("okx", { price: 9 })])).toEqual({
      ...{ min: 7, max: 9, volatility: null },
    });
    const unpriced = rowOf("okx", { price: 7, size: 1, isPriced: false });
    expect(priceSpreadOf([unpriced])?.volatility).toBe(null);
  });
});
