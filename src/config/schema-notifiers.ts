/** The entries under `notifiers:`, one shape per service. */
import { isIP } from "node:net";
import { z } from "zod";
import { TARGET_PURPOSES } from "../notifiers/notifier.ts";
import { reachOf } from "../notifiers/special-addresses.ts";
import { SEVERITIES } from "../rule.ts";
import { idText, readAddress, webAddress } from "./schema-texts.ts";
import { getIn, isTree } from "./tree.ts";

const severity = z.enum(SEVERITIES);

/** https://docs.discord.com/developers/resources/webhook: the token is in the path. */
const WEBHOOK_PATH = /^\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,20}\/[\w-]{1,200}\/?$/;
/** Behind a proxy only the last three parts are fixed. */
const PROXIED_WEBHOOK_PATH = /\/webhooks\/\d{1,20}\/[\w-]{1,200}\/?$/;
const WEBHOOK_HOSTS = new Set([
  "discord.com",
  "discordapp.com",
  "ptb.discord.com",
  "canary.discord.com",
]);

/** Discord's tokens have no documented shape; blanks and slashes are a pasted mistake. */
const DISCORD_TOKEN = /^[\w.-]{1,200}$/;
/** They stand in the message's text, which has 2,000 characters. */
const MENTIONED_ROLES_MAX = 20;

/** https://core.telegram.org/bots/api#authorizing-your-bot: `123456:ABC-DEF1234ghIkl-zyx57W2v1u`. */
const BOT_TOKEN = /^\d{6,20}:[\w-]{30,100}$/;
/** Local servers in tests give shorter ones. */
const LOCAL_BOT_TOKEN = /^\d{1,20}:[\w-]{1,100}$/;

/** A number, or the public name of a group or channel. */
export const CHAT_ID = /^(?:-?\d{1,20}|@\w{4,40})$/;

const URL_CHARS_MAX = 2_000;

const apiBaseUrl = webAddress(["http:", "https:"], "an address such as http://127.0.0.1:9000")
  .nullable()
  .default(null)
  .describe("A proxy or local server instead of the service itself");
const snowflake = idText(/^\d{1,20}$/, "an id of digits");

const purpose = z
  .enum(TARGET_PURPOSES)
  .default("alerts")
  .describe("alerts, or what the operator must know of the daemon itself; never both");

const MESSAGES_MAX = 10_000;

function budget(perHour: number, perDay: number) {
  const messages = z.int().min(1).max(MESSAGES_MAX);
  return z
    .strictObject({
      perHour: messages.default(perHour).describe("New messages in any hour"),
      perDay: messages.default(perDay).describe("New messages in any 24 h"),
    })
    .nullable()
    .prefault({})
    .describe("New messages at most, edits apart; more share one message. null = no limit");
}

const Discord = z
  .strictObject({
    type: z.literal("discord").describe("The service"),
    purpose,
    webhookUrl: z
      .string()
      .nullable()
      .default(null)
      .describe("From channel settings, Integrations, Webhooks; a secret"),
    channelId: snowflake
      .nullable()
      .prefault(null)
      .describe("A channel that the bot writes into, in place of a webhook"),
    botToken: z
      .string()
      .nullable()
      .default(null)
      .describe("Of the bot that writes into channelId; null = bots.discord.token; a secret"),
    threadId: snowflake.nullable().prefault(null).describe("A thread of that channel"),
    forum: z
      .boolean()
      .default(false)
      .describe("It is a forum: each story becomes a post of its own"),
    apiBaseUrl,
    minSeverity: severity.default("LOW").describe("Nothing below this severity"),
    silentBelow: severity.default("HIGH").describe("No sound below this severity"),
    budget: budget(8, 40),
    mentionRoles: z
      .strictObject({
        CRITICAL: z
          .array(snowflake)
          .max(MENTIONED_ROLES_MAX)
          .prefault([])
          .describe("Role ids that a CRITICAL alert calls"),
      })
      .prefault({})
      .describe("Roles to call; never everyone or here"),
  })
  .refine((discord) => isWebhook(discord.webhookUrl ?? "", discord.apiBaseUrl !== null), {
    path: ["webhookUrl"],
    when: ({ value }) => isTree(value) && (value.channelId ?? null) === null,
    error:
      "https://discord.com/api/webhooks/<id>/<token>; with apiBaseUrl any address that ends so",
  })
  .refine(({ botToken }) => DISCORD_TOKEN.test(botToken ?? ""), {
    path: ["botToken"],
    when: ({ value }) => isTree(value) && (value.channelId ?? null) !== null,
    error: "the token of the bot that writes into channelId, here or as bots.discord.token",
  })
  .refine(({ forum, threadId }) => !forum || threadId === null, {
    path: ["threadId"],
    error: "null in a forum, where every story has a thread of its own",
  });

