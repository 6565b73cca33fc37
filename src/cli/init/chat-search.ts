/** Finds the chat by itself: somebody writes to the bot, or adds it, and the updates tell where. */
import {
  createTelegramBotPort,
  type TelegramBotPort,
  TelegramRefused,
} from "../../commands/telegram-port.ts";
import { updateId } from "../../commands/telegram-update.ts";
import { CHAT_ID } from "../../config/schema-notifiers.ts";
import { formatDuration } from "../../duration.ts";
import { scrubber } from "../../notifiers/scrub.ts";
import { CHAT_UPDATES, type SeenChat, seenChats } from "./chats.ts";
import { ANSWER_MS_MAX, bounded, type Wizard } from "./wizard.ts";

/** One poll is held open for so long, s. */
const POLL_SECONDS = 10;
/** After the first chat there is a last look at what came with it, s. */
const LAST_LOOK_SECONDS = 1;
/** After a failure the next poll waits, ms. */
const PAUSE_MS = 1_000;

interface SearchedBot {
  readonly botToken: string;
  readonly botName: string;
}

/** Where alerts go; `seen` = the chat with its people, null when its id was typed. */
export interface Place {
  readonly chatId: string;
  readonly topicId: number | null;
  readonly title: string | null;
  readonly seen: SeenChat | null;
}

/** null = without Telegram after all. */
export async function findChat(bot: SearchedBot, wizard: Wizard): Promise<Place | null> {
  const port = createTelegramBotPort(bot.botToken, wizard.options.telegramApi);
  try {
    return await new ChatSearch(port, bot, wizard).run();
  } finally {
    port.close();
  }
}

class ChatSearch {
  readonly #port: TelegramBotPort;
  readonly #bot: SearchedBot;
  readonly #wizard: Wizard;
  #offset = 0;
  #chats: readonly SeenChat[] = [];

  constructor(port: TelegramBotPort, bot: SearchedBot, wizard: Wizard) {
    this.#port = port;
    this.#bot = bot;
    this.#wizard = wizard;
  }

  async run(): Promise<Place | null> {
    const { dialog } = this.#wizard;
    const { botName } = this.#bot;
    dialog.say(
      "",
      "Where should it write? Go there now, and it is found by itself:",
      `  you alone   open https://t.me/${botName} and press Start`,
      `  a group     add @${botName}, then write there: /start@${botName}`,
      `  a channel   make @${botName} an administrator`,
    );
    for (;;) {
      await this.#search();
      const place = this.#chats.length > 0 ? await this.#choose() : await this.#askForId();
      if (place !== "again") return place;
    }
  }

  /** Until there is one chat more, or the time is over; what is in the way is said. */
  async #search(): Promise<void> {
    const { dialog, runtime, signal, options } = this.#wizard;
    dialog.say(`Waiting up to ${formatDuration(options.waitMs)} for a message ...`);
    const before = this.#chats.length;
    const endMs = runtime.monotonicMs() + options.waitMs;
    let trouble = "";
    while (runtime.monotonicMs() < endMs) {
      try {
        const leftSeconds = Math.ceil((endMs - runtime.monotonicMs()) / 1_000);
        await this.#poll(Math.min(POLL_SECONDS, leftSeconds));
        if (this.#chats.length === before) continue;
        await this.#poll(LAST_LOOK_SECONDS);
        return;
      } catch (thrown) {
        signal.throwIfAborted();
        if (isConflict(thrown)) return this.#makeWay(thrown);
        const reason = scrubber([this.#bot.botToken])(thrown);
        if (reason !== trouble) dialog.say(`✗ Telegram cannot be asked: ${reason}`);
        trouble = reason;
        await runtime.sleep(PAUSE_MS, signal);
      }
    }
    dialog.say(`✗ Nothing was written to @${this.#bot.botName} in this time.`);
  }

  async #poll(seconds: number): Promise<void> {
    const wanted = { offset: this.#offset, seconds, kinds: CHAT_UPDATES };
    const updates = await bounded(this.#wizard, seconds * 1_000 + ANSWER_MS_MAX, (signal) =>
      this.#port.updates(wanted, signal),
    );
    for (const update of updates)
      this.#offset = Math.max(this.#offset, (updateId(update) ?? 0) + 1);
    this.#chats = seenChats(this.#chats, updates);
  }

  /** Somebody else gets the bot's updates. */
  async #makeWay(refusal: TelegramRefused): Promise<void> {
    const { dialog, signal } = this.#wizard;
    if (!/webhook/i.test(refusal.message)) {
      dialog.say(
        "✗ Another program receives this bot's messages: perhaps a liqwatch that runs.",
        "  Only one can. Stop it, or type the chat's id, or make a bot for liqwatch alone.",
      );
      return;
    }
    dialog.say(
      "✗ This bot's messages go to a web address (a webhook) and cannot be read here.",
      "  Remove that if nothing uses it any more; else make a bot for liqwatch alone.",
    );
    const isOurs = await dialog.confirm("Remove the webhook?", { enter: false, unattended: false });
    if (!isOurs) return;
    try {
      await bounded(this.#wizard, ANSWER_MS_MAX, this.#port.dropWebhook);
    } catch (thrown) {
      signal.throwIfAborted();
      dialog.say(`✗ Not removed: ${scrubber([this.#bot.botToken])(thrown)}`);
      return;
    }
    await this.#search();
  }

  async #choose(): Promise<Place | "again"> {
    const { dialog } = this.#wizard;
    for (const [at, chat] of this.#chats.entries()) dialog.say(`✓ ${at + 1}. ${wordsOf(chat)}`);
    const one = this.#chats.length === 1;
    const which = one ? "Enter = this one" : "Its number (Enter = 1)";
    for (;;) {
      const answer = await dialog.text(`${which}, w = wait for another`);
      if (answer !== null && /^w/i.test(answer)) return "again";
      const seen = this.#chats[Number(answer ?? 1) - 1];
      if (seen !== undefined) return { ...seen, seen };
      dialog.say(`Please answer with a number from 1 to ${this.#chats.length}, or w.`);
    }
  }

  async #askForId(): Promise<Place | null | "again"> {
    const { dialog, options } = this.#wizard;
    const question = "The chat's id (Enter = look again, none = without Telegram)";
    for (;;) {
      const chatId = await dialog.text(question);
      if (chatId === null) return "again";
      if (chatId.toLowerCase() === "none") return null;
      if (CHAT_ID.test(chatId)) {
        return { chatId, topicId: options.telegramTopic, title: null, seen: null };
      }
      dialog.say("A chat's id is like -1001234567890, a public channel's name like @channel.");
    }
  }
}

function isConflict(thrown: unknown): thrown is TelegramRefused {
  return thrown instanceof TelegramRefused && thrown.status === 409;
}

/** `group "Traders", topic "alerts" (-1001234567890)`. */
export function wordsOf({ kind, title, chatId, topicId, topicName }: SeenChat): string {
  const what = kind === "private" ? `private chat with ${title}` : `${kind} "${title}"`;
  const topic =
    topicId === null ? "" : `, topic ${topicName === null ? topicId : `"${topicName}"`}`;
  return `${what}${topic} (${chatId})`;
}
