import { describe, expect, it } from "vitest";
import { RowTable, type TableRow } from "../../src/windows/row-table.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const CASES = 60;
const ROWS = 300;

function btc(table: RowTable) {
  return table.group({ venue: "bybit", symbol: "BTCUSDT", asset: "BTC", priceKind: "bankruptcy" });
}

function rowAt(table: RowTable, timeMs: number): Omit<TableRow, "arrival"> {
  return {
    timeMs,
    cents: 1,
    isPriced: true,
    positionSide: "long",
    countsOrder: true,
    price: null,
    size: null,
    group: btc(table),
  };
}

function randomRow(table: RowTable, chance: Chance, nowMs: number): Omit<TableRow, "arrival"> {
  const asset = chance.pick(["BTC", "ETH", null]);
  const isPriced = chance.in100(90);
  return {
    timeMs: nowMs - chance.pick([0, 0, chance.integer(0, 500)]),
    cents: isPriced ? chance.integer(0, Number.MAX_SAFE_INTEGER) : 0,
    isPriced,
    positionSide: chance.pick(["long", "short"]),
    countsOrder: chance.in100(50),
    price: chance.in100(80) ? chance.next() * 1e5 : null,
    size: chance.in100(80) ? chance.next() * 1e-6 : null,
    group: table.group({
      venue: chance.pick(["binance", "okx"]),
      symbol: asset === null ? null : `${asset}USDT`,
      asset,
      priceKind: chance.pick(["fill", "order", null]),
    }),
  };
}

describe("the table of rows", () => {
  it("gives every resident row back as it came, under its running number", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const chance = chanceOf(seed);
      const table = new RowTable();
      const added: TableRow[] = [];
      let nowMs = START_MS;
      for (let at = 0; at < ROWS; at += 1) {
        nowMs += chance.integer(0, 20);
        const row = randomRow(table, chance, nowMs);
        const arrival = table.add(row);
        added.push({ ...row, arrival });
        if (chance.in100(10)) table.evictThrough(nowMs - chance.integer(100, 2_000));
      }
      expect(added.map(({ arrival }) => arrival)).toEqual(added.map((_, index) => index));
      const resident = Array.from({ length: table.end - table.start }, (_, index) =>
        table.get(table.start + index),
      );
      expect(resident).toEqual(added.slice(table.start));
    }
  });

  it("drops from the front only, so a row behind a younger one stays", () => {
    const table = new RowTable();
    for (const ms of [10, 30, 20]) table.add(rowAt(table, START_MS + ms));
    table.evictThrough(START_MS + 20);
    expect([table.start, table.end]).toEqual([1, 3]);
    expect(table.get(2).timeMs).toBe(START_MS + 20);
    table.evictThrough(START_MS + 30);
    expect([table.start, table.end]).toEqual([3, 3]);
  });

  it("finds a row by the low 32 bits of its number", () => {
    const table = new RowTable();
    table.startAt(2 ** 32 + 7);
    const arrival = table.add(rowAt(table, START_MS + 5));
    expect(arrival).toBe(2 ** 32 + 7);
    expect(table.get(7)).toEqual({ ...rowAt(table, START_MS + 5), arrival });
  });

  it("is renumbered only while it is empty", () => {
    const table = new RowTable();
    table.add(rowAt(table, START_MS));
    expect(() => table.startAt(9)).toThrow("Only an empty row table can be renumbered");
  });

  it("has one group for one set of names, whatever signs the names hold", () => {
    const table = new RowTable();
    const sets = [
      { venue: "okx", symbol: "A|", asset: "B", priceKind: "fill" },
      { venue: "okx", symbol: "A", asset: "fill|B", priceKind: null },
      { venue: "okx", symbol: "A", asset: "B", priceKind: "fill" },
      { venue: "okx", symbol: "AB", asset: null, priceKind: "fill" },
      { venue: "okx", symbol: null, asset: "AB", priceKind: "fill" },
      { venue: "bybit", symbol: null, asset: "AB", priceKind: "fill" },
    ] as const;
    const groups = sets.map((names) => table.group(names));
    expect(new Set(groups.map(({ index }) => index)).size).toBe(sets.length);
    expect(groups).toEqual(sets.map((names, at) => ({ ...names, index: at })));
    expect(sets.map((names) => table.group(names))).toEqual(groups);
  });

  it("holds at most 56 bytes a row once it has grown", () => {
    const table = new RowTable();
    for (let at = 0; at < 5_000; at += 1) table.add(rowAt(table, START_MS + at));
    expect(table.bytes / (table.end - table.start)).toBeLessThanOrEqual(56);
  });
});
