import { describe, expect, it } from "vitest";
import { SECOND_WINDOWS_MS } from "../../src/rule.ts";
import {
  addTo,
  emptySums,
  type SecondSums,
  SecondTotals,
} from "../../src/windows/second-totals.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const CASES = 1_000;
const STEPS_MAX = 40;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Distances at which some window has an edge. */
const EDGES_MS = [0, 1_000, ...SECOND_WINDOWS_MS];

const row = (longCents: number, shortCents = 0, orders = 1): SecondSums => ({
  orders,
  rows: 1,
  longCents,
  shortCents,
});

interface Kept {
  readonly timeMs: number;
  readonly sums: SecondSums;
}

/** SPEC 3 word by word: floor(now/1000) - W < floor(windowTime/1000) <= floor(now/1000). */
function plainRead(kept: readonly Kept[], windowMs: number, nowMs: number): SecondSums {
  const total = emptySums();
  const nowSecond = Math.floor(nowMs / 1000);
  for (const { timeMs, sums } of kept) {
    const second = Math.floor(timeMs / 1000);
    if (nowSecond - windowMs / 1000 < second && second <= nowSecond) addTo(total, sums);
  }
  return total;
}

/** The clock at which the first row inside leaves. */
function plainNextChange(kept: readonly Kept[], windowMs: number, nowMs: number): number {
  const leaving = kept.map(({ timeMs }) => Math.floor(timeMs / 1000) * 1000 + windowMs);
  return Math.min(...leaving.filter((ms) => ms > Math.floor(nowMs / 1000) * 1000));
}

function stepMs(chance: Chance): number {
  const ways = [0, 1, 999, 1_000, 60_000, 20 * 60_000, 7 * HOUR_MS];
  return chance.in100(80) ? chance.integer(0, chance.pick(ways)) : chance.pick(EDGES_MS);
}

function lagMs(chance: Chance): number {
  if (chance.in100(50)) return chance.integer(0, 3_000);
  return Math.max(0, chance.pick(EDGES_MS) + chance.pick([-1_001, -1_000, -1, 0, 1, 999, 1_000]));
}

function differences(seed: number, windowsMs: readonly number[]): readonly string[] {
  const chance = chanceOf(seed);
  const totals = new SecondTotals(windowsMs);
  const kept: Kept[] = [];
  const wrong: string[] = [];
  let nowMs = START_MS + chance.integer(0, 2_000);
  const steps = chance.integer(1, STEPS_MAX);
  for (let step = 0; step < steps; step += 1) {
    nowMs += stepMs(chance);
    if (chance.in100(75)) {
      const timeMs = nowMs - lagMs(chance);
      const cents = chance.integer(0, 1_000_000);
      const sums = chance.in100(50) ? row(cents) : row(0, cents, chance.integer(0, 1));
      kept.push({ timeMs, sums });
      totals.add(timeMs, sums);
    }
    for (const windowMs of windowsMs) {
      if (chance.in100(30)) continue;
      const read = JSON.stringify(totals.read(windowMs, nowMs));
      const expected = JSON.stringify(plainRead(kept, windowMs, nowMs));
      if (read !== expected) wrong.push(`seed ${seed} step ${step} ${windowMs}: ${read}`);
      const next = totals.nextChangeMs(windowMs);
      if (next !== plainNextChange(kept, windowMs, nowMs))
        wrong.push(`seed ${seed} step ${step} ${windowMs}: next change at ${next}`);
    }
  }
  return wrong;
}

