import { afterEach, expect, test } from "vitest";
import { SIMULATED_ASSETS } from "../../src/feeds/simulator/contracts.ts";
import { lighter } from "../../src/feeds/venues/lighter.ts";
import { VenueScene } from "./venue-scene.ts";
import { fixturesOf } from "./venues/fixture.ts";

let scene: VenueScene;

afterEach(() => scene.close());

test("every market is subscribed by its number, and orders arrive with side and money", async () => {
  scene = await VenueScene.open(lighter);
  await scene.listen();
  expect(scene.simulator.subscriptions().toSorted()).toEqual(["trade/0", "trade/1", "trade/2"]);
  scene.publish();
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  scene.publish({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" });
  await scene.counted(3);
  expect(scene.told()).toEqual([
    ["1000PEPE", "PEPE", "long", 0.0000123, 5_000_000, 6_150],
    ["BTC", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["ETH", "ETH", "short", 2_500.01, 4.123, 1_030_754],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
  expect(scene.ledger.rows.some((row) => row.history)).toBe(false);
  expect(scene.listening.unknownSymbols).toEqual([]);
});

test("the rows that each subscription begins with count once and fill the hole as history", async () => {
  scene = await VenueScene.open(lighter);
  await scene.listen();
  scene.publish();
  await scene.counted(1);
  scene.simulator.dropConnections();
  scene.publish({ positionSide: "short" });
  await scene.runtime.until(() => scene.ledger.of("subscribed").length === 2);
  expect(scene.ledger.rows).toHaveLength(3);
  const { heard, published } = scene.money();
  expect([heard, published]).toEqual([6_000_000, 6_000_000]);
  const late = scene.ledger.counted.find((row) => row.positionSide === "short");
  expect(late?.history).toBe(true);
});

test("a quiet hour is healthy, and an open but silent socket is replaced", async () => {
  scene = await VenueScene.open(lighter, ["BTC"]);
  await scene.listen();
  await scene.runtime.pass(3_600_000 / 8);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 120_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent: no byte for \d+ ms$/);
  await scene.runtime.until(() => scene.status().state === "subscribed");
});

test("a market that the venue refuses loses only itself", async () => {
  scene = await VenueScene.open(lighter);
  scene.instruments.add("lighter", [
    {
      ...{ symbol: "GONE", wireName: "199", market: "GONE/USDC:USDC", asset: "GONE" },
      ...{ multiplier: 1, quote: "USDC", isInverse: false, contractSize: null },
    },
  ]);
  await scene.listen();
  expect(scene.status().refusedTopics).toEqual(["trade/199"]);
  expect(scene.status().connections.map(({ topics }) => topics)).toEqual([3]);
});

test("hundreds of markets keep the venue's message budget over all connections", async () => {
  const made = Array.from({ length: 132 }, (_, index) => `MADE${index}`);
  scene = await VenueScene.open(lighter, [...SIMULATED_ASSETS, ...made]);
  await scene.listen(300_000);
  expect(scene.status().connections.map(({ topics }) => topics)).toEqual([100, 80]);
  expect(scene.ledger.of("closed")).toEqual([]);
  expect(scene.ledger.rejects).toEqual([]);
  expect(scene.simulator.subscriptions()).toHaveLength(180);
});

test("ordinary trades give nothing", async () => {
  scene = await VenueScene.open(lighter, ["BTC"]);
  await scene.listen();
  const trades = fixturesOf("lighter").filter(({ kind }) => kind === "trade");
  for (const { text } of trades) scene.simulator.sendRaw(text);
  await scene.runtime.pass(1_000);
  expect(trades).toHaveLength(2);
  expect(scene.ledger.frames).toEqual([]);
});
