import { describe, expect, it } from "vitest";
import { RowTable, type TableRow } from "../../src/windows/row-table.ts";
import { Tally } from "../../src/windows/tally.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const ALL = { hasPrices: true, hasRows: true };
const CASES = 500;

type Names = Pick<TableRow["group"], "venue" | "symbol" | "asset" | "priceKind">;
type Over = Partial<Omit<TableRow, "group"> & Names>;

/** Rows of one made-up table, numbered as they arrive. */
class Rows {
  readonly table = new RowTable();

  make(over: Over = {}): TableRow {
    const { venue = "bybit", symbol = "BTCUSDT", asset = "BTC", priceKind = null, ...row } = over;
    const made = {
      timeMs: START_MS,
      cents: 100,
      isPriced: true,
      positionSide: "long",
      countsOrder: true,
      price: null,
      size: null,
      group: this.table.group({ venue, symbol, asset, priceKind }),
      ...row,
    } as const;
    return this.table.get(this.table.add(made));
  }
}

function tallyOf(rows: readonly TableRow[]): Tally {
  const tally = new Tally();
  for (const row of rows) tally.add(row);
  return tally;
}

/** What the rows say, each given by what differs from the usual row. */
function read(...overs: readonly Over[]) {
  const rows = new Rows();
  return tallyOf(overs.map((over) => rows.make(over))).snapshot(ALL);
}

function randomRows(chance: Chance): readonly TableRow[] {
  const rows = new Rows();
  return Array.from({ length: chance.integer(1, 25) }, () => {
    const isPriced = chance.in100(85);
    return rows.make({
      venue: chance.pick(["binance", "bybit", "okx"]),
      symbol: chance.pick(["BTCUSDT", "BTCUSDC"]),
      priceKind: chance.pick(["fill", "order"]),
      timeMs: START_MS + chance.integer(0, 8),
      isPriced,
      cents: isPriced ? chance.integer(0, 9) * 100 : 0,
      positionSide: chance.pick(["long", "short"]),
      countsOrder: chance.in100(70),
      price: chance.in100(75) ? chance.integer(59_000, 61_000) : null,
      size: chance.in100(75) ? chance.integer(1, 9_999) / 1_000 : null,
    });
  });
}

/** SPEC 3 read slowly: venue with most priced rows, names of its first, its last against its first. */
function plainChange(rows: readonly TableRow[]): readonly [number, number, string] | null {
  const priced = rows
    .filter(({ price }) => price !== null)
    .sort((a, b) => a.timeMs - b.timeMs || a.arrival - b.arrival);
  const countOf = (venue: string) => priced.filter((one) => one.group.venue === venue).length;
  const venues = [...new Set(priced.map(({ group }) => group.venue))].sort();
  const most = Math.max(0, ...venues.map(countOf));
  const venue = venues.find((one) => countOf(one) === most);
  const own = priced.filter(({ group }) => group.venue === venue);
  const group = own[0]?.group;
  const path = own.filter((one) => one.group === group);
  const [first, last] = [path[0]?.price ?? 0, path.at(-1)?.price ?? 0];
  return path.length < 2 ? null : [first, last, `liquidations:${venue}`];
}

