/** The Telegram part of `init`: a bot's token, the chat it writes into, and who may ask it. */
import { createTelegramBotPort, TelegramRefused } from "../../commands/telegram-port.ts";
import { CHAT_ID, isBotToken } from "../../config/schema-notifiers.ts";
import { LiqError } from "../../errors.ts";
import { scrubber } from "../../notifiers/scrub.ts";
import { findChat } from "./chat-search.ts";
import type { SeenChat } from "./chats.ts";
import { askSecret, type Checked } from "./secret.ts";
import { ANSWER_MS_MAX, bounded, type Wizard } from "./wizard.ts";

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Where the bot writes, and who may ask it. */
export interface TelegramAnswers {
  readonly botToken: string;
  readonly chatId: string;
  readonly topicId: number | null;
  /** The chat's name, if it was seen. */
  readonly title: string | null;
  /** Chats whose people may ask. */
  readonly readers: readonly Named[];
  /** People who may ask and mute. */
  readonly admins: readonly Named[];
}

/** null = Telegram is not wanted. */
export async function askTelegram(wizard: Wizard): Promise<TelegramAnswers | null> {
  const { dialog, options } = wizard;
  dialog.title("2/5 Telegram");
  if (options.telegramToken === null && !dialog.isUnattended) {
    dialog.say(
      "The messages come from a bot of your own. In Telegram, write to @BotFather:",
      "/newbot makes one and shows its token; /mybots shows the token of an old one.",
    );
  }
  const answered = await askSecret(
    {
      name: "Bot token",
      service: "Telegram",
      variable: "TELEGRAM_BOT_TOKEN",
      given: options.telegramToken,
      hasShape: (text) => isBotToken(text, options.telegramApi !== null),
      shape: "123456789:AAE..., digits, a colon and about 35 letters; copy all of it",
      check: (token) => checkToken(token, wizard),
    },
    wizard,
  );
  if (answered === null) {
    dialog.say("Without Telegram.");
    return null;
  }
  const { secret: botToken, facts: botName } = answered;
  dialog.say(`✓ Bot @${botName}`);
  const place = givenChat(wizard) ?? (await findChat({ botToken, botName }, wizard));
  if (place === null) {
    dialog.say("Without Telegram.");
    return null;
  }
  return { botToken, ...place, ...(await askAsking(place.seen, wizard)) };
}

async function checkToken(token: string, wizard: Wizard): Promise<Checked<string>> {
  const port = createTelegramBotPort(token, wizard.options.telegramApi);
  try {
    const name = await bounded(wizard, ANSWER_MS_MAX, port.name);
    return { type: "right", facts: name };
  } catch (thrown) {
    wizard.signal.throwIfAborted();
    const isRefused =
      thrown instanceof TelegramRefused && (thrown.status === 401 || thrown.status === 404);
    if (!isRefused) return { type: "unreachable", reason: scrubber([token])(thrown) };
    const reason = `Telegram does not know this token (HTTP ${thrown.status}): copy it again from @BotFather`;
    return { type: "wrong", reason };
  } finally {
    port.close();
  }
}

/** @throws LiqError `LIQ_COMMAND` when nobody can be asked for the chat */
function givenChat({ dialog, options, known }: Wizard) {
  const chatId = options.telegramChat ?? (dialog.isUnattended ? known.TELEGRAM_CHAT_ID : null);
  if (chatId === null || chatId === undefined || chatId === "") {
    if (!dialog.isUnattended) return null;
    throw new LiqError("LIQ_COMMAND", "--telegram-chat is missing: with --yes nobody is asked");
  }
  if (!CHAT_ID.test(chatId)) {
    const expected = "a chat id such as -1001234567890 or @channel";
    throw new LiqError("LIQ_COMMAND", `--telegram-chat is ${chatId}, expected ${expected}`);
  }
  return { chatId, topicId: options.telegramTopic, title: null, seen: null };
}

/** Offers the chat and the person that were just seen, and nobody else. */
async function askAsking(seen: SeenChat | null, { dialog }: Wizard) {
  if (seen === null) return { readers: [], admins: [] };
  const { chatId, kind, title, user } = seen;
  const isPrivate = kind === "private";
  dialog.say("", "It can also answer questions: /liq24h btc, /top. Strangers get no answer.");
  const isOpen =
    !isPrivate &&
    (await dialog.confirm(`May everybody in "${title}" ask?`, { enter: true, unattended: false }));
  const isAdmin =
    user !== null &&
    (await dialog.confirm(
      `May ${user.name} (user ${user.id}) ask, and mute alerts (/mute btc 1h)?`,
      // In a group it is whoever wrote first.
      { enter: isPrivate, unattended: false },
    ));
  return {
    readers: isOpen ? [{ id: chatId, name: title }] : [],
    admins: isAdmin ? [user] : [],
  };
}
