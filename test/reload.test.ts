/** A configuration that changes while the daemon runs, from the saved file to the message. */

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { watchFile } from "../src/config/watch.ts";
import { loadSettings } from "../src/config.ts";
import { type Daemon, startDaemon } from "../src/daemon.ts";
import { type DiscordServer, startDiscordServer } from "../src/demo/discord-server.ts";
import { type Simulator, startSimulator } from "../src/feeds/simulator/server.ts";
import { type Log, type LogFields, SILENT_LOG } from "../src/log.ts";
import { Reload } from "../src/reload.ts";
import { nodeRuntime as runtime } from "../src/runtime-node.ts";
import { load, WEBHOOK } from "./config/loading.ts";
import { onlyVenues } from "./only-venues.ts";
import { scratchFolder, until } from "./real/run-folder.ts";

const DEADLINE_MS = 30_000;
let bybit: Simulator;
let discord: DiscordServer;
let file: string;
let daemon: Daemon;
let stopWatching: () => void;
let said: (LogFields & { readonly message: string })[];

function log(): Log {
  const keep = (fields: LogFields, message: string) => void said.push({ ...fields, message });
  const kept = { ...SILENT_LOG, error: keep, warn: keep, info: keep };
  return { ...kept, child: () => kept };
}

/** `low`: of the only rule; `webhooks`: the targets d1, d2. */
function textOf({ low = 1e6, webhooks = [1], more = "" }): string {
  const targets = webhooks.map((number) => {
    const url = discord.webhookUrl(number);
    return `  d${number}: { type: discord, webhookUrl: "${url}", apiBaseUrl: "${discord.apiBaseUrl}" }\n`;
  });
  const places = webhooks.map((number) => `d${number}`).join(", ");
  const venues = onlyVenues({ bybit: { wsUrl: bybit.wsUrl, restUrl: bybit.restUrl } });
  return `venues: ${JSON.stringify(venues)}
rules:
  - name: only
    scope: asset
    metric: notionalUsd
    window: 5m
    thresholds: { low: ${low}, medium: 1e8, high: 1e9, critical: 1e10 }
    cooldown: 0s
    notify: [${places}]
notifiers:
${targets.join("")}${more}`;
}

