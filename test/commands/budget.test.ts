import { expect, test } from "vitest";
import { backoffMs } from "../../src/commands/backoff.ts";
import { Budget, USER_LIMITS } from "../../src/commands/budget.ts";

test("one question in five seconds, each person by themselves", () => {
  const budget = new Budget(USER_LIMITS);
  expect(budget.take("a", 0)).toBe(0);
  expect(budget.take("a", 4_000)).toBe(1_000);
  expect(budget.take("b", 4_000)).toBe(0);
  expect(budget.take("a", 5_000)).toBe(0);
});

test("ten questions in five minutes", () => {
  const budget = new Budget(USER_LIMITS);
  for (let at = 0; at < 10; at += 1) expect(budget.take("a", at * 5_000)).toBe(0);
  expect(budget.take("a", 50_000)).toBe(250_000);
  expect(budget.take("a", 299_999)).toBe(1);
  expect(budget.take("a", 300_000)).toBe(0);
  expect(budget.take("a", 305_000)).toBe(0);
});

test("a question that was sent away costs nothing", () => {
  const budget = new Budget([{ count: 1, withinMs: 1_000 }]);
  expect(budget.take("a", 0)).toBe(0);
  for (let at = 1; at < 1_000; at += 1) budget.take("a", at);
  expect(budget.take("a", 1_000)).toBe(0);
});

test("remembers ten thousand people and no more", () => {
  const budget = new Budget(USER_LIMITS);
  for (let person = 0; person < 25_000; person += 1) budget.take(String(person), person);
  expect(budget.size).toBe(10_000);
  expect(budget.take("24999", 25_000)).toBeGreaterThan(0);
});

test("a service is asked again after a second, then ever later, never at once", () => {
  expect([1, 2, 3, 7, 50].map((failures) => backoffMs(failures, 0.999_999))).toEqual([
    999, 1_999, 3_999, 59_999, 59_999,
  ]);
  expect([1, 7].map((failures) => backoffMs(failures, 0))).toEqual([100, 6_000]);
});
