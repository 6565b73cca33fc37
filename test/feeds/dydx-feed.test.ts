import { afterEach, expect, test } from "vitest";
import { SIMULATED_ASSETS } from "../../src/feeds/simulator/contracts.ts";
import { dydx } from "../../src/feeds/venues/dydx.ts";
import { VenueScene } from "./venue-scene.ts";
import { fixturesOf } from "./venues/fixture.ts";

let scene: VenueScene;

afterEach(() => scene.close());

test("orders arrive with side and money, ordinary trades give nothing", async () => {
  scene = await VenueScene.open(dydx);
  await scene.listen();
  expect(scene.simulator.subscriptions()).toEqual(["BTC-USD", "ETH-USD", "PEPE-USD"]);
  const [trade] = fixturesOf("dydx").filter(({ kind }) => kind === "trade");
  scene.simulator.sendRaw(trade?.text ?? "");
  await scene.runtime.pass(500);
  expect(trade?.text).toContain('"LIMIT"');
  expect(scene.ledger.frames).toEqual([]);
  scene.publish();
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  await scene.counted(2);
  expect(scene.told()).toEqual([
    ["BTC-USD", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["ETH-USD", "ETH", "short", 2_500.01, 4.123, 1_030_754],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});

test("old trades on subscribe count once and fill the hole as history", async () => {
  scene = await VenueScene.open(dydx, ["BTC"]);
  await scene.listen();
  scene.publish();
  await scene.counted(1);
  scene.simulator.dropConnections();
  scene.publish({ positionSide: "short" });
  await scene.counted(2);
  const { heard, published } = scene.money();
  expect([heard, published]).toEqual([6_000_000, 6_000_000]);
  expect(scene.ledger.counted.find((row) => row.positionSide === "short")?.history).toBe(true);
});

test("a quiet connection is healthy, and an open but silent one is replaced", async () => {
  scene = await VenueScene.open(dydx, ["BTC"]);
  await scene.listen();
  await scene.runtime.pass(450_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 120_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent: no byte for \d+ ms$/);
  await scene.runtime.until(() => scene.status().state === "subscribed");
});

test("hundreds of markets stay within every limit, over ten connections", async () => {
  const made = Array.from({ length: 254 }, (_, index) => `MADE${index}`);
  scene = await VenueScene.open(dydx, [...SIMULATED_ASSETS, ...made]);
  const startedAtMs = scene.runtime.nowMs();
  await scene.listen(120_000);
  const topics = scene.status().connections.map((connection) => connection.topics);
  expect(topics).toEqual([32, 32, 32, 32, 32, 32, 32, 32, 32, 14]);
  expect(scene.ledger.of("closed")).toEqual([]);
  expect(scene.status().refusedTopics).toEqual([]);
  const opened = scene.simulator.handshakes().map(({ atMs }) => atMs - startedAtMs);
  expect(opened.filter((atMs) => atMs < 1_000)).toHaveLength(3);
});

test("one connection's failure stays its own, and one market's refusal too", async () => {
  scene = await VenueScene.open(dydx, SIMULATED_ASSETS);
  scene.instruments.add("dydx", [
    {
      ...{ symbol: "GONE-USD", market: "GONE/USDC:USDC", asset: "GONE", multiplier: 1 },
      ...{ quote: "USDC", isInverse: false, contractSize: null },
    },
  ]);
  scene.simulator.refuseNext({ subscribe: "ignored" });
  await scene.listen(120_000);
  expect(scene.status().refusedTopics).toEqual(["GONE-USD"]);
  const closed = scene.ledger.of("closed").map(({ shard, reason }) => [shard, reason]);
  expect(closed).toEqual([["trades/0", "unacknowledged: a subscribe frame stayed unanswered"]]);
  expect(scene.ledger.told("dydx/trades#2")).toEqual(["open", "subscribed"]);
});