function save(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function publish(symbol: string, usd: number): void {
  const positionSide = "long" as const;
  const row = {
    venue: "bybit" as const,
    symbol,
    positionSide,
    price: "100",
    baseSize: `${usd / 100}`,
  };
  bybit.publish({ ...row, atMs: runtime.nowMs() });
}

const titles = (webhook: number) =>
  discord.messages().flatMap(({ target, title }) => (target === String(webhook) ? [title] : []));
const heard = (message: string) => said.filter((line) => line.message === message);

describe("a change that cannot be made", () => {
  test("leaves routes and targets as they were; the next one is made after it, not beside it", async () => {
    const settings = load("preset: calm", { env: { DISCORD_WEBHOOK_URL: WEBHOOK } });
    const done: string[] = [];
    const read: (readonly string[] | null)[] = [];
    let isAway = true;
    const reload = new Reload({
      ...{ settings, log: SILENT_LOG, read: () => load(null) },
      onRead: (mistakes) => read.push(mistakes),
      setTargets: async (targets) => void done.push(targets.map(({ name }) => name).join(" ")),
      setHolds: ({ mutes }) => void done.push(`holds ${mutes.length}`),
      changeRules: async (_rules, onChanged) => {
        if (isAway) throw new Error("Store is away");
        onChanged([]);
      },
    });
    expect(await reload.run()).toBe("refused");
    expect(done).toEqual(["console discord", "discord"]);
    expect(reload.settings).toBe(settings);
    isAway = false;
    expect(await Promise.all([reload.run(), reload.run()])).toEqual(["changed", "unchanged"]);
    expect(done.slice(2)).toEqual(["console discord", "console"]);
    expect(reload.settings.preset).toBe("normal");
    expect(read).toEqual([["Store is away"], null, null]);
  });
});

describe("a configuration saved while the daemon runs", { timeout: 60_000 }, () => {
  beforeEach(async () => {
    said = [];
    bybit = await startSimulator({ venue: "bybit", runtime });
    discord = await startDiscordServer({ runtime, webhooks: 2, limits: false });
    const folder = scratchFolder("reload");
    file = join(folder, "own.yaml");
    save(textOf({}));
    const overrides = { http: { port: 0 }, dataDir: join(folder, "data") };
    const read = () => loadSettings({ file, env: {}, overrides });
    daemon = await startDaemon({
      ...{ settings: read(), readSettings: read, runtime, log: log(), label: null, inboxes: null },
      onFatal: () => undefined,
      onConsole: () => undefined,
    });
    stopWatching = watchFile(file, {
      ...{ runtime, log: SILENT_LOG },
      onChange: () => void daemon.reload(),
    });
    await daemon.ready;
    await until(() => bybit.subscriptions().length > 0, "subscribed", DEADLINE_MS);
  });
  afterEach(async () => {
    stopWatching();
    const { failed, unfinished } = await daemon.stop();
    expect([...failed, ...unfinished]).toEqual([]);
    await Promise.all([bybit.stop(), discord.close()]);
  });

  test("brings new thresholds and targets into force over what the windows hold already", async () => {
    publish("BTCUSDT", 5_000);
    await until(() => daemon.summary().liquidations === 1, "row accepted", DEADLINE_MS);
    save(textOf({ low: 1_000, webhooks: [1, 2] }));
    await until(() => titles(1).length === 1 && titles(2).length === 1, "both told", DEADLINE_MS);
    // Five minutes have not been watched yet, so the figure may be called partial.
    expect(titles(2)).toEqual([
      expect.stringMatching(/^🔴 BTC longs liquidated: \$5\.0K in 5 min \(LOW(?:, partial)?\)$/),
    ]);
    expect(heard("Configuration is in force")).toMatchObject([
      {
        // The built-in rule tells every target, so its routes changed, too.
        rules: { added: [], removed: [], changed: ["only", "market-wide"] },
        targets: { added: ["d2"], removed: [], changed: [] },
      },
    ]);

    save(textOf({ low: 1_000, webhooks: [2] }));
    await until(() => heard("Configuration is in force").length === 2, "in force", DEADLINE_MS);
    publish("ETHUSDT", 7_000);
    await until(() => titles(2).length === 2, "the other target told", DEADLINE_MS);
    expect(titles(1)).toHaveLength(1);
    expect(daemon.summary()).toMatchObject({ liquidations: 2, duplicates: 0, errors: 0 });
  });

  test("that is wrong changes nothing, and every mistake is in the log without a secret", async () => {
    const text = textOf({ low: 1_000 });
    save(`${text.replace("window: 5m", "window: 7x")}http: { prot: 1 }\n`);
    const refused = "Configuration is refused; the old one goes on";
    await until(() => heard(refused).length === 1, "refused", DEADLINE_MS);
    expect(heard(refused)[0]?.mistakes).toEqual([
      expect.stringMatching(/^rules\[0\]\.window \(line \d+\): "7x", expected /),
      expect.stringMatching(/^http\.prot \(line \d+\): unknown key, /),
    ]);
    publish("BTCUSDT", 5_000);
    await until(() => daemon.summary().liquidations === 1, "row accepted", DEADLINE_MS);
    save("rules: [");
    await until(() => heard(refused).length === 2, "refused", DEADLINE_MS);
    expect(await daemon.reload()).toBe("refused");
    expect(titles(1)).toEqual([]);
    save(text);
    await until(() => titles(1).length === 1, "the mended one is in force", DEADLINE_MS);
  });

  test("names what only a restart can change, and takes over the rest", async () => {
    const more = `http: { host: localhost }
database: { url: "postgres://u:canary@127.0.0.1/x" }
usdCoins: [USDT]
`;
    const text = textOf({ low: 1_000, more });
    save(text.replace('"okx":{"enabled":false}', '"okx":{"enabled":true}'));
    await until(() => heard("Configuration is in force").length === 1, "in force", DEADLINE_MS);
    expect(heard("Changed settings need a restart; the old ones go on")).toEqual([
      {
        keys: ["venues.okx", "usdCoins", "database.url", "http.host"],
        message: "Changed settings need a restart; the old ones go on",
      },
    ]);
    expect(JSON.stringify(said)).not.toContain("canary");
    expect(await daemon.reload()).toBe("unchanged");
  });
});
