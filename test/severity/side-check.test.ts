import { describe, expect, test } from "vitest";
import type { PositionSide } from "../../src/liquidation.ts";
import { SideCheck } from "../../src/severity/side-check.ts";
import { chanceOf } from "../oracle/chance.ts";
import { rowOf, T0 } from "./samples.ts";

const SECOND_MS = 1_000;

/** A price every 5 s for ten minutes: `at` gives it. */
function pricesOf(at: (offsetMs: number) => number): SideCheck {
  const check = new SideCheck();
  for (let ms = 0; ms <= 300_000; ms += 5_000) check.takePrices(T0 + ms, { BTC: at(ms) });
  return check;
}

const falling = (ms: number) => 100_000 - ms / 100;

function judge(check: SideCheck, count: number, positionSide: PositionSide, atMs = T0 + 60_000) {
  for (let index = 0; index < count; index += 1) {
    check.judge(rowOf({ receivedAtMs: atMs, positionSide, price: index }), atMs);
  }
}

describe("the sides of a venue", () => {
  test("are in doubt when twenty of its shorts are liquidated while the price falls", () => {
    const check = pricesOf(falling);
    judge(check, 19, "short");
    expect(check.suspects()).toEqual([]);
    judge(check, 1, "short");
    expect(check.suspects()).toEqual([
      { venue: "binance", sinceMs: T0 + 60_000, rows: 20, rightRows: 0 },
    ]);
    expect([check.isSuspect("binance"), check.isSuspect("bybit")]).toEqual([true, false]);
  });

  test("are right at 60 % of the rows of a side, and not below", () => {
    const atSixty = pricesOf(falling);
    const below = pricesOf((ms) => (ms <= 120_000 ? falling(ms) : 200_000 - falling(ms)));
    judge(atSixty, 50, "long");
    expect(atSixty.suspects()).toEqual([]);
    judge(below, 12, "long", T0 + 60_000);
    judge(below, 8, "long", T0 + 200_000);
    expect(below.suspects()).toEqual([]);
    judge(below, 1, "long", T0 + 200_000);
    expect(below.suspects()).toMatchObject([{ rows: 21, rightRows: 12 }]);
  });

  test("are believed again when 60 % of the last 50 rows are right", () => {
    const check = pricesOf(falling);
    judge(check, 20, "short");
    judge(check, 29, "long", T0 + 70_000);
    expect(check.isSuspect("binance")).toBe(true);
    judge(check, 1, "long", T0 + 70_000);
    expect(check.isSuspect("binance")).toBe(true);
    judge(check, 1, "long", T0 + 80_000);
    expect(check.isSuspect("binance")).toBe(false);
    const [before, during, after] = [T0 + 60_000, T0 + 80_000, T0 + 80_001];
    expect([before, during, after].map((ms) => check.wasSuspect("binance", ms))).toEqual([
      ...[false, true, false],
    ]);
  });

  test("have no say without a price then and 30 s before, nor while the price stands still", () => {
    const still = pricesOf(() => 100_000);
    judge(still, 50, "short");
    const check = pricesOf(falling);
    judge(check, 50, "short", T0 + 29_999);
    judge(check, 50, "short", T0 + 300_000 + 20_001);
    for (let index = 0; index < 50; index += 1) {
      const row = rowOf({ asset: "DOGE", positionSide: "short", receivedAtMs: T0 + 60_000 });
      check.judge(row, T0 + 60_000);
    }
    expect([...still.suspects(), ...check.suspects()]).toEqual([]);
  });

  test("leave out prices that are none, and samples out of order", () => {
    const check = new SideCheck();
    check.takePrices(T0, { BTC: 100 });
    for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      check.takePrices(T0 + 10, { BTC: price });
    }
    check.takePrices(T0 - 10, { BTC: 50 });
    check.takePrices(T0, { BTC: 70 });
    expect(check.save().prices).toEqual([["BTC", [{ atMs: T0, price: 100 }]]]);
  });

  test("stay bounded, however many assets, samples and verdicts there are", () => {
    const check = new SideCheck();
    for (let index = 0; index < 2_000; index += 1) {
      check.takePrices(T0 + index, { [`A${index}`]: 1, A0: 1 });
    }
    const { prices } = check.save();
    expect(prices).toHaveLength(1_500);
    expect(prices.map(([, samples]) => samples.length)).toContain(512);
  });

  test("are judged as by looking at everything anew, also after being saved", () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const chance = chanceOf(seed);
      const bias = chance.integer(0, 100);
      let check = new SideCheck();
      const samples: { atMs: number; price: number }[] = [];
      const judged: { isLong: boolean; isRight: boolean }[] = [];
      let isSuspect = false;
      for (let step = 0; step < 400; step += 1) {
        const nowMs = T0 + step * SECOND_MS;
        if (step % 5 === 0) {
          samples.push({ atMs: nowMs, price: 100 + chance.integer(0, 20) });
          check.takePrices(nowMs, { BTC: samples.at(-1)?.price ?? 0 });
        }
        const occurredAtMs = nowMs - chance.integer(0, 20_000);
        const priceAt = (ms: number) => {
          const found = samples.filter(({ atMs }) => atMs <= ms).at(-1);
          return found === undefined || ms - found.atMs > 20_000 ? null : found.price;
        };
        const [before, price] = [priceAt(occurredAtMs - 30_000), priceAt(occurredAtMs)];
        const isFall = (price ?? 0) < (before ?? 0);
        const isLong = chance.integer(0, 99) < bias ? isFall : !isFall;
        const positionSide = isLong ? "long" : "short";
        check.judge(rowOf({ positionSide, occurredAtMs, receivedAtMs: nowMs }), nowMs);
        if (before !== null && price !== null && before !== price) {
          judged.push({ isLong, isRight: isLong === isFall });
          const last = judged.slice(-50);
          const share = (rows: typeof judged) =>
            rows.filter(({ isRight }) => isRight).length / rows.length;
          const isWrong = [true, false].some((one) => {
            const rows = last.filter((row) => row.isLong === one);
            return rows.length >= 20 && share(rows) < 0.6;
          });
          isSuspect = isSuspect ? isWrong || share(last) < 0.6 : isWrong;
        }
        expect(check.isSuspect("binance"), `seed ${seed}, step ${step}`).toBe(isSuspect);
        if (step % 97 === 0) {
          const saved = check.save();
          check = new SideCheck();
          check.restore(JSON.parse(JSON.stringify(saved)));
        }
      }
    }
  });
});
