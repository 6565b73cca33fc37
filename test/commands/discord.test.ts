import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RunningBots, startBots } from "../../src/commands/bots.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { type FakeDiscord, startFakeDiscord } from "../fakes/discord-gateway.ts";
import { SampleCharts, TINY_PNG } from "../pictures/sample-charts.ts";
import { until } from "../real/run-folder.ts";
import { SampleDaemon, type SampleOptions } from "./samples.ts";

const TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.canary.discord-token-of-a-test-1234567";
const EPHEMERAL = 64;
const DEADLINE_MS = 10_000;
/** Waits of the bot run this much faster. */
const PACE = 50;

let discord: FakeDiscord;
let bots: RunningBots | null = null;
let lines: string[];
const runtime: Runtime = {
  ...nodeRuntime,
  sleep: (ms, signal) => nodeRuntime.sleep(ms / PACE, signal),
  monotonicMs: () => nodeRuntime.monotonicMs() * PACE,
};
const note = (fields: Readonly<Record<string, unknown>>, text: string): void => {
  lines.push(`${text} ${JSON.stringify(fields)}`);
};
const log: Log = { ...SILENT_LOG, child: () => log, info: note, warn: note, error: note };
const heard = (part: string) => lines.some((line) => line.includes(part));

async function start(options: SampleOptions & { token?: string; after?: number } = {}) {
  const daemon = new SampleDaemon(options);
  const charts = new SampleCharts();
  const { after = 1, token = TOKEN } = options;
  bots = startBots({
    settings: {
      telegram: null,
      discord: {
        ...{ token, apiBaseUrl: discord.apiBaseUrl, publicKey: null },
        readers: { guilds: ["10"], channels: ["30"], roles: ["40"], users: ["50"] },
        admins: { roles: ["60"], users: ["70"] },
      },
    },
    ...{
      queries: daemon.queries,
      controls: daemon,
      charts,
      log,
      hooks: { discord: null, telegram: null },
    },
    runtime: { ...runtime, after: (ms, run) => nodeRuntime.after(ms * after, run) },
  });
  if (token === TOKEN) await until(() => heard("Discord bot is up"), "up", DEADLINE_MS);
  return daemon;
}

async function answerTo(id: string, count = 1) {
  const found = () => discord.answers().filter(({ interactionId }) => interactionId === id);
  await until(() => found().length >= count, `answer to ${id}`, DEADLINE_MS);
  return found();
}
const contentOf = (answer: { data: Readonly<Record<string, unknown>> } | undefined) =>
  String(answer?.data.content);
const text = (name: string, value: string) => ({ name, type: 3, value });

beforeEach(async () => {
  lines = [];
  discord = await startFakeDiscord(TOKEN);
});
afterEach(async () => {
  await bots?.close();
  bots = null;
  await discord.close();
});

