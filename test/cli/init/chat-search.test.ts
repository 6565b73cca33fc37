/** Finding the chat, and what may be in the way, with the local Telegram. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { type LocalServices, startLocalServices, TOKEN, talkWith } from "./local-services.ts";

const POLLED_ELSEWHERE = { type: "status", status: 409 } as const;
const WEBHOOK_IS_SET = {
  ...POLLED_ELSEWHERE,
  body: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first",
} as const;

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

/** From the token on; neither TEST nor venues. */
function search(answers: readonly string[], wait = "1s") {
  const flags = ["--no-venues", "--no-test", "--wait", wait];
  return talkWith(local, ["", TOKEN, ...answers], flags);
}

function written(): unknown {
  return parse(readFileSync(join(local.folder, "liqwatch.yaml"), "utf8"));
}

test("several chats are listed with their kinds and topics, and one is chosen by its number", async () => {
  const { telegram } = local;
  telegram.say({ chatId: "55", userId: 55, text: "hello" });
  const group = { id: -1001, type: "supergroup", title: "Traders", is_forum: true };
  const from = { id: 77, is_bot: false, first_name: "Ann" };
  const opening = { forum_topic_created: { name: "alerts" } };
  const topic = { is_topic_message: true, message_thread_id: 9, reply_to_message: opening };
  telegram.push({ message: { message_id: 5, chat: group, from, text: "/start", ...topic } });
  const channel = { id: -1002, type: "channel", title: "News" };
  const added = { new_chat_member: { status: "administrator" } };
  telegram.push({ my_chat_member: { chat: channel, from, ...added } });
  const { code, said } = await search(["x", "2", "n", "y", ""]);
  expect(code).toBe(0);
  expect(said).toContain("✓ 1. private chat with user 55 (55)");
  expect(said).toContain('✓ 2. group "Traders", topic "alerts" (-1001)');
  expect(said).toContain('✓ 3. channel "News" (-1002)');
  expect(said).toContain("Please answer with a number from 1 to 3");
  expect(said).toContain("May Ann (user 77) ask, and mute alerts");
  expect(written()).toMatchObject({
    notifiers: { telegram: { chatId: "-1001", topicId: 9 } },
    bots: { telegram: { admins: { users: ["77"] } } },
  });
  expect(written()).not.toHaveProperty("bots.telegram.readers");
});

test("titles of strangers bring no escapes to the terminal and no lines to the file", async () => {
  const title = "Evil\n  botToken: x\u001b[2J\u202e\u2028y";
  const chat = { id: -1001, type: "group", title };
  const from = { id: 7, is_bot: false, first_name: "\u0007\n", last_name: "#" };
  local.telegram.push({ message: { message_id: 1, chat, from, text: "/start" } });
  const { code, said } = await search(["", "y", "y", ""]);
  expect(code).toBe(0);
  expect(said).toContain('group "Evil botToken: x [2J y" (-1001)');
  expect(said.replaceAll("\n", "")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(written()).toEqual({
    preset: "normal",
    notifiers: {
      telegram: {
        botToken: "${TELEGRAM_BOT_TOKEN}",
        chatId: "-1001",
        apiBaseUrl: local.telegram.apiBaseUrl,
      },
    },
    bots: {
      telegram: {
        apiBaseUrl: local.telegram.apiBaseUrl,
        readers: { chats: ["-1001"] },
        admins: { users: ["7"] },
      },
    },
  });
});

test("nothing written in time: look again, or type the id, or go without", async () => {
  const typed = await search(["", "12 3", "@my_channel", ""]);
  expect(typed.code).toBe(0);
  expect(typed.said.match(/✗ Nothing was written to @liqwatch_local_bot/g)).toHaveLength(2);
  expect(typed.said).toContain("A chat's id is like -1001234567890");
  expect(written()).toMatchObject({ notifiers: { telegram: { chatId: "@my_channel" } } });
  expect(written()).not.toHaveProperty("bots");
});

test("Telegram can be left out after all", async () => {
  const { code, said } = await search(["none", ""]);
  expect(code).toBe(0);
  expect(said).toContain("Without Telegram.");
  expect(written()).toEqual({ preset: "normal" });
});

test("another poller is named, with what to do; then it is looked again", async () => {
  local.telegram.failPolls(POLLED_ELSEWHERE, 1);
  local.telegram.say({ chatId: "55", userId: 55, text: "/start" });
  const { code, said } = await search(["", "", "", ""]);
  expect(code).toBe(0);
  expect(said).toContain("✗ Another program receives this bot's messages");
  expect(said).toContain("Stop it, or type the chat's id");
  expect(written()).toMatchObject({ notifiers: { telegram: { chatId: "55" } } });
});

test("a webhook in the way is removed only after a yes", async () => {
  local.telegram.failPolls(WEBHOOK_IS_SET, 2);
  local.telegram.say({ chatId: "55", userId: 55, text: "/start" });
  const { code, said } = await search(["", "", "y", "", "", ""]);
  expect(code).toBe(0);
  expect(said.match(/a web address \(a webhook\)/g)).toHaveLength(2);
  expect(said.match(/Remove the webhook\? \[y\/N\]/g)).toHaveLength(2);
  expect(written()).toMatchObject({ notifiers: { telegram: { chatId: "55" } } });
});

test("a poll that fails is tried again, and said once", async () => {
  local.telegram.failPolls({ type: "status", status: 502 }, 2);
  local.telegram.say({ chatId: "55", userId: 55, text: "/start" });
  const { code, said } = await search(["", "", ""], "20s");
  expect(code).toBe(0);
  expect(said.match(/✗ Telegram cannot be asked/g)).toHaveLength(1);
  expect(said).not.toContain("canary");
});
