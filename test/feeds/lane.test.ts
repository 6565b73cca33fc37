import { afterEach, beforeEach, expect, test } from "vitest";
import { BUDGET_SPAN_MS } from "../../src/feeds/budget.ts";
import { limits, MadeFeed } from "./made-feed.ts";

let feed: MadeFeed;

beforeEach(async () => {
  feed = await MadeFeed.open();
});

afterEach(() => feed.close());

test.each([
  { status: 429, retryAfter: "120", leastMs: 120_000 },
  { status: 429, retryAfter: "1", leastMs: 60_000 },
  { status: 403, leastMs: 600_000 },
])("HTTP $status with Retry-After $retryAfter rests $leastMs ms", async (refusal) => {
  feed.server.statusOf.set("/main", refusal);
  feed.start();
  await feed.runtime.until(() => feed.server.paths.length === 1);
  feed.server.statusOf.clear();
  await feed.runtime.pass(refusal.leastMs - 1_000);
  expect(feed.server.paths).toHaveLength(1);
  await feed.runtime.until(() => feed.status().state === "subscribed", 40_000);
  expect(feed.server.paths).toHaveLength(2);
});

test("one hundred cuts stay within the connect budget and leave nothing behind", async () => {
  const connectsPer5Min = 40;
  await feed.startSubscribed(limits({ connectsPer5Min }));
  await feed.runtime.pass(1_000);
  const timers = feed.runtime.timerCount;
  for (let cut = 1; cut <= 100; cut += 1) {
    feed.server.drop();
    await feed.runtime.until(() => feed.ledger.of("subscribed").length === cut + 1);
  }
  const opened = feed.ledger.of("open").map((event) => event.receivedAtMs);
  expect(opened).toHaveLength(101);
  for (const [first, startMs] of opened.entries()) {
    const last = opened.findLastIndex((atMs) => atMs < startMs + BUDGET_SPAN_MS);
    expect(last - first + 1).toBeLessThanOrEqual(connectsPer5Min);
  }
  await feed.runtime.pass(1_000);
  expect(feed.runtime.timerCount).toBe(timers);
  expect(feed.status().connections).toHaveLength(1);
  expect(feed.server.connections()).toBe(1);
});

test("after a healthy minute the first way back is short again", async () => {
  feed.runtime.chance = 0.999;
  await feed.startSubscribed();
  for (let cut = 1; cut <= 6; cut += 1) {
    feed.server.drop();
    await feed.runtime.until(() => feed.ledger.of("subscribed").length === cut + 1);
  }
  await feed.runtime.pass(61_000);
  const cutAtMs = feed.runtime.nowMs();
  feed.server.drop();
  await feed.runtime.until(() => feed.ledger.of("subscribed").length === 8);
  expect(feed.runtime.nowMs() - cutAtMs).toBeLessThan(1_000);
  const waits = feed.listening.log.of("warn").map((line) => line.fields.waitMs);
  expect(waits).toEqual([499, 999, 1998, 3996, 7992, 15_984, 499]);
});

test("a venue that stays away is warned about now and then, and told in full at debug", async () => {
  feed.server.statusOf.set("/main", { status: 503 });
  feed.start();
  await feed.runtime.until(() => feed.server.paths.length === 22, 30 * 60_000);
  const failures = (level: "warn" | "debug") =>
    feed.listening.log.of(level).flatMap((line) => line.fields.failures ?? []);
  expect(failures("warn")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 20]);
  expect(failures("debug").slice(0, 11)).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

test("does not wait for a way back that is minutes away", async () => {
  feed.server.statusOf.set("/main", { status: 403 });
  feed.start();
  await feed.runtime.until(() => feed.server.paths.length === 1);
  await feed.listening.stop();
  expect(feed.runtime.timerCount).toBe(0);
});
