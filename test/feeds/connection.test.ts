import { afterEach, beforeEach, expect, test } from "vitest";
import { MadeFeed } from "./made-feed.ts";
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
