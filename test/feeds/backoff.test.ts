import { describe, expect, test } from "vitest";
import {
  BACKOFF_CAP_MS,
  backoffDelayMs,
  failuresAfter,
  HEALTHY_MS,
  isTold,
} from "../../src/feeds/backoff.ts";

const ALMOST_ONE = 1 - Number.EPSILON;

describe("backoffDelayMs", () => {
  test("spreads the wait over everything from nothing to the present limit", () => {
    expect(backoffDelayMs(1, 0)).toBe(0);
    expect(backoffDelayMs(1, 0.5)).toBe(250);
    expect(backoffDelayMs(3, 0.25)).toBe(500);
  });

  test("doubles the limit with each failure and stops at thirty seconds", () => {
    const limits = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map(
      (failures) => Math.ceil(backoffDelayMs(failures, ALMOST_ONE) / 100) * 100,
    );
    expect(limits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(backoffDelayMs(Number.MAX_SAFE_INTEGER, ALMOST_ONE)).toBeLessThan(BACKOFF_CAP_MS);
  });

  test("treats no failure like the first one", () => {
    expect(backoffDelayMs(0, 0.5)).toBe(250);
  });
});

describe("failuresAfter", () => {
  test("goes on counting up to a millisecond before a healthy minute", () => {
    expect(failuresAfter(0, 0)).toBe(1);
    expect(failuresAfter(4, HEALTHY_MS - 1)).toBe(5);
  });

  test("starts again with the failure that followed a healthy minute", () => {
    expect(failuresAfter(4, HEALTHY_MS)).toBe(1);
  });
});

test("a day of failures is told at first one by one and then about every five minutes", () => {
  const told = Array.from({ length: 5_760 }, (_, index) => index + 1).filter(isTold);
  expect(told.slice(0, 11)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 20, 40, 60]);
  expect(told).toHaveLength(8 + 288);
});