const Telegram = z
  .strictObject({
    type: z.literal("telegram").describe("The service"),
    purpose,
    botToken: z.string().describe("From @BotFather; a secret"),
    chatId: idText(CHAT_ID, "a chat id such as -1001234567890 or @channel").describe(
      "Chat, group or channel",
    ),
    topicId: z.int().positive().nullable().default(null).describe("A topic of a group with topics"),
    apiBaseUrl,
    minSeverity: severity.default("MEDIUM").describe("Nothing below this severity"),
    silentBelow: severity.default("HIGH").describe("No sound below this severity"),
    budget: budget(6, 30),
  })
  .refine((telegram) => isBotToken(telegram.botToken, telegram.apiBaseUrl !== null), {
    path: ["botToken"],
    when: hasText("botToken"),
    error: "a token of @BotFather: digits, a colon, letters and digits",
  });

/** Shorter ones can be guessed from one signed message. */
const SECRET = /^[\x21-\x7e]{16,200}$/;
const SECRET_EXPECTED = "16 to 200 letters, digits and signs without spaces";

const Webhook = z
  .strictObject({
    type: z.literal("webhook").describe("Any program by HTTPS (docs/webhook.md)"),
    purpose,
    url: z.string().describe("Where messages are posted; a secret"),
    secret: z
      .string({ error: SECRET_EXPECTED })
      .regex(SECRET, SECRET_EXPECTED)
      .describe("Signs every message; the receiver checks it"),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe("Also http, this machine and private networks"),
    minSeverity: severity.default("LOW").describe("Nothing below this severity"),
    silentBelow: severity.default("HIGH").describe("No sound below this severity"),
  })
  .superRefine(({ url, allowPrivate }, context) => {
    const expected = expectedOfUrl(url, allowPrivate);
    if (expected !== null) {
      context.issues.push({ code: "custom", path: ["url"], message: expected, input: url });
    }
  });

const Console = z.strictObject({
  type: z.literal("console").describe("Text on stdout"),
  purpose,
  minSeverity: severity.default("LOW").describe("Nothing below this severity"),
  silentBelow: severity.default("HIGH").describe("No sound below this severity"),
});

export const NotifierSchema = z.discriminatedUnion("type", [Discord, Telegram, Webhook, Console]);
export type NotifierInput = z.output<typeof NotifierSchema>;

/** Lets a check run although other keys of the entry are wrong: every mistake at once. */
function hasText(key: string) {
  return ({ value }: { value: unknown }) => typeof getIn(value, [key]) === "string";
}

/** True for a token of @BotFather; a local server may give a shorter one. */
export function isBotToken(text: string, isProxied: boolean): boolean {
  return (isProxied ? LOCAL_BOT_TOKEN : BOT_TOKEN).test(text);
}

/** True for a webhook's address; through a proxy any host and any path in front of it. */
export function isWebhook(text: string, isProxied: boolean): boolean {
  const address = readAddress(text);
  if (address === null || address.username !== "" || address.search !== "") return false;
  if (isProxied) return PROXIED_WEBHOOK_PATH.test(address.pathname);
  const isOurHost = WEBHOOK_HOSTS.has(address.host) && address.protocol === "https:";
  return isOurHost && WEBHOOK_PATH.test(address.pathname);
}

/** What a receiver's address should be; null when it may be used. Names are judged when resolved. */
export function expectedOfUrl(text: string, allowPrivate: boolean): string | null {
  const address = text.length > URL_CHARS_MAX ? null : readAddress(text);
  const protocols = allowPrivate ? ["https:", "http:"] : ["https:"];
  if (address === null || !protocols.includes(address.protocol)) {
    return `an address such as https://example.com/alerts${allowPrivate ? "" : "; http needs allowPrivate: true"}`;
  }
  if (address.username + address.password + address.hash !== "") {
    return "an address without user, password and #; messages are signed";
  }
  const host = address.hostname.replace(/^\[|\]$/g, "");
  const reach = isIP(host) === 0 ? "public" : reachOf(host);
  if (reach === "public" || (reach === "private" && allowPrivate)) return null;
  return reach === "private"
    ? "a public address; this one needs allowPrivate: true"
    : "an address where a receiver can be; this one is reserved";
}
