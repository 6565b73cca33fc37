import { expect, test } from "vitest";
import { nodeRuntime } from "../src/runtime-node.ts";

test("sleeping ends by time or with the signal's reason", async () => {
  const startMs = nodeRuntime.monotonicMs();
  await nodeRuntime.sleep(5);
  expect(nodeRuntime.monotonicMs() - startMs).toBeGreaterThanOrEqual(4);
  const stop = new AbortController();
  const sleeping = nodeRuntime.sleep(60_000, stop.signal);
  stop.abort(new Error("stopped"));
  await expect(sleeping).rejects.toThrow("stopped");
  await expect(nodeRuntime.sleep(60_000, stop.signal)).rejects.toThrow("stopped");
});

test("a time longer than Node's timers hold does not fire at once", async () => {
  let hasFired = false;
  const cancel = nodeRuntime.after(40 * 86_400_000, () => {
    hasFired = true;
  });
  await nodeRuntime.sleep(10);
  expect(hasFired).toBe(false);
  cancel();
  cancel();
});

test("a repeated call runs until it is called off", async () => {
  let calls = 0;
  const cancel = nodeRuntime.every(1, () => {
    calls += 1;
  });
  while (calls < 3) await nodeRuntime.sleep(1);
  cancel();
  const seen = calls;
  await nodeRuntime.sleep(10);
  expect(calls).toBe(seen);
});

test("the wall clock is a time of this century, chance is in [0, 1)", () => {
  expect(nodeRuntime.nowMs()).toBeGreaterThan(Date.UTC(2024, 0, 1));
  const chance = nodeRuntime.random();
  expect(chance >= 0 && chance < 1).toBe(true);
});
