/** The driver of polled venues, against simulators of two of them: one look-up a round, and many. */
import { afterEach, expect, test } from "vitest";
import { GapKeeper } from "../../src/feeds/gap-keeper.ts";
import { type IntakeFrame, RecordedIntakes } from "../../src/feeds/intake.ts";
import { coinex } from "../../src/feeds/venues/coinex.ts";
import { okx } from "../../src/feeds/venues/okx.ts";
import { orderly } from "../../src/feeds/venues/orderly.ts";
import { paradex } from "../../src/feeds/venues/paradex.ts";
import { VenueScene } from "./venue-scene.ts";

const HOUR_MS = 3_600_000;

let scene: VenueScene;

afterEach(() => scene.close());

function gaps() {
  const keeper = new GapKeeper([scene.status().venue], scene.runtime.startMs);
  for (const event of scene.ledger.events) keeper.on(event);
  return keeper.take().map(({ fromMs, toMs, reason }) => ({
    fromMs: fromMs - scene.runtime.startMs,
    toMs: toMs === null ? null : toMs - scene.runtime.startMs,
    reason,
  }));
}

test("the first round that is answered opens and subscribes, and the end is told", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  expect(scene.ledger.told()).toEqual(["open", "subscribed"]);
  expect(scene.status()).toMatchObject({
    state: "subscribed",
    wasSubscribed: true,
    reconnects: 0,
    connections: [{ connection: "orderly/poll#1", shard: "poll/0", topics: 1, reason: null }],
  });
  await scene.listening.stop();
  expect(scene.ledger.told()).toEqual(["open", "subscribed", "closed stopped"]);
  expect(scene.runtime.timerCount).toBe(1);
});

test("rounds overlap: an event is handed on in several of them and counts once", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  scene.publish();
  await scene.runtime.pass(60_000);
  expect(scene.ledger.rows.length).toBeGreaterThan(2);
  expect(scene.ledger.counted).toHaveLength(1);
});

test("an event at the very edge of a round's window is neither lost nor doubled", async () => {
  scene = await VenueScene.open(coinex, ["BTC"]);
  await scene.listen();
  const sinceMs = () => {
    const path = scene.simulator.lookUps().at(-1)?.path ?? "";
    return Number(/start_time=(\d+)/.exec(path)?.[1]);
  };
  // The first round looked an hour back; the next ones look ten minutes back from the one before.
  const askedAtMs = sinceMs() + HOUR_MS;
  const edgeMs = askedAtMs - 600_000;
  scene.publish({ atMs: askedAtMs });
  scene.publish({ atMs: edgeMs, baseSize: "0.25" });
  scene.publish({ atMs: edgeMs - 1, baseSize: "0.125" });
  await scene.runtime.pass(100);
  const rounds: number[] = [];
  for (const from of [edgeMs, edgeMs + 1]) {
    await scene.runtime.until(() => sinceMs() >= from, 120_000);
    rounds.push(sinceMs() - edgeMs);
    await scene.runtime.pass(200);
  }
  expect(rounds[0]).toBe(0);
  expect(rounds[1]).toBeGreaterThan(0);
  // What was listed even later than the overlap allows for was not asked for any more.
  expect(scene.ledger.counted.map(({ size }) => size)).toEqual([0.5, 0.25]);
});

test("an endpoint that fails for an hour is one gap, and what it lists then is filled in", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  await scene.runtime.pass(30_000);
  scene.simulator.refuseNext({ rest: { status: 503 }, times: 10_000 });
  scene.runtime.jump(1_000);
  scene.publish();
  scene.runtime.chance = 0.99;
  await scene.runtime.until(() => scene.status().state === "down", 120_000);
  expect(scene.status().connections[0]?.reason).toBe("HTTP 503");
  const downAtMs = scene.runtime.nowMs() - scene.runtime.startMs;
  for (let minutes = 0; minutes < 60; minutes += 1) {
    scene.runtime.jump(29_000);
    await scene.runtime.pass(1_000);
    scene.runtime.jump(29_000);
    await scene.runtime.pass(1_000);
  }
  scene.simulator.mend();
  await scene.runtime.until(() => scene.status().state === "subscribed", 120_000);
  expect(scene.ledger.counted.map(({ history }) => history)).toEqual([false]);
  expect(scene.ledger.told()).toEqual([
    ...["open", "subscribed", "closed HTTP 503", "open", "subscribed"],
  ]);
  expect(scene.status().reconnects).toBe(1);
  const last = gaps().findLast(({ toMs }) => toMs !== null);
  expect(last?.reason).toBe("HTTP 503");
  expect(Math.abs((last?.fromMs ?? 0) - downAtMs)).toBeLessThan(100);
  expect((last?.toMs ?? 0) - downAtMs).toBeGreaterThan(HOUR_MS);
});