describe("the sum of some rows", () => {
  it("adds up orders, rows and money by side, and names the largest row", () => {
    const snapshot = read(
      { cents: 300, countsOrder: false },
      { cents: 900, positionSide: "short", venue: "okx", price: 5, timeMs: START_MS + 2 },
      { cents: 50, symbol: "BTCUSDC" },
    );
    expect(snapshot).toEqual({
      orders: 2,
      rows: 3,
      longCents: 350,
      shortCents: 900,
      largestCents: 900,
      largest: {
        venue: "okx",
        asset: "BTC",
        positionSide: "short",
        notionalCents: 900,
        price: 5,
        priceKind: null,
        atMs: START_MS + 2,
      },
      liqVwap: null,
      priceChangePct: null,
      priceFirst: null,
      priceLast: null,
      priceSource: null,
      byVenue: [
        { name: "okx", notionalCents: 900, orders: 1 },
        { name: "bybit", notionalCents: 350, orders: 1 },
      ],
      byAsset: [{ name: "BTC", notionalCents: 1_250, orders: 2 }],
    });
  });

  it("is zero and null when it is empty", () => {
    const empty = { orders: 0, rows: 0, largestCents: 0, largest: null, liqVwap: null };
    expect(new Tally().snapshot(ALL)).toMatchObject({ ...empty, byVenue: [], byAsset: [] });
  });

  it("counts unpriced rows as rows and orders, and never as money", () => {
    const snapshot = read({ isPriced: false, cents: 0, price: 60_000, size: 2 });
    expect(snapshot).toMatchObject({ orders: 1, rows: 1, longCents: 0, largestCents: 0 });
    expect([snapshot.largest, snapshot.liqVwap]).toEqual([null, null]);
  });

  it("weights liqVwap by the rows that have notional, price and size", () => {
    const sized = [
      { cents: 600_000, price: 60_000, size: 0.1 },
      { cents: 1_180_000, price: 59_000, size: 0.2 },
    ];
    const half = [
      { cents: 99_900, price: 50_000 },
      { cents: 99_900, size: 3 },
      { isPriced: false, cents: 0, price: 1, size: 1 },
    ];
    expect(read(...sized).liqVwap).toBeCloseTo(17_800 / 0.3, 9);
    expect(read(...sized, ...half).liqVwap).toBe(read(...sized).liqVwap);
  });

  it("sums sizes of very different magnitude without losing the small ones", () => {
    const small = Array.from({ length: 1_000 }, () => ({ cents: 0, price: 1, size: 1e-9 }));
    const big = { cents: 1e15, price: 1, size: 1e8 };
    const { liqVwap } = read(big, ...small);
    expect(liqVwap).toBe(1e13 / (1e8 + 1e-6));
  });

  it("sorts parts by money and then by name", () => {
    const { byVenue, byAsset } = read(
      { venue: "okx", asset: null, cents: 5 },
      { venue: "bybit", asset: "ETH", cents: 5 },
      { venue: "binance", asset: "BTC", cents: 9 },
    );
    expect(byVenue.map(({ name }) => name)).toEqual(["binance", "bybit", "okx"]);
    expect(byAsset.map(({ name }) => name)).toEqual(["BTC", "ETH", "unknown"]);
  });

  it("names the earliest of equally large rows, in whatever order they are added", () => {
    const rows = new Rows();
    const early = rows.make({ venue: "okx", cents: 700, timeMs: START_MS });
    const late = rows.make({ venue: "bybit", cents: 700, timeMs: START_MS + 1 });
    expect(tallyOf([early, late]).snapshot(ALL).largest?.venue).toBe("okx");
    expect(tallyOf([late, early]).snapshot(ALL).largest?.venue).toBe("okx");
    const saved = Tally.restore(tallyOf([late]).save(), (names) => rows.table.group(names));
    saved.add(early);
    expect(saved.snapshot(ALL).largest?.venue).toBe("okx");
  });
});

