import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { Attempt, Message, Notifier, TelegramTarget } from "../../src/notifiers/notifier.ts";
import { createTelegramNotifier } from "../../src/notifiers/telegram.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleMessage } from "./sample-message.ts";

const TOKEN = "7000000001:AAlocal-canary-token-0123456789abcdef";
const GROUP = "-1001234567890";
let server: TelegramServer;
let notifier: Notifier;
let warnings: string[];

const log: Log = { ...SILENT_LOG, warn: (_fields, text) => warnings.push(text) };
const impatient: Runtime = { ...nodeRuntime, after: (ms, run) => nodeRuntime.after(ms / 100, run) };

function open(over: Partial<TelegramTarget> = {}, runtime: Runtime = nodeRuntime): Notifier {
  return createTelegramNotifier(
    {
      type: "telegram",
      name: "telegram",
      purpose: "alerts",
      minSeverity: "LOW",
      silentBelow: "HIGH",
      botToken: TOKEN,
      chatId: GROUP,
      topicId: null,
      budget: null,
      apiBaseUrl: server.apiBaseUrl,
      ...over,
    },
    { runtime, log },
  );
}
function send(message: Message = sampleMessage()): Promise<Attempt> {
  return notifier.send(message, new AbortController().signal);
}
async function edit(remoteId: string, message: Message = sampleMessage()): Promise<Attempt | null> {
  return (await notifier.edit?.(remoteId, message, new AbortController().signal)) ?? null;
}

beforeEach(async () => {
  warnings = [];
  const topics = { [GROUP]: [7] };
  const options = {
    runtime: nodeRuntime,
    botToken: TOKEN,
    chats: [GROUP, "55"],
    topics,
    limits: false,
  };
  server = await startTelegramServer(options);
  notifier = open();
});
afterEach(async () => {
  await notifier.close();
  await server.close();
});

describe("Telegram", () => {
  test("writes into the topic that is configured; one that is gone parks the target", async () => {
    await notifier.close();
    notifier = open({ topicId: 7 });
    expect(await send()).toMatchObject({ outcome: "delivered" });
    expect(server.messages()[0]).toMatchObject({ target: GROUP, threadId: "7" });
    await notifier.close();
    notifier = open({ topicId: 8 });
    expect(await send()).toEqual({
      outcome: "dead",
      reason: "gone",
      detail: "400 Bad Request: message thread not found",
    });
  });

  test("shows the message and gives its id back", async () => {
    expect(await send()).toEqual({ outcome: "delivered", remoteId: `${GROUP}/1` });
    expect(server.messages()).toHaveLength(1);
    expect(server.messages()[0]).toMatchObject({
      service: "telegram",
      target: GROUP,
      title: "🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)",
      isSilent: true,
      alertRefs: ["A-20417.1"],
    });
  });

  test("edits a message in place, the same text again included", async () => {
    expect(await edit("not sent", sampleMessage())).toMatchObject({ reason: "message-gone" });
    await send();
    const calmed = sampleMessage({ title: "BTC calmed" });
    const remoteId = `${GROUP}/1`;
    expect(await edit(remoteId, calmed)).toEqual({ outcome: "delivered", remoteId });
    expect(await edit(remoteId, calmed)).toEqual({ outcome: "delivered", remoteId });
    expect(server.messages()).toHaveLength(1);
    expect(server.messages()[0]).toMatchObject({ title: "BTC calmed", edits: 1, isSilent: true });
  });

  test("a message that was deleted, or left behind by a moved group, is gone; the chat is not", async () => {
    await send();
    await send();
    server.deleteMessage(`${GROUP}/1`);
    expect(await edit(`${GROUP}/1`)).toMatchObject({ outcome: "dead", reason: "message-gone" });
    server.setFault(GROUP, { type: "migrated", toChatId: "-1009999" });
    expect(await edit(`${GROUP}/2`)).toMatchObject({ outcome: "dead", reason: "message-gone" });
    expect(server.messages().map(({ edits }) => edits)).toEqual([0]);
  });

  test("replies to an earlier message", async () => {
    await send();
    await send(sampleMessage({ replyTo: `${GROUP}/1` }));
    expect(server.messages().map(({ replyToId }) => replyToId)).toEqual([null, `${GROUP}/1`]);
  });

  test("symbols that look like markup arrive as they are", async () => {
    await send(sampleMessage({ title: "<b>&amp;</i> 1 < 2" }));
    expect(server.messages()[0]?.title).toBe("<b>&amp;</i> 1 < 2");
  });

  test("waits as long as it is told", async () => {
    server.setFault(GROUP, { type: "rate-limited", retryAfterSeconds: 3 }, 1);
    expect(await send()).toEqual({
      outcome: "retry",
      reason: "rate-limited",
      afterMs: 3_000,
      detail: "429 Too Many Requests: retry after 3",
    });
  });

  test("resends as plain text what could not be parsed, within the same attempt", async () => {
    server.setFault(GROUP, { type: "entities" });
    expect(await send()).toMatchObject({ outcome: "delivered" });
    expect(server.requests().map(({ status }) => status)).toEqual([400, 200]);
    expect(server.messages()[0]).toMatchObject({ html: null, alertRefs: ["A-20417.1"] });
    expect(warnings).toHaveLength(1);
  });

  test("follows a group that moved, for good", async () => {
    server.setFault(GROUP, { type: "migrated", toChatId: "-1009999" });
    expect(await send()).toMatchObject({ outcome: "delivered" });
    expect(await send()).toMatchObject({ outcome: "delivered" });
    expect(server.requests().map(({ target }) => target)).toEqual([GROUP, "-1009999", "-1009999"]);
    expect(warnings).toEqual(["Telegram group has a new id; put it into the configuration"]);
  });

  test.each([
    [403, "dead", "gone"],
    [401, "dead", "auth"],
    [500, "retry", "server"],
    [502, "retry", "server"],
    [400, "dead", "bad-request"],
  ])("answering %d means %s, %s", async (status, outcome, reason) => {
    server.setFault(GROUP, { type: "status", status });
    expect(await send()).toMatchObject({ outcome, reason });
    expect(server.requests()).toHaveLength(1);
  });

  test("a chat that does not exist is gone, a wrong token is no authority", async () => {
    await notifier.close();
    notifier = open({ chatId: "12345" });
    expect(await send()).toMatchObject({ outcome: "dead", reason: "gone" });
    await notifier.close();
    notifier = open({ botToken: `${TOKEN}x` });
    expect(await send()).toMatchObject({ outcome: "dead", reason: "auth" });
  });

  test("a cut connection is tried again, silence is a timeout", async () => {
    server.setFault(GROUP, { type: "cut-ack" }, 1);
    expect(await send()).toMatchObject({ outcome: "retry", reason: "network" });
    expect(server.messages()).toHaveLength(1);
    await notifier.close();
    notifier = open({}, impatient);
    server.setFault(GROUP, { type: "silent" });
    expect(await send()).toMatchObject({ outcome: "retry", reason: "timeout" });
  });

  test("no answer, error or reason carries the token", async () => {
    server.setFault(GROUP, { type: "status", status: 400, body: `Bad Request: bot${TOKEN}/x` }, 1);
    const attempts = [await send()];
    server.setFault(GROUP, { type: "cut" }, 1);
    attempts.push(await send());
    await server.close();
    attempts.push(await send());
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["dead", "retry", "retry"]);
    expect(JSON.stringify(attempts)).not.toContain("canary");
  });
});