describe("the Discord bot", () => {
  test("answers a slash command so that only the asker sees it, and calls nobody", async () => {
    await start();
    const [answer] = await answerTo(
      discord.interact({ name: "liq24h", options: [text("asset", "btc")] }),
    );
    expect(answer).toMatchObject({
      type: 4,
      data: { flags: EPHEMERAL, allowed_mentions: { parse: [] } },
    });
    expect(contentOf(answer)).toContain("**BTC liquidations**\n```\n      total   longs  shorts\n");
    expect(contentOf(answer)).toContain("24 h exactly $312,400,000.67: longs $231,200,000.10");
  });

  test("promises a chart and completes the promise with the picture", async () => {
    await start();
    const options = [text("asset", "btc"), text("window", "24h")];
    const [promise, answer] = await answerTo(discord.interact({ name: "chart", options }), 2);
    expect(promise).toMatchObject({ type: 5, data: { flags: EPHEMERAL } });
    expect(answer).toMatchObject({
      type: "complete",
      data: {
        attachments: [{ id: 0, filename: "btc-24h.png", description: "A chart" }],
        allowed_mentions: { parse: [] },
      },
      files: [{ name: "files[0]", fileName: "btc-24h.png" }],
    });
    expect(answer?.files[0]?.bytes.equals(TINY_PNG)).toBe(true);
    expect(contentOf(answer)).toContain(
      "**BTC liquidations, 24 h**\nAt least $25.8M: longs $19.3M",
    );
  });

  test("registers its commands once, and again only when they have changed", async () => {
    await start();
    expect(discord.registrations()).toBe(1);
    const names = discord.menu().map((command) => Reflect.get(Object(command), "name"));
    expect(names).toEqual([
      ...["liq24h", "liqs", "rekt", "liq", "top", "whales", "whale", "cascade", "chart"],
      ...["oi", "funding", "market", "levels", "alerts", "venues", "exchanges", "feeds"],
      ...["thresholds", "rules", "status", "mute", "unmute", "help"],
    ]);
    expect(JSON.stringify(discord.menu())).toContain('"name":"asset","description"');
    await bots?.close();
    lines = [];
    await start();
    expect(discord.registrations()).toBe(1);
  });

  test("completes assets, venues and windows while they are typed, for readers only", async () => {
    await start();
    const typing = async (name: string, value: string, userId = "1", guildId = "10") => {
      const options = [{ ...text(name, value), focused: true }];
      const id = discord.interact({ name: "liq", type: 4, options, userId, guildId });
      const [answer] = await answerTo(id);
      expect(answer?.type).toBe(8);
      const choices = answer?.data.choices;
      return Array.isArray(choices) ? choices.map(({ value: choice }) => choice) : null;
    };
    expect(await typing("asset", "")).toEqual([
      ...["BTC", "ETH", "1INCH", "ARB", "DOGE", "KAS", "PEPE", "SOL", "XRP"],
    ]);
    expect(await typing("asset", "1000pe")).toEqual([]);
    expect(await typing("asset", "1000pepe")).toEqual(["PEPE"]);
    expect(await typing("asset", "bitcoin")).toEqual(["BTC"]);
    expect(await typing("venue", "b")).toEqual(["Binance", "Bybit"]);
    expect(await typing("window", "1")).toEqual(["10s", "15m", "1h", "12h"]);
    expect(await typing("asset", "b", "1", "11")).toEqual([]);
  });

  test.each([
    ["in another guild", { guildId: "11" }, false],
    ["in a direct message", { guildId: null }, false],
    ["in a listed channel of another guild", { guildId: "11", channelId: "30" }, true],
    ["in a thread of a listed channel", { guildId: "11", channelId: "31", parentId: "30" }, true],
    ["with a listed role", { guildId: "11", roleIds: ["41", "40"] }, true],
    ["listed, in a direct message", { guildId: null, userId: "50" }, true],
    ["an admin, in a direct message", { guildId: null, userId: "70" }, true],
  ])("somebody %s", async (_, where, isAnswered) => {
    await start();
    const [answer] = await answerTo(discord.interact({ name: "venues", ...where }));
    const expected = isAnswered ? "**3 of 3 feeds ok**" : "**Not enabled here**";
    expect(answer).toMatchObject({ type: 4, data: { flags: EPHEMERAL } });
    expect(contentOf(answer).split("\n")[0]).toBe(expected);
  });

  test("shows a reply to everybody for admins only", async () => {
    await start();
    const options = [{ name: "public", type: 5, value: true }];
    const ofReader = await answerTo(discord.interact({ name: "venues", options }));
    const ofAdmin = await answerTo(discord.interact({ name: "venues", options, userId: "70" }));
    expect(ofReader[0]?.data.flags).toBe(EPHEMERAL);
    expect(ofAdmin[0]?.data.flags).toBe(undefined);
  });

  test("mutes for admins by role, not for readers", async () => {
    const daemon = await start();
    const options = [text("asset", "btc"), text("duration", "2h")];
    const [refused] = await answerTo(discord.interact({ name: "mute", options }));
    expect(contentOf(refused)).toBe("**/mute is for admins**");
    const roleIds = ["60"];
    await answerTo(discord.interact({ name: "mute", options, userId: "2", roleIds }));
    expect(daemon.mutes).toMatchObject([{ asset: "BTC", by: "discord:2" }]);
  });

  test("promises an answer that is slow, and completes it", async () => {
    let free: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    await start({ store: () => gate, after: 1 / 10 });
    const id = discord.interact({ name: "alerts" });
    const [deferred] = await answerTo(id);
    expect(deferred).toMatchObject({ type: 5, data: { flags: EPHEMERAL } });
    free();
    const [, completed] = await answerTo(id, 2);
    expect(completed).toMatchObject({
      type: "complete",
      data: { allowed_mentions: { parse: [] } },
    });
    expect(contentOf(completed)).toMatch(/^\*\*Last alerts\*\*\nNo alert yet/);
  });

  test("what people type is answered and never obeyed", async () => {
    await start();
    for (const [at, value] of [
      "@everyone",
      "<@&60> **x** `y`",
      "'; DROP TABLE liquidations; --",
      "<b>x</b>",
    ].entries()) {
      const options = [text("asset", value)];
      const [answer] = await answerTo(
        discord.interact({ name: "liq24h", options, userId: String(100 + at) }),
      );
      expect(answer?.data).toMatchObject({ allowed_mentions: { parse: [] }, flags: EPHEMERAL });
      expect(contentOf(answer)).toMatch(/No asset or venue called/);
      expect(contentOf(answer)).not.toMatch(/@everyone|(?<!\\)<@/);
    }
  });

  test("a person asking without pause is told how long to wait, every time", async () => {
    await start();
    const first = await answerTo(discord.interact({ name: "venues" }));
    const ids = [1, 2].map(() => discord.interact({ name: "venues" }));
    expect(contentOf(first[0])).toContain("3 of 3 feeds ok");
    for (const id of ids)
      expect(contentOf((await answerTo(id))[0])).toContain("Too many questions");
  });

  test("a crowd of strangers does not keep the bot busy", async () => {
    await start();
    for (let at = 0; at < 1_000; at += 1) {
      discord.interact({ name: "venues", guildId: "11", userId: String(1_000 + at) });
    }
    const [answer] = await answerTo(discord.interact({ name: "venues" }));
    expect(contentOf(answer)).toContain("3 of 3 feeds ok");
    expect(discord.answers().length).toBeLessThan(600);
  });
});

