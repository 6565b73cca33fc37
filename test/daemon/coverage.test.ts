/** A venue goes dark: the answers, the message and the log say what part was seen, and so after a restart. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, type World } from "./loopback-world.ts";
import { readEmbedded } from "./stored.ts";

const LOW_USD = 1_000_000;
/** Of what is published of Binance and Bybit, Bybit's part: 133.85 of 273.94, percent. */
const BYBIT_PCT = 48.8;
const CHANGED_MS_MAX = 20_000;

afterAll(killLeftovers);

/** The usual world with a second venue in it. */
async function openTwoVenues(): Promise<{ readonly world: World; readonly binance: Simulator }> {
  const rule = { window: "500ms", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
  const world = await openWorld({ assets: [], targets: 1, rule });
  const runtime = nodeRuntime;
  const binance = await startSimulator({ venue: "binance", runtime, assets: ["BTC"] });
  const config = JSON.parse(readFileSync(world.configFile, "utf8"));
  config.venues.binance = { wsUrl: binance.wsUrl, restUrl: binance.restUrl };
  writeFileSync(world.configFile, JSON.stringify(config));
  return { world, binance };
}

async function answer(daemon: DaemonProcess, path: string) {
  const { text = "null" } = (await daemon.ask(path)) ?? {};
  return JSON.parse(text);
}

/** What is said of the shortest window. */
async function now(daemon: DaemonProcess) {
  const { windows = [] } = await answer(daemon, "/v1/windows/BTC");
  return windows[0] ?? {};
}

test("a dark venue is missing in every figure by its usual share", {
  timeout: 120_000,
}, async () => {
  const { world, binance } = await openTwoVenues();
  const daemon = startDaemon(["--config", world.configFile]);
  await daemon.ready();
  await until(async () => binance.connectionCount() > 0, "Binance is connected");
  world.liquidate("BTC", 10);
  const isSeen = async () => (await now(daemon)).coveragePct === 100;
  await until(isSeen, "both venues are seen", CHANGED_MS_MAX);
  expect(await now(daemon)).toMatchObject({ partial: false, assumed: true });
  expect(await answer(daemon, "/v1/totals?window=15m")).toMatchObject({
    ...{ complete: false, partial: true, assumed: true, darkVenues: [] },
  });

  await binance.stop();
  const isHalf = async () => (await now(daemon)).coveragePct === BYBIT_PCT;
  await until(isHalf, "Binance is missing", CHANGED_MS_MAX);
  expect(await now(daemon)).toMatchObject({ partial: true, assumed: true });
  expect(await answer(daemon, "/v1/totals?window=15m&venue=binance")).toMatchObject({
    ...{ complete: false, darkVenues: ["binance"], assumed: false },
  });
  world.liquidate("BTC", LOW_USD);
  await daemon.recorded(1);
  const [message] = world.discord.messages();
  expect(message?.embed?.title).toBe("🔴 BTC longs liquidated: $1.00M in 500 ms (LOW, partial)");
  const [incident] = (await answer(daemon, "/v1/incidents")).items;
  expect(incident).toMatchObject({ coveragePct: BYBIT_PCT, partial: true, assumed: true });
  await daemon.stop();

  const again = startDaemon(["--config", world.configFile]);
  await again.ready();
  // What the run before has watched counts: with Bybit back, more than nothing of the hour.
  const { coveragePct } = await answer(again, "/v1/totals?window=1h");
  expect(coveragePct).toBeGreaterThan(0);
  expect(coveragePct).toBeLessThan(BYBIT_PCT);
  await again.stop();
  await readEmbedded(world.dataDir, async (select) => {
    const log = await select(
      `select coverage -> 'figure' ->> 'pct' as pct, coverage -> 'figure' -> 'missing' as missing
       from liqwatch.liquidation_alerts where decision = 'opened'`,
    );
    expect(log).toEqual([{ pct: String(BYBIT_PCT), missing: ["binance"] }]);
  });
  await world.close();
});
