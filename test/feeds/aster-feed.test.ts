import { afterEach, expect, test } from "vitest";
import { aster } from "../../src/feeds/venues/aster.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(): Promise<void> {
  scene = await VenueScene.open(aster);
  await scene.listen();
}

function expectAllMoney(): void {
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
}

test("the stream is subscribed and both sides come with their money", async () => {
  await listen();
  expect(scene.simulator.subscriptions()).toEqual(["!forceOrder@arr"]);
  scene.publish({ price: "60000.1", baseSize: "0.125" });
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  scene.publish({ asset: "PEPE", price: "0.00001", baseSize: "9000000" });
  await scene.counted(3);
  expect(scene.amounts()).toEqual([
    ["1000PEPE/USDT:USDT", "long", 9_000_000, 9_000],
    ["BTC/USDT:USDT", "long", 0.125, 750_001],
    ["ETH/USDT:USDT", "short", 4.123, 1_030_754],
  ]);
  expectAllMoney();
});

test("only the latest of a symbol and second is published, and that one arrives", async () => {
  await listen();
  for (const baseSize of ["0.1", "0.7", "0.3"]) scene.publish({ baseSize });
  await scene.counted(1);
  await scene.runtime.pass(2_000);
  expect(scene.amounts()).toEqual([["BTC/USDT:USDT", "long", 0.3, 1_800_000]]);
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

test("quiet for minutes is healthy, and silent is not", async () => {
  await listen();
  await scene.runtime.pass(120_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  const { lastPongMs } = scene.status();
  expect(scene.runtime.nowMs() - (lastPongMs ?? 0)).toBeLessThan(35_000);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 120_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent/);
});

test("a refused stream is asked for again", async () => {
  scene = await VenueScene.open(aster);
  scene.simulator.refuseNext({ subscribe: "refused" });
  await scene.listen();
  expect(scene.ledger.of("closed")[0]?.reason).toBe("refused: Invalid value type (1)");
  scene.publish();
  await scene.counted(1);
});
