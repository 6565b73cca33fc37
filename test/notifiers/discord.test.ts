import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { LiqError } from "../../src/errors.ts";
import { createDiscordNotifier } from "../../src/notifiers/discord.ts";
import type { Attempt, DiscordTarget, Message, Notifier } from "../../src/notifiers/notifier.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleMessage } from "./sample-message.ts";

/** Of the first local webhook. */
const CHANNEL = "1299999999998000001";
let server: DiscordServer;
let notifier: Notifier;

function target(over: Partial<DiscordTarget> = {}): DiscordTarget {
  return {
    type: "discord",
    name: "discord",
    purpose: "alerts",
    minSeverity: "LOW",
    silentBelow: "HIGH",
    webhookUrl: server.webhookUrl(1),
    channelId: null,
    botToken: null,
    threadId: null,
    forum: false,
    apiBaseUrl: server.apiBaseUrl,
    mentionRoles: { CRITICAL: ["42"] },
    budget: null,
    ...over,
  };
}
function send(message: Message = sampleMessage()): Promise<Attempt> {
  return notifier.send(message, new AbortController().signal);
}
async function edit(remoteId: string, message: Message = sampleMessage()): Promise<Attempt | null> {
  return (await notifier.edit?.(remoteId, message, new AbortController().signal)) ?? null;
}
function remoteIdOf(attempt: Attempt): string {
  return (attempt.outcome === "delivered" ? attempt.remoteId : null) ?? "none";
}
/** Real timers, but ours fire a hundred times as fast. */
const impatient: Runtime = { ...nodeRuntime, after: (ms, run) => nodeRuntime.after(ms / 100, run) };

beforeEach(async () => {
  server = await startDiscordServer({ runtime: nodeRuntime, webhooks: 2, limits: true });
  notifier = createDiscordNotifier(target(), nodeRuntime);
});
afterEach(async () => {
  await notifier.close();
  await server.close();
});

