import { afterEach, beforeEach, expect, test } from "vitest";
import { InstrumentRefresh } from "../../src/feeds/instrument-refresh.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../../src/feeds/simulator/server.ts";
import { simulatedContracts } from "../../src/feeds/simulator/simulations.ts";
import type { Instrument } from "../../src/feeds/venue.ts";
import { bybit } from "../../src/feeds/venues/bybit.ts";
import { type Listening, listen } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

let runtime: SteppedRuntime;
let simulator: Simulator;
let listening: Listening;

beforeEach(async () => {
  runtime = new SteppedRuntime();
  simulator = await startSimulator({ venue: "bybit", runtime, assets: ["BTC", "ETH", "PEPE"] });
});

afterEach(async () => {
  await listening.stop();
  await simulator.stop();
});

/** A table that knows what the simulator lists, and `extra` symbols that it does not. */
function knownInstruments(...extra: string[]): Instruments {
  const instruments = new Instruments();
  const listed = simulatedContracts("bybit", ["BTC", "ETH", "PEPE"]);
  instruments.add(
    "bybit",
    listed.map((contract) => instrument(contract)),
  );
  instruments.add(
    "bybit",
    extra.map((symbol) => instrument({ symbol, asset: symbol })),
  );
  return instruments;
}

function instrument(known: {
  symbol: string;
  asset: string;
  isInverse?: boolean;
  coinsPerBase?: number;
}): Instrument {
  const { symbol, asset, isInverse = false, coinsPerBase: multiplier = 1 } = known;
  const market = `${asset}/USDT:USDT`;
  return { symbol, asset, market, multiplier, quote: "USDT", isInverse, contractSize: null };
}

function order(more: Partial<SimulatedLiquidation> = {}): SimulatedLiquidation {
  return {
    venue: "bybit",
    asset: "BTC",
    positionSide: "long",
    price: "60000",
    baseSize: "0.5",
    atMs: runtime.nowMs(),
    ...more,
  };
}

async function listenSubscribed(instruments = knownInstruments()): Promise<void> {
  listening = listen(bybit, runtime, { wsUrl: simulator.wsUrl, instruments });
  await runtime.until(() => listening.feed.status().state === "subscribed");
}

test("every topic of both channels is subscribed and acknowledged before the feed says so", async () => {
  await listenSubscribed();
  expect(simulator.subscriptions().toSorted()).toEqual([
    "allLiquidation.1000PEPEUSDT",
    "allLiquidation.BTCPERP",
    "allLiquidation.BTCUSD",
    "allLiquidation.BTCUSDT",
    "allLiquidation.ETHPERP",
    "allLiquidation.ETHUSD",
    "allLiquidation.ETHUSDT",
  ]);
  expect(listening.ledger.told("bybit/linear#1")).toEqual(["open", "subscribed"]);
  expect(listening.ledger.told("bybit/inverse#1")).toEqual(["open", "subscribed"]);
  expect(listening.ledger.of("open").map((event) => event.shard)).toContain("linear/0");
});

test("what the venue publishes arrives in its batches with the right side and money", async () => {
  await listenSubscribed();
  simulator.publish(order());
  simulator.publish(order({ positionSide: "short", baseSize: "0.25" }));
  simulator.publish(order({ asset: "PEPE", price: "0.0000123", baseSize: "5000000" }));
  simulator.publish(order({ symbol: "ETHUSD", price: "2500", baseSize: "4" }));
  await runtime.until(() => listening.ledger.rows.length === 4);
  const told = listening.ledger.rows.map((row) => [
    row.symbol,
    row.asset,
    row.positionSide,
    row.price,
    row.size,
    row.notionalCents,
  ]);
  expect(told.toSorted()).toEqual([
    ["1000PEPEUSDT", "PEPE", "long", 0.0000123, 5_000_000, 6_150],
    ["BTCUSDT", "BTC", "long", 60_000, 0.5, 3_000_000],
    ["BTCUSDT", "BTC", "short", 60_000, 0.25, 1_500_000],
    ["ETHUSD", "ETH", "long", 2_500, 4, 1_000_000],
  ]);
  const money = simulator.truth().reduce((sum, published) => sum + published.notionalCents, 0);
  expect(listening.ledger.rows.reduce((sum, row) => sum + (row.notionalCents ?? 0), 0)).toBe(money);
  expect(listening.ledger.frames.length).toBe(3);
});

test("one unknown symbol of many loses only itself and is logged once", async () => {
  await listenSubscribed(knownInstruments("GONEUSDT", "LOSTUSDT"));
  const status = listening.feed.status();
  expect(status.refusedTopics.toSorted()).toEqual([
    "allLiquidation.GONEUSDT",
    "allLiquidation.LOSTUSDT",
  ]);
  expect(status.connections.map((connection) => connection.topics).toSorted()).toEqual([2, 5]);
  expect(simulator.subscriptions()).toHaveLength(7);
  simulator.dropConnections();
  await runtime.until(() => listening.ledger.of("subscribed").length === 4);
  expect(listening.ledger.rejects).toEqual([]);
  const told = listening.log.of("warn").filter((line) => line.fields.topics !== undefined);
  expect(told.flatMap((line) => line.fields.topics)).toHaveLength(2);
});

