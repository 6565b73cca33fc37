import { afterEach, expect, test } from "vitest";
import { simulatedAccount } from "../../src/feeds/simulator/hyperliquid.ts";
import { hyperliquid } from "../../src/feeds/venues/hyperliquid.ts";
import { VenueScene } from "./venue-scene.ts";
import { fixturesOf } from "./venues/fixture.ts";

/** The account that the simulator liquidates. */
const LIQUIDATED = simulatedAccount(0);

let scene: VenueScene;

afterEach(() => scene.close());

test("the vaults are found and subscribed, and orders arrive with side and money", async () => {
  scene = await VenueScene.open(hyperliquid);
  await scene.listen();
  const vaults = [1, 2, 3, 4, 5, 6, 7].map(simulatedAccount);
  expect(scene.simulator.subscriptions()).toEqual(vaults);
  scene.publish();
  scene.publish({ asset: "ETH", positionSide: "short", price: "2500.01", baseSize: "4.123" });
  scene.publish({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" });
  await scene.counted(3);
  expect(scene.told()).toEqual([
    ["BTC", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["ETH", "ETH", "short", 2_500.01, 4.123, 1_030_754],
    ["kPEPE", "PEPE", "long", 0.0000123, 5_000_000, 6_150],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});

test("a trade that both its accounts report counts once", async () => {
  scene = await VenueScene.open(hyperliquid);
  await scene.listen(60_000, 1, [LIQUIDATED]);
  expect(scene.simulator.subscriptions()[0]).toBe(LIQUIDATED);
  scene.publish();
  scene.publish({ positionSide: "short" });
  await scene.runtime.until(() => scene.ledger.rows.length === 4);
  expect(scene.told().map(([, , positionSide]) => positionSide)).toEqual(["long", "short"]);
  const { heard, published } = scene.money();
  expect([heard, published]).toEqual([6_000_000, 6_000_000]);
});

test("old fills on subscribe count once and fill the hole as history", async () => {
  scene = await VenueScene.open(hyperliquid, ["BTC"]);
  await scene.listen();
  scene.publish();
  await scene.counted(1);
  scene.simulator.dropConnections();
  scene.publish({ positionSide: "short" });
  await scene.counted(2);
  const { heard, published } = scene.money();
  expect([heard, published]).toEqual([6_000_000, 6_000_000]);
  expect(scene.ledger.counted.find((row) => row.positionSide === "short")?.history).toBe(true);
});

test("a quiet connection is healthy, and an open but silent one is replaced", async () => {
  scene = await VenueScene.open(hyperliquid, ["BTC"]);
  await scene.listen();
  await scene.runtime.pass(450_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 120_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent: no byte for \d+ ms$/);
  await scene.runtime.until(() => scene.status().state === "subscribed");
});

test("never more than ten accounts are asked for, and a refused one loses only itself", async () => {
  scene = await VenueScene.open(hyperliquid, ["BTC"]);
  const watch = [11, 12, 13, 14, 15].map(simulatedAccount);
  scene.simulator.refuseNext({ subscribe: "refused" });
  await scene.listen(60_000, 1, watch);
  expect(scene.status().refusedTopics).toEqual([simulatedAccount(11)]);
  expect(scene.simulator.subscriptions()).toHaveLength(9);
  expect(scene.ledger.of("closed")).toEqual([]);
});

test("public trades and fills without a mark give nothing", async () => {
  scene = await VenueScene.open(hyperliquid, ["BTC"]);
  await scene.listen();
  const quiet = fixturesOf("hyperliquid").filter(({ kind }) => kind === "trade");
  for (const { text } of quiet) scene.simulator.sendRaw(text);
  await scene.runtime.pass(1_000);
  expect(quiet).toHaveLength(1);
  expect(scene.ledger.frames).toEqual([]);
});