test("a venue that fails takes no other down, and its own outage alone is a gap", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  const other = await VenueScene.open(okx, ["BTC"], scene.runtime);
  try {
    await scene.listen();
    await other.listen();
    scene.simulator.refuseNext({ rest: { status: 500 }, times: 1_000 });
    await scene.runtime.until(() => scene.status().state === "down", 120_000);
    other.publish();
    await other.counted(1);
    expect(other.status().state).toBe("subscribed");
    expect(other.ledger.of("closed")).toEqual([]);
  } finally {
    await other.close();
  }
});

test("a failure that heals within the silence allowed is no gap, and the log stays calm", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  scene.simulator.refuseNext({ rest: { status: 500 }, times: 2 });
  scene.publish();
  await scene.counted(1);
  expect(scene.ledger.told()).toEqual(["open", "subscribed"]);
  expect(scene.listening.log.of("warn")).toEqual([]);
});

test("one failure of a venue that is asked seldom is no gap either", async () => {
  scene = await VenueScene.open(paradex, ["BTC"]);
  await scene.listen();
  const asked = scene.simulator.lookUps().length;
  scene.simulator.refuseNext({ rest: { status: 502 } });
  await scene.runtime.until(() => scene.simulator.lookUps().length > asked + 1, 250_000);
  await scene.runtime.pass(500);
  expect(scene.ledger.told()).toEqual(["open", "subscribed"]);
});

test("an endpoint that answers with errors only is down, whatever its HTTP status", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  scene.simulator.refuseNext({ subscribe: "refused", times: 1_000 });
  await scene.runtime.until(() => scene.status().state === "down", 120_000);
  expect(scene.status().connections[0]?.reason).toBe("start_t is invalid");
  scene.simulator.mend();
  await scene.runtime.until(() => scene.status().state === "subscribed", 60_000);
});

test.each([
  [{ status: 429, retryAfterSeconds: 90 }, 90_000],
  [{ status: 429, retryAfterSeconds: 5 }, 60_000],
  [{ status: 429 }, 60_000],
  [{ status: 429, retryAfterSeconds: 86_400 }, HOUR_MS],
  [{ status: 403 }, 600_000],
])("after %o it rests for %i ms", async (rest, waitMs) => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  scene.simulator.refuseNext({ rest });
  const asked = scene.simulator.lookUps().length;
  await scene.runtime.until(() => scene.simulator.lookUps().length > asked);
  const refusedAtMs = scene.simulator.lookUps().at(-1)?.atMs ?? 0;
  await scene.runtime.until(() => scene.status().state === "down");
  scene.runtime.jump(waitMs - 1_000);
  await scene.runtime.until(() => scene.simulator.lookUps().length > asked + 1);
  const nextAtMs = scene.simulator.lookUps().at(-1)?.atMs ?? 0;
  expect(nextAtMs - refusedAtMs).toBeGreaterThanOrEqual(waitMs);
  expect(nextAtMs - refusedAtMs).toBeLessThan(waitMs + 1_000);
  expect(scene.ledger.of("closed").map(({ reason }) => reason)).toEqual([`HTTP ${rest.status}`]);
});

test("HTTP 451 switches the venue off for good", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  scene.simulator.refuseNext({ rest: { status: 451 } });
  await scene.runtime.until(() => scene.status().disabledReason !== null);
  const asked = scene.simulator.lookUps().length;
  await scene.runtime.pass(60_000);
  expect(scene.simulator.lookUps()).toHaveLength(asked);
  expect(scene.status().state).toBe("down");
  expect(scene.ledger.of("closed")).toHaveLength(1);
});

test("a redirect is not followed", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  await scene.listen();
  scene.simulator.refuseNext({ rest: { status: 302, location: "/v1/public/info" }, times: 9 });
  const asked = scene.simulator.lookUps().length;
  await scene.runtime.until(() => scene.simulator.lookUps().length > asked + 1);
  const paths = scene.simulator.lookUps().slice(asked);
  expect(paths.every(({ path }) => path.startsWith("/v1/public/liquidated_positions"))).toBe(true);
  const failed = scene.listening.log.of("debug").map(({ fields }) => fields.reason);
  expect(failed[0]).toBe("unexpected redirect");
});