test("refused topics are tried again after the next refresh, and not before", async () => {
  await listenSubscribed(knownInstruments("SOLUSDT"));
  expect(listening.feed.status().refusedTopics).toEqual(["allLiquidation.SOLUSDT"]);
  for (const contract of simulatedContracts("bybit", ["SOL"])) simulator.list(contract);
  await runtime.pass(120_000);
  expect(simulator.subscriptions()).not.toContain("allLiquidation.SOLUSDT");
  listening.feed.refreshTopics();
  await runtime.until(() => simulator.subscriptions().includes("allLiquidation.SOLUSDT"));
  await runtime.until(() => listening.feed.status().refusedTopics.length === 0);
});

test("a refresh subscribes new listings and leaves delisted ones on the live connections", async () => {
  await listenSubscribed();
  const listed = simulatedContracts("bybit", ["BTC", "SOL"]).map((contract) =>
    instrument(contract),
  );
  for (const contract of simulatedContracts("bybit", ["SOL"])) simulator.list(contract);
  listening.feed.refreshTopics(listed);
  await runtime.until(() => simulator.subscriptions().includes("allLiquidation.SOLUSDT"));
  expect(simulator.subscriptions().toSorted()).toEqual([
    "allLiquidation.BTCPERP",
    "allLiquidation.BTCUSD",
    "allLiquidation.BTCUSDT",
    "allLiquidation.SOLUSDT",
  ]);
  expect(listening.ledger.of("closed")).toEqual([]);
});

test("a channel without topics closes its connection, and opens one when a topic comes", async () => {
  await listenSubscribed();
  const linear = simulatedContracts("bybit", ["PEPE"]).map((contract) => instrument(contract));
  listening.feed.refreshTopics(linear);
  await runtime.until(() => listening.ledger.of("closed").length === 1);
  expect(listening.ledger.told("bybit/inverse#1")).toEqual([
    "open",
    "subscribed",
    "closed retired",
  ]);
  expect(listening.feed.status().state).toBe("subscribed");
  listening.feed.refreshTopics(listening.instruments.list("bybit"));
  await runtime.until(() => listening.ledger.told("bybit/inverse#2").includes("subscribed"));
});

test("quiet for an hour but answering heartbeats is healthy", async () => {
  await listenSubscribed();
  await runtime.pass(3_600_000 / 8);
  const status = listening.feed.status();
  expect(listening.ledger.of("closed")).toEqual([]);
  expect(runtime.nowMs() - (status.lastPongMs ?? 0)).toBeLessThan(25_000);
  expect(status.lastRowMs).toBeNull();
});

test("open but silent is replaced within two heartbeats and a half, with the reason", async () => {
  await listenSubscribed();
  const silentAtMs = runtime.nowMs();
  simulator.goSilent();
  await runtime.until(() => listening.ledger.of("closed").length === 2, 120_000);
  const [closed] = listening.ledger.of("closed");
  expect(closed?.reason).toMatch(/^silent: no byte for \d+ ms$/);
  expect((closed?.receivedAtMs ?? 0) - silentAtMs).toBeLessThanOrEqual(bybit.silenceMsMax + 1_500);
  await runtime.until(() => listening.feed.status().state === "subscribed");
  simulator.publish(order());
  await runtime.until(() => listening.ledger.rows.length === 1);
});

test("orders sent again after a reconnect count once", async () => {
  await listenSubscribed();
  const orders = [order(), order({ asset: "ETH", price: "2500" })];
  for (const each of orders) simulator.publish(each);
  await runtime.until(() => listening.ledger.rows.length === 2);
  simulator.replayOnSubscribe(orders);
  simulator.dropConnections();
  await runtime.until(() => listening.ledger.rows.length >= 4);
  expect(listening.ledger.counted).toHaveLength(2);
  expect(listening.feed.status().reconnects).toBe(2);
});

test("a frame that is never acknowledged costs the connection after ten seconds", async () => {
  simulator.refuseNext({ subscribe: "ignored" });
  await listenSubscribed();
  const unanswered = listening.ledger.of("closed").map((event) => event.reason);
  expect(unanswered).toEqual(["unacknowledged: a subscribe frame stayed unanswered"]);
});

test("a venue that refuses everything is left with that reason and tried again", async () => {
  simulator.refuseNext({ subscribe: "refused", times: 9 });
  listening = listen(bybit, runtime, {
    wsUrl: simulator.wsUrl,
    instruments: (() => {
      const instruments = new Instruments();
      instruments.add("bybit", [instrument({ symbol: "BTCUSDT", asset: "BTC" })]);
      return instruments;
    })(),
  });
  await runtime.until(() => listening.feed.status().state === "subscribed", 600_000);
  const reasons = listening.ledger.of("closed").map((event) => event.reason);
  expect(reasons).toEqual(Array(9).fill("refused: error:request rejected"));
});

test("symbols learned over REST are subscribed without a restart", async () => {
  const instruments = new Instruments();
  const controller = new AbortController();
  listening = listen(bybit, runtime, { wsUrl: simulator.wsUrl, instruments });
  const refresh = new InstrumentRefresh(bybit, {
    instruments,
    restUrl: simulator.restUrl,
    dataDir: "/dev/null/nowhere",
    runtime,
    log: listening.log,
    onListed: (listed) => listening.feed.refreshTopics(listed),
  });
  expect(listening.feed.status().state).toBe("down");
  const running = refresh.run(controller.signal);
  await runtime.until(() => listening.feed.status().state === "subscribed");
  expect(simulator.subscriptions()).toHaveLength(7);
  controller.abort();
  await running;
});
