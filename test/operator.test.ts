/** What the operator hears of a running daemon: a wrong configuration, a target that is gone. */
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testAlert } from "../src/cli/test-alert.ts";
import { loadSettings } from "../src/config.ts";
import { type Daemon, startDaemon } from "../src/daemon.ts";
import { type DiscordServer, startDiscordServer } from "../src/demo/discord-server.ts";
import { type Simulator, startSimulator } from "../src/feeds/simulator/server.ts";
import { SILENT_LOG } from "../src/log.ts";
import { nodeRuntime as runtime } from "../src/runtime-node.ts";
import { recordedIo } from "./cli/recorded-io.ts";
import { scratchFolder, until } from "./real/run-folder.ts";

const DEADLINE_MS = 30_000;
const TOKEN = "canary-admin-token";
let bybit: Simulator;
let discord: DiscordServer;
let file: string;
let daemon: Daemon;

beforeEach(async () => {
  bybit = await startSimulator({ venue: "bybit", runtime });
  discord = await startDiscordServer({ runtime, webhooks: 2, limits: false });
  const folder = scratchFolder("operator");
  file = join(folder, "own.yaml");
  save(textOf("5m"));
  const overrides = { http: { port: 0 }, dataDir: join(folder, "data") };
  const read = () => loadSettings({ file, env: {}, overrides });
  daemon = await startDaemon({
    ...{ settings: read(), readSettings: read, runtime, log: SILENT_LOG },
    ...{ label: null, inboxes: null, onFatal() {}, onConsole() {} },
  });
  await daemon.ready;
  await until(() => bybit.subscriptions().length > 0, "subscribed", DEADLINE_MS);
});
afterEach(async () => {
  await daemon.stop();
  await Promise.all([bybit.stop(), discord.close()]);
});

function textOf(window: string): string {
  const d = (number: number, purpose: string) =>
    `  ${purpose}: { type: discord, purpose: ${purpose}, webhookUrl: "${discord.webhookUrl(number)}", apiBaseUrl: "${discord.apiBaseUrl}" }\n`;
  const off = ["binance", "okx"].map((id) => `  ${id}: { enabled: false }\n`).join("");
  return `venues:
${off}  bybit: { wsUrl: "${bybit.wsUrl}", restUrl: "${bybit.restUrl}" }
rules:
  - name: only
    scope: asset
    metric: notionalUsd
    window: ${window}
    thresholds: { low: 1000, medium: 1e8, high: 1e9, critical: 1e10 }
    cooldown: 0s
http: { adminToken: ${TOKEN} }
notifiers:
${d(1, "alerts")}${d(2, "ops")}`;
}

function save(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function publish(symbol: string): void {
  const row = {
    venue: "bybit",
    symbol,
    positionSide: "long",
    price: "100",
    baseSize: "50",
  } as const;
  bybit.publish({ ...row, atMs: runtime.nowMs() });
}

const told = (webhook: number) =>
  discord.messages().filter(({ target }) => target === String(webhook));
const titles = (webhook: number) => told(webhook).map(({ title }) => title);
const hears = (title: string) =>
  until(() => titles(2).includes(title), `the operator hears: ${title}`, DEADLINE_MS);
const ready = async () => (await fetch(`${daemon.url}/readyz`)).json();

test("the operator hears of both, and a TEST message re-arms the target", {
  timeout: 90_000,
}, async () => {
  save(textOf("7x"));
  expect(await daemon.reload()).toBe("refused");
  await hears("OPS The new configuration is refused: 1 mistake");
  expect(told(2)[0]?.text).toMatch(/rules.*window.*7x.*expected/);
  save(textOf("5m"));
  expect(await daemon.reload()).toBe("unchanged");
  await hears("OPS The configuration is in order again");

  discord.setFault(1, { type: "status", status: 404, body: '{"message":"Unknown Webhook"}' });
  publish("BTCUSDT");
  await hears("OPS Target alerts is parked: it refuses our messages");
  expect(told(2).at(-1)?.text).toContain("Unknown Webhook");
  expect(await ready()).toMatchObject({ status: "ready", parkedTargets: ["alerts"] });
  publish("ETHUSDT");
  await until(() => daemon.summary().deliveries.parked === 2, "both wait", DEADLINE_MS);

  discord.setFault(1, null);
  const io = recordedIo();
  const args = ["alerts", "--config", file, "--url", daemon.url];
  expect(await testAlert(args, io)).toBe(0);
  expect(io.written.out).toMatch(
    /^alerts \(discord\): delivered in \d+ ms, message [\d/]+; it was parked, 2 messages that waited go out$/m,
  );
  expect(io.written.err).not.toContain("Sent by this command");
  expect(io.written.out + io.written.err).not.toContain(TOKEN);
  await hears("OPS Target alerts takes messages again");
  await until(() => told(1).length === 3, "what waited is told", DEADLINE_MS);
  expect(titles(1)).toEqual([
    expect.stringMatching(/^TEST ⚪ BTC longs liquidated/),
    expect.stringMatching(/^🔴 BTC longs liquidated/),
    expect.stringMatching(/^🔴 ETH longs liquidated/),
  ]);
  expect(titles(2).filter((title) => !title?.startsWith("OPS "))).toEqual([]);
  expect(titles(2)).toHaveLength(4);
  expect(await ready()).toMatchObject({ parkedTargets: [] });
  await until(() => daemon.summary().deliveries.pending === 0, "all recorded", DEADLINE_MS);
  expect(daemon.summary().deliveries).toMatchObject({ delivered: 6, parked: 2 });
});
