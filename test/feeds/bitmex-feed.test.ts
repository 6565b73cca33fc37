import { afterEach, expect, test } from "vitest";
import { bitmex } from "../../src/feeds/venues/bitmex.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(assets: readonly string[], refusals = 0): Promise<void> {
  scene = await VenueScene.open(bitmex, assets);
  if (refusals > 0) scene.simulator.refuseNext({ subscribe: "refused", times: refusals });
  await scene.listen();
}

async function allCounted(): Promise<void> {
  await scene.runtime.until(() => scene.money().published > 0);
  await scene.runtime.until(() => scene.money().heard === scene.money().published);
}

test("orders that grow, are repriced, filled and deleted add up to what they were", async () => {
  await listen(["BTC", "SOL"]);
  scene.publish({ symbol: "XBTUSD" });
  scene.publish({ symbol: "XBTUSD", positionSide: "short", baseSize: "0.1" });
  scene.publish({ symbol: "XBTUSDT", price: "60000.5", baseSize: "0.123456" });
  scene.publish({ asset: "SOL", positionSide: "short", price: "150", baseSize: "3" });
  await allCounted();
  expect(scene.money().published).toBe(3_000_000 + 600_000 + 740_742 + 45_000);
  const orders = new Set(scene.ledger.counted.map((row) => row.orderKey));
  expect(orders.size).toBe(4);
  expect(scene.ledger.counted.length).toBeGreaterThan(4);
  expect(scene.ledger.rejects).toEqual([]);
});

test("orders inserted again after a reconnect are not counted again", async () => {
  await listen(["BTC"]);
  const orders = [scene.order(), scene.order({ positionSide: "short" })];
  for (const order of orders) scene.simulator.publish(order);
  await allCounted();
  const counted = scene.ledger.counted.length;
  scene.simulator.replayOnSubscribe(orders);
  scene.simulator.dropConnections();
  await scene.arrived(2 * counted);
  expect(scene.ledger.counted).toHaveLength(counted);
});

test("text pings keep a quiet feed, and a silent one is replaced within twenty seconds", async () => {
  await listen(["BTC"]);
  await scene.runtime.pass(120_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  const silentAtMs = scene.runtime.nowMs();
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 60_000);
  const closedAtMs = scene.ledger.of("closed")[0]?.receivedAtMs ?? 0;
  expect(closedAtMs - silentAtMs).toBeLessThanOrEqual(bitmex.silenceMsMax + 1_500);
});

test("a refusal without an id costs the connection and is tried again", async () => {
  await listen(["BTC"], 1);
  expect(scene.ledger.of("closed")[0]?.reason).toBe("refused: Unknown table: liquidation (400)");
});
