import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RunningBots, startBots } from "../../src/commands/bots.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { SampleCharts, TINY_PNG } from "../pictures/sample-charts.ts";
import { until } from "../real/run-folder.ts";
import { SampleDaemon } from "./samples.ts";

const TOKEN = "7000000001:AAlocal-canary-token";
const GROUP = "-100777";
const ADMIN = 42;
const DEADLINE_MS = 8_000;

let server: TelegramServer;
let bots: RunningBots | null = null;
let daemon: SampleDaemon;
let charts: SampleCharts;
let lines: string[];
/** Waits and clocks of the bot run this much faster. */
const PACE = 50;
const runtime: Runtime = {
  ...nodeRuntime,
  sleep: (ms, signal) => nodeRuntime.sleep(ms / PACE, signal),
  monotonicMs: () => nodeRuntime.monotonicMs() * PACE,
};
const log: Log = { ...SILENT_LOG, child: () => log, warn: note, error: note, info: note };
function note(fields: Readonly<Record<string, unknown>>, text: string): void {
  lines.push(`${text} ${JSON.stringify(fields)}`);
}

function start(token = TOKEN): void {
  bots = startBots({
    settings: {
      discord: null,
      telegram: {
        ...{ token, apiBaseUrl: server.apiBaseUrl, publicUrl: null },
        readers: { chats: [GROUP], users: ["7"] },
        admins: { users: [String(ADMIN)] },
      },
    },
    ...{
      queries: daemon.queries,
      controls: daemon,
      charts,
      runtime,
      log,
      hooks: { discord: null, telegram: null },
    },
  });
}
const heard = (part: string) => lines.some((line) => line.includes(part));
const saidIn = (chat: string) => server.messages().filter(({ target }) => target === chat);
const replies = (count: number) =>
  until(() => server.messages().length >= count, `${count} replies`, DEADLINE_MS);

beforeEach(async () => {
  lines = [];
  daemon = new SampleDaemon();
  charts = new SampleCharts();
  const chats = [GROUP, "7", "8", String(ADMIN)];
  server = await startTelegramServer({
    runtime: nodeRuntime,
    botToken: TOKEN,
    chats,
    limits: false,
  });
});
afterEach(async () => {
  await bots?.close();
  bots = null;
  await server.close();
});