describe("Discord", () => {
  test("shows the message and gives its id back", async () => {
    const attempt = await send();
    const [message] = server.messages();
    expect(attempt).toEqual({ outcome: "delivered", remoteId: `${CHANNEL}/${message?.id}` });
    expect(message).toMatchObject({
      service: "discord",
      target: "1",
      title: "🔴 BTC longs liquidated: $7.42M in 5 min (MEDIUM)",
      isSilent: true,
      alertRefs: ["A-20417.1"],
      editedAtMs: null,
    });
    expect(message?.embed?.color).toBe(0xd83c3e);
  });

  test("edits a message in place; what was silent stays silent, roles stay called once", async () => {
    const first = await send(sampleMessage({ mayMention: true, isSilent: false }));
    const remoteId = remoteIdOf(first);
    const later = sampleMessage({ title: "BTC calmed", isSilent: true });
    expect(await edit(remoteId, later)).toEqual({ outcome: "delivered", remoteId });
    expect(server.messages()).toHaveLength(1);
    expect(server.messages()[0]).toMatchObject({
      ...{ title: "BTC calmed", edits: 1, isSilent: false, mentionedRoles: ["42"] },
    });
  });

  test("tells a message that is gone from a target that is gone", async () => {
    const remoteId = remoteIdOf(await send());
    server.deleteMessage(server.messages()[0]?.id ?? "");
    expect(await edit(remoteId)).toMatchObject({ outcome: "dead", reason: "message-gone" });
    server.setFault(1, { type: "status", status: 404 });
    expect(await edit(remoteId)).toMatchObject({ outcome: "dead", reason: "gone" });
    const tooMany = `{"message":"Maximum number of edits to messages older than 1 hour","code":30046}`;
    server.setFault(1, { type: "status", status: 400, body: tooMany });
    expect(await edit(remoteId)).toMatchObject({ outcome: "dead", reason: "message-gone" });
  });

  test("answers an earlier message by a link, because a webhook cannot reply", async () => {
    const replyTo = remoteIdOf(await send());
    await send(sampleMessage({ replyTo }));
    const link = `https://discord.com/channels/1200000000000000001/${replyTo}`;
    expect(server.messages()[1]?.embed?.description).toContain(`[First message](${link})`);
  });

  test("keeps far too long texts within Discord's limits", async () => {
    const long = "x".repeat(9_000);
    const fields = Array.from({ length: 60 }, () => ({ name: long, value: long, isInline: true }));
    const message = sampleMessage({ title: long, lines: [long], fields, coverage: long });
    expect(await send(message)).toMatchObject({ outcome: "delivered" });
  });

  test("waits as long as the longer of body and header says", async () => {
    server.setFault(1, { type: "rate-limited", retryAfterSeconds: 0.337 }, 1);
    expect(await send()).toMatchObject({
      outcome: "retry",
      reason: "rate-limited",
      afterMs: 1_000,
    });
    const wait = { type: "rate-limited", retryAfterSeconds: 64.57, headerSeconds: 2 } as const;
    server.setFault(1, { ...wait, isGlobal: true }, 1);
    expect(await send()).toMatchObject({ outcome: "retry", afterMs: 64_570, isGlobal: true });
    expect(server.messages()).toHaveLength(0);
  });

  test("foresees an empty bucket without asking", async () => {
    const attempts: Attempt[] = [];
    for (let count = 0; count < 6; count += 1) attempts.push(await send());
    expect(attempts.map(({ outcome }) => outcome)).toEqual([
      ...Array(5).fill("delivered"),
      "retry",
    ]);
    const last = attempts.at(-1);
    expect(last).toMatchObject({ outcome: "retry", reason: "rate-limited" });
    expect(last?.outcome === "retry" ? last.afterMs : 0).toBeGreaterThan(500);
    expect(server.requests()).toHaveLength(5);
  });

  test.each([
    [500, "retry", "server"],
    [502, "retry", "server"],
    [400, "dead", "bad-request"],
    [401, "dead", "auth"],
    [403, "dead", "gone"],
    [404, "dead", "gone"],
    [302, "retry", "server"],
  ])("answering %d means %s, %s", async (status, outcome, reason) => {
    server.setFault(1, { type: "status", status });
    expect(await send()).toMatchObject({ outcome, reason });
    expect(server.requests()).toHaveLength(1);
  });

  test("a revoked webhook and a wrong token are told apart", async () => {
    await notifier.close();
    const url = server.webhookUrl(1);
    notifier = createDiscordNotifier(target({ webhookUrl: `${url}x` }), nodeRuntime);
    expect(await send()).toMatchObject({ outcome: "dead", reason: "auth" });
    await notifier.close();
    notifier = createDiscordNotifier(target({ webhookUrl: server.webhookUrl(9) }), nodeRuntime);
    const attempt = await send();
    expect(attempt).toMatchObject({ outcome: "dead", reason: "gone" });
    expect(attempt.outcome === "dead" ? attempt.detail : "").toContain("10015");
  });

  test("a cut connection is tried again, even when the message had arrived", async () => {
    server.setFault(1, { type: "cut" }, 1);
    expect(await send()).toMatchObject({ outcome: "retry", reason: "network" });
    expect(server.messages()).toHaveLength(0);
    server.setFault(1, { type: "cut-ack" }, 1);
    expect(await send()).toMatchObject({ outcome: "retry", reason: "network" });
    expect(server.messages()).toHaveLength(1);
  });

  test("an empty 204 is a delivery without an id", async () => {
    server.setFault(1, { type: "no-content" });
    expect(await send()).toEqual({ outcome: "delivered", remoteId: null });
  });

  test("a slow answer is waited for, silence is a timeout", async () => {
    server.setFault(1, { type: "slow", delayMs: 50 }, 1);
    expect(await send()).toMatchObject({ outcome: "delivered" });
    await notifier.close();
    notifier = createDiscordNotifier(target(), impatient);
    server.setFault(1, { type: "silent" });
    expect(await send()).toEqual({
      outcome: "retry",
      reason: "timeout",
      afterMs: null,
      detail: "No answer within 10000 ms",
    });
  });

  test("an attempt is cut short at shutdown", async () => {
    server.setFault(1, { type: "silent" });
    const stop = new AbortController();
    const attempt = notifier.send(sampleMessage(), stop.signal);
    stop.abort();
    expect(await attempt).toMatchObject({ outcome: "retry", reason: "network" });
  });

  test("no answer, error or reason carries the secret", async () => {
    const url = server.webhookUrl(1);
    const token = url.slice(url.lastIndexOf("/") + 1);
    const leak = {
      type: "status",
      status: 400,
      body: `{"message":"no ${url} or ${token}"}`,
    } as const;
    server.setFault(1, leak, 1);
    const attempts = [await send()];
    server.setFault(1, { type: "cut" }, 1);
    attempts.push(await send());
    await server.close();
    attempts.push(await send());
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["dead", "retry", "retry"]);
    expect(JSON.stringify(attempts)).not.toContain(token);
    expect(JSON.stringify(attempts)).toContain("[secret]");
  });

  test("calls the configured roles and nobody else", async () => {
    await send(sampleMessage({ mayMention: true, title: "@everyone <@&7>" }));
    expect(server.messages()[0]?.title).toBe("@everyone <@&7>");
    expect(server.messages()[0]?.mentionedRoles).toEqual(["42"]);
    await send(sampleMessage());
    expect(server.messages()[1]?.mentionedRoles).toEqual([]);
  });

  test("an address without id and token is a configuration error that does not repeat it", () => {
    const wrong = target({ webhookUrl: "https://discord.com/api/webhooks/secret" });
    expect(() => createDiscordNotifier(wrong, nodeRuntime)).toThrow(LiqError);
    expect(() => createDiscordNotifier(wrong, nodeRuntime)).not.toThrow(/secret/);
  });
});
