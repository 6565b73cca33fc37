import { describe, expect, it } from "vitest";
import { SecondWindow } from "../../src/windows/second-window.ts";

const START_MS = 1_790_000_000_000;
const QUARTER_MS = 900_000;

describe("one rule's window of whole seconds", () => {
  it("reads orders and money as of the last advance", () => {
    const window = new SecondWindow(QUARTER_MS);
    window.advance(START_MS);
    window.totals.add(START_MS - 1_000, { orders: 1, rows: 2, longCents: 300, shortCents: 50 });
    expect([window.orders, window.notionalCents]).toEqual([1, 350]);
    expect({ ...window.sums }).toEqual({ orders: 1, rows: 2, longCents: 300, shortCents: 50 });
    window.advance(START_MS + QUARTER_MS - 1_001);
    expect(window.notionalCents).toBe(350);
    window.advance(START_MS + QUARTER_MS - 1_000);
    expect([window.orders, window.notionalCents]).toEqual([0, 0]);
  });

  it("has no largest row, because it keeps none", () => {
    const window = new SecondWindow(QUARTER_MS);
    window.totals.add(START_MS, { orders: 1, rows: 1, longCents: 300, shortCents: 0 });
    expect(window.largestCents()).toBe(0);
  });

  it("changes by itself when its oldest second leaves, and never while it is empty", () => {
    const window = new SecondWindow(QUARTER_MS);
    expect(window.nextChangeMs()).toBe(Number.POSITIVE_INFINITY);
    window.advance(START_MS + 500);
    window.totals.add(START_MS + 321, { orders: 1, rows: 1, longCents: 1, shortCents: 0 });
    expect(window.nextChangeMs()).toBe(START_MS + QUARTER_MS);
    window.advance(START_MS + QUARTER_MS);
    expect(window.nextChangeMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it("begins a window's length and one second before the clock's second", () => {
    const window = new SecondWindow(QUARTER_MS);
    expect(window.firstSecond(START_MS + 999)).toBe((START_MS - QUARTER_MS) / 1000 + 1);
  });
});
