import { describe, expect, it } from "vitest";
import type { PositionSide, VenueId } from "../../src/liquidation.ts";
import { widthOf } from "../../src/windows/level-width.ts";
import { type PriceLevels as Book, PriceLevels } from "../../src/windows/price-levels.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { PlainLevels } from "./plain-levels.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const T0 = 1_790_000_000_000;
const TRIALS = 10_000;
const VENUES: readonly VenueId[] = ["aster", "binance", "bybit", "okx"];
const STEPS_MS = [0, 1, 1_000, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS - 1, HOUR_MS, HOUR_MS + 1];
const LAGS_MS = [0, 0, 0, 500, MINUTE_MS, HOUR_MS - 1, HOUR_MS, 2 * HOUR_MS];
/** First prices of assets; 66,666.7 x 0.15 % stands near the edge between two widths. */
const PRICES = [67_412.5, 66_666.7, 3_512.01, 0.0000123, 1.3e-9, 0.9999, 1, 2_000_000, 94_280.9];

interface Drawn {
  readonly asset: string | null;
  readonly positionSide: PositionSide;
  readonly venue: VenueId;
  readonly price: number | null;
  readonly notionalCents: number | null;
  readonly receivedAtMs: number;
}

/** Near the first price, often on an edge of its width or of another. */
function priceNear(chance: Chance, first: number): number {
  const moved = first * (1 + chance.integer(-60, 60) / 10_000);
  return Number(moved.toPrecision(chance.pick([2, 3, 4, 6, 9, 15])));
}

function add(book: Book, row: Drawn, timeMs: number, isOrder: boolean): void {
  book.add(row, timeMs, isOrder);
}

/** Without the edges as doubles, which follow from the texts. */
function withoutDoubles(shown: ReturnType<Book["of"]>): unknown {
  if (shown === null) return null;
  return { ...shown, levels: shown.levels.map(({ from: _from, to: _to, ...level }) => level) };
}

describe("price levels", () => {
  it("are what a plain reading of all rows says, late, in bursts and after restarts", () => {
    let levels = 0;
    for (let seed = 1; seed <= TRIALS; seed += 1) {
      const chance = chanceOf(seed);
      let book = new PriceLevels();
      const plain = new PlainLevels();
      const firsts = new Map(["BTC", "PEPE"].map((asset) => [asset, chance.pick(PRICES)]));
      let nowMs = T0;
      const count = chance.integer(1, 30);
      const restartAt = chance.integer(0, 60);
      for (let at = 0; at < count; at += 1) {
        nowMs += chance.pick(STEPS_MS);
        const timeMs = nowMs - chance.pick(LAGS_MS);
        const asset = chance.in100(3) ? null : chance.pick([...firsts.keys()]);
        const row = {
          asset,
          positionSide: chance.pick(["long", "short"] as const),
          venue: chance.pick(VENUES),
          price: chance.in100(5) ? null : priceNear(chance, firsts.get(asset ?? "") ?? 1),
          notionalCents: chance.in100(5) ? null : chance.integer(1, 10 ** 9),
          receivedAtMs: nowMs,
        };
        const isOrder = chance.in100(80);
        add(book, row, timeMs, isOrder);
        plain.add({ ...row, cents: row.notionalCents ?? 0, timeMs, isOrder }, nowMs);
        if (at !== restartAt) continue;
        const saved = JSON.parse(JSON.stringify(book.save()));
        book = new PriceLevels();
        book.restore(saved);
      }
      const readMs = nowMs + chance.pick([0, 0, 1, MINUTE_MS, HOUR_MS]);
      for (const asset of firsts.keys()) {
        const shown = book.of(asset, readMs);
        levels += shown?.levels.length ?? 0;
        expect(withoutDoubles(shown), `seed ${seed}`).toEqual(plain.of(asset, readMs));
      }
    }
    expect(levels).toBeGreaterThan(TRIALS);
  });

  const long = { asset: "BTC", positionSide: "long", venue: "okx", notionalCents: 100 } as const;

  it("keep their width while one of them lives, whatever the price does", () => {
    const book = new PriceLevels();
    book.add({ ...long, price: 67_000, receivedAtMs: T0 }, T0, true);
    const laterMs = T0 + HOUR_MS - 1;
    book.add({ ...long, price: 670, receivedAtMs: laterMs }, laterMs, true);
    expect(book.of("BTC", laterMs)?.width).toBe("100");
    expect(book.of("BTC", laterMs)?.levels.map(({ edge }) => edge)).toEqual(["67000", "600"]);
    expect(book.of("BTC", laterMs + 1)?.levels.map(({ edge }) => edge)).toEqual(["600"]);
    expect(book.assets(laterMs + HOUR_MS)).toEqual([]);
    const endMs = laterMs + HOUR_MS;
    book.add({ ...long, price: 670, receivedAtMs: endMs }, endMs, true);
    expect(book.of("BTC", endMs)?.width).toBe("1");
    expect(book.assets(endMs)).toEqual(["BTC"]);
  });

  it("have the width that a configuration sets", () => {
    const width = widthOf("250");
    const book = new PriceLevels(new Map(width === null ? [] : [["BTC", width]]));
    book.add({ ...long, price: 67_412, receivedAtMs: T0 }, T0, true);
    expect(book.of("BTC", T0)).toEqual({
      width: "250",
      levels: [
        {
          ...{ edge: "67250", from: 67_250, to: 67_500, positionSide: "long" },
          ...{ orders: 1, rows: 1, notionalCents: 100, venues: ["okx"] },
          ...{ firstMs: T0, lastMs: T0 },
        },
      ],
    });
  });

  it("are bounded: the oldest go first", () => {
    const book = new PriceLevels();
    for (let at = 0; at < 10_000; at += 1) {
      const receivedAtMs = T0 + at;
      book.add({ ...long, price: 67_000 + at * 100, receivedAtMs }, receivedAtMs, true);
    }
    const levels = book.of("BTC", T0 + 10_000)?.levels ?? [];
    expect(levels.length).toBeLessThanOrEqual(2_000);
    expect(levels[0]?.edge).toBe("1066900");
    for (let at = 0; at < 5_000; at += 1) {
      const row = { ...long, asset: `A${at}`, price: 1, receivedAtMs: T0 + 20_000 + at };
      book.add(row, row.receivedAtMs, true);
    }
    expect(book.assets(T0 + 30_000)).toHaveLength(2_000);
    expect(book.of("BTC", T0 + 30_000)).toBeNull();
    expect([book.widthOf("BTC"), book.widthOf("A4999")?.value]).toEqual([null, 0.002]);
  });
});
