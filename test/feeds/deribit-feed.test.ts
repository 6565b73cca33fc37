import { afterEach, expect, test } from "vitest";
import { deribit } from "../../src/feeds/venues/deribit.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(assets: readonly string[], refusals = 0): Promise<void> {
  scene = await VenueScene.open(deribit, assets);
  if (refusals > 0) scene.simulator.refuseNext({ subscribe: "refused", times: refusals });
  await scene.listen();
}

test("futures and options are subscribed; takers and makers come with their side and money", async () => {
  await listen(["BTC", "SOL"]);
  expect(scene.simulator.subscriptions().toSorted()).toEqual([
    "trades.future.any.100ms",
    "trades.option.any.100ms",
  ]);
  scene.publish();
  scene.publish({ positionSide: "short" });
  scene.publish({ positionSide: "short", asset: "SOL", price: "150.5", baseSize: "2.0001" });
  scene.publish({ asset: "SOL", price: "150.5", baseSize: "10" });
  await scene.arrived(4);
  expect(scene.amounts()).toEqual([
    ["BTC/USD:BTC", "long", 0.5, 3_000_000],
    ["BTC/USD:BTC", "short", 0.5, 3_000_000],
    ["SOL/USDC:USDC", "long", 10, 150_500],
    ["SOL/USDC:USDC", "short", 2.0001, 30_102],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
  expect(scene.ledger.rejects).toEqual([]);
});

test("the venue's questions for a sign of life are answered for an hour", async () => {
  await listen(["BTC"]);
  await scene.runtime.pass(3_600_000 / 8);
  expect(scene.ledger.of("closed")).toEqual([]);
});

test("a peer that says nothing any more is left, and the next connection goes on", async () => {
  await listen(["BTC"]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("subscribed").length === 2, 120_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent/);
  scene.publish();
  await scene.arrived(1);
});

test("a refused channel leaves the other one in force", async () => {
  await listen(["BTC"], 1);
  expect(scene.status().refusedTopics).toEqual(["trades.future.any.100ms"]);
  expect(scene.simulator.subscriptions()).toEqual(["trades.option.any.100ms"]);
});
