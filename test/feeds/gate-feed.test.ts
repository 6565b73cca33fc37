import { afterEach, expect, test } from "vitest";
import { gate } from "../../src/feeds/venues/gate.ts";
import { SimulatedFeed } from "./simulated-feed.ts";

let feed: SimulatedFeed;

afterEach(() => feed.stop());

const open = () => SimulatedFeed.open(gate, { assets: ["BTC", "PEPE"] });

test("every settlement coin is subscribed and both sides come with their money", async () => {
  feed = await open();
  expect(feed.simulator.subscriptions().toSorted()).toEqual(["btc !all", "usd1 !all", "usdt !all"]);
  feed.publish();
  feed.publish({ positionSide: "short", price: "60000.1", baseSize: "0.125" });
  feed.publish({ symbol: "BTC_USD", baseSize: "2" });
  feed.publish({ asset: "PEPE", price: "0.00001", baseSize: "25000000" });
  await feed.rows(4);
  expect(feed.told().toSorted()).toEqual([
    ["BTC/USD:BTC", "long", 2, 12_000_000],
    ["BTC/USDT:USDT", "long", 0.5, 3_000_000],
    ["BTC/USDT:USDT", "short", 0.125, 750_001],
    ["PEPE/USDT:USDT", "long", 25_000_000, 25_000],
  ]);
  expect(feed.countedCents()).toBe(feed.trueCents());
  expect(feed.ledger.frames).toHaveLength(3);
});

test("parts of a contract arrive because the header asks for them", async () => {
  feed = await open();
  feed.publish({ asset: "PEPE", price: "0.00001", baseSize: "5000000" });
  await feed.rows(1);
  expect(feed.simulator.truth()[0]?.size).toBe("0.5");
  expect(feed.told()).toEqual([["PEPE/USDT:USDT", "long", 5_000_000, 5_000]]);
});

test("without the header the same order has no contracts left and is refused, not guessed", async () => {
  const channels = gate.channels.map((channel) => ({ ...channel, headers: {} }));
  feed = await SimulatedFeed.open({ ...gate, channels }, { assets: ["BTC", "PEPE"] });
  feed.publish({ asset: "PEPE", price: "0.00001", baseSize: "5000000" });
  await feed.runtime.until(() => feed.ledger.rejects.length === 1);
  expect(feed.ledger.rejects[0]?.reason).toBe("size");
});

test("a contract in a coin that is not on the list of USD coins has no money", async () => {
  feed = await open();
  feed.publish({ symbol: "BTC_USD1" });
  await feed.rows(1);
  expect(feed.told()).toEqual([["BTC/USD1:USD1", "long", 0.5, null]]);
});

test("what is sent again after a cut is counted once", async () => {
  feed = await open();
  const once = feed.order();
  feed.simulator.publish(once);
  await feed.rows(1);
  feed.simulator.replayOnSubscribe([once]);
  feed.simulator.dropConnections();
  await feed.rows(2);
  expect(feed.ledger.counted).toHaveLength(1);
  expect(feed.countedCents()).toBe(feed.trueCents());
});

test("quiet for minutes is healthy, and silent is not", async () => {
  feed = await open();
  await feed.runtime.pass(120_000);
  expect(feed.ledger.of("closed")).toEqual([]);
  const { lastPongMs } = feed.listening.feed.status();
  expect(feed.runtime.nowMs() - (lastPongMs ?? 0)).toBeLessThan(20_000);
  feed.simulator.goSilent();
  await feed.runtime.until(() => feed.ledger.of("closed").length === 3);
  for (const { reason } of feed.ledger.of("closed")) expect(reason).toMatch(/^silent/);
});

test("a refused socket is asked again and the others go on", async () => {
  feed = await SimulatedFeed.open(gate, {
    assets: ["BTC"],
    prepare: (simulator) => simulator.refuseNext({ subscribe: "refused" }),
  });
  const refused = feed.ledger.of("closed").map(({ reason }) => reason);
  expect(refused).toEqual(["refused: service error (3)"]);
  expect(feed.simulator.subscriptions()).toHaveLength(3);
});
