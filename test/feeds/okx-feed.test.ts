import { afterEach, beforeEach, expect, test } from "vitest";
import { InstrumentRefresh } from "../../src/feeds/instrument-refresh.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../../src/feeds/simulator/server.ts";
import type { Venue } from "../../src/feeds/venue.ts";
import { okx } from "../../src/feeds/venues/okx.ts";
import { type Listening, LogBook, listen } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

let runtime: SteppedRuntime;
let simulator: Simulator;
let listening: Listening;

beforeEach(async () => {
  runtime = new SteppedRuntime();
  simulator = await startSimulator({ venue: "okx", runtime, assets: ["BTC", "DOGE"] });
});

afterEach(async () => {
  await listening.stop();
  await simulator.stop();
});

async function listenSubscribed(venue: Venue = okx): Promise<void> {
  const instruments = new Instruments();
  const { restUrl } = simulator;
  const log = new LogBook();
  const options = { instruments, restUrl, dataDir: "/dev/null/nowhere", runtime, log };
  await new InstrumentRefresh(venue, options).refresh(new AbortController().signal);
  listening = listen(venue, runtime, { wsUrl: simulator.wsUrl, instruments });
  await runtime.until(() => listening.feed.status().state === "subscribed");
}

function order(more: Partial<SimulatedLiquidation> = {}): SimulatedLiquidation {
  return {
    venue: "okx",
    asset: "BTC",
    positionSide: "long",
    price: "60000",
    baseSize: "0.5",
    atMs: runtime.nowMs(),
    ...more,
  };
}

test("swaps and dated contracts are subscribed, and every detail of a message becomes a row", async () => {
  await listenSubscribed();
  expect(simulator.subscriptions()).toEqual(["SWAP", "FUTURES"]);
  simulator.publish(order());
  simulator.publish(order({ positionSide: "short", baseSize: "0.02" }));
  simulator.publish(order({ asset: "DOGE", price: "0.2", baseSize: "12500" }));
  simulator.publish(order({ symbol: "BTC-USD-SWAP", baseSize: "1" }));
  simulator.publish(order({ symbol: "BTC-USDT-261225", baseSize: "0.03" }));
  await runtime.until(() => listening.ledger.rows.length === 5);
  const told = listening.ledger.rows.map((row) => [
    row.market,
    row.positionSide,
    row.size,
    row.notionalCents,
  ]);
  expect(told).toEqual([
    ["BTC/USDT:USDT", "long", 0.5, 3_000_000],
    ["BTC/USDT:USDT", "short", 0.02, 120_000],
    ["DOGE/USDT:USDT", "long", 12_500, 250_000],
    ["BTC/USD:BTC", "long", 1, 6_000_000],
    ["BTC/USDT:USDT-261225", "long", 0.03, 180_000],
  ]);
  expect(listening.ledger.frames).toHaveLength(2);
});

test("text pings keep a quiet connection alive that the venue would cut after thirty seconds", async () => {
  await listenSubscribed();
  await runtime.pass(300_000);
  expect(listening.ledger.of("closed")).toEqual([]);
  expect(runtime.nowMs() - (listening.feed.status().lastPongMs ?? 0)).toBeLessThan(25_000);
});

test("old records after a subscription are history, and counted once over reconnects", async () => {
  const old = order({ atMs: runtime.nowMs() - 7_200_000 });
  simulator.replayOnSubscribe([old, order({ symbol: "BTC-USDT-261225", atMs: old.atMs })]);
  await listenSubscribed();
  await runtime.until(() => listening.ledger.counted.length === 2);
  const before = listening.ledger.of("subscribed")[0]?.receivedAtMs ?? 0;
  const [swap] = listening.ledger.rows;
  expect(swap?.symbol).toBe("BTC-USDT-SWAP");
  expect(swap?.receivedAtMs).toBeLessThan(before);
  simulator.dropConnections();
  await runtime.until(() => listening.ledger.rows.length >= 4);
  expect(listening.ledger.counted).toHaveLength(2);
  simulator.publish(order());
  await runtime.until(() => listening.ledger.counted.length === 3);
  expect(listening.ledger.rows.map((row) => row.history).at(-1)).toBe(false);
  expect(listening.ledger.rows.slice(0, -1).every((row) => row.history)).toBe(true);
});

test("the notice before a service upgrade leads to a replacement first and the close after", async () => {
  await listenSubscribed();
  simulator.announceClosing();
  await runtime.until(() => listening.ledger.told("okx/public#2").includes("subscribed"));
  simulator.publish(order());
  await runtime.until(() => listening.ledger.told("okx/public#1").includes("closed replaced"));
  simulator.publish(order({ asset: "DOGE", price: "0.2", baseSize: "1000" }));
  await runtime.until(() => listening.ledger.counted.length === 2);
  expect(listening.ledger.rows).toHaveLength(3);
  expect(listening.feed.status().reconnects).toBe(0);
});

test("an instrument type that the venue does not know loses only itself", async () => {
  const topics = () => ["SWAP", "SPOT", "FUTURES"];
  await listenSubscribed({
    ...okx,
    channels: okx.channels.map((channel) => ({ ...channel, topics })),
  });
  expect(simulator.subscriptions()).toEqual(["SWAP", "FUTURES"]);
  expect(listening.feed.status().refusedTopics).toEqual(["SPOT"]);
});

test("a peer that stopped answering is left after the silence limit", async () => {
  await listenSubscribed();
  const silentAtMs = runtime.nowMs();
  simulator.goSilent();
  await runtime.until(() => listening.ledger.of("closed").length === 1);
  const [closed] = listening.ledger.of("closed");
  expect(closed?.reason).toMatch(/^silent/);
  expect((closed?.receivedAtMs ?? 0) - silentAtMs).toBeLessThanOrEqual(2 * okx.heartbeat.everyMs);
});
