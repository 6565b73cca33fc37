/** The promise of a recording: replayed, it gives exactly what was decided live. */
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLines } from "../../src/cli/lines.ts";
import { Replay } from "../../src/cli/replay-run.ts";
import { loadSettings, type Settings } from "../../src/config.ts";
import { type Daemon, startDaemon } from "../../src/daemon.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { SILENT_LOG } from "../../src/log.ts";
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
  const overrides = {
    venues: onlyVenues({ bybit: { wsUrl: bybit.wsUrl, restUrl: bybit.restUrl } }),
    rules: [RULE],
    dataDir: scratchFolder("recorded-daemon"),
    http: { port: 0 },
  };
  settings = loadSettings({ file: null, env: {}, overrides, readFile: noFile });
  daemon = await startDaemon({
    ...{ settings, runtime: nodeRuntime, log: SILENT_LOG, label: null, inboxes: null },
    recordTo: folder,
    onFatal: () => undefined,
    onConsole: () => undefined,
  });
  await daemon.ready;
  await until(() => bybit.subscriptions().length > 2, "subscribed", DEADLINE_MS);
}, DEADLINE_MS);

afterAll(async () => {
  await daemon.stop();
  await bybit.stop();
});

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

test("a recorded run replays to the same decisions at the same milliseconds", {
  timeout: DEADLINE_MS,
}, async () => {
  const publish = (asset: string, price: string, usd: number) =>
    bybit.publish({
      ...{ venue: "bybit", asset, positionSide: "long", price, atMs: Date.now() },
      baseSize: (usd / Number(price)).toFixed(3),
    });
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
  await daemon.stop();

  expect(readdirSync(folder)).toHaveLength(1);
  const replay = new Replay({ rules: settings.rules, usdCoins: settings.usdCoins });
  let priceLines = 0;
  for await (const { text } of readLines(folder)) {
    replay.line(text);
    if (text.includes('"referencePrices":{"BTC":100000}')) priceLines += 1;
  }
  expect(priceLines).toBeGreaterThan(0);
  const { alerts, input } = replay.report();
  expect(input.rejected).toBe(0);
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
