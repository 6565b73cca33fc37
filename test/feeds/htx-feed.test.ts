import { afterEach, expect, test } from "vitest";
import { htx } from "../../src/feeds/venues/htx.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(): Promise<void> {
  scene = await VenueScene.open(htx);
  await scene.listen();
}

function expectAllMoney(): void {
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
}

test("three sockets are subscribed, and packed rows come with side and money", async () => {
  await listen();
  expect(scene.simulator.subscriptions().toSorted()).toEqual([
    "futures BTC",
    "futures ETH",
    "linear *",
    "swap *",
  ]);
  scene.publish({ price: "60000.1", baseSize: "0.125" });
  scene.publish({ positionSide: "short", symbol: "BTC-USDT-261225" });
  scene.publish({ symbol: "BTC-USD", baseSize: "2" });
  scene.publish({ symbol: "ETH261225", price: "2500", positionSide: "short", baseSize: "4" });
  scene.publish({ asset: "PEPE", price: "0.00001", baseSize: "3000000" });
  await scene.counted(5);
  expect(scene.amounts()).toEqual([
    ["BTC/USD:BTC", "long", 2, 12_000_000],
    ["BTC/USDT:USDT", "long", 0.125, 750_001],
    ["BTC/USDT:USDT-261225", "short", 0.5, 3_000_000],
    ["ETH/USD:ETH-261225", "short", 4, 1_000_000],
    ["PEPE/USDT:USDT", "long", 3_000_000, 3_000],
  ]);
  expectAllMoney();
});

test("pings are answered as they came, so that a quiet connection lives for minutes", async () => {
  await listen();
  await scene.runtime.pass(120_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  const { lastPongMs } = scene.status();
  expect(scene.runtime.nowMs() - (lastPongMs ?? 0)).toBeLessThan(6_000);
  expect(scene.ledger.rejects).toEqual([]);
});

test("an announced closing leads to a replacement first and the close after", async () => {
  await listen();
  scene.simulator.announceClosing();
  await scene.runtime.until(() => scene.ledger.told("htx/linear#1").includes("closed replaced"));
  expect(scene.ledger.told("htx/linear#2")).toEqual(["open", "subscribed"]);
  scene.publish();
  await scene.counted(1);
  expectAllMoney();
});

test("what is sent again after a cut is counted once", async () => {
  await listen();
  const once = scene.order();
  scene.simulator.publish(once);
  await scene.arrived(1);
  scene.simulator.replayOnSubscribe([once]);
  scene.simulator.dropConnections();
  await scene.arrived(2);
  expect(scene.ledger.counted).toHaveLength(1);
  expectAllMoney();
});

test("sockets that have gone silent are left", async () => {
  await listen();
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 3);
  for (const { reason } of scene.ledger.of("closed")) expect(reason).toMatch(/^silent/);
});

test("a coin that the venue refuses loses only itself", async () => {
  scene = await VenueScene.open(htx);
  scene.instruments.add("htx", [
    {
      ...{ symbol: "OLD261225", market: "OLD/USD:OLD-261225", asset: "OLD", quote: "USD" },
      ...{ multiplier: 1, isInverse: true, contractSize: "10" },
    },
  ]);
  await scene.listen();
  expect(scene.status().refusedTopics).toEqual(["futures/OLD"]);
  scene.publish({ symbol: "BTC261225" });
  await scene.counted(1);
});