describe("sums of whole seconds", () => {
  it("equal the plain sum in every window of 15 m to 24 h at every step", () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= CASES; seed += 1)
      wrong.push(...differences(seed, SECOND_WINDOWS_MS));
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it("equal the plain sum where one window is kept alone", () => {
    const wrong: string[] = [];
    for (const windowMs of SECOND_WINDOWS_MS) {
      for (let seed = 1; seed <= CASES / 5; seed += 1) wrong.push(...differences(seed, [windowMs]));
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it("take an event until the second in which it is as old as the window", () => {
    const totals = new SecondTotals([900_000]);
    totals.add(START_MS + 999, row(700));
    expect({ ...totals.read(900_000, START_MS + 899_999) }).toEqual(row(700));
    expect({ ...totals.read(900_000, START_MS + 900_000) }).toEqual(emptySums());
  });

  it("take in a second that is older than a short window and younger than a long one", () => {
    const totals = new SecondTotals([900_000, DAY_MS]);
    totals.add(START_MS, row(1));
    expect(totals.read(900_000, START_MS + HOUR_MS).rows).toBe(0);
    totals.add(START_MS + 1_000, row(10));
    expect({ ...totals.read(900_000, START_MS + HOUR_MS + 1_000) }).toEqual(emptySums());
    expect(totals.read(DAY_MS, START_MS + HOUR_MS + 1_000).longCents).toBe(11);
    expect({ ...totals.read(900_000, START_MS + 2 * HOUR_MS) }).toEqual(emptySums());
  });

  it("keep no more than the longest window although nobody reads them", () => {
    const totals = new SecondTotals([900_000]);
    for (let second = 0; second < 5_000; second += 1) totals.add(START_MS + second * 1_000, row(1));
    expect([...totals.after(0)].length).toBe(900);
    expect(totals.read(900_000, START_MS + 4_999_000).longCents).toBe(900);
  });

  it("do not keep a second that has left the longest window", () => {
    const totals = new SecondTotals([900_000]);
    totals.read(900_000, START_MS);
    totals.add(START_MS - 900_000, row(5));
    totals.add(START_MS - 899_000, row(7));
    expect([...totals.after(Number.NEGATIVE_INFINITY)]).toEqual([
      { second: (START_MS - 899_000) / 1000, ...row(7) },
    ]);
    expect(totals.read(900_000, START_MS).longCents).toBe(7);
  });

  it("stay exact while thousands of seconds are dropped from the front", () => {
    const totals = new SecondTotals([900_000, HOUR_MS]);
    const kept: Kept[] = [];
    for (let second = 0; second < 3 * 3_600; second += 1) {
      const nowMs = START_MS + second * 1_000;
      const lag = second % 7 === 0 ? (second % 900) * 1_000 : 0;
      kept.push({ timeMs: nowMs - lag, sums: row(second, second % 3, second % 2) });
      totals.add(nowMs - lag, row(second, second % 3, second % 2));
      const read = { ...totals.read(900_000, nowMs) };
      if (second % 577 === 0) expect(read).toEqual(plainRead(kept, 900_000, nowMs));
    }
    const endMs = START_MS + 3 * HOUR_MS - 1_000;
    expect({ ...totals.read(HOUR_MS, endMs) }).toEqual(plainRead(kept, HOUR_MS, endMs));
    const seconds = new Set(kept.map(({ timeMs }) => Math.floor(timeMs / 1000)));
    const inside = [...seconds].filter((second) => second > Math.floor(endMs / 1000) - 3_600);
    expect([...totals.after(Number.NEGATIVE_INFINITY)].map(({ second }) => second)).toEqual(
      inside.sort((left, right) => left - right),
    );
  });

  it("give the seconds after a second, oldest first", () => {
    const totals = new SecondTotals([900_000]);
    for (const ms of [3_000, 1_000, 2_999, 2_000]) totals.add(START_MS + ms, row(ms));
    expect([...totals.after(START_MS / 1000 + 1)].map(({ longCents }) => longCents)).toEqual([
      4_999, 3_000,
    ]);
  });

  it("refuse a window that they do not keep", () => {
    expect(() => new SecondTotals([])).toThrow("Second totals need at least one window");
    expect(() => new SecondTotals([900_000]).read(HOUR_MS, START_MS)).toThrow(
      "No window of 3600000 ms is kept here",
    );
  });
});
