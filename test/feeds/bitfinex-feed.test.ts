import { afterEach, expect, test } from "vitest";
import { bitfinex } from "../../src/feeds/venues/bitfinex.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(assets: readonly string[], refusals = 0): Promise<void> {
  scene = await VenueScene.open(bitfinex, assets);
  if (refusals > 0) scene.simulator.refuseNext({ subscribe: "refused", times: refusals });
  await scene.listen();
}

test("derivatives and margin pairs come once each, whatever order trigger and execution have", async () => {
  await listen(["BTC", "DOGE"]);
  scene.publish();
  scene.publish({ positionSide: "short", price: "60001.5" });
  scene.publish({ symbol: "tDOGE:USD", price: "0.2", baseSize: "5000.25" });
  await scene.arrived(3);
  expect(scene.amounts()).toEqual([
    ["BTC/USDT:USDT", "long", 0.5, 3_000_000],
    ["BTC/USDT:USDT", "short", 0.5, 3_000_075],
    ["DOGE/USD", "long", 5_000.25, 100_005],
  ]);
  expect(scene.ledger.rows).toHaveLength(3);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});

test("positions told again after a reconnect count once, under the channel's new number", async () => {
  await listen(["BTC"]);
  const old = scene.order();
  scene.simulator.publish(old);
  await scene.arrived(1);
  scene.simulator.replayOnSubscribe([old]);
  scene.simulator.dropConnections();
  await scene.arrived(2);
  expect(scene.ledger.counted).toHaveLength(1);
});

test("heartbeats keep a quiet feed, a silent one is replaced, an announced end is awaited beside it", async () => {
  await listen(["BTC"]);
  await scene.runtime.pass(300_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.announceClosing();
  await scene.runtime.until(() =>
    scene.ledger.told("bitfinex/status#1").includes("closed replaced"),
  );
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("subscribed").length === 3, 120_000);
  expect(scene.ledger.told("bitfinex/status#2").at(-1)).toMatch(/^closed silent/);
});

test("a refused subscription is asked for again on the next connection", async () => {
  await listen(["BTC"], 1);
  const [closed] = scene.ledger.of("closed");
  expect(closed?.reason).toBe("refused: Subscription failed (generic) (10300)");
});
