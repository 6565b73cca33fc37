/** Discord posts to us: signed interactions are answered as over the gateway, all others refused. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import {
  type FakeDiscord,
  type InteractionInput,
  startFakeDiscord,
} from "../fakes/discord-gateway.ts";
import { DiscordPoster } from "../fakes/discord-poster.ts";
import { until } from "../real/run-folder.ts";
import { type Hooked, startHooked } from "./hooked.ts";
import { SampleDaemon } from "./samples.ts";

const TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.canary.discord-token-of-a-test-1234567";
const EPHEMERAL = 64;
const DEADLINE_MS = 10_000;
/** Waits and clocks of the bot run this much faster. */
const PACE = 50;
const PING = JSON.stringify({ type: 1, id: "1", application_id: "1", token: "t", version: 1 });

let discord: FakeDiscord;
let poster: DiscordPoster;
let hooked: Hooked;

interface StartOptions {
  readonly daemon?: SampleDaemon;
  /** Factor of deadlines. */
  readonly after?: number;
  readonly token?: string;
}

/** Waits until the bot listens. */
async function start({ daemon, after = 1, token = TOKEN }: StartOptions = {}): Promise<void> {
  const runtime: Runtime = {
    ...nodeRuntime,
    after: (ms, run) => nodeRuntime.after(ms * after, run),
    sleep: (ms, signal) => nodeRuntime.sleep(ms / PACE, signal),
    monotonicMs: () => nodeRuntime.monotonicMs() * PACE,
  };
  hooked = await startHooked({
    ...{ runtime, ...(daemon === undefined ? {} : { daemon }) },
    settings: () => ({
      telegram: null,
      discord: {
        ...{ token, apiBaseUrl: discord.apiBaseUrl, publicKey: poster.publicKey },
        readers: { guilds: ["10"], channels: [], roles: [], users: [] },
        admins: { roles: ["60"], users: ["70"] },
      },
    }),
  });
  poster.url = `${hooked.api.url}/bots/discord`;
}

async function startBots(): Promise<void> {
  hooked.startBots();
  await until(() => hooked.heard("Discord bot is up"), "up", DEADLINE_MS);
}

const ask = async (input: InteractionInput) => (await poster.interact(input)).answer.json;
const text = (name: string, value: string) => ({ name, type: 3, value });

beforeEach(async () => {
  discord = await startFakeDiscord(TOKEN);
  poster = new DiscordPoster();
  const path = "https://liqwatch.example.com/bots/discord";
  discord.setApplication({ verify_key: poster.publicKey, interactions_endpoint_url: path });
});
afterEach(async () => {
  await hooked.close();
  await discord.close();
});

