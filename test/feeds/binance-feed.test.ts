import { afterEach, beforeEach, expect, test } from "vitest";
import { InstrumentRefresh } from "../../src/feeds/instrument-refresh.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../../src/feeds/simulator/server.ts";
import { binance } from "../../src/feeds/venues/binance.ts";
import { type Listening, LogBook, listen } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

/** Stands for the venue's 24 h: enough for several heartbeats, an overlap and the cut. */
const LIFE_MS = 1_200_000;

let runtime: SteppedRuntime;
let simulator: Simulator;
let listening: Listening;

beforeEach(() => {
  runtime = new SteppedRuntime();
});

afterEach(async () => {
  await listening.stop();
  await simulator.stop();
});

async function listenSubscribed(more: { connectionLifeMs?: number } = {}): Promise<void> {
  const venue = { ...binance, limits: { ...binance.limits, ...more } };
  simulator = await startSimulator({ venue: "binance", runtime, assets: ["BTC", "PEPE"], ...more });
  const instruments = new Instruments();
  const { restUrl } = simulator;
  const log = new LogBook();
  const options = { instruments, restUrl, dataDir: "/dev/null/nowhere", runtime, log };
  await new InstrumentRefresh(binance, options).refresh(new AbortController().signal);
  listening = listen(venue, runtime, { wsUrl: simulator.wsUrl, instruments });
  await runtime.until(() => listening.feed.status().state === "subscribed");
}

function order(more: Partial<SimulatedLiquidation> = {}): SimulatedLiquidation {
  return {
    venue: "binance",
    asset: "BTC",
    positionSide: "long",
    price: "60000",
    baseSize: "0.5",
    atMs: runtime.nowMs(),
    ...more,
  };
}

test("the routed stream is dialled without offering compression", async () => {
  await listenSubscribed();
  expect(simulator.handshakes()).toEqual([
    { atMs: expect.any(Number), path: "/market/stream", extensions: null },
  ]);
  expect(simulator.subscriptions()).toEqual(["!forceOrder@arr"]);
});

test("only the largest order of a symbol and second is published, and that one arrives", async () => {
  await listenSubscribed();
  for (const baseSize of ["0.1", "0.7", "0.3"]) simulator.publish(order({ baseSize }));
  simulator.publish(
    order({ positionSide: "short", asset: "PEPE", price: "0.00001", baseSize: "9000000" }),
  );
  await runtime.until(() => listening.ledger.rows.length === 2);
  await runtime.pass(3_000);
  const told = listening.ledger.rows.map((row) => [row.asset, row.positionSide, row.notionalCents]);
  expect(told.toSorted()).toEqual([
    ["BTC", "long", 4_200_000],
    ["PEPE", "short", 9_000],
  ]);
  expect(
    simulator
      .truth()
      .map((published) => published.size)
      .toSorted(),
  ).toEqual(["0.7", "9000"]);
});

test("a coin-margined row on the merged stream is contracts times contract size", async () => {
  await listenSubscribed();
  simulator.publish(order({ symbol: "BTCUSD_PERP", baseSize: "2", price: "60000" }));
  await runtime.until(() => listening.ledger.rows.length === 1);
  const [row] = listening.ledger.rows;
  expect(row?.notionalCents).toBe(12_000_000);
  expect(row?.size).toBe(2);
  expect(simulator.truth()[0]?.size).toBe("1200");
});

test("quiet for minutes is healthy: the probe of the subscription is answered", async () => {
  await listenSubscribed();
  await runtime.pass(360_000);
  expect(listening.ledger.of("closed")).toEqual([]);
  expect(runtime.nowMs() - (listening.feed.status().lastPongMs ?? 0)).toBeLessThan(35_000);
});

test("a lost subscription is noticed by the probe and the connection replaced", async () => {
  await listenSubscribed();
  simulator.sendRaw('{"result":[],"id":999999999}');
  await runtime.until(() => listening.ledger.told("binance/market#1").includes("closed replaced"));
  expect(listening.ledger.told("binance/market#2")).toEqual(["open", "subscribed"]);
});

test("before the venue's cut a second connection takes over and nothing is lost or doubled", async () => {
  await listenSubscribed({ connectionLifeMs: LIFE_MS });
  const untilMs = runtime.nowMs() + LIFE_MS;
  let sent = 0;
  while (runtime.nowMs() < untilMs) {
    sent += 1;
    simulator.publish(order({ baseSize: String(sent / 1000) }));
    await runtime.pass(1_050);
  }
  await runtime.pass(5_000);
  const { ledger } = listening;
  expect(ledger.told("binance/market#1")).toEqual(["open", "subscribed", "closed replaced"]);
  expect(ledger.told("binance/market#2")).toEqual(["open", "subscribed"]);
  expect(ledger.counted.map((row) => row.size)).toEqual(
    simulator.truth().map((published) => Number(published.size)),
  );
  expect(simulator.truth()).toHaveLength(sent);
  expect(ledger.rows.length).toBeGreaterThan(ledger.counted.length);
  const replaced = ledger.of("closed").at(0)?.receivedAtMs ?? 0;
  const taken = ledger.of("subscribed").at(-1)?.receivedAtMs ?? 0;
  expect(replaced - taken).toBeGreaterThanOrEqual(30_000);
  expect(replaced - taken).toBeLessThan(31_000);
});

test("a replayed order after a cut is counted once", async () => {
  await listenSubscribed();
  const once = order();
  simulator.publish(once);
  await runtime.until(() => listening.ledger.rows.length === 1);
  simulator.replayOnSubscribe([once]);
  simulator.dropConnections();
  await runtime.until(() => listening.ledger.rows.length === 2);
  expect(listening.ledger.counted).toHaveLength(1);
  expect(listening.ledger.told("binance/market#1")).toEqual([
    "open",
    "subscribed",
    "closed cut: code 1006",
  ]);
});