describe("the connection", () => {
  test("comes back after the gateway let go, resumed or begun anew", async () => {
    await start();
    for (const code of [4000, 1001]) {
      const before = discord.identified();
      discord.drop(code);
      await until(() => discord.identified() > before, `back after ${code}`, DEADLINE_MS);
    }
    const [answer] = await answerTo(discord.interact({ name: "venues" }));
    expect(contentOf(answer)).toContain("3 of 3 feeds ok");
  });

  test("is begun anew when the gateway ended it for good", async () => {
    await start();
    lines = [];
    discord.drop(4014);
    await until(() => heard("Discord bot is up"), "up again", DEADLINE_MS);
    expect(lines[0]).toContain('trying again {"reason":"closed with 4014"}');
    const [answer] = await answerTo(discord.interact({ name: "venues" }));
    expect(contentOf(answer)).toContain("3 of 3 feeds ok");
  });

  test("waits for a service that is away", async () => {
    discord.refuseLogins(500, 6);
    await start();
    expect(heard("trying again")).toBe(true);
  });

  test("a refused token turns the bot off, said once, without the token", async () => {
    await start({ token: `${TOKEN}x` });
    await until(() => heard("the bot is off"), "off", DEADLINE_MS);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("canary");
  });

  test("stops at once, connected or not", async () => {
    await start();
    let startedMs = nodeRuntime.monotonicMs();
    await bots?.close();
    expect(nodeRuntime.monotonicMs() - startedMs).toBeLessThan(3_000);
    await discord.close();
    lines = [];
    void start();
    startedMs = nodeRuntime.monotonicMs();
    await bots?.close();
    expect(nodeRuntime.monotonicMs() - startedMs).toBeLessThan(3_500);
    discord = await startFakeDiscord(TOKEN);
  });
});
