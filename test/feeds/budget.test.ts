import { expect, test } from "vitest";
import { BUDGET_SPAN_MS, CONNECT_BURST, ConnectBudget } from "../../src/feeds/budget.ts";

/** Connects as fast as the budget lets it, for `forMs`; returns the moments. */
function connectsFor(budget: ConnectBudget, forMs: number): number[] {
  const moments: number[] = [];
  for (let nowMs = 0; nowMs < forMs; ) {
    const waitMs = budget.take(nowMs);
    if (waitMs === 0) moments.push(nowMs);
    nowMs += waitMs;
  }
  return moments;
}

test("a burst is let through at once and the next connect waits for a token", () => {
  const budget = new ConnectBudget(60, 0);
  expect([budget.take(0), budget.take(0), budget.take(0)]).toEqual([0, 0, 0]);
  expect(budget.take(0)).toBe(Math.ceil(BUDGET_SPAN_MS / (60 - CONNECT_BURST)));
});

test.each([1, 2, 5, 60, 180])("no five minutes hold more than %i connects", (allowance) => {
  const moments = connectsFor(new ConnectBudget(allowance, 0), 4 * BUDGET_SPAN_MS);
  for (const [first, startMs] of moments.entries()) {
    const last = moments.findLastIndex((atMs) => atMs < startMs + BUDGET_SPAN_MS);
    expect(last - first + 1).toBeLessThanOrEqual(Math.max(2, allowance));
  }
  expect(moments.length).toBeGreaterThanOrEqual(3 * Math.max(1, allowance - CONNECT_BURST));
});

test("tokens do not pile up beyond the burst", () => {
  const budget = new ConnectBudget(60, 0);
  const laterMs = 10 * BUDGET_SPAN_MS;
  const taken = [1, 2, 3, 4].map(() => budget.take(laterMs));
  expect(taken.slice(0, 3)).toEqual([0, 0, 0]);
  expect(taken[3]).toBeGreaterThan(0);
});

test("nobody connects while the venue asked for rest, and the longest rest wins", () => {
  const budget = new ConnectBudget(60, 0);
  budget.closeUntil(60_000);
  budget.closeUntil(10_000);
  expect(budget.take(1_000)).toBe(59_000);
  expect(budget.take(60_000)).toBe(0);
});
