import { afterEach, expect, test } from "vitest";
import { paradex } from "../../src/feeds/venues/paradex.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

test("liquidations of both sides arrive with their money, ordinary trades give nothing", async () => {
  scene = await VenueScene.open(paradex);
  await scene.listen();
  scene.publish();
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  scene.publish({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" });
  await scene.runtime.pass(240_000);
  expect(scene.told()).toEqual([
    ["BTC-USD-PERP", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["ETH-USD-PERP", "ETH", "short", 2_500.01, 4.123, 1_030_754],
    ["kPEPE-USD-PERP", "PEPE", "long", 0.0000123, 5_000_000, 6_150],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
  expect(scene.ledger.rejects).toEqual([]);
});

test("a busy market is read page by page, along the cursor", async () => {
  scene = await VenueScene.open(paradex, ["BTC"], new SteppedRuntime(), { restPageMax: 10 });
  await scene.listen();
  for (let count = 0; count < 25; count += 1) scene.publish();
  const before = scene.simulator.lookUps().length;
  await scene.counted(25, 250_000);
  const paths = scene.simulator.lookUps().slice(before);
  expect(paths.map(({ path }) => /cursor=(\d+)/.exec(path)?.[1] ?? null)).toEqual([
    null,
    "16",
    "6",
  ]);
});
