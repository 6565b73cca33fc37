import { afterEach, beforeEach, expect, test } from "vitest";
import { MadeFeed } from "./made-feed.ts";
import { madeChannel, madeRow } from "./made-venue.ts";

let feed: MadeFeed;

beforeEach(async () => {
  feed = await MadeFeed.open();
});

afterEach(() => feed.close());

test("topics beyond what one connection takes go to further connections", async () => {
  await feed.startSubscribed({ channels: [madeChannel("main", ["a", "b", "c", "d", "e"])] });
  const { connections } = feed.status();
  expect(connections.map(({ shard, topics }) => [shard, topics])).toEqual([
    ["main/0", 3],
    ["main/1", 2],
  ]);
});

test("names that were found become topics after those that the operator watches", async () => {
  const channel = {
    ...madeChannel("main", []),
    topics: (_: unknown, names?: readonly string[]) => names ?? [],
  };
  await feed.startSubscribed({ channels: [channel] }, 1, ["mine"]);
  feed.listening.feed.refreshTopics(undefined, ["x", "y"]);
  const topicsOf = () => feed.server.received.map(({ text }) => JSON.parse(text).sub);
  await feed.runtime.until(() => topicsOf().length === 3);
  feed.listening.feed.refreshTopics();
  await feed.runtime.pass(1_000);
  expect(topicsOf()).toEqual(["mine", "x", "y"]);
  expect(feed.status().connections.map(({ topics }) => topics)).toEqual([3]);
});

test("two connections side by side both deliver the same row under one key", async () => {
  await feed.startSubscribed({}, 2);
  await feed.runtime.until(() => feed.ledger.of("subscribed").length === 2);
  feed.server.send(madeRow(3));
  await feed.runtime.until(() => feed.ledger.rows.length === 2);
  expect(feed.ledger.counted).toHaveLength(1);
});

test("HTTP 451 switches the venue off with its reason", async () => {
  feed.server.statusOf.set("/main", { status: 451 });
  feed.start();
  await feed.runtime.until(() => feed.status().disabledReason !== null);
  await feed.runtime.pass(600_000);
  expect(feed.server.paths).toHaveLength(1);
  expect(feed.status().state).toBe("down");
  expect(feed.status().disabledReason).toMatch(/451/);
  expect(feed.ledger.told()).toEqual(["closed http: HTTP 451 on upgrade"]);
});

test("a channel that is refused for ever does not stop its neighbour", async () => {
  feed.server.statusOf.set("/bad", { status: 500 });
  feed.start({ channels: [madeChannel("bad", ["t1"]), madeChannel("good", ["t2"])] });
  await feed.runtime.until(() => feed.ledger.told("drift/good#1").includes("subscribed"));
  await feed.runtime.pass(120_000);
  feed.server.send(madeRow(5));
  await feed.runtime.until(() => feed.ledger.rows.length === 1);
  expect(feed.status().state).toBe("connecting");
  expect(feed.status().reconnects).toBeGreaterThan(4);
  expect(feed.ledger.told("drift/good#1")).toEqual(["open", "subscribed"]);
});
