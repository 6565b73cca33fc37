/** The promise of a recording: replayed, it gives exactly what was decided and counted live. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLines } from "../../src/cli/lines.ts";
import { Replay } from "../../src/cli/replay-run.ts";
import { loadSettings, type Settings } from "../../src/config.ts";
import { type Daemon, startDaemon } from "../../src/daemon.ts";
import { deferred } from "../../src/feeds/deferred.ts";
import { perpetual } from "../../src/feeds/simulator/contracts.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { SILENT_LOG } from "../../src/log.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { onlyVenues } from "../only-venues.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

const DEADLINE_MS = 60_000;
const RULE = {
  ...{ name: "any", scope: "asset", metric: "notionalUsd", window: "1s", cooldown: "0s" },
  thresholds: { low: 1_000, medium: 10_000, high: 100_000, critical: 1_000_000 },
  resolve: { for: "500ms", reopenWithin: "10m" },
};
const folder = scratchFolder("recorded-run");

let bybit: Simulator;
let daemon: Daemon;
let settings: Settings;

beforeAll(async () => {
  bybit = await startSimulator({ venue: "bybit", runtime: nodeRuntime, assets: ["BTC", "PEPE"] });
  bybit.list(perpetual("LATE"));
  const overrides = {
    venues: onlyVenues({ bybit: { wsUrl: bybit.wsUrl, restUrl: bybit.restUrl } }),
    rules: [RULE],
    dataDir: scratchFolder("recorded-daemon"),
    http: { port: 0 },
  };
  settings = loadSettings({ file: null, env: {}, overrides, readFile: noFile });
  daemon = await startDaemon({
    ...{ settings, runtime: slowLists, log: SILENT_LOG, label: null, inboxes: null },
    recordTo: folder,
    onFatal: () => undefined,
    onConsole: () => undefined,
  });
  await daemon.ready;
  await until(() => bybit.connectionCount() > 1, "connected", DEADLINE_MS);
}, DEADLINE_MS);

afterAll(async () => {
  await daemon.stop();
  await bybit.stop();
});

/** The venue's list of contracts comes when the test lets it: until then LATE is unknown. */
const listing = deferred<void>();
const slowLists: Runtime = {
  ...nodeRuntime,
  async fetch(input, init) {
    if (String(input).includes("instruments-info")) await listing.promise;
    return fetch(input, init);
  },
};

interface DayTotals {
  readonly orders: number;
  readonly totalUsd: number;
  readonly longUsd: number;
  readonly byAsset: readonly { readonly asset: string; readonly totalUsd: number }[];
}

async function dayLive(): Promise<DayTotals> {
  return JSON.parse(await (await fetch(`${daemon.url}/v1/totals?window=24h`)).text());
}

/** An order of a contract that is not listed yet. */
function sendLate(number: number): void {
  const [symbol, atMs] = ["LATEUSDT", Date.now()];
  const data = [{ T: atMs, s: symbol, S: "Buy", v: String(number), p: "300.5" }];
  bybit.sendRaw(JSON.stringify({ topic: `allLiquidation.${symbol}`, ts: atMs, data }));
}

interface Told {
  readonly at: string;
  readonly decision: string;
  readonly scopeKey: string;
  readonly severity: string;
  readonly value: number;
}

async function toldLive(): Promise<readonly Told[]> {
  const answer = await fetch(`${daemon.url}/v1/alerts?limit=500`);
  const { items }: { readonly items: readonly Told[] } = JSON.parse(await answer.text());
  return items.toReversed();
}

test("a recorded run replays to the same decisions at the same milliseconds, and the same totals", {
  timeout: DEADLINE_MS,
}, async () => {
  const publish = (asset: string, price: string, usd: number) =>
    bybit.publish({
      ...{ venue: "bybit", asset, positionSide: "long", price, atMs: Date.now() },
      baseSize: (usd / Number(price)).toFixed(3),
    });
  for (const number of [1, 2, 3]) sendLate(number);
  await until(async () => (await dayLive()).orders === 3, "unknown orders are counted", 12_000);
  expect(await dayLive()).toMatchObject({ totalUsd: 0, byAsset: [] });
  listing.resolve();
  await until(async () => (await dayLive()).totalUsd === 1_803, "they have their money", 12_000);
  await until(() => bybit.subscriptions().length > 2, "subscribed", DEADLINE_MS);
  publish("BTC", "60000", 5_000);
  publish("PEPE", "0.00001", 2_000);
  await until(() => daemon.summary().alerts.opened === 2, "opened", 12_000);
  publish("BTC", "59900", 250_000);
  bybit.replayOnSubscribe([]);
  bybit.dropConnections();
  await until(() => daemon.summary().alerts.resolved === 2, "resolved", 12_000);
  await until(() => bybit.subscriptions().length > 2, "subscribed again", 12_000);
  publish("BTC", "59800", 30_000);
  await until(() => daemon.summary().alerts.reopened === 1, "reopened", 12_000);
  await until(() => daemon.summary().alerts.resolved === 3, "resolved again", 12_000);
  const live = await toldLive();
  const day = await dayLive();
  await daemon.stop();

  expect(readdirSync(folder)).toHaveLength(1);
  const replay = new Replay({ rules: settings.rules, usdCoins: settings.usdCoins });
  let priceLines = 0;
  for await (const { text } of readLines(folder)) {
    replay.line(text);
    if (text.includes('"referencePrices":{"BTC":100000}')) priceLines += 1;
  }
  expect(priceLines).toBeGreaterThan(0);
  const { alerts, input, totals, day: replayedDay } = replay.report();
  expect(input.rejected).toBe(0);
  const assets = Object.fromEntries(day.byAsset.map(({ asset, totalUsd }) => [asset, totalUsd]));
  expect(assets.LATE).toBe(1_803);
  for (const replayed of [totals, replayedDay]) {
    const { orders, notionalUsd, longUsd } = replayed.all;
    expect({ orders, totalUsd: notionalUsd, longUsd }).toEqual({
      ...{ orders: day.orders, totalUsd: day.totalUsd, longUsd: day.longUsd },
    });
    const byAsset = Object.entries(replayed.byAsset);
    expect(Object.fromEntries(byAsset.map(([asset, sum]) => [asset, sum.notionalUsd]))).toEqual(
      assets,
    );
  }
  const replayed = alerts.map(({ atMs, decision, scope, severity, value }) => {
    return { at: new Date(atMs).toISOString(), decision, scope, severity, value };
  });
  expect(replayed.length).toBeGreaterThanOrEqual(6);
  expect(replayed).toEqual(
    live.map(({ at, decision, scopeKey, severity, value }) => {
      return { at, decision, scope: scopeKey, severity, value };
    }),
  );
});

function noFile(): never {
  throw Object.assign(new Error("no file"), { code: "ENOENT" });
}
