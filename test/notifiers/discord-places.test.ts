/** Channels of a bot, threads and forums: where a message goes, and what belongs to it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { createDiscordNotifier } from "../../src/notifiers/discord.ts";
import type { Attempt, DiscordTarget, Message, Notifier } from "../../src/notifiers/notifier.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleMessage } from "./sample-message.ts";

const BOT_TOKEN = "MTAwMDAw.canary.bot-token-of-a-test";
const FORUM = 2;
const open: Notifier[] = [];
let server: DiscordServer;

beforeEach(async () => {
  server = await startDiscordServer({
    ...{ runtime: nodeRuntime, webhooks: 2, forums: [FORUM], limits: false },
    botToken: BOT_TOKEN,
  });
});
afterEach(async () => {
  for (const notifier of open.splice(0)) await notifier.close();
  await server.close();
});

function notifier(over: Partial<DiscordTarget>): Notifier {
  const made = createDiscordNotifier(
    {
      ...({ type: "discord", name: "discord", purpose: "alerts", minSeverity: "LOW" } as const),
      ...({ silentBelow: "HIGH", apiBaseUrl: server.apiBaseUrl } as const),
      ...{ webhookUrl: null, channelId: null, botToken: null, threadId: null, forum: false },
      mentionRoles: { CRITICAL: ["42"] },
      budget: null,
      ...over,
    },
    nodeRuntime,
  );
  open.push(made);
  return made;
}
const bot = (over: Partial<DiscordTarget> = {}) =>
  notifier({ channelId: server.channelId(1), botToken: BOT_TOKEN, ...over });
const webhook = (number: number, over: Partial<DiscordTarget> = {}) =>
  notifier({ webhookUrl: server.webhookUrl(number), ...over });

function send(by: Notifier, over: Partial<Message> = {}): Promise<Attempt> {
  return by.send(sampleMessage(over), new AbortController().signal);
}
function edit(by: Notifier, sent: Attempt, over: Partial<Message>): Promise<Attempt> | undefined {
  return by.edit?.(idOf(sent), sampleMessage(over), new AbortController().signal);
}
function idOf(attempt: Attempt): string {
  return attempt.outcome === "delivered" ? (attempt.remoteId ?? "") : "";
}
const shown = () =>
  server.messages().map(({ title, threadId, edits }) => ({ title, threadId, edits }));

describe("a bot in a channel", () => {
  test("writes, replies for real and edits", async () => {
    const channel = bot();
    const first = await send(channel);
    expect(idOf(first)).toBe(`${server.channelId(1)}/${server.messages()[0]?.id}`);
    expect(await send(channel, { key: "k2", title: "end", replyTo: idOf(first) })).toMatchObject({
      outcome: "delivered",
    });
    expect(server.messages()[1]).toMatchObject({
      ...{ title: "end", replyToId: server.messages()[0]?.id, threadId: null },
    });
    expect(await edit(channel, first, { title: "more" })).toEqual(first);
    expect(shown()[0]).toEqual({ title: "more", threadId: null, edits: 1 });
  });

  test("a message whose answer was lost is not shown twice", async () => {
    const channel = bot();
    server.setFault(1, { type: "cut-ack" }, 1);
    expect(await send(channel)).toMatchObject({ outcome: "retry", reason: "network" });
    const again = await send(channel);
    expect(idOf(again)).toBe(`${server.channelId(1)}/${server.messages()[0]?.id}`);
    expect(server.messages()).toHaveLength(1);
    await send(channel, { key: "another" });
    expect(server.messages()).toHaveLength(2);
  });

  test("calls the configured roles only, whatever the text says", async () => {
    await send(bot(), { mayMention: true, title: "@everyone @here <@&7>" });
    expect(server.messages()[0]?.mentionedRoles).toEqual(["42"]);
    await send(bot(), { key: "k2" });
    expect(server.messages()[1]?.mentionedRoles).toEqual([]);
  });

  test("a wrong token and an unknown channel are for people to mend; no secret is told", async () => {
    const wrong = await send(bot({ botToken: `${BOT_TOKEN}x` }));
    expect(wrong).toMatchObject({ outcome: "dead", reason: "auth" });
    const nowhere = await send(bot({ channelId: "12345" }));
    expect(nowhere).toMatchObject({ outcome: "dead", reason: "gone" });
    const leak = { type: "status", status: 403, body: `{"message":"no ${BOT_TOKEN}"}` } as const;
    server.setFault(1, leak, 1);
    const refused = await send(bot());
    expect(refused).toMatchObject({ outcome: "dead", reason: "gone" });
    expect(JSON.stringify([wrong, nowhere, refused])).not.toContain("canary");
  });

  test("waits as it is told", async () => {
    const wait = { type: "rate-limited", retryAfterSeconds: 1.5, headerSeconds: 2 } as const;
    server.setFault(1, wait, 1);
    const channel = bot();
    expect(await send(channel)).toMatchObject({ outcome: "retry", afterMs: 2_000 });
    expect(server.messages()).toEqual([]);
  });
});

describe("threads", () => {
  test("a webhook and a bot write and edit in the thread that is configured", async () => {
    const thread = server.threads.open(server.channelId(1), "alerts").id;
    for (const target of [webhook(1, { threadId: thread }), bot({ threadId: thread })]) {
      const sent = await send(target, { key: `k${server.messages().length}` });
      expect(await edit(target, sent, { title: "more" })).toMatchObject({ outcome: "delivered" });
    }
    const there = { title: "more", threadId: thread, edits: 1 };
    expect(shown()).toEqual([there, there]);
  });

  test("a thread that does not exist parks the target", async () => {
    const refused = { outcome: "dead", reason: "gone" };
    expect(await send(webhook(1, { threadId: "5" }))).toMatchObject(refused);
    expect(await send(bot({ threadId: "5" }))).toMatchObject(refused);
  });
});

describe("a forum", () => {
  test("gets a post for each story; what belongs to it is written there", async () => {
    const places = [
      webhook(FORUM, { forum: true }),
      bot({ channelId: server.channelId(FORUM), forum: true }),
    ];
    for (const forum of places) {
      const first = await send(forum, { key: "k1", title: "🔴 BTC longs" });
      const thread = server.threads.list().at(-1);
      expect(thread).toMatchObject({ name: "🔴 BTC longs", channelId: server.channelId(FORUM) });
      expect(await edit(forum, first, { title: "more" })).toEqual(first);
      await send(forum, { key: "k2", title: "end", replyTo: idOf(first) });
      expect(shown().slice(-2)).toEqual([
        { title: "more", threadId: thread?.id, edits: 1 },
        { title: "end", threadId: thread?.id, edits: 0 },
      ]);
    }
    expect(server.threads.list()).toHaveLength(2);
  });

  test("has names as long as Discord allows", async () => {
    await send(webhook(FORUM, { forum: true }), { title: "x".repeat(300) });
    expect(server.threads.list()[0]?.name).toHaveLength(100);
  });

  test("taken for a channel, or a channel taken for a forum, parks the target with the reason", async () => {
    const wrong = [
      webhook(FORUM),
      webhook(1, { forum: true }),
      bot({ channelId: server.channelId(FORUM) }),
      bot({ forum: true }),
    ];
    for (const target of wrong) {
      const attempt = await send(target);
      expect(attempt).toMatchObject({ outcome: "dead", reason: "gone" });
      expect(attempt.outcome === "dead" ? attempt.detail : "").toMatch(/^400 .*(forum|channel)/);
    }
    expect(server.messages()).toEqual([]);
  });
});
