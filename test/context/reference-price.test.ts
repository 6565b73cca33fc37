import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { REFERENCE, watchPrices } from "../../src/context/reference-price.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { until } from "../real/run-folder.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Waits are asked for and pass at once, as soon as the test lets the next round begin. */
function start(restUrl: string) {
  const samples: Readonly<Record<string, number>>[] = [];
  const said: string[] = [];
  const waitsMs: number[] = [];
  const stop = new AbortController();
  let next = (): void => {};
  const runtime: Runtime = {
    ...nodeRuntime,
    random: () => 0.5,
    sleep(ms, signal) {
      waitsMs.push(ms);
      return new Promise((resolve) => {
        next = resolve;
        signal?.addEventListener("abort", () => resolve());
      });
    },
  };
  const note = (fields: object, text: string) => said.push(`${JSON.stringify(fields)} ${text}`);
  const log: Log = { ...SILENT_LOG, child: () => log, warn: note, info: note };
  const onPrices = (_atMs: number, prices: Readonly<Record<string, number>>) =>
    void samples.push(prices);
  const running = watchPrices({ source: REFERENCE, restUrl, runtime, log, onPrices }, stop.signal);
  ends.push(() => {
    stop.abort();
    return running;
  });
  const rounds = (count: number) => until(() => waitsMs.length >= count, `${count} rounds`, 10_000);
  return { samples, said, waitsMs, rounds, goOn: () => next(), stop, running };
}

async function bybitOn(): Promise<Simulator> {
  const simulator = await startSimulator({ venue: "bybit", runtime: nodeRuntime });
  ends.push(() => simulator.stop());
  return simulator;
}

describe("reference prices", () => {
  test("are the mark prices of one venue, asked every 5 s", async () => {
    const simulator = await bybitOn();
    const world = start(simulator.restUrl);
    await world.rounds(1);
    simulator.prices = { BTC: "64001.50", ETH: "3001.25" };
    world.goOn();
    await world.rounds(2);
    expect(world.samples).toEqual([
      { BTC: 100_000, ETH: 4_000 },
      { BTC: 64_001.5, ETH: 3_001.25 },
    ]);
    expect(
      simulator
        .lookUps()
        .map(({ path }) => path)
        .slice(0, 2)
        .sort(),
    ).toEqual([
      "/v5/market/tickers?category=linear&symbol=BTCUSDT",
      "/v5/market/tickers?category=linear&symbol=ETHUSDT",
    ]);
    for (const waitMs of world.waitsMs) {
      expect(waitMs).toBeGreaterThan(3_000);
      expect(waitMs).toBeLessThanOrEqual(5_000);
    }
  });

  test("that cannot be read are told with the reason, and the others are used", async () => {
    const simulator = await bybitOn();
    simulator.prices = { ETH: "3001.25" };
    const world = start(simulator.restUrl);
    await world.rounds(1);
    simulator.prices = { BTC: "64001.5", ETH: "3001.25" };
    world.goOn();
    await world.rounds(2);
    expect(world.samples).toEqual([{ ETH: 3_001.25 }, { BTC: 64_001.5, ETH: 3_001.25 }]);
    expect(world.said[0]).toContain("LIQ_CONTEXT");
    expect(world.said[0]).toContain("symbol=BTCUSDT: no price in the answer");
    expect(world.said[1]).toContain("Reference prices are read again");
    expect(world.waitsMs[0]).toBeGreaterThan(world.waitsMs[1] ?? 0);
  });

  test.each([
    ["HTTP 503", (): [number, string] => [503, "away"]],
    ["not valid JSON", (): [number, string] => [200, "<html>"]],
    ["longer than 65536 bytes", (): [number, string] => [200, "x".repeat(70_000)]],
    ["no price in the answer", (): [number, string] => [200, '{"result":{"list":[{}]}}']],
    ["no price in the answer", (): [number, string] => [200, '{"result":{"list":[]}}']],
  ])("give no sample after: %s", async (reason, answer) => {
    const server = createServer((_request, response) => {
      const [status, body] = answer();
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const world = start(`http://127.0.0.1:${port}`);
    await world.rounds(1);
    expect(world.samples).toEqual([]);
    expect(world.said[0]).toContain(reason);
  });

  test("are not asked for any more after the stop", async () => {
    const simulator = await bybitOn();
    const world = start(simulator.restUrl);
    await world.rounds(1);
    world.stop.abort();
    await world.running;
    expect(world.samples).toHaveLength(1);
    expect(simulator.lookUps()).toHaveLength(2);
  });
});
