import { afterEach, expect, test } from "vitest";
import { SIMULATED_ASSETS } from "../../src/feeds/simulator/contracts.ts";
import { krakenFutures } from "../../src/feeds/venues/kraken-futures.ts";
import { VenueScene } from "./venue-scene.ts";
import { fixturesOf } from "./venues/fixture.ts";

let scene: VenueScene;

afterEach(() => scene.close());

test("orders in coins and in USD arrive with side and money", async () => {
  scene = await VenueScene.open(krakenFutures);
  await scene.listen();
  expect(scene.simulator.subscriptions()).toHaveLength(5);
  scene.publish();
  scene.publish({ symbol: "PI_ETHUSD", positionSide: "short", price: "2500", baseSize: "4" });
  scene.publish({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" });
  await scene.counted(3);
  expect(scene.told()).toEqual([
    ["PF_PEPEUSD", "PEPE", "long", 0.0000123, 5_000_000, 6_150],
    ["PF_XBTUSD", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["PI_ETHUSD", "ETH", "short", 2_500, 4, 1_000_000],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});

test("old trades on subscribe count once and fill the hole as history", async () => {
  scene = await VenueScene.open(krakenFutures, ["BTC"]);
  await scene.listen();
  scene.publish();
  await scene.counted(1);
  scene.simulator.dropConnections();
  scene.publish({ positionSide: "short" });
  await scene.runtime.until(() => scene.ledger.of("subscribed").length === 2);
  await scene.counted(2);
  const { heard, published } = scene.money();
  expect([heard, published]).toEqual([6_000_000, 6_000_000]);
  expect(scene.ledger.counted.find((row) => row.positionSide === "short")?.history).toBe(true);
});

test("pings keep a busy connection and a quiet one, and a silent one is replaced", async () => {
  scene = await VenueScene.open(krakenFutures, ["BTC"]);
  await scene.listen();
  for (let minute = 0; minute < 5; minute += 1) {
    for (let count = 0; count < 12; count += 1) {
      scene.publish();
      await scene.runtime.pass(5_000);
    }
  }
  expect(scene.ledger.of("closed")).toEqual([]);
  await scene.runtime.pass(300_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 120_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent: no byte for \d+ ms$/);
  await scene.runtime.until(() => scene.status().state === "subscribed");
});

test("a product that the venue refuses by name loses only itself, over many of them", async () => {
  scene = await VenueScene.open(krakenFutures, SIMULATED_ASSETS);
  scene.instruments.add("kraken-futures", [
    {
      ...{ symbol: "PF_GONEUSD", market: "GONE/USD:USD", asset: "GONE", multiplier: 1 },
      ...{ quote: "USD", isInverse: false, contractSize: "1" },
    },
  ]);
  await scene.listen();
  expect(scene.status().refusedTopics).toEqual(["PF_GONEUSD"]);
  expect(scene.status().connections.map(({ topics }) => topics)).toEqual([50]);
});

test("ordinary trades give nothing", async () => {
  scene = await VenueScene.open(krakenFutures, ["BTC"]);
  await scene.listen();
  const [trade] = fixturesOf("kraken-futures").filter(({ kind }) => kind === "trade");
  scene.simulator.sendRaw(trade?.text ?? "");
  await scene.runtime.pass(1_000);
  expect(trade?.text).toContain('"fill"');
  expect(scene.ledger.frames).toEqual([]);
});
