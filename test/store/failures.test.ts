import { expect, test } from "vitest";
import { isServerAbsent, retryConflicts } from "../../src/store/postgres/failures.ts";

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

test.each(["40001", "40P01"])("conflict %s is tried again five times with jitter", async (code) => {
  const slept: number[] = [];
  const runtime = {
    random: () => 0.5,
    async sleep(ms: number) {
      slept.push(ms);
    },
  };
  let runs = 0;
  const always = retryConflicts(runtime, async () => {
    runs += 1;
    throw failure(code);
  });
  await expect(always).rejects.toThrow(code);
  expect(runs).toBe(6);
  expect(slept).toEqual([100, 100, 100, 100, 100]);
});

test("what is no conflict is not tried again", async () => {
  const runtime = { random: () => 0, sleep: async () => {} };
  let runs = 0;
  const broken = retryConflicts(runtime, async () => {
    runs += 1;
    throw failure("23505");
  });
  await expect(broken).rejects.toThrow("23505");
  expect(runs).toBe(1);
});

test.each([
  ["a refused connection", failure("ECONNREFUSED"), true],
  ["every address refused", new AggregateError([failure("ECONNREFUSED")]), true],
  ["a server that shuts down", failure("57P01"), true],
  ["too many connections", failure("53300"), true],
  ["a connection exception", failure("08006"), true],
  ["a cut connection", new Error("Connection terminated unexpectedly"), true],
  ["a wrong password", failure("28P01"), false],
  ["a missing database", failure("3D000"), false],
  ["a broken statement", failure("42601"), false],
  ["a bug of ours", new TypeError("x is not a function"), false],
])("%s: waiting for the server helps = %s", (_what, error, isAbsent) => {
  expect(isServerAbsent(error)).toBe(isAbsent);
});