describe("the change of price", () => {
  it("takes the venue with most priced rows, its first symbol and price kind", () => {
    const at = (ms: number, over: Over) => ({ timeMs: START_MS + ms, ...over });
    const snapshot = read(
      at(0, { venue: "okx", price: 50_000 }),
      at(1, { venue: "bybit", symbol: "BTCUSDT", priceKind: "bankruptcy", price: 60_000 }),
      at(2, { venue: "bybit", symbol: "BTCUSDC", priceKind: "bankruptcy", price: 1 }),
      at(3, { venue: "bybit", symbol: "BTCUSDT", priceKind: "fill", price: 2 }),
      at(4, { venue: "bybit", symbol: "BTCUSDT", priceKind: "bankruptcy", price: 59_400 }),
      at(5, { venue: "okx", price: 70_000 }),
    );
    expect(snapshot.priceChangePct).toBeCloseTo(-1, 12);
    expect(snapshot).toMatchObject({
      priceFirst: 60_000,
      priceLast: 59_400,
      priceSource: "liquidations:bybit",
    });
  });

  it("takes the first venue by name when two have as many", () => {
    const both = [
      { venue: "okx", price: 100 },
      { venue: "okx", price: 150 },
      { venue: "binance", price: 100 },
      { venue: "binance", price: 101 },
    ] as const;
    expect(read(...both)).toMatchObject({ priceSource: "liquidations:binance", priceLast: 101 });
  });

  it("takes rows of equal time in order of arrival", () => {
    const rows = new Rows();
    const made = [3, 1, 2].map((price) => rows.make({ price }));
    const expected = { priceFirst: 3, priceLast: 2 };
    expect(tallyOf(made).snapshot(ALL)).toMatchObject(expected);
    expect(tallyOf(made.reverse()).snapshot(ALL)).toMatchObject(expected);
  });

  it("is null with fewer than two rows, although another price kind has two", () => {
    const snapshot = read(
      { priceKind: "order", price: 100 },
      { priceKind: "fill", price: 100, timeMs: START_MS + 1 },
      { priceKind: "fill", price: 120, timeMs: START_MS + 2 },
    );
    expect([snapshot.priceChangePct, snapshot.priceSource]).toEqual([null, null]);
  });

  it("equals a slow reading on random rows, in any order of adding", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const chance = chanceOf(seed);
      const rows = randomRows(chance);
      const shuffled = [...rows].sort(() => chance.next() - 0.5);
      const snapshot = tallyOf(rows).snapshot(ALL);
      const { priceFirst, priceLast, priceSource } = snapshot;
      const change = priceSource === null ? null : [priceFirst, priceLast, priceSource];
      expect(change, `seed ${seed}`).toEqual(plainChange(rows));
      const again = tallyOf(shuffled).snapshot(ALL);
      expect({ ...again, largest: null, liqVwap: 0 }).toEqual({
        ...snapshot,
        largest: null,
        liqVwap: 0,
      });
      expect(again.largest?.atMs).toBe(snapshot.largest?.atMs);
      expect(again.liqVwap ?? 0).toBeCloseTo(snapshot.liqVwap ?? 0, 6);
    }
  });
});

describe("what a series can know", () => {
  const priced = [
    { cents: 600, price: 60, size: 0.1 },
    { cents: 660, price: 66, size: 0.1, timeMs: START_MS + 1 },
  ];

  it("has no prices in the market series", () => {
    const rows = new Rows();
    const tally = tallyOf(priced.map((over) => rows.make(over)));
    const { liqVwap, priceChangePct, largestCents } = tally.snapshot({
      hasPrices: false,
      hasRows: true,
    });
    expect([liqVwap, priceChangePct, largestCents]).toEqual([null, null, 660]);
  });

  it("has neither rows nor prices in windows of whole seconds", () => {
    const tally = new Tally();
    tally.addSums({ orders: 2, rows: 3, longCents: 500, shortCents: 20 });
    expect(tally.snapshot({ hasPrices: true, hasRows: false })).toEqual({
      orders: 2,
      rows: 3,
      longCents: 500,
      shortCents: 20,
      largestCents: null,
      largest: null,
      liqVwap: null,
      priceChangePct: null,
      priceFirst: null,
      priceLast: null,
      priceSource: null,
      byVenue: [],
      byAsset: [],
    });
  });
});

describe("a saved tally", () => {
  it("goes on as if it had never been away, through JSON, wherever it is cut", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const chance = chanceOf(seed);
      const rows = randomRows(chance);
      const cut = chance.integer(0, rows.length);
      const table = new RowTable();
      const saved: ReturnType<Tally["save"]> = JSON.parse(
        JSON.stringify(tallyOf(rows.slice(0, cut)).save()),
      );
      const restored = Tally.restore(saved, (names) => table.group(names));
      for (const row of rows.slice(cut)) restored.add({ ...row, group: table.group(row.group) });
      expect(restored.snapshot(ALL), `seed ${seed}`).toEqual(tallyOf(rows).snapshot(ALL));
    }
  });

  it("is a copy: what is added later does not change it", () => {
    const rows = new Rows();
    const tally = tallyOf([rows.make({ price: 10 }), rows.make({ price: 20 })]);
    const saved = tally.save();
    const text = JSON.stringify(saved);
    const restored = Tally.restore(saved, (names) => rows.table.group(names));
    restored.add(rows.make({ price: 30, timeMs: START_MS + 9 }));
    expect(JSON.stringify(saved)).toBe(text);
  });
});
