/** Telegram posts to us: the same answers as by polling, and silence for everybody else. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RateLimits } from "../../src/api/rate-limit.ts";
import { TelegramHook } from "../../src/commands/telegram-hook.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { until } from "../real/run-folder.ts";
import { type Hooked, startHooked } from "./hooked.ts";

const TOKEN = "7000000001:AAlocal-canary-token";
const GROUP = "-100777";
const DEADLINE_MS = 8_000;
const SECRET_HEADER = "x-telegram-bot-api-secret-token";
/** Waits and clocks of the bot run this much faster. */
const PACE = 200;
const runtime: Runtime = {
  ...nodeRuntime,
  sleep: (ms, signal) => nodeRuntime.sleep(ms / PACE, signal),
  monotonicMs: () => nodeRuntime.monotonicMs() * PACE,
};

let server: TelegramServer;
let hooked: Hooked;
const { secret } = new TelegramHook(TOKEN);

/** `polls` = the bot polls instead. */
async function start(polls = false, rateLimits?: RateLimits): Promise<void> {
  const readers = { chats: [GROUP], users: ["7"] };
  hooked = await startHooked({
    ...{ runtime, ...(rateLimits === undefined ? {} : { rateLimits }) },
    settings: (publicUrl) => ({
      discord: null,
      telegram: {
        ...{ token: TOKEN, apiBaseUrl: server.apiBaseUrl, readers, admins: { users: ["42"] } },
        publicUrl: polls ? null : `${publicUrl}/`,
      },
    }),
  });
}
const hookUrl = () => `${hooked.api.url}/bots/telegram`;
const replies = (count: number) =>
  until(() => server.messages().length >= count, `${count} replies`, DEADLINE_MS);
const titles = () => server.messages().map(({ title }) => title);

function post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(hookUrl(), {
    method: "POST",
    headers: { "content-type": "application/json", [SECRET_HEADER]: secret, ...headers },
    body,
  });
}

function update(id: number, over: Readonly<Record<string, unknown>> = {}): string {
  const chat = { id: Number(GROUP), type: "supergroup" };
  const from = { id: 9, is_bot: false, first_name: "nine" };
  const date = Math.floor(Date.now() / 1_000);
  const message = { message_id: id, date, chat, from, text: "/venues", ...over };
  return JSON.stringify({ update_id: id, message });
}

beforeEach(async () => {
  const chats = [GROUP, "7", "42"];
  server = await startTelegramServer({
    runtime: nodeRuntime,
    botToken: TOKEN,
    chats,
    limits: false,
  });
});
afterEach(async () => {
  await hooked.close();
  await server.close();
});

describe("webhook mode", () => {
  test("sets the webhook itself and answers what Telegram posts", async () => {
    await start();
    hooked.startBots();
    await until(() => server.webhook.state() !== null, "webhook set", DEADLINE_MS);
    expect(server.webhook.state()).toMatchObject({
      ...{ url: hookUrl(), secret, connectionsMax: 4 },
      allowedUpdates: ["message", "edited_message", "channel_post", "edited_channel_post"],
    });
    expect(secret).toMatch(/^[\w-]{43}$/);
    server.say({ chatId: GROUP, userId: 9, text: "/liq24h btc" });
    await replies(1);
    expect(server.messages()[0]?.text).toContain("24 h exactly $312,400,000.67");
    server.say({ chatId: "42", userId: 42, text: "/mute btc 1h" });
    await replies(2);
    expect(hooked.daemon.mutes).toMatchObject([{ asset: "BTC", by: "telegram:42" }]);
    expect(server.webhook.statuses()).toEqual([200, 200]);
    expect(await hooked.posts("telegram", "accepted")).toBe(2);
    expect(hooked.lines.join()).not.toContain(secret);
  });

  test("an update that comes again is answered once", async () => {
    await start();
    hooked.startBots();
    await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
    for (let times = 0; times < 3; times += 1) {
      expect((await post(update(77))).status).toBe(200);
      await nodeRuntime.sleep(6_000 / PACE);
    }
    expect((await post(update(78, { from: { id: 10, is_bot: false } }))).status).toBe(200);
    await replies(2);
    expect(titles()).toEqual(["3 of 3 feeds ok", "3 of 3 feeds ok"]);
  });

  test("is set again when somebody took it away, and failures are told", async () => {
    await start();
    hooked.startBots();
    await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
    await fetch(`${server.apiBaseUrl}/bot${TOKEN}/deleteWebhook`, { method: "POST" });
    await until(() => server.webhook.state() !== null, "set again", DEADLINE_MS);
    expect(hooked.heard("Telegram's webhook was taken away or changed")).toBe(true);
    await hooked.stopBots();
    server.say({ chatId: GROUP, userId: 9, text: "/venues" });
    await until(() => server.webhook.statuses().includes(503), "kept by Telegram", DEADLINE_MS);
    expect(await hooked.posts("telegram", "closed")).toBeGreaterThan(0);
    hooked.startBots();
    // What was kept comes when somebody listens again.
    await replies(1);
    expect(titles()).toEqual(["3 of 3 feeds ok"]);
  });

  test("questions that waited while nobody listened are not answered hours later", async () => {
    await start();
    hooked.startBots();
    await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
    const old = Math.floor(Date.now() / 1_000) - 3_600;
    expect((await post(update(1, { date: old }))).status).toBe(200);
    await post(update(2, { from: { id: 10, is_bot: false } }));
    await replies(1);
    expect(server.messages()).toHaveLength(1);
  });
});

