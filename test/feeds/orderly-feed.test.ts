import { afterEach, expect, test } from "vitest";
import { orderly } from "../../src/feeds/venues/orderly.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

test("positions of both sides arrive with their money, those that are gone give nothing", async () => {
  scene = await VenueScene.open(orderly);
  await scene.listen();
  scene.publish();
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  scene.publish({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" });
  await scene.counted(3);
  expect(scene.told()).toEqual([
    ["PERP_1000PEPE_USDC", "PEPE", "long", 0.0000123, 5_000_000, 6_150],
    ["PERP_BTC_USDC", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["PERP_ETH_USDC", "ETH", "short", 2_500.01, 4.123, 1_030_754],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
  expect(scene.ledger.rows.every((row) => !row.history)).toBe(true);
});

test("what was liquidated in the day before is read once, as history", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  const atMs = scene.runtime.nowMs();
  scene.publish({ atMs: atMs - 3_600_000 });
  scene.publish({ atMs: atMs - 90_000_000 });
  await scene.runtime.pass(100);
  await scene.listen();
  await scene.runtime.pass(60_000);
  const told = scene.ledger.counted.map((row) => [row.occurredAtMs - atMs, row.history]);
  expect(told).toEqual([[-3_600_000, true]]);
});

test("more rows than a page has are read by their time, those of its edge once", async () => {
  scene = await VenueScene.open(orderly, ["BTC"], new SteppedRuntime(), { restPageMax: 4 });
  await scene.listen();
  const atMs = scene.runtime.nowMs();
  for (const back of [0, 1, 2, 3, 3, 4, 5, 6, 7]) scene.publish({ atMs: atMs - back * 1_000 });
  await scene.counted(9);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});
