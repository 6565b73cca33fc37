import { afterEach, expect, test } from "vitest";
import { REFUSAL_MS_MAX } from "../../src/feeds/subscriptions.ts";
import { backpack } from "../../src/feeds/venues/backpack.ts";
import { VenueScene } from "./venue-scene.ts";

let scene: VenueScene;

afterEach(() => scene.close());

async function listen(assets: readonly string[], refusals = 0): Promise<void> {
  scene = await VenueScene.open(backpack, assets);
  if (refusals > 0) scene.simulator.refuseNext({ subscribe: "refused", times: refusals });
  await scene.listen();
}

test("all markets come on one stream that nobody acknowledges", async () => {
  await listen(["BTC", "PEPE"]);
  const [open, subscribed] = scene.ledger.events;
  const waitedMs = (subscribed?.receivedAtMs ?? 0) - (open?.receivedAtMs ?? 0);
  expect(waitedMs).toBeGreaterThanOrEqual(REFUSAL_MS_MAX);
  scene.publish();
  scene.publish({ positionSide: "short", baseSize: "0.25" });
  scene.publish({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" });
  await scene.arrived(3);
  expect(scene.amounts()).toEqual([
    ["BTC/USDC:USDC", "long", 0.5, 3_000_000],
    ["BTC/USDC:USDC", "short", 0.25, 1_500_000],
    ["kPEPE/USDC:USDC", "long", 5_000_000, 6_150],
  ]);
  const { heard, published } = scene.money();
  expect(heard).toBe(published);
});

test("rows that come before the silence counts as consent are taken", async () => {
  await listen(["BTC"]);
  scene.simulator.dropConnections();
  await scene.runtime.until(() => scene.simulator.handshakes().length === 2);
  await scene.runtime.until(() => scene.simulator.subscriptions().length === 1);
  scene.publish();
  await scene.arrived(1);
  expect(scene.ledger.of("subscribed")).toHaveLength(1);
});

test("pings keep a quiet feed, and a silent one is replaced", async () => {
  await listen(["BTC"]);
  await scene.runtime.pass(600_000);
  expect(scene.ledger.of("closed")).toEqual([]);
  scene.simulator.goSilent();
  await scene.runtime.until(() => scene.ledger.of("closed").length === 1, 200_000);
  expect(scene.ledger.of("closed")[0]?.reason).toMatch(/^silent/);
});

test("a refusal in time is one", async () => {
  await listen(["BTC"], 1);
  expect(scene.ledger.of("closed")[0]?.reason).toBe("refused: Invalid stream (4000)");
});
