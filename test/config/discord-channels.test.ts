import { describe, expect, test } from "vitest";
import { linesOf, load, WEBHOOK } from "./loading.ts";

const env = { DISCORD_BOT_TOKEN: "canary.bot.token" };
const entry = (keys: string) => `notifiers: { discord: { ${keys} } }`;

describe("a Discord target of the bot", () => {
  test("takes the bot's token and address, and no webhook, though its variable is set", () => {
    const text = `${entry("channelId: '123'")}\nbots: { discord: { apiBaseUrl: "http://127.0.0.1:9" } }`;
    const more = { env: { ...env, DISCORD_WEBHOOK_URL: WEBHOOK } };
    expect(load(text, more).targets).toMatchObject([
      {
        ...{ name: "discord", webhookUrl: null, channelId: "123", botToken: "canary.bot.token" },
        ...{ threadId: null, forum: false, apiBaseUrl: "http://127.0.0.1:9" },
      },
    ]);
  });

  test("may have a bot of its own, and be set by the environment alone", () => {
    const own = load(entry("channelId: '123', botToken: other.bot.token"), { env });
    expect(own.targets).toMatchObject([{ channelId: "123", botToken: "other.bot.token" }]);
    const LIQWATCH_NOTIFIERS_DISCORD_CHANNEL_ID = "123";
    const bare = load(null, { env: { ...env, LIQWATCH_NOTIFIERS_DISCORD_CHANNEL_ID } });
    expect(bare.targets).toMatchObject([{ name: "discord", channelId: "123" }]);
  });

  test("without a token it is told what is missing", () => {
    const needs =
      "notifiers.discord: needs DISCORD_BOT_TOKEN, every variable of a notifier that the file names to be set and not empty";
    expect(linesOf(entry("channelId: '123'"))).toEqual([needs]);
    const off = `${entry("channelId: '123'")}\nbots: { discord: { token: null } }`;
    expect(linesOf(off)).toEqual([
      "notifiers.discord.botToken: null, the token of the bot that writes into channelId, here or as bots.discord.token",
    ]);
    const [line] = linesOf(entry("channelId: '123', botToken: 'canary token'"));
    expect(line).toContain("notifiers.discord.botToken: (hidden, 12 characters)");
  });

  test("a target without webhook and channel, a forum with a thread, everyone as a role", () => {
    expect(linesOf("notifiers: { d: { type: discord } }")[0]).toContain(
      "notifiers.d.webhookUrl: nothing, https://discord.com/api/webhooks/<id>/<token>",
    );
    expect(linesOf(entry("channelId: '1', forum: true, threadId: '2'"), { env })).toEqual([
      'notifiers.discord.threadId: "2", null in a forum, where every story has a thread of its own',
    ]);
    const roles = "channelId: '1', mentionRoles: { CRITICAL: ['@everyone', here] }";
    expect(linesOf(entry(roles), { env })).toEqual([
      'notifiers.discord.mentionRoles.CRITICAL[0]: "@everyone", an id of digits',
      'notifiers.discord.mentionRoles.CRITICAL[1]: "here", an id of digits',
    ]);
  });
});
