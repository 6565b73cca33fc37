/** The entries under `bots:`: who may ask the daemon, and where. */
import { z } from "zod";
import { isBotToken } from "./schema-notifiers.ts";
import { idText, webAddress } from "./schema-texts.ts";
import { getIn } from "./tree.ts";

/** Longer lists are a pasted mistake; roles and guilds name many people at once. */
const IDS_MAX = 1_000;

const PUBLIC_KEY_EXPECTED = "the application's public key, 64 hexadecimal digits, or null";

const apiBaseUrl = webAddress(["http:", "https:"], "an address such as http://127.0.0.1:9000")
  .nullable()
  .default(null)
  .describe("A proxy or local server instead of the service itself");

function ids(shape: RegExp, expected: string) {
  return z.array(idText(shape, expected)).max(IDS_MAX).prefault([]);
}
const snowflakes = () => ids(/^\d{1,20}$/, "an id of digits");

const DiscordBot = z
  .strictObject({
    token: z
      .string()
      .nullable()
      .default("${DISCORD_BOT_TOKEN}")
      .describe("From the developer portal, Bot; a secret. Unset = this bot is off"),
    publicKey: z
      .string({ error: PUBLIC_KEY_EXPECTED })
      // All zeros would accept signatures of anybody.
      .regex(/^(?!0+$)[0-9a-f]{64}$/i, PUBLIC_KEY_EXPECTED)
      .nullable()
      .default(null)
      .describe("From General Information; set = Discord posts to /bots/discord, no gateway"),
    apiBaseUrl,
    readers: z
      .strictObject({
        guilds: snowflakes().describe("Everybody in these servers"),
        channels: snowflakes().describe("Everybody in these channels and their threads"),
        roles: snowflakes().describe("Who has one of these roles"),
        users: snowflakes().describe("These people"),
      })
      .prefault({})
      .describe("Who may ask; all empty = nobody but the admins"),
    admins: z
      .strictObject({
        roles: snowflakes().describe("Who has one of these roles"),
        users: snowflakes().describe("These people"),
      })
      .prefault({})
      .describe("Who may also mute; admins are readers"),
  })
  // Discord's tokens have no documented shape; blanks and slashes are a pasted mistake.
  .refine(({ token }) => token === null || /^[\w.-]{1,200}$/.test(token), {
    path: ["token"],
    when: isAskedFor,
    error: "a bot token: letters, digits, dots, - and _",
  });

const TelegramBot = z
  .strictObject({
    token: z
      .string()
      .nullable()
      .default("${TELEGRAM_BOT_TOKEN}")
      .describe("From @BotFather; a secret. Unset = this bot is off"),
    mode: z
      .enum(["polling", "webhook"])
      .default("polling")
      .describe("How updates arrive: polling needs no open port, webhook needs publicUrl"),
    apiBaseUrl,
    readers: z
      .strictObject({
        chats: ids(/^-?\d{1,20}$/, "a chat id such as -1001234567890").describe(
          "Everybody in these chats, groups and channels",
        ),
        users: ids(/^\d{1,20}$/, "a user id of digits").describe("These people"),
      })
      .prefault({})
      .describe("Who may ask; all empty = nobody but the admins"),
    admins: z
      .strictObject({
        users: ids(/^\d{1,20}$/, "a user id of digits").describe("These people"),
      })
      .prefault({})
      .describe("Who may also mute; admins are readers"),
  })
  .refine(({ token, apiBaseUrl: base }) => token === null || isBotToken(token, base !== null), {
    path: ["token"],
    when: isAskedFor,
    error: "a token of @BotFather: digits, a colon, letters and digits",
  });

export const BotsSchema = z.strictObject({
  discord: DiscordBot.prefault({}).describe("Slash commands in Discord"),
  telegram: TelegramBot.prefault({}).describe("Commands in Telegram"),
});
export type BotsInput = z.output<typeof BotsSchema>;

/**
 * A token is looked at once somebody may ask: before that the bot is off, and the variable may hold
 * the token of a notifier with a local server.
 */
function isAskedFor({ value }: { value: unknown }): boolean {
  const lists = ["readers", "admins"].flatMap((name) =>
    Object.values(Object(getIn(value, [name]))),
  );
  const isOpen = lists.some((list) => Array.isArray(list) && list.length > 0);
  return isOpen && typeof getIn(value, ["token"]) === "string";
}
