import { describe, expect, it } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import { SECOND_WINDOWS_MS } from "../../src/rule.ts";
import { DAY_MS, DayTotals } from "../../src/windows/day-total.ts";
import { addTo, emptySums, type SecondSums } from "../../src/windows/second-totals.ts";
import { chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];
const ASSETS = ["BTC", "ETH", "PEPE", null];
const CASES = 400;
const ROWS = 40;

interface Kept {
  readonly asset: string | null;
  readonly venue: VenueId;
  readonly timeMs: number;
  readonly sums: SecondSums;
}

const long = (cents: number): SecondSums => ({
  orders: 1,
  rows: 1,
  longCents: cents,
  shortCents: 0,
});

function plainTotal(kept: readonly Kept[], windowMs: number, nowMs: number): SecondSums {
  const total = emptySums();
  const nowSecond = Math.floor(nowMs / 1000);
  for (const { timeMs, sums } of kept) {
    const second = Math.floor(timeMs / 1000);
    if (nowSecond - windowMs / 1000 < second && second <= nowSecond) addTo(total, sums);
  }
  return total;
}

function plainBy<Name>(
  kept: readonly Kept[],
  nameOf: (one: Kept) => Name | null,
  at: { windowMs: number; nowMs: number },
): Map<Name, SecondSums> {
  const totals = new Map<Name, SecondSums>();
  for (const name of new Set(kept.map(nameOf))) {
    const own = kept.filter((one) => nameOf(one) === name);
    const total = plainTotal(own, at.windowMs, at.nowMs);
    if (name !== null && total.rows > 0) totals.set(name, total);
  }
  return totals;
}

/** Rows in order of arrival, some hours late, and the clock of the last. */
function randomDay(seed: number): { kept: Kept[]; nowMs: number } {
  const chance = chanceOf(seed);
  let nowMs = START_MS;
  const kept = Array.from({ length: ROWS }, () => {
    nowMs += chance.integer(0, chance.pick([0, 1_000, 90 * 60_000]));
    const lateMs = chance.in100(60) ? chance.integer(0, 2_000) : chance.integer(0, DAY_MS);
    const cents = chance.integer(0, 1_000_000);
    const sums = { orders: chance.integer(0, 1), rows: 1, longCents: 0, shortCents: 0 };
    return {
      asset: chance.pick(ASSETS),
      venue: chance.pick(VENUES),
      timeMs: nowMs - lateMs,
      sums: chance.in100(50) ? { ...sums, longCents: cents } : { ...sums, shortCents: cents },
    };
  });
  return { kept, nowMs };
}

describe("the figures of 15 m to 24 h", () => {
  it("equal the plain sums by asset and venue after every row", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const { kept, nowMs: endMs } = randomDay(seed);
      const chance = chanceOf(seed);
      const day = new DayTotals();
      for (const [index, row] of kept.entries()) {
        day.add(row, { ...row.sums, timeMs: row.timeMs });
        if (chance.in100(70)) continue;
        const arrived = kept.slice(0, index + 1);
        const nowMs = Math.max(...arrived.map(({ timeMs }) => timeMs));
        const windowMs = chance.pick(SECOND_WINDOWS_MS);
        expect(day.total({ nowMs, windowMs })).toEqual(plainTotal(arrived, windowMs, nowMs));
      }
      const at = { nowMs: endMs, windowMs: chance.pick(SECOND_WINDOWS_MS) };
      const inBtc = kept.filter(({ asset }) => asset === "BTC");
      const onOkx = kept.filter(({ venue }) => venue === "okx");
      expect(day.byAsset(at)).toEqual(plainBy(kept, ({ asset }) => asset, at));
      expect(day.byVenue(at)).toEqual(plainBy(kept, ({ venue }) => venue, at));
      expect(day.byVenue({ ...at, asset: "BTC" })).toEqual(
        plainBy(inBtc, ({ venue }) => venue, at),
      );
      expect(day.byAsset({ ...at, venue: "okx" })).toEqual(
        plainBy(onOkx, ({ asset }) => asset, at),
      );
      expect(day.total({ ...at, asset: "ETH", venue: "bybit" })).toEqual(
        plainTotal(
          kept.filter(({ asset, venue }) => asset === "ETH" && venue === "bybit"),
          at.windowMs,
          at.nowMs,
        ),
      );
    }
  });

  it("fall into bars that together are the window, each on whole multiples of its width", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const { kept, nowMs } = randomDay(seed);
      const day = new DayTotals();
      for (const row of kept) day.add(row, { ...row.sums, timeMs: row.timeMs });
      const chance = chanceOf(seed);
      const windowMs = chance.pick(SECOND_WINDOWS_MS);
      const barMs = chance.pick([1_000, 15_000, 60_000, 1_800_000]);
      const asset = chance.in100(40) ? undefined : chance.pick(["BTC", "PEPE"]);
      const own = kept.filter((one) => asset === undefined || one.asset === asset);
      const expected = new Map<number, { fromMs: number; longCents: number; shortCents: number }>();
      for (const one of own) {
        const { longCents, shortCents } = plainTotal([one], windowMs, nowMs);
        if (longCents + shortCents === 0) continue;
        const fromMs = Math.floor(one.timeMs / barMs) * barMs;
        const bar = expected.get(fromMs) ?? { fromMs, longCents: 0, shortCents: 0 };
        bar.longCents += longCents;
        bar.shortCents += shortCents;
        expected.set(fromMs, bar);
      }
      const bars = day.bars({ nowMs, windowMs, asset }, barMs);
      expect(bars).toEqual([...expected.values()].sort((one, other) => one.fromMs - other.fromMs));
    }
  });

  it("come back from their entries", () => {
    const { kept, nowMs } = randomDay(7);
    const day = new DayTotals();
    for (const row of kept) day.add(row, { ...row.sums, timeMs: row.timeMs });
    const again = new DayTotals();
    for (const { sums, ...at } of day.entries()) again.add(at, { ...sums, timeMs: at.timeMs });
    for (const windowMs of SECOND_WINDOWS_MS) {
      const at = { nowMs, windowMs };
      expect(again.total(at)).toEqual(day.total(at));
      expect(again.byAsset(at)).toEqual(day.byAsset(at));
      expect(again.byVenue(at)).toEqual(day.byVenue(at));
    }
  });

  it("count a row of an unknown asset in the market and its venue, in no asset", () => {
    const day = new DayTotals();
    day.add({ asset: null, venue: "okx" }, { ...long(500), timeMs: START_MS });
    const at = { nowMs: START_MS, windowMs: DAY_MS };
    expect(day.total(at).longCents).toBe(500);
    expect(day.byVenue(at)).toEqual(new Map([["okx", long(500)]]));
    expect(day.byAsset(at)).toEqual(new Map());
    expect([...day.entries()]).toEqual([
      { asset: null, venue: "okx", timeMs: START_MS, sums: long(500) },
    ]);
  });

  it("keep names apart that every object has", () => {
    const day = new DayTotals();
    day.add({ asset: "__proto__", venue: "okx" }, { ...long(1), timeMs: START_MS });
    day.add({ asset: "constructor", venue: "okx" }, { ...long(2), timeMs: START_MS });
    const at = { nowMs: START_MS, windowMs: DAY_MS };
    expect(day.total({ ...at, asset: "__proto__" }).longCents).toBe(1);
    expect([...day.byAsset(at).keys()]).toEqual(["__proto__", "constructor"]);
    expect(day.total({ ...at, asset: "toString" })).toEqual(emptySums());
  });
});
