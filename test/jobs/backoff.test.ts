import { expect, test } from "vitest";
import { BACKOFF_CAP_MS, backoffMs } from "../../src/jobs/backoff.ts";

test("the bound doubles from half a second to a minute, the wait is a part of it", () => {
  const bounds = [1, 2, 3, 7, 8, 9, 5_000].map((attempt) => backoffMs(attempt, 0.999_999_9));
  expect(bounds).toEqual([499, 999, 1_999, 31_999, 59_999, 59_999, BACKOFF_CAP_MS - 1]);
  expect(backoffMs(4, 0.5)).toBe(2_000);
  expect(backoffMs(4, 0)).toBe(0);
});
