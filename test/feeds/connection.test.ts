import { afterEach, beforeEach, expect, test } from "vitest";
import { REFUSAL_MS_MAX } from "../../src/feeds/subscriptions.ts";
import { limits, MadeFeed } from "./made-feed.ts";
import { madeChannel } from "./made-venue.ts";

let feed: MadeFeed;

beforeEach(async () => {
  feed = await MadeFeed.open();
});

afterEach(() => feed.close());

test("frames are sent no faster than the venue allows", async () => {
  const channels = [{ ...madeChannel("main", ["a", "b", "c", "d"]), topicsPerConnectionMax: 9 }];
  await feed.startSubscribed({ channels });
  const moments = feed.server.received.map((message) => message.atMs);
  expect(moments).toHaveLength(4);
  for (const [place, atMs] of moments.slice(1).entries()) {
    expect(atMs - (moments[place] ?? 0)).toBeGreaterThanOrEqual(200);
  }
});

test("all connections share one pace where the venue counts frames per address", async () => {
  const channels = [{ ...madeChannel("main", ["a", "b", "c", "d"]), topicsPerConnectionMax: 2 }];
  await feed.startSubscribed({ channels, ...limits({ sendsAreShared: true }) });
  expect(feed.server.connections()).toBe(2);
  const moments = feed.server.received.map((message) => message.atMs);
  expect(moments).toHaveLength(4);
  for (const [place, atMs] of moments.slice(1).entries()) {
    expect(atMs - (moments[place] ?? 0)).toBeGreaterThanOrEqual(200);
  }
});

test("a heartbeat of the server is answered in its words", async () => {
  await feed.startSubscribed();
  feed.server.send('{"beat":7}');
  await feed.runtime.until(() => feed.server.received.some((message) => message.text === "beat 7"));
  expect(feed.runtime.nowMs() - (feed.status().lastPongMs ?? 0)).toBeLessThanOrEqual(50);
});

test("without a payload of its own the heartbeat is a ping frame, and the pong counts", async () => {
  await feed.startSubscribed();
  await feed.runtime.pass(120_000);
  expect(feed.ledger.told()).toEqual(["open", "subscribed"]);
  expect(feed.runtime.nowMs() - (feed.status().lastPongMs ?? 0)).toBeLessThan(21_000);
  expect(feed.server.received).toHaveLength(1);
});

test("a stall of our own event loop for five minutes cuts nothing", async () => {
  await feed.startSubscribed();
  await feed.runtime.pass(10_000);
  feed.runtime.stall(300_000);
  await feed.runtime.pass(60_000);
  expect(feed.ledger.of("closed")).toEqual([]);
});

test("what a venue wants to hear first is sent before anything is subscribed", async () => {
  await feed.startSubscribed({ hello: ['{"hello":1}', '{"hello":2}'] });
  const texts = feed.server.received.map((message) => message.text);
  expect(texts.slice(0, 2)).toEqual(['{"hello":1}', '{"hello":2}']);
  expect(texts[2]).toMatch(/^\{"sub"/);
});

test("a venue that never acknowledges counts as subscribed two seconds after being asked", async () => {
  const channels = [madeChannel("main", ["unanswered"])];
  const startedAtMs = feed.runtime.nowMs();
  await feed.startSubscribed({ channels, acknowledges: false });
  const tookMs = feed.runtime.nowMs() - startedAtMs;
  expect(tookMs).toBeGreaterThanOrEqual(REFUSAL_MS_MAX);
  expect(tookMs).toBeLessThan(2 * REFUSAL_MS_MAX);
  expect(feed.status().connections[0]?.topics).toBe(1);
});
