import { afterEach, expect, test } from "vitest";
import type { Venue } from "../../src/feeds/venue.ts";
import { bitget } from "../../src/feeds/venues/bitget.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(venue: Venue = bitget): Promise<void> {
  scene = await VenueScene.open(venue);
  await scene.listen();
}

function expectAllMoney(): void {
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
}

test("all product lines are subscribed, and every amount is the money of both sides", async () => {
  await listen();
  expect(scene.simulator.subscriptions()).toEqual(["usdt-futures", "coin-futures", "usdc-futures"]);
  scene.publish({ price: "60000.1", baseSize: "0.125" });
  scene.publish({ positionSide: "short" });
  scene.publish({ symbol: "BTCPERP", baseSize: "0.02" });
  scene.publish({ asset: "PEPE", price: "0.00001", baseSize: "9000000" });
  await scene.arrived(4);
  expect(scene.amounts()).toEqual([
    ["1000PEPE/USDT:USDT", "long", 9_000_000, 9_000],
    ["BTC/USDC:USDC", "long", 0.02, 120_000],
    ["BTC/USDT:USDT", "long", 0.125, 750_001],
    ["BTC/USDT:USDT", "short", 0.5, 3_000_000],
  ]);
  expectAllMoney();
});

test("a coin-margined row arrives without money", async () => {
  await listen();
  scene.publish({ symbol: "BTCUSD" });
  scene.publish({ symbol: "BTCUSDZ26", positionSide: "short" });
  await scene.arrived(2);
  expect(scene.amounts()).toEqual([
    ["BTC/USD:BTC", "long", null, null],
    ["BTC/USD:BTC-261225", "short", null, null],
  ]);
});

test("the largest of a second is published, and what arrives is all that was", async () => {
  await listen();
  for (const baseSize of ["0.1", "0.7", "0.3"]) scene.publish({ baseSize });
  await scene.arrived(1);
  await scene.runtime.pass(2_000);
  expect(scene.amounts()).toEqual([["BTC/USDT:USDT", "long", 0.7, 4_200_000]]);
  expectAllMoney();
});

test("pings go out while rows come in without a pause, so that a crash costs no connection", async () => {
  await listen();
  const untilMs = scene.runtime.nowMs() + 150_000;
  while (scene.runtime.nowMs() < untilMs) {
    scene.publish();
    await scene.runtime.pass(1_000);
  }
  expect(scene.ledger.of("closed")).toEqual([]);
  expectAllMoney();
});

test("a snapshot after a cut is history and counted once", async () => {
  await listen();
  const once = scene.order();
  scene.simulator.publish(once);
  await scene.arrived(1);
  scene.simulator.replayOnSubscribe([once]);
  scene.simulator.dropConnections();
  await scene.arrived(2);
  expect(scene.ledger.rows.map((row) => row.history).slice(0, 2)).toEqual([false, true]);
  expect(scene.ledger.counted).toHaveLength(1);
});

test("quiet for minutes is healthy, and silent is not", async () => {
  await listen();
  await scene.runtime.pass(180_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent/);
});

test("a product line that the venue does not know loses only itself", async () => {
  const topics = () => ["usdt-futures", "gold-futures", "usdc-futures"];
  const channels = bitget.channels.map((channel) => ({ ...channel, topics }));
  await listen({ ...bitget, channels });
  expect(scene.simulator.subscriptions()).toEqual(["usdt-futures", "usdc-futures"]);
  expect(scene.status().refusedTopics).toEqual(["gold-futures"]);
});