test("300 markets are asked for evenly, and never faster than the limit", async () => {
  const assets = Array.from({ length: 300 }, (_, index) => `MADE${index}`);
  scene = await VenueScene.open(paradex, assets);
  const startMs = scene.runtime.nowMs();
  await scene.listen(120_000);
  const subscribedAfterMs = scene.runtime.nowMs() - startMs;
  expect(subscribedAfterMs).toBeGreaterThanOrEqual(59_000);
  await scene.runtime.pass(300_000 - subscribedAfterMs);
  const times = scene.simulator
    .lookUps()
    .filter(({ path }) => path.startsWith("/v1/trades"))
    .map(({ atMs }) => atMs - startMs);
  const perSecond = Array.from({ length: 300 }, (_, second) => {
    return times.filter((atMs) => Math.floor(atMs / 1_000) === second).length;
  });
  expect(Math.max(...perSecond)).toBe(5);
  // The second round fills its two minutes: 2.5 a second.
  const second = perSecond.slice(130, 230);
  expect(Math.min(...second)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...second)).toBeLessThanOrEqual(3);
}, 60_000);

test("shorter rounds are as short as asked, and as long as the rate limit makes them", async () => {
  const roundsOf = async (assets: readonly string[]) => {
    scene = await VenueScene.open(paradex, assets);
    scene.hear(1, [], undefined, 5_000);
    await scene.runtime.pass(61_000);
    const asked = scene.simulator.lookUps().filter(({ path }) => path.startsWith("/v1/trades"));
    await scene.close();
    return asked.length / assets.length;
  };
  const assets = Array.from({ length: 50 }, (_, index) => `MADE${index}`);
  expect(await roundsOf(["BTC"])).toBe(13);
  // 50 markets at 5 a second are 10 s a round.
  expect(await roundsOf(assets)).toBeCloseTo(6, 0);
}, 60_000);

test("one market's failure stays its own", async () => {
  scene = await VenueScene.open(paradex, ["BTC", "ETH"]);
  scene.simulator.delist("ETH-USD-PERP");
  await scene.listen();
  expect(scene.status()).toMatchObject({
    refusedTopics: ["ETH-USD-PERP"],
    connections: [{ topics: 1 }],
  });
  expect(scene.listening.log.of("warn")).toHaveLength(1);
  scene.publish();
  await scene.runtime.pass(130_000);
  expect(scene.ledger.counted).toHaveLength(1);
});

test("when every market is refused the venue is down, and all are asked for again", async () => {
  scene = await VenueScene.open(paradex, ["BTC", "ETH"]);
  for (const symbol of ["BTC-USD-PERP", "ETH-USD-PERP"]) scene.simulator.delist(symbol);
  scene.hear();
  await scene.runtime.until(() => scene.status().state === "down");
  expect(scene.ledger.told()).toEqual(["closed every topic was refused"]);
  const [before] = [scene.simulator.lookUps().length];
  await scene.runtime.pass(121_000);
  expect(scene.simulator.lookUps().length).toBe(before + 2);
});

test("new contracts are asked for in the next round, and without any there is nothing to miss", async () => {
  scene = await VenueScene.open(paradex, ["BTC"]);
  const [btc] = scene.instruments.list("paradex");
  if (btc === undefined) throw new Error("Nothing is listed");
  await scene.listen();
  const { feed } = scene.listening;
  feed.refreshTopics([btc, { ...btc, symbol: "GONE-USD-PERP" }]);
  await scene.runtime.until(() => scene.status().refusedTopics.length > 0, 250_000);
  expect(scene.status().refusedTopics).toEqual(["GONE-USD-PERP"]);
  feed.refreshTopics([]);
  await scene.runtime.until(() => scene.status().state === "down", 250_000);
  feed.refreshTopics([btc]);
  await scene.runtime.until(() => scene.status().state === "subscribed", 15_000);
  expect(scene.ledger.told()).toContain("closed retired");
  expect(gaps().map(({ reason }) => reason)).not.toContain("retired");
});

test("a recording reads as it was heard: after a failure too nothing becomes history", async () => {
  scene = await VenueScene.open(orderly, ["BTC"]);
  const options = { instruments: scene.instruments, usdCoins: ["USDC"] };
  const intakes = new RecordedIntakes(orderly, options);
  const row = (timestamp: number) => {
    const position = { symbol: "PERP_BTC_USDC", position_qty: 1, transfer_price: 5 };
    const rows = [{ liquidation_id: timestamp, timestamp, positions_by_perp: [position] }];
    return JSON.stringify({ success: true, data: { rows } });
  };
  const beganMs = scene.runtime.startMs;
  const history = (frame: IntakeFrame) => frame.liquidations.map((one) => one.history);
  intakes.event("orderly/poll#1", "open", beganMs);
  const before = intakes.frame("orderly/poll#1", row(beganMs - 1), beganMs);
  intakes.event("orderly/poll#1", "subscribed", beganMs + 50);
  intakes.event("orderly/poll#1", "closed", beganMs + 60_000);
  intakes.event("orderly/poll#1", "open", beganMs + HOUR_MS);
  const after = intakes.frame("orderly/poll#1", row(beganMs + 120_000), beganMs + HOUR_MS);
  expect([history(before), history(after)]).toEqual([[true], [false]]);
});
