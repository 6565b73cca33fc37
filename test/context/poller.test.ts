import { createServer, type ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { ContextPoller } from "../../src/context/poller.ts";
import type { ContextSource } from "../../src/context/source.ts";
import { binanceContext } from "../../src/context/sources/binance.ts";
import { bybitContext } from "../../src/context/sources/bybit.ts";
import { CONTEXT_SOURCES } from "../../src/context/sources/index.ts";
import { venueById } from "../../src/feeds/index.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { VenueReading } from "../../src/market-context.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { SteppedRuntime } from "../feeds/stepped-runtime.ts";
import { contractOf } from "./samples.ts";

const EVERY_MS = 15_000;

const ends: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A poller on the stepped clock, with what it gave and said. */
function start(source: ContextSource, restUrl: string, instruments: Instruments) {
  const runtime = new SteppedRuntime();
  const readings: { readonly atMs: number; readonly reading: VenueReading }[] = [];
  const said: string[] = [];
  const note = (fields: object, text: string) => said.push(`${JSON.stringify(fields)} ${text}`);
  const log: Log = { ...SILENT_LOG, child: () => log, warn: note, info: note };
  const stop = new AbortController();
  const poller = new ContextPoller({
    ...{ source, restUrl, instruments, runtime, log, everyMs: EVERY_MS, assets: ["BTC"] },
    ...{ address: venueById(source.venue)?.restUrl ?? "", usdCoins: ["USDT", "USDC"] },
    onReading: (atMs, reading) => void readings.push({ atMs: atMs - runtime.startMs, reading }),
  });
  const running = poller.run(stop.signal);
  ends.push(() => {
    stop.abort();
    return running;
  });
  /** Waits until so many rounds are over. */
  const rested = (asked: () => boolean) => runtime.until(asked, 120_000);
  return { poller, runtime, readings, said, rested, running };
}

async function simulatorOf(venue: VenueId): Promise<{
  readonly simulator: Simulator;
  readonly instruments: Instruments;
}> {
  const simulator = await startSimulator({ venue, runtime: nodeRuntime });
  ends.push(() => simulator.stop());
  simulator.prices = { BTC: "100000", PEPE: "0.00001" };
  simulator.openInterest = { BTC: 1_000, PEPE: 5_000_000 };
  simulator.funding = { BTC: 0.0002 };
  const instruments = new Instruments();
  for (const { path, body, parse } of venueById(venue)?.instruments ?? []) {
    const url = new URL(
      new URL(path, "http://any").pathname + new URL(path, "http://any").search,
      simulator.restUrl,
    );
    const post = body === undefined ? {} : { method: "POST", body };
    const answer = await fetch(url, post);
    if (answer.ok) instruments.add(venue, parse(await answer.json()).instruments);
  }
  return { simulator, instruments };
}

/** A server that answers as a test says, round after round. */
async function serverOf(answer: (path: string, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    answer(request.url ?? "", response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { asked, restUrl: `http://127.0.0.1:${port}` };
}

function tickers(list: readonly object[]): string {
  return JSON.stringify({ retCode: 0, retMsg: "OK", result: { list } });
}

const BTC = { symbol: "BTCUSDT", markPrice: "100000", singleOpenInterest: "10" };
const ETH = { symbol: "ETHUSDT", markPrice: "4000", singleOpenInterest: "20" };

function bybitContracts(): Instruments {
  const instruments = new Instruments();
  const inverse = contractOf("BTCUSD", { asset: "BTC", quote: "USD", isInverse: true });
  instruments.add("bybit", [contractOf("BTCUSDT"), contractOf("ETHUSDT"), inverse]);
  return instruments;
}

describe("a round over loopback", () => {
  test.each(CONTEXT_SOURCES.map((source) => [source.venue, source] as const))(
    "of %s gives coins, USD, a rate and a price as the venue tells them",
    async (venue, source) => {
      const { simulator, instruments } = await simulatorOf(venue);
      const { readings, runtime, rested, poller } = start(source, simulator.restUrl, instruments);
      await rested(() => readings.length === 2);
      const [first, second] = readings;
      expect(second).toMatchObject({ reading: { venue, everyMs: EVERY_MS } });
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThanOrEqual(EVERY_MS + 500);
      const btc = second?.reading.assets.BTC;
      expect(btc?.price).toBe(100_000);
      const rate8h = ((btc?.funding?.rate ?? 0) * 8) / (btc?.funding?.intervalHours ?? 0);
      expect(rate8h).toBeCloseTo(0.0002, 12);
      expect(btc?.funding?.settlesAtMs).toBeGreaterThan(runtime.nowMs());
      const { coins = 0, inverseUsd = 0, contracts = 0 } = btc?.openInterest ?? {};
      expect(coins).toBeGreaterThanOrEqual(1_000);
      expect(coins - 1_000).toBeLessThan(150);
      // Coin-margined contracts hold a twentieth of the first one's coins, where they are told.
      const inverse = instruments.list(venue).filter((one) => one.isInverse && one.asset === "BTC");
      const isTold = inverse.length > 0 && source.unit.inverse !== "unknown";
      expect(inverseUsd > 0).toBe(isTold);
      if (isTold) expect(inverseUsd % 5_000_000).toBeCloseTo(0, 3);
      expect(contracts).toBeGreaterThanOrEqual(1);
      const isBulk = venue !== "binance";
      const pepe = second?.reading.assets.PEPE;
      expect(pepe?.price).toBeCloseTo(0.00001, 12);
      expect(pepe?.openInterest?.coins ?? 0).toBeCloseTo(isBulk ? 5_000_000 : 0, 3);
      expect(poller.state()).toMatchObject({ failures: 0, trouble: null, everyMs: EVERY_MS });
    },
  );
});

describe("a venue that does not answer as it should", () => {
  test("gives what it could, and is named with what failed", async () => {
    const { restUrl } = await serverOf((path, response) => {
      if (path.includes("inverse")) response.writeHead(500).end();
      else response.end(tickers([BTC]));
    });
    const { readings, said, rested, poller } = start(bybitContext, restUrl, bybitContracts());
    await rested(() => readings.length === 2);
    expect(readings[1]?.reading.assets.BTC?.price).toBe(100_000);
    expect(poller.state().trouble).toContain("category=inverse: HTTP 500");
    expect(said[0]).toContain("LIQ_CONTEXT");
    expect(said[0]).toContain("HTTP 500");
  });

  test.each([
    ["HTML", "<html>busy</html>", "is not valid JSON"],
    ["a refusal", '{"retCode":10006,"retMsg":"Too many visits!"}', "Too many visits!"],
    ["nothing", "", "Unexpected end of JSON input"],
    ["an empty list", tickers([]), "no asset in the answers"],
  ])("is told of when it gives %s", async (_name, body, reason) => {
    const { restUrl } = await serverOf((_path, response) => response.end(body));
    const { readings, said, rested, poller } = start(bybitContext, restUrl, bybitContracts());
    await rested(() => poller.state().failures === 2);
    expect(readings).toEqual([]);
    expect(poller.state()).toMatchObject({ lastAtMs: null });
    expect(said[0]).toContain(reason);
  });

  test("is found again, and says so once", async () => {
    let isAway = true;
    const { restUrl } = await serverOf((_path, response) => {
      if (isAway) response.writeHead(503).end();
      else response.end(tickers([BTC]));
    });
    const { readings, said, rested, poller } = start(bybitContext, restUrl, bybitContracts());
    await rested(() => poller.state().failures === 2);
    isAway = false;
    await rested(() => readings.length === 2);
    expect(said.filter((line) => line.includes("is read again"))).toHaveLength(1);
    expect(poller.state()).toMatchObject({ failures: 0, trouble: null });
  });

  test.each([
    [429, "120", 120_000],
    [429, "", 60_000],
    [418, "300", 300_000],
    [403, "", 600_000],
  ])(
    "that answers %i is left alone as long as it asks, and the round ends",
    async (status, after, waitMs) => {
      const { asked, restUrl } = await serverOf((_path, response) => {
        if (asked.length > 1) response.end(tickers([BTC]));
        else response.writeHead(status, after === "" ? {} : { "retry-after": after }).end();
      });
      const { readings, runtime } = start(bybitContext, restUrl, bybitContracts());
      await runtime.until(() => asked.length === 1);
      await runtime.settle(() => runtime.sleeperCount === 1);
      runtime.jump(waitMs - 1_000);
      await runtime.pass(50);
      expect(asked).toHaveLength(1);
      await runtime.until(() => readings.length === 1, EVERY_MS + 2_000);
    },
  );

  test("that may not be used from here is not asked again", async () => {
    const { asked, restUrl } = await serverOf((_path, response) => response.writeHead(451).end());
    const { running, poller, rested } = start(bybitContext, restUrl, bybitContracts());
    await rested(() => poller.state().trouble !== null);
    await running;
    expect(asked).toHaveLength(1);
    expect(poller.state().trouble).toContain("451");
  });

  test("that lists half of its contracts closes no positions", async () => {
    const lists = [[BTC, ETH], [ETH], [ETH], [BTC, ETH]];
    const { restUrl } = await serverOf((path, response) => {
      if (path.includes("inverse"))
        response.end(tickers([{ symbol: "BTCUSD", openInterest: "200" }]));
      else response.end(tickers(lists.shift() ?? [BTC, ETH]));
    });
    const { readings, rested } = start(bybitContext, restUrl, bybitContracts());
    await rested(() => readings.length === 4);
    const sums = readings.map(({ reading }) => reading.assets.BTC?.openInterest ?? null);
    const whole = { coins: 10, inverseUsd: 100, contracts: 2 };
    expect(sums).toEqual([whole, null, null, whole]);
    expect(readings.map(({ reading }) => reading.assets.ETH?.openInterest?.coins)).toEqual([
      ...[20, 20, 20, 20],
    ]);
  });

  test("that does not know a contract any more is not asked for it again, and is no failure", async () => {
    const { asked, restUrl } = await serverOf((path, response) => {
      if (path.includes("symbol=BTCUSDC")) response.writeHead(400).end('{"code":-1121}');
      else if (path.includes("openInterest?")) {
        response.end('{"symbol":"BTCUSDT","openInterest":"5"}');
      } else response.end('[{"symbol":"BTCUSDT","markPrice":"100"}]');
    });
    const instruments = new Instruments();
    const usdc = contractOf("BTCUSDC", { asset: "BTC", quote: "USDC" });
    instruments.add("binance", [contractOf("BTCUSDT"), usdc]);
    const { readings, poller, rested } = start(binanceContext, restUrl, instruments);
    await rested(() => readings.length === 3);
    expect(poller.state()).toMatchObject({ failures: 0, trouble: null });
    expect(asked.filter((path) => path.includes("BTCUSDC"))).toHaveLength(1);
    expect(readings[2]?.reading.assets.BTC?.openInterest).toEqual({
      ...{ coins: 5, inverseUsd: 0, contracts: 1 },
    });
  });

  test("that tells a part is asked at its pace, however often the rest fails", async () => {
    const { restUrl } = await serverOf((path, response) => {
      if (path.includes("inverse")) response.writeHead(500).end();
      else response.end(tickers([BTC]));
    });
    const { readings, rested } = start(bybitContext, restUrl, bybitContracts());
    await rested(() => readings.length === 6);
    const gapsMs = readings.slice(1).map(({ atMs }, at) => atMs - (readings[at]?.atMs ?? 0));
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(EVERY_MS + 500);
  });

  test("that never answers is given up after 20 s, and asked again", async () => {
    const { asked, restUrl } = await serverOf(() => {});
    const { runtime, rested, poller } = start(bybitContext, restUrl, bybitContracts());
    await runtime.until(() => asked.length === 1);
    await rested(() => poller.state().failures === 1);
    expect(poller.state().trouble).toContain("no answer within 20000 ms");
    await rested(() => asked.length >= 3);
  });
});
