import { describe, expect, it } from "vitest";
import { SecondLog } from "../../src/windows/second-log.ts";

const sums = (longCents: number) => ({ orders: 1, rows: 2, longCents, shortCents: 3 });
const secondsOf = (log: SecondLog) =>
  Array.from({ length: log.length }, (_, index) => log.secondAt(index));

describe("a log of seconds", () => {
  it("keeps seconds sorted wherever they are inserted, beyond its first capacity", () => {
    const log = new SecondLog();
    for (const second of [50, 10, 30, 20, 40, 60, 5, 55, 25]) {
      log.insert(log.indexOf(second, 0), second, sums(second));
    }
    expect(secondsOf(log)).toEqual([5, 10, 20, 25, 30, 40, 50, 55, 60]);
    expect(log.sumsAt(3)).toEqual(sums(25));
  });

  it("finds a second, the place of a missing one, and the end", () => {
    const log = new SecondLog();
    for (const second of [10, 20, 30]) log.insert(log.length, second, sums(0));
    expect([10, 15, 20, 30, 31].map((second) => log.indexOf(second, 0))).toEqual([0, 1, 1, 2, 3]);
  });

  it("adds to an entry in place", () => {
    const log = new SecondLog();
    log.insert(0, 10, sums(100));
    log.addAt(0, { orders: 0, rows: 1, longCents: 5, shortCents: 7 });
    expect(log.sumsAt(0)).toEqual({ orders: 1, rows: 3, longCents: 105, shortCents: 10 });
  });

  it("forgets entries from the front and goes on", () => {
    const log = new SecondLog();
    for (const second of [1, 2, 3, 4, 5, 6]) log.insert(log.length, second, sums(second));
    log.dropFront(4);
    log.insert(log.length, 7, sums(7));
    expect(secondsOf(log)).toEqual([5, 6, 7]);
    expect(log.sumsAt(2)).toEqual(sums(7));
  });

  it("holds cents beyond 32 bits exactly", () => {
    const log = new SecondLog();
    log.insert(0, 1, sums(9_007_199_254_740_990));
    log.addAt(0, sums(1));
    expect(log.sumsAt(0).longCents).toBe(Number.MAX_SAFE_INTEGER);
  });
});