describe("the Telegram bot", () => {
  test("sets its menus and answers a question with the table in a fixed width", async () => {
    start();
    server.say({ chatId: GROUP, userId: 9, text: "/liq24h@liqwatch_local_bot btc" });
    await replies(1);
    const [reply] = saidIn(GROUP);
    expect(reply?.html).toContain("<b>BTC liquidations</b>\n<pre>      total   longs  shorts\n");
    expect(reply?.text).toContain("24 h exactly $312,400,000.67: longs $231,200,000.10");
    const menuOf = (chat: string) => JSON.stringify(server.menus().get(chat));
    expect(menuOf("default")).toContain('"command":"liq24h"');
    expect(menuOf("default")).not.toMatch(/"mute"|"unmute"/);
    expect(menuOf(String(ADMIN))).toContain('"command":"mute"');
  });

  test("answers in private and to admins anywhere, and mutes for admins only", async () => {
    start();
    server.say({ chatId: "7", userId: 7, text: "/mute btc 1h" });
    await replies(1);
    expect(saidIn("7")[0]?.text).toBe("/mute is for admins");
    server.say({ chatId: String(ADMIN), userId: ADMIN, text: "/mute btc 1h" });
    await replies(2);
    expect(daemon.mutes).toMatchObject([{ asset: "BTC", by: "telegram:42" }]);
  });

  test("sends a chart as a photo with a caption, and the text alone where no photo is taken", async () => {
    start();
    server.say({ chatId: "7", userId: 7, text: "/chart btc 4h" });
    await replies(1);
    const [sent] = saidIn("7");
    expect(sent?.picture).toMatchObject({ name: "btc-4h.png", width: 1, height: 1 });
    expect(Buffer.from(sent?.picture?.bytes ?? []).equals(TINY_PNG)).toBe(true);
    expect(sent?.html).toContain(
      "<b>BTC liquidations, 4 h</b>\nAt least $25.8M: longs $19.3M (75%)",
    );
    expect(charts.asked).toEqual([{ windowMs: 14_400_000, asset: "BTC" }]);
    server.setFault(
      "7",
      { type: "status", status: 400, body: "Bad Request: not enough rights" },
      1,
    );
    await nodeRuntime.sleep(5_500 / PACE);
    server.say({ chatId: "7", userId: 7, text: "/chart btc" });
    await replies(2);
    expect(saidIn("7")[1]).toMatchObject({ title: "BTC liquidations, 1 h", picture: null });
  });

  test("edited questions and channel posts are answered, an unchanged edit is not", async () => {
    start();
    const chat = { id: Number(GROUP), type: "supergroup" };
    const from = { id: 9, is_bot: false, first_name: "nine" };
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const message = { message_id: 5, date: nowSeconds, chat, from, text: "/whalez" };
    server.push({ message });
    await replies(1);
    await nodeRuntime.sleep(5_500 / PACE);
    server.push({ edited_message: { ...message, edit_date: nowSeconds, text: "/whales" } });
    await replies(2);
    await nodeRuntime.sleep(5_500 / PACE);
    server.push({ edited_message: { ...message, edit_date: nowSeconds, text: "/whales" } });
    const channel = { id: Number(GROUP), type: "channel" };
    server.push({
      channel_post: { message_id: 6, date: nowSeconds, chat: channel, text: "/venues" },
    });
    await replies(3);
    expect(server.messages().map(({ title }) => title)).toEqual([
      ...['No command "/whalez"', "Largest liquidations, all assets, 24 h", "3 of 3 feeds ok"],
    ]);
  });

  test("strangers, other bots and broken updates get silence", async () => {
    start();
    server.say({ chatId: "8", userId: 100, text: "/liq24h btc" });
    const chat = { id: Number(GROUP), type: "supergroup" };
    const robot = { id: 3, is_bot: true, first_name: "robot" };
    server.push({ message: { message_id: 1, date: 1, chat, from: robot, text: "/liq24h" } });
    server.push({ message: null });
    server.push({ message: { chat: "x", text: 5 } });
    server.push({ message: { message_id: 2, date: 1, chat, from: {}, photo: [] } });
    server.push({ inline_query: { id: "1", query: "/liq24h" } });
    server.say({ chatId: GROUP, userId: 9, text: "/venues" });
    await replies(1);
    expect(server.messages().map(({ title }) => title)).toEqual(["3 of 3 feeds ok"]);
    expect(server.requests()).toHaveLength(1);
  });

  test("one person asking without pause is told once and answered later", async () => {
    start();
    for (let at = 0; at < 5; at += 1) server.say({ chatId: "7", userId: 7, text: "/venues" });
    await replies(2);
    await nodeRuntime.sleep(6_000 / PACE);
    server.say({ chatId: "7", userId: 7, text: "/venues" });
    await replies(3);
    const titles = saidIn("7").map(({ title }) => title);
    expect(titles.sort()).toEqual(["3 of 3 feeds ok", "3 of 3 feeds ok", "Too many questions"]);
  });

  test("waits out 429, 409, 502 and a cut line, each named once, and then hears again", async () => {
    start();
    await until(() => heard("Telegram bot is up"), "up", DEADLINE_MS);
    for (const fault of [
      { type: "rate-limited", retryAfterSeconds: 1 },
      { type: "status", status: 409 },
      { type: "status", status: 502 },
      { type: "cut" },
    ] as const) {
      lines = [];
      server.failPolls(fault, 2);
      server.push({ poll: {} });
      await until(() => heard("Telegram bot hears again"), JSON.stringify(fault), DEADLINE_MS);
      expect(lines).toHaveLength(2);
    }
    expect(lines.join()).not.toContain(TOKEN);
    server.say({ chatId: GROUP, userId: 9, text: "/venues" });
    await replies(1);
  });

  test("a reply that meets 429 or refused markup still arrives", async () => {
    start();
    server.setFault(GROUP, { type: "rate-limited", retryAfterSeconds: 1 }, 1);
    server.say({ chatId: GROUP, userId: 9, text: "/venues" });
    await replies(1);
    server.setFault("7", { type: "entities" }, 1);
    server.say({ chatId: "7", userId: 7, text: "/venues" });
    await replies(2);
    expect(server.requests().map(({ status }) => status)).toEqual([429, 200, 400, 200]);
    expect(saidIn("7")[0]).toMatchObject({ html: null, title: "3 of 3 feeds ok" });
  });

  test("a refused token turns the bot off, said once, without the token", async () => {
    start(`${TOKEN}x`);
    await until(() => heard("the bot is off"), "off", DEADLINE_MS);
    expect(lines).toEqual([
      'Telegram refused the bot\'s token; the bot is off {"reason":"Unauthorized"}',
    ]);
  });

  test("a group that moved is named for the operator", async () => {
    start();
    const chat = { id: Number(GROUP), type: "group" };
    server.push({ message: { message_id: 1, date: 1, chat, migrate_to_chat_id: -100999 } });
    await until(() => heard("-100999"), "moved", DEADLINE_MS);
    expect(lines.at(-1)).toContain("put it into bots.telegram.readers");
  });

  test("stops at once while a poll is open and while a service is away", async () => {
    start();
    await until(() => heard("Telegram bot is up"), "up", DEADLINE_MS);
    let startedMs = nodeRuntime.monotonicMs();
    await bots?.close();
    expect(nodeRuntime.monotonicMs() - startedMs).toBeLessThan(1_000);
    await server.close();
    start();
    await until(() => heard("cannot hear"), "away", DEADLINE_MS);
    startedMs = nodeRuntime.monotonicMs();
    await bots?.close();
    expect(nodeRuntime.monotonicMs() - startedMs).toBeLessThan(1_000);
  });

  test("questions that waited while nobody listened are not answered hours later", async () => {
    const chat = { id: Number(GROUP), type: "supergroup" };
    const from = { id: 9, is_bot: false, first_name: "nine" };
    const old = Math.floor(Date.now() / 1_000) - 3_600;
    server.push({ message: { message_id: 1, date: old, chat, from, text: "/status" } });
    server.say({ chatId: GROUP, userId: 10, text: "/venues" });
    start();
    await replies(1);
    expect(server.messages().map(({ title }) => title)).toEqual(["3 of 3 feeds ok"]);
  });
});
