import { describe, expect, test } from "vitest";
import { classify, longestWaitMs } from "../../src/notifiers/classify.ts";

const DEAD = new Map([
  [401, "auth"],
  [403, "gone"],
  [404, "gone"],
  [410, "gone"],
]);
const RETRIED = new Map([
  [408, "timeout"],
  [429, "rate-limited"],
]);

function expected(status: number): string {
  if (status >= 200 && status < 300) return "delivered";
  if (RETRIED.has(status)) return `retry ${RETRIED.get(status)}`;
  if (DEAD.has(status)) return `dead ${DEAD.get(status)}`;
  return status >= 400 && status < 500 ? "dead bad-request" : "retry server";
}

describe("classification", () => {
  test("every status from 100 to 599 has one meaning", () => {
    for (let status = 100; status < 600; status += 1) {
      const attempt = classify({ status, afterMs: 7, detail: "because" });
      const reason = attempt.outcome === "delivered" ? "" : ` ${attempt.reason}`;
      expect(`${status} ${attempt.outcome}${reason}`).toBe(`${status} ${expected(status)}`);
    }
  });

  test("what is tried again keeps the wait and the service's words", () => {
    expect(classify({ status: 429, afterMs: 1_337, detail: "slow down" })).toEqual({
      outcome: "retry",
      reason: "rate-limited",
      afterMs: 1_337,
      detail: "429 slow down",
    });
  });

  test("of several waits the longest counts, rounded up; nonsense does not", () => {
    expect(longestWaitMs([0.3374, 1, null])).toBe(1_000);
    expect(longestWaitMs([64.5721, 60])).toBe(64_573);
    expect(longestWaitMs([Number.NaN, -1, Number.POSITIVE_INFINITY])).toBeNull();
    expect(longestWaitMs([])).toBeNull();
  });
});