describe("HTTP delivery", () => {
  test("answers a ping before the bot is up, and questions when it is; no gateway", async () => {
    await start();
    expect(await poster.post(PING)).toMatchObject({ status: 200, json: { type: 1 } });
    const early = await poster.interact({ name: "venues" });
    expect(early.answer.status).toBe(503);
    await startBots();
    const answer = await ask({ name: "liq24h", options: [text("asset", "btc")] });
    expect(answer).toMatchObject({
      type: 4,
      data: { flags: EPHEMERAL, allowed_mentions: { parse: [] } },
    });
    expect(answer?.data.content).toContain("24 h exactly $312,400,000.67: longs $231,200,000.10");
    expect([discord.identified(), discord.registrations()]).toEqual([0, 1]);
    expect(JSON.stringify(discord.menu())).toContain('"name":"liq24h"');
    expect(await hooked.posts("discord", "closed")).toBe(1);
    expect(await hooked.posts("discord", "accepted")).toBe(2);
    expect(hooked.heard("need a look")).toBe(false);
  });

  test("promises a chart in the answer and completes it with the picture", async () => {
    await start();
    await startBots();
    expect(await ask({ name: "chart" })).toMatchObject({ type: 5, data: { flags: EPHEMERAL } });
    await until(() => discord.answers().length > 0, "the picture", DEADLINE_MS);
    expect(discord.answers()).toMatchObject([
      { type: "complete", files: [{ fileName: "market-1h.png" }] },
    ]);
  });

  test("completes options, shows strangers the door and keeps admins' commands for admins", async () => {
    await start();
    await startBots();
    const typing = { ...text("asset", "bitc"), focused: true };
    const choices = await ask({ name: "liq", type: 4, options: [typing] });
    expect(choices).toEqual({ type: 8, data: { choices: [] } });
    const whole = { ...text("asset", "bitcoin"), focused: true };
    expect(await ask({ name: "liq", type: 4, options: [whole] })).toEqual({
      type: 8,
      data: { choices: [{ name: "BTC", value: "BTC" }] },
    });
    const stranger = await ask({ name: "venues", guildId: "11", userId: "5" });
    expect(stranger).toMatchObject({ type: 4, data: { flags: EPHEMERAL } });
    expect(stranger?.data.content).toContain("**Not enabled here**");
    const options = [text("asset", "btc"), text("duration", "2h")];
    const refused = await ask({ name: "mute", options, userId: "6" });
    expect(refused?.data.content).toBe("**/mute is for admins**");
    await ask({ name: "mute", options, userId: "7", roleIds: ["60"] });
    expect(hooked.daemon.mutes).toMatchObject([{ asset: "BTC", by: "discord:7" }]);
  });

  test("promises an answer that is slow and completes it over REST, even if it comes early", async () => {
    let free: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    await start({ daemon: new SampleDaemon({ store: () => gate }), after: 1 / 10 });
    await startBots();
    discord.delayCompletions(2);
    const { id, answer } = await poster.interact({ name: "alerts" });
    expect(answer.json).toMatchObject({ type: 5, data: { flags: EPHEMERAL } });
    free();
    await until(() => discord.answers().length > 0, "completed", DEADLINE_MS);
    expect(discord.answers()).toMatchObject([
      { interactionId: id, type: "complete", data: { allowed_mentions: { parse: [] } } },
    ]);
    expect(discord.answers()[0]?.data.content).toMatch(/^\*\*Last alerts\*\*\nNo alert yet/);
  });

  test("a crowd of strangers does not keep the bot busy", async () => {
    await start();
    await startBots();
    const strangers = Array.from({ length: 300 }, (_, at) =>
      poster.interact({ name: "venues", guildId: "11", userId: String(1_000 + at) }),
    );
    const answer = await ask({ name: "venues" });
    expect(answer?.data.content).toContain("3 of 3 feeds ok");
    const statuses = (await Promise.all(strangers)).map(({ answer: { status } }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test("tells the operator of another application's key and of a missing address", async () => {
    discord.setApplication({ verify_key: "ab".repeat(32), interactions_endpoint_url: null });
    await start();
    await startBots();
    const key = "bots.discord.publicKey is not the key of the token's application";
    expect(hooked.heard(key)).toBe(true);
    expect(hooked.heard("no Interactions Endpoint URL that ends in /bots/discord")).toBe(true);
  });

  test("a refused token turns the bot off, said once, without the token", async () => {
    await start({ token: `${TOKEN}x` });
    hooked.startBots();
    await until(() => hooked.heard("the bot is off"), "off", DEADLINE_MS);
    expect(hooked.lines.filter((line) => line.includes("Discord"))).toHaveLength(1);
    expect(hooked.lines.join()).not.toContain("canary");
    expect((await poster.interact({ name: "venues" })).answer.status).toBe(503);
  });

  test("waits for a service that is away, and stops at once", async () => {
    discord.refuseLogins(500, 6);
    await start();
    await startBots();
    expect(hooked.heard("trying again")).toBe(true);
    const startedMs = nodeRuntime.monotonicMs();
    await hooked.stopBots();
    expect(nodeRuntime.monotonicMs() - startedMs).toBeLessThan(1_000);
  });
});

describe("who is not Discord", () => {
  const secondsAgo = (seconds: number) => String(Math.floor(Date.now() / 1_000) - seconds);
  const other = new DiscordPoster();

  test.each<[string, () => Parameters<DiscordPoster["post"]>[1]]>([
    ["no signature", () => ({ headers: { "x-signature-ed25519": "" } })],
    ["a signature that is none", () => ({ headers: { "x-signature-ed25519": "zz".repeat(64) } })],
    ["a signature of zeros", () => ({ headers: { "x-signature-ed25519": "0".repeat(128) } })],
    ["no timestamp", () => ({ headers: { "x-signature-timestamp": "" } })],
    ["another timestamp", () => ({ headers: { "x-signature-timestamp": secondsAgo(1) } })],
    ["a timestamp of 6 minutes ago", () => ({ timestamp: secondsAgo(360) })],
    ["a timestamp of in 6 minutes", () => ({ timestamp: secondsAgo(-360) })],
    ["a timestamp that is no number", () => ({ timestamp: "NaN" })],
    ["another body", () => ({ body: PING.replace('"1"', '"2"') })],
    ["one more blank", () => ({ body: `${PING} ` })],
    [
      "another application's key",
      () => {
        const timestamp = secondsAgo(0);
        return { timestamp, headers: { "x-signature-ed25519": other.signature(timestamp, PING) } };
      },
    ],
  ])("with %s gets 401 and not a word", async (_what, spoil) => {
    await start();
    await startBots();
    const answer = await poster.post(PING, spoil());
    expect([answer.status, answer.text]).toEqual([401, ""]);
    expect(await hooked.posts("discord", "refused")).toBe(1);
  });

  test("a clock that is wrong is told to the operator", async () => {
    await start();
    await poster.post(PING, { timestamp: secondsAgo(400) });
    await poster.post(PING, { timestamp: secondsAgo(400) });
    const told = hooked.lines.filter((line) => line.includes("our clock is wrong"));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/"ageS":40[01]/);
  });
});

test.each([
  ["no JSON", "{", 400],
  ["nothing", "", 400],
  ["null", "null", 400],
  ["a list", "[]", 400],
  ["a button", '{"type":3,"id":"1","application_id":"1","token":"t","data":{}}', 400],
  ["a command without a person", JSON.stringify({ type: 2, data: { name: "venues" } }), 400],
  ["an id that is a path", JSON.stringify({ type: 2, id: "1/../2", data: { name: "x" } }), 400],
  ["more than 64 KB", JSON.stringify({ type: 2, x: "x".repeat(66_000) }), 413],
])("Discord itself posting %s", async (_what, body, status) => {
  await start();
  await startBots();
  const answer = await poster.post(body);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(`"status":${status}`);
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\n {4}at /);
});

test("where no service was asked to post, nothing is there", async () => {
  await start();
  const { url } = hooked.api;
  for (const path of ["/bots/telegram", "/bots/", "/bots/other"]) {
    expect((await fetch(url + path, { method: "POST", body: "{}" })).status).toBe(404);
  }
  expect((await fetch(`${url}/bots/discord`)).status).toBe(404);
});
