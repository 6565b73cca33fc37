import { afterEach, expect, test } from "vitest";
import type { Venue } from "../../src/feeds/venue.ts";
import { gate } from "../../src/feeds/venues/gate.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(venue: Venue = gate): Promise<void> {
  scene = await VenueScene.open(venue);
  await scene.listen();
}

function expectAllMoney(): void {
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
}

test("every settlement coin is subscribed and both sides come with their money", async () => {
  await listen();
  expect(scene.simulator.subscriptions().toSorted()).toEqual([
    "btc !all",
    "usd1 !all",
    "usdt !all",
  ]);
  scene.publish();
  scene.publish({ positionSide: "short", price: "60000.1", baseSize: "0.125" });
  scene.publish({ symbol: "BTC_USD", baseSize: "2" });
  scene.publish({ asset: "PEPE", price: "0.00001", baseSize: "25000000" });
  await scene.arrived(4);
  expect(scene.amounts()).toEqual([
    ["BTC/USD:BTC", "long", 2, 12_000_000],
    ["BTC/USDT:USDT", "long", 0.5, 3_000_000],
    ["BTC/USDT:USDT", "short", 0.125, 750_001],
    ["PEPE/USDT:USDT", "long", 25_000_000, 25_000],
  ]);
  expectAllMoney();
  expect(scene.ledger.frames).toHaveLength(3);
});

test("parts of a contract arrive because the header asks for them", async () => {
  await listen();
  scene.publish({ asset: "PEPE", price: "0.00001", baseSize: "5000000" });
  await scene.arrived(1);
  expect(scene.simulator.truth()[0]?.size).toBe("0.5");
  expect(scene.amounts()).toEqual([["PEPE/USDT:USDT", "long", 5_000_000, 5_000]]);
});

test("without the header the same order has no contracts left and is refused, not guessed", async () => {
  const channels = gate.channels.map((channel) => ({ ...channel, headers: {} }));
  await listen({ ...gate, channels });
  scene.publish({ asset: "PEPE", price: "0.00001", baseSize: "5000000" });
  await scene.runtime.until(() => scene.ledger.rejects.length === 1);
  expect(scene.ledger.rejects[0]?.reason).toBe("size");
});

test("a contract in a coin that is not on the list of USD coins has no money", async () => {
  await listen();
  scene.publish({ symbol: "BTC_USD1" });
  await scene.arrived(1);
  expect(scene.amounts()).toEqual([["BTC/USD1:USD1", "long", 0.5, null]]);
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

test("quiet for minutes is healthy, and silent is not", async () => {
  await listen();
  await scene.runtime.pass(120_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  const { lastPongMs } = scene.status();
  expect(scene.runtime.nowMs() - (lastPongMs ?? 0)).toBeLessThan(20_000);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 3);
  for (const { reason } of scene.ledger.of("closed")) expect(reason).toMatch(/^silent/);
});

test("a refused socket is asked again and the others go on", async () => {
  scene = await VenueScene.open(gate);
  scene.simulator.refuseNext({ subscribe: "refused" });
  await scene.listen();
  const refused = scene.ledger.of("closed").map(({ reason }) => reason);
  expect(refused).toEqual(["refused: service error (3)"]);
  expect(scene.simulator.subscriptions()).toHaveLength(3);
});
