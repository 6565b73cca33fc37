import { afterEach, expect, test } from "vitest";
import { coinex } from "../../src/feeds/venues/coinex.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

test("positions of both sides arrive with their money, page by page", async () => {
  scene = await VenueScene.open(coinex, ["BTC", "ETH"], new SteppedRuntime(), { restPageMax: 2 });
  await scene.listen();
  for (let count = 0; count < 4; count += 1) scene.publish({ baseSize: `0.${count + 1}` });
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  await scene.counted(5, 250_000);
  expect(scene.told()).toEqual([
    ["BTCUSDT", "BTC", "long", 60_000, 0.1, 600_000],
    ["BTCUSDT", "BTC", "long", 60_000, 0.2, 1_200_000],
    ["BTCUSDT", "BTC", "long", 60_000, 0.3, 1_800_000],
    ["BTCUSDT", "BTC", "long", 60_000, 0.4, 2_400_000],
    ["ETHUSDT", "ETH", "short", 2_500.01, 4.123, 1_030_754],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});

test("a market that is gone is refused by its code, and a busy server is asked again", async () => {
  scene = await VenueScene.open(coinex, ["BTC", "ETH"]);
  scene.simulator.delist("ETHUSDT");
  await scene.listen();
  expect(scene.status().refusedTopics).toEqual(["ETHUSDT"]);
  scene.simulator.refuseNext({ subscribe: "refused" });
  scene.publish();
  await scene.counted(1, 250_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  const failed = scene.listening.log.of("debug").map(({ fields }) => fields.reason);
  expect(failed).toEqual(["Rate limit triggered (code 4213)"]);
});
