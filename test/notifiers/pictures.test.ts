/** Pictures of messages: sent, replaced by edits, and never in the way of the words. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Picture } from "../../src/chart.ts";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { createNotifier } from "../../src/notifiers/index.ts";
import type { Attempt, Message, Notifier, TargetSettings } from "../../src/notifiers/notifier.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { TINY_PNG } from "../pictures/sample-charts.ts";
import { sampleMessage } from "./sample-message.ts";

const TOKEN = "7000000001:AAlocal-canary-token-0123456789abcdef";
const BOT_TOKEN = "MTAwMDAw.canary.bot-token-of-a-test";
const GROUP = "-1001234567890";
const FORUM = 2;
const PICTURE: Picture = { bytes: TINY_PNG, name: "btc-1h.png", alt: "BTC, last hour" };
const WIDER = Buffer.from(TINY_PNG);
WIDER.writeUInt32BE(2, 16);
const LATER: Picture = { ...PICTURE, bytes: WIDER };

let discord: DiscordServer;
let telegram: TelegramServer;
let open: Notifier[];

beforeEach(async () => {
  const common = { runtime: nodeRuntime, limits: false };
  discord = await startDiscordServer({
    ...{ ...common, webhooks: 2, botToken: BOT_TOKEN, forums: [FORUM] },
  });
  telegram = await startTelegramServer({ ...common, botToken: TOKEN, chats: [GROUP] });
  open = [];
});
afterEach(async () => {
  for (const notifier of open) await notifier.close();
  await discord.close();
  await telegram.close();
});

const COMMON = {
  name: "target",
  purpose: "alerts",
  minSeverity: "LOW",
  silentBelow: "HIGH",
} as const;

function notifier(target: TargetSettings): Notifier {
  const made = createNotifier(target, { runtime: nodeRuntime, log: SILENT_LOG, write() {} });
  open.push(made);
  return made;
}

const inDiscord = (over: object) =>
  notifier({
    ...{ ...COMMON, type: "discord", webhookUrl: null, channelId: null, botToken: null },
    ...{ threadId: null, forum: false, budget: null, apiBaseUrl: discord.apiBaseUrl },
    ...{ mentionRoles: { CRITICAL: [] }, ...over },
  });
const PLACES = {
  webhook: () => inDiscord({ webhookUrl: discord.webhookUrl(1) }),
  bot: () => inDiscord({ channelId: discord.channelId(1), botToken: BOT_TOKEN }),
  forum: () => inDiscord({ channelId: discord.channelId(FORUM), botToken: BOT_TOKEN, forum: true }),
};
const inTelegram = () =>
  notifier({
    ...{ ...COMMON, type: "telegram", botToken: TOKEN, chatId: GROUP, topicId: null },
    budget: null,
    apiBaseUrl: telegram.apiBaseUrl,
  });

const signal = new AbortController().signal;
const send = (to: Notifier, over: Partial<Message>) => to.send(sampleMessage(over), signal);
async function edit(to: Notifier, first: Attempt, over: Partial<Message>) {
  const remoteId = first.outcome === "delivered" ? (first.remoteId ?? "") : "";
  return to.edit?.(remoteId, sampleMessage(over), signal);
}

describe("in Discord", () => {
  const widths = () => discord.messages().map(({ picture }) => picture?.width ?? null);

  test.each(["webhook", "bot", "forum"] as const)(
    "a picture stands in its embed and changes with it: %s",
    async (place) => {
      const to = PLACES[place]();
      const first = await send(to, { picture: PICTURE });
      expect(first.outcome).toBe("delivered");
      expect(discord.messages()[0]?.picture).toMatchObject({
        ...{ name: "btc-1h.png", alt: "BTC, last hour" },
      });
      expect(discord.messages()[0]?.embed?.image).toBe("attachment://btc-1h.png");
      await edit(to, first, { picture: LATER, title: "more" });
      expect([widths(), discord.messages()[0]?.title]).toEqual([[2], "more"]);
      await edit(to, first, { title: "calmed" });
      expect(widths()).toEqual([null]);
      expect(discord.messages()[0]?.embed?.image ?? null).toBe(null);
    },
  );

  test.each([
    ["too large", 413, '{"message": "Request entity too large", "code": 40005}'],
    ["not allowed", 403, '{"message": "Missing Permissions", "code": 50013}'],
  ])("goes without a picture that is %s", async (_, status, body) => {
    const to = PLACES.webhook();
    discord.setFault(1, { type: "status", status, body }, 1);
    expect(await send(to, { picture: PICTURE })).toMatchObject({ outcome: "delivered" });
    expect(widths()).toEqual([null]);
  });

  test("is refused without a picture as with one", async () => {
    discord.setFault(1, { type: "status", status: 404 });
    expect(await send(PLACES.webhook(), { picture: PICTURE })).toMatchObject({ reason: "gone" });
    expect(discord.requests()).toHaveLength(1);
  });
});

describe("in Telegram", () => {
  const shown = () => telegram.messages().map(({ title, picture }) => [title, picture?.width]);

  test("a picture has the message under it, and both change by edits", async () => {
    const to = inTelegram();
    const first = await send(to, { picture: PICTURE, title: "first" });
    expect(first).toEqual({ outcome: "delivered", remoteId: `${GROUP}/1/photo` });
    expect(telegram.messages()[0]?.html).toContain("<b>first</b>");
    expect(await edit(to, first, { picture: LATER, title: "more" })).toEqual(first);
    expect(shown()).toEqual([["more", 2]]);
    expect(await edit(to, first, { title: "calmed" })).toEqual(first);
    expect(shown()).toEqual([["calmed", 2]]);
    expect(await edit(to, first, { title: "calmed" })).toEqual(first);
  });

  test("a summary answers a picture", async () => {
    const to = inTelegram();
    await send(to, { picture: PICTURE });
    await send(to, { replyTo: `${GROUP}/1/photo` });
    expect(telegram.messages()[1]).toMatchObject({ replyToId: `${GROUP}/1`, picture: null });
  });

  test("more words than a caption holds are sent as words, and edited as such", async () => {
    const to = inTelegram();
    const facts = Array.from({ length: 12 }, () => "x".repeat(90));
    const first = await send(to, { picture: PICTURE, facts });
    expect(first).toMatchObject({ remoteId: `${GROUP}/1` });
    expect(shown()[0]?.[1]).toBeUndefined();
    await edit(to, first, { picture: PICTURE, title: "short again", facts: [] });
    expect(shown()).toEqual([["short again", undefined]]);
  });

  test("under a picture that is there long words are cut, never refused", async () => {
    const to = inTelegram();
    const first = await send(to, { picture: PICTURE });
    const long = { lines: ["y".repeat(900), "z".repeat(900)], facts: ["x".repeat(900)] };
    const texts = { ...long, title: "&".repeat(200), coverage: "c".repeat(900) };
    expect(await edit(to, first, { picture: LATER, ...texts })).toEqual(first);
    const text = telegram.messages()[0]?.text ?? "";
    expect(text.length).toBeLessThanOrEqual(1_024);
    expect(text).toMatch(/^&{100}.*…\ny{100}/s);
  });

  test("a chat that takes no pictures gets the words", async () => {
    const body = "Bad Request: not enough rights to send photos to the chat";
    telegram.setFault(GROUP, { type: "status", status: 400, body }, 1);
    const first = await send(inTelegram(), { picture: PICTURE, title: "first" });
    expect(first).toEqual({ outcome: "delivered", remoteId: `${GROUP}/1` });
    expect(shown()).toEqual([["first", undefined]]);
  });

  test("a new picture that is refused leaves the old one with the new words", async () => {
    const to = inTelegram();
    const first = await send(to, { picture: PICTURE });
    const broken = { ...PICTURE, bytes: Buffer.from("none") };
    expect(await edit(to, first, { picture: broken, title: "more" })).toEqual(first);
    expect(shown()).toEqual([["more", 1]]);
  });

  test("a rate limit is a wait, with a picture as without", async () => {
    telegram.setFault(GROUP, { type: "rate-limited", retryAfterSeconds: 3 }, 1);
    expect(await send(inTelegram(), { picture: PICTURE })).toMatchObject({
      ...{ outcome: "retry", reason: "rate-limited", afterMs: 3_000 },
    });
    expect(telegram.requests()).toHaveLength(1);
  });

  test("a message that is gone is told as such", async () => {
    const to = inTelegram();
    const lost: Attempt = { outcome: "delivered", remoteId: `${GROUP}/9/photo` };
    expect(await edit(to, lost, { picture: PICTURE })).toMatchObject({ reason: "message-gone" });
  });
});
