import { expect, test } from "vitest";
import { Liveness } from "../../src/feeds/liveness.ts";

const LIMITS = { heartbeat: { everyMs: 20_000, payload: "ping" }, silenceMsMax: 50_000 };

test("asks for a sign of life once per heartbeat of quiet, not at every check", () => {
  const liveness = new Liveness(LIMITS, 0);
  expect(liveness.check(19_999)).toBe("fine");
  expect(liveness.check(20_000)).toBe("ask");
  expect(liveness.check(20_500)).toBe("fine");
  expect(liveness.check(40_000)).toBe("ask");
});

test("does not ask while bytes come in", () => {
  const liveness = new Liveness(LIMITS, 0);
  liveness.heard("message", 15_000);
  expect(liveness.check(30_000)).toBe("fine");
  expect(liveness.check(35_000)).toBe("ask");
});

test("a server's ping keeps a connection alive and does not put off our own heartbeat", () => {
  const liveness = new Liveness(LIMITS, 0);
  liveness.heard("control-frame", 19_000);
  expect(liveness.check(20_000)).toBe("ask");
  liveness.heard("control-frame", 49_000);
  expect(liveness.silentMs(60_000)).toBe(11_000);
  expect(liveness.check(60_000)).not.toBe("dead");
  expect(liveness.check(60_500)).not.toBe("dead");
});

test("a quiet connection whose heartbeats are answered lives on for ever", () => {
  const liveness = new Liveness(LIMITS, 0);
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 500) {
    const verdict = liveness.check(nowMs);
    expect(verdict).not.toBe("dead");
    if (verdict === "ask") liveness.heard("message", nowMs + 100);
  }
});

test("silence must be found by two checks in a row", () => {
  const liveness = new Liveness(LIMITS, 0);
  expect(liveness.check(50_001)).not.toBe("dead");
  expect(liveness.check(50_501)).toBe("dead");
});

test("a stalled event loop of our own is not taken for silence of the venue", () => {
  const liveness = new Liveness(LIMITS, 0);
  liveness.check(1_000);
  expect(liveness.check(300_000)).not.toBe("dead");
  liveness.heard("message", 300_001);
  expect(liveness.check(300_500)).toBe("fine");
});

test("a venue that wants to hear from us hears us however much it sends itself", () => {
  const heartbeat = { ...LIMITS.heartbeat, isUnconditional: true as const };
  const liveness = new Liveness({ ...LIMITS, heartbeat }, 0);
  const asked: number[] = [];
  for (let nowMs = 0; nowMs <= 60_000; nowMs += 500) {
    liveness.heard("message", nowMs);
    if (liveness.check(nowMs) === "ask") asked.push(nowMs);
  }
  expect(asked).toEqual([20_000, 40_000, 60_000]);
});
