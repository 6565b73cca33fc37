import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CANARY_EVERY, CONTROL_BYTES_MAX } from "../../src/feeds/frame-gate.ts";
import { limits, MadeFeed } from "./made-feed.ts";
import { madeRow } from "./made-venue.ts";

const PADDING = "x".repeat(CONTROL_BYTES_MAX);

let feed: MadeFeed;

beforeEach(async () => {
  feed = await MadeFeed.open();
});

afterEach(() => feed.close());

test("only frames with rows or rejects are handed on, with their connection and time", async () => {
  await feed.startSubscribed();
  feed.server.send('{"nothing":true}');
  feed.server.send(madeRow(3));
  await feed.runtime.until(() => feed.ledger.frames.length === 1);
  const [frame] = feed.ledger.frames;
  expect(frame?.connection).toBe("drift/main#1");
  expect(frame?.liquidations.map((row) => row.size)).toEqual([3]);
  expect(feed.status().frames).toBe(3);
  expect(feed.listening.unknownSymbols).toEqual([]);
});

test("a row of a symbol that no list explains is handed on and its symbol reported", async () => {
  feed.start({}, 1, []);
  await feed.runtime.until(() => feed.status().state === "subscribed");
  feed.server.send(madeRow(3));
  await feed.runtime.until(() => feed.ledger.rows.length === 1);
  expect(feed.ledger.rows[0]?.notionalCents).toBeNull();
  expect(feed.listening.unknownSymbols).toEqual(["MADE"]);
});

test("a frame that makes the decoder throw is rejected and the next one is read", async () => {
  await feed.startSubscribed();
  feed.server.send("not json");
  feed.server.send(madeRow(4));
  await feed.runtime.until(() => feed.ledger.frames.length === 2);
  expect(feed.ledger.rejects.map((reject) => reject.reason)).toEqual(["shape"]);
  expect(feed.ledger.rows).toHaveLength(1);
  expect(feed.ledger.of("closed")).toEqual([]);
});

test("a frame above the limit is counted as too large and the connection replaced", async () => {
  await feed.startSubscribed(limits({ frameBytesMax: 2_000 }));
  feed.server.send(madeRow(1, "x".repeat(3_000)));
  await feed.runtime.until(() => feed.ledger.of("subscribed").length === 2);
  expect(feed.ledger.rejects.map((reject) => reject.reason)).toEqual(["too-large"]);
  expect(feed.ledger.told("drift/main#1").at(-1)).toMatch(/^closed too-large/);
  expect(feed.status().rejects).toEqual({ "too-large": 1 });
  feed.server.send(madeRow(2));
  await feed.runtime.until(() => feed.ledger.rows.length === 1);
});

test("a canary notices that the needle no longer holds, and nothing is dropped after it", async () => {
  await feed.startSubscribed({ needles: ["liquidated"] });
  for (let count = 1; count <= CANARY_EVERY; count += 1) feed.server.send(madeRow(count, PADDING));
  await feed.runtime.until(() => feed.ledger.rows.length === 1);
  expect(feed.ledger.rows[0]?.size).toBe(CANARY_EVERY);
  feed.server.send(madeRow(1_000, PADDING));
  await feed.runtime.until(() => feed.ledger.rows.length === 2);
  expect(feed.listening.log.of("error").map((line) => line.fields.needles)).toEqual([
    ["liquidated"],
  ]);
});

test("packed frames are unpacked, and what is no gzip or unpacks too long costs only itself", async () => {
  const compression = "gzip" as const;
  feed.start({ ...limits({ frameBytesMax: 2_000 }), compression, acknowledges: false });
  await feed.runtime.until(() => feed.status().state === "subscribed");
  feed.server.send(gzipSync(madeRow(3)));
  feed.server.send(madeRow(4));
  feed.server.send(gzipSync(madeRow(5, "x".repeat(100_000))));
  feed.server.send(gzipSync(madeRow(6)));
  await feed.runtime.until(() => feed.ledger.rows.length === 2);
  expect(feed.ledger.rows.map((row) => row.size)).toEqual([3, 6]);
  // The acknowledgement of the made-up server is text too.
  expect(feed.status().rejects).toEqual({ shape: 2, "too-large": 1 });
  expect(feed.ledger.of("closed")).toEqual([]);
});