describe("polling mode", () => {
  test("takes away a webhook that was set, and keeps what waits", async () => {
    await start(true);
    const setUrl = `${server.apiBaseUrl}/bot${TOKEN}/setWebhook?url=http://127.0.0.1:9/`;
    await fetch(setUrl, { method: "POST" });
    server.say({ chatId: GROUP, userId: 9, text: "/venues" });
    hooked.startBots();
    await replies(1);
    expect(titles()).toEqual(["3 of 3 feeds ok"]);
    expect(server.webhook.state()).toBe(null);
    expect(hooked.heard("it is removed, because mode is polling")).toBe(true);
    const answer = await post(update(5));
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("Nothing answers POST /bots/telegram");
  });
});

describe("who is not Telegram", () => {
  test.each([
    ["no secret", { [SECRET_HEADER]: "" }],
    ["a wrong secret", { [SECRET_HEADER]: `${secret.slice(0, -1)}_` }],
    ["the bot's token", { [SECRET_HEADER]: TOKEN }],
    ["the secret twice", { [SECRET_HEADER]: `${secret}, ${secret}` }],
  ])("with %s is told nothing and counted", async (_what, headers) => {
    await start();
    hooked.startBots();
    await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
    for (const body of [update(1), "no json", "x".repeat(100_000)]) {
      const answer = await post(body, headers);
      expect([answer.status, await answer.text()]).toEqual([401, ""]);
    }
    expect(await hooked.posts("telegram", "refused")).toBe(3);
    expect(server.messages()).toEqual([]);
  });

  test("is limited after a burst; Telegram behind the same address is not", async () => {
    await start(false, { burst: 5, perSecond: 0.001 });
    hooked.startBots();
    await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
    const statuses: number[] = [];
    for (let at = 0; at < 10; at += 1) {
      statuses.push((await post("{}", { [SECRET_HEADER]: "guess" })).status);
    }
    expect(statuses).toEqual([...Array(5).fill(401), ...Array(5).fill(429)]);
    expect((await fetch(`${hooked.api.url}/healthz`)).status).toBe(429);
    server.say({ chatId: GROUP, userId: 9, text: "/venues" });
    await replies(1);
  });
});

test.each([
  ["no JSON", "{", 400],
  ["no update", "[]", 400],
  ["an update without its number", '{"message":{}}', 400],
  ["nothing", "", 400],
  ["a number too large", '{"update_id":1e300}', 400],
  ["a deep nest", `{"update_id":1,"message":${"[".repeat(9_000)}${"]".repeat(9_000)}}`, 200],
  ["an update of an unknown kind", '{"update_id":1,"business_message":{}}', 200],
  ["more than 64 KB", update(1, { text: "x".repeat(66_000) }), 413],
])("Telegram itself posting %s", async (_what, body, status) => {
  await start();
  hooked.startBots();
  await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
  const answer = await post(body);
  expect(answer.status).toBe(status);
  if (status >= 400) {
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  }
  expect(await answer.text()).not.toMatch(/node_modules|\.ts:|\n {4}at /);
});
