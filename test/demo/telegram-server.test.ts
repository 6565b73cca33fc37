import { Telegraf } from "telegraf";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTelegramHtml } from "../../src/demo/telegram-html.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { TINY_PNG } from "../pictures/sample-charts.ts";
import { until } from "../real/run-folder.ts";

const TOKEN = "7000000001:AAlocal-token";
let server: TelegramServer;
let nowMs = 1_795_000_000_000;
const runtime: Runtime = { ...nodeRuntime, nowMs: () => nowMs };

beforeEach(async () => {
  server = await startTelegramServer({
    runtime,
    botToken: TOKEN,
    chats: ["-100", "7"],
    limits: true,
  });
});
afterEach(() => server.close());

async function call(method: string, body: object, token = TOKEN): Promise<unknown> {
  const answer = await fetch(`${server.apiBaseUrl}/bot${token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}
const say = (chat: string, text = "hello"): Promise<unknown> =>
  call("sendMessage", { chat_id: chat, text });

describe("the local Telegram", () => {
  test("sends, edits and refuses as the real one does", async () => {
    expect(await say("7")).toMatchObject({ ok: true, result: { message_id: 1, text: "hello" } });
    nowMs += 1_000;
    const edit = { chat_id: 7, message_id: 1, text: "<b>new</b>", parse_mode: "HTML" };
    expect(await call("editMessageText", edit)).toMatchObject({ result: { text: "new" } });
    expect(server.messages()).toMatchObject([
      { title: "new", html: "<b>new</b>", editedAtMs: nowMs },
    ]);
    expect(await say("8")).toMatchObject({
      ok: false,
      error_code: 400,
      description: "Bad Request: chat not found",
    });
    expect(await call("sendMessage", {}, "1:x")).toMatchObject({ error_code: 401 });
    expect(await call("banEverybody", { chat_id: "7" })).toMatchObject({ error_code: 404 });
  });

  test("limits a chat to one message a second and a group to twenty a minute", async () => {
    expect(await say("7")).toMatchObject({ ok: true });
    nowMs += 400;
    expect(await say("7")).toEqual({
      ok: false,
      error_code: 429,
      description: "Too Many Requests: retry after 1",
      parameters: { retry_after: 1 },
    });
    for (let count = 0; count < 20; count += 1) {
      nowMs += 1_000;
      expect(await say("-100")).toMatchObject({ ok: true });
    }
    nowMs += 1_000;
    expect(await say("-100")).toMatchObject({ error_code: 429, parameters: { retry_after: 40 } });
  });

  test("measures texts after reading their markup", async () => {
    const html = { chat_id: "7", parse_mode: "HTML" };
    const long = `<b>${"x".repeat(4_096)}</b>`;
    expect(await call("sendMessage", { ...html, text: long })).toMatchObject({ ok: true });
    nowMs += 1_000;
    expect(await call("sendMessage", { ...html, text: `${long}y` })).toMatchObject({
      description: "Bad Request: message is too long",
    });
    nowMs += 1_000;
    expect(await call("sendMessage", { ...html, text: "<b> </b>" })).toMatchObject({
      description: "Bad Request: message text is empty",
    });
  });

  test("takes pictures and hands out what people write, through the real client", async () => {
    const bot = new Telegraf(TOKEN, { telegram: { apiRoot: server.apiBaseUrl } });
    const picture = { source: TINY_PNG };
    const sent = await bot.telegram.sendPhoto("7", picture, { caption: "one hour" });
    expect(sent.message_id).toBe(1);
    expect(server.messages()[0]?.text).toBe("one hour");
    const heard: string[] = [];
    bot.command("liq24h", (context) => {
      heard.push(context.message.text);
    });
    void bot.launch();
    server.say({ chatId: "7", userId: 5, text: "/liq24h btc" });
    await until(() => heard.length === 1, "the command arrives", 5_000);
    expect(heard).toEqual(["/liq24h btc"]);
    bot.stop();
  });
});

describe("Telegram's HTML", () => {
  test.each([
    ["<b>1 <i>2</i></b> &lt;3&gt; &amp; &#33;&#x21; &unknown;", "1 2 <3> & !! &unknown;"],
    ['<a href="https://x">link</a><span class="tg-spoiler">s</span>', "links"],
    ["1 > 2", "1 > 2"],
  ])("%s is read", (html, text) => {
    expect(readTelegramHtml(html)).toEqual({ text });
  });

  test.each([
    ["<b>open", 'Can\'t find end tag corresponding to start tag "b"'],
    ["closed</b>", "Unexpected end tag at byte offset 6"],
    ["<b>é<i>x</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'],
    ["<table>", 'Unsupported start tag "table" at byte offset 0'],
    ["1 < 2", "Unclosed start tag at byte offset 2"],
    ["1 <2>", 'Unsupported start tag "2" at byte offset 2'],
  ])("%s is refused", (html, reason) => {
    expect(readTelegramHtml(html)).toEqual({
      error: `Bad Request: can't parse entities: ${reason}`,
    });
  });
});
