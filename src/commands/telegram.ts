/** The Telegram bot: long polling in, replies out, silence for strangers. */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Reply, replyHtml, replyPlain } from "../render/reply.ts";
import type { Runtime } from "../runtime.ts";
import { scrub } from "../scrub.ts";
import { standingInTelegram } from "./authorize.ts";
import { backoffMs } from "./backoff.ts";
import type { Bot, TelegramBotSettings } from "./bot.ts";
import { BOT_LIMITS, Budget, CHAT_LIMITS } from "./budget.ts";
import type { Desk } from "./desk.ts";
import { COMMANDS } from "./index.ts";
import {
  createTelegramBotPort,
  type MenuEntry,
  type TelegramBotPort,
  TelegramRefused,
} from "./telegram-port.ts";
import { messageOfUpdate, migrationOf, type TelegramMessage, updateId } from "./telegram-update.ts";

/** How long one poll is held open; the service allows 50 s. */
const POLL_SECONDS = 50;
/** A poll that is silent for longer than it may be open is dead. */
const POLL_MS_MAX = (POLL_SECONDS + 15) * 1_000;
/** Questions that waited longer while nobody listened are not answered any more. */
const STALE_MS = 120_000;
/** A reply waits at most this long for its turn, ms; then the question is old. */
const REPLY_WAIT_MS_MAX = 15_000;
const REPLY_TRIES_MAX = 3;
/** Edits are compared with what was answered; the oldest questions are forgotten. */
const ANSWERED_MAX = 500;

export interface TelegramBotOptions {
  readonly settings: TelegramBotSettings;
  readonly desk: Desk;
  readonly runtime: Runtime;
  readonly log: Log;
}

export class TelegramBot implements Bot {
  readonly service = "telegram";
  readonly #options: TelegramBotOptions;
  readonly #port: TelegramBotPort;
  readonly #chats = new Budget(CHAT_LIMITS);
  readonly #all = new Budget(BOT_LIMITS);
  readonly #answered = new Map<string, string>();
  readonly #open = new Set<Promise<void>>();
  #name: string | null = null;
  #offset = 0;
  #hasPolled = false;

  constructor(options: TelegramBotOptions) {
    this.#options = options;
    const { token, apiBaseUrl } = options.settings;
    this.#port = createTelegramBotPort(token, apiBaseUrl);
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let lastReason = "";
    while (!signal.aborted) {
      try {
        if (this.#name === null) await this.#introduce(signal);
        // After a failure the first poll does not wait: it only tells whether all is well again.
        await this.#poll(failures > 0 ? 0 : POLL_SECONDS, signal);
        if (failures > 0) this.#options.log.info({}, "Telegram bot hears again");
        failures = 0;
        lastReason = "";
      } catch (thrown) {
        if (signal.aborted) break;
        failures += 1;
        const reason = this.#describe(thrown);
        if (reason !== lastReason) this.#complain(thrown, reason);
        lastReason = reason;
        if (isRefusedToken(thrown)) break;
        await this.#rest(thrown, failures, signal);
      }
    }
    await Promise.allSettled(this.#open);
    this.#port.close();
  }

  /** A stop ends the rest at once. */
  async #rest(thrown: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const { runtime } = this.#options;
    const askedMs = thrown instanceof TelegramRefused ? (thrown.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(askedMs, backoffMs(failures, runtime.random()));
    await runtime.sleep(waitMs, signal).catch(() => undefined);
  }

  #complain(thrown: unknown, reason: string): void {
    const { log } = this.#options;
    if (isRefusedToken(thrown)) {
      log.error({ reason }, "Telegram refused the bot's token; the bot is off");
    } else if (thrown instanceof TelegramRefused && thrown.status === 409) {
      log.warn({ reason }, "Another program polls with this bot's token; only one can");
    } else {
      log.warn({ reason }, "Telegram bot cannot hear; trying again");
    }
  }

  #describe(thrown: unknown): string {
    const { token } = this.#options.settings;
    return scrub(messageOf(thrown).replaceAll(token, "***"));
  }

  /** Our name, and the menu that people see when they type a slash. */
  async #introduce(signal: AbortSignal): Promise<void> {
    const { settings, log } = this.#options;
    const name = await this.#port.name(signal);
    await this.#port.setMenu({ entries: menuOf(false), chatId: null }, signal);
    for (const userId of settings.admins.users) {
      // An admin who has never written to the bot has no chat with it yet: refused, no harm.
      const menu = { entries: menuOf(true), chatId: userId };
      await this.#port.setMenu(menu, signal).catch((thrown: unknown) => {
        log.debug({ reason: this.#describe(thrown) }, "An admin's Telegram menu was not set");
      });
    }
    this.#name = name;
    log.info({ name }, "Telegram bot is up");
  }

  async #poll(seconds: number, signal: AbortSignal): Promise<void> {
    const { runtime } = this.#options;
    const bound = new AbortController();
    const stop = () => bound.abort();
    const cancel = runtime.after(POLL_MS_MAX, stop);
    signal.addEventListener("abort", stop, { once: true });
    try {
      const wanted = { offset: this.#offset, seconds };
      const updates = await this.#port.updates(wanted, bound.signal);
      for (const update of updates) {
        const id = updateId(update);
        if (id !== null) this.#offset = Math.max(this.#offset, id + 1);
        this.#take(update, signal);
      }
      this.#hasPolled = true;
    } finally {
      cancel();
      signal.removeEventListener("abort", stop);
    }
  }

  #take(update: unknown, signal: AbortSignal): void {
    const { settings, runtime, log } = this.#options;
    const message = messageOfUpdate(update);
    if (message === null) {
      const moved = migrationOf(update);
      if (moved !== null && settings.readers.chats.includes(moved.chatId)) {
        log.warn({ ...moved }, "Telegram group has a new id; put it into bots.telegram.readers");
      }
      return;
    }
    // Only after a pause: a clock of ours that is wrong must not make every question old.
    if (!this.#hasPolled && runtime.nowMs() - message.atMs > STALE_MS) return;
    const standing = standingInTelegram(message, settings);
    if (standing === "stranger" || !message.text.startsWith("/")) return;
    const answering = this.#answer(message, standing, signal).catch((thrown: unknown) => {
      log.warn({ reason: this.#describe(thrown) }, "A reply did not reach Telegram");
    });
    this.#open.add(answering);
    void answering.finally(() => this.#open.delete(answering));
  }

  async #answer(
    message: TelegramMessage,
    standing: "admin" | "reader",
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#isAnsweredAlready(message)) return;
    const { chatId, userId, isPrivate, text } = message;
    const outcome = await this.#options.desk.ask({
      ...{ text, standing, botName: this.#name, isForUs: isPrivate },
      by: `telegram:${userId ?? chatId}`,
    });
    if (outcome.type === "ignored" || (outcome.type === "limited" && !outcome.isFirst)) return;
    const nowMs = this.#options.runtime.monotonicMs();
    if (this.#all.take("all", nowMs) > 0 || this.#chats.take(chatId, nowMs) > 0) {
      this.#options.log.debug({ chatId }, "A reply was left out: the chat has had enough");
      return;
    }
    await this.#send(message, outcome.reply, signal);
  }

  /** An edit that leaves the question as it was (a preview, a pin) asks nothing. */
  #isAnsweredAlready({ chatId, id, text, isEdited }: TelegramMessage): boolean {
    const key = `${chatId}/${id}`;
    const isSame = isEdited && this.#answered.get(key) === text;
    this.#answered.delete(key);
    this.#answered.set(key, text);
    const oldest = this.#answered.keys().next().value;
    if (this.#answered.size > ANSWERED_MAX && oldest !== undefined) this.#answered.delete(oldest);
    return isSame;
  }

  async #send(message: TelegramMessage, reply: Reply, signal: AbortSignal): Promise<void> {
    const { chatId, topicId, isPrivate, id } = message;
    const place = { chatId, topicId, replyToId: isPrivate ? null : id };
    let isHtml = true;
    for (let tries = 1; ; tries += 1) {
      const text = isHtml ? replyHtml(reply) : replyPlain(reply);
      try {
        await this.#port.send({ ...place, text, isHtml }, signal);
        return;
      } catch (thrown) {
        const waitMs = retryMs(thrown, tries);
        if (waitMs === null || signal.aborted) throw thrown;
        if (thrown instanceof TelegramRefused && thrown.status === 400) isHtml = false;
        await this.#options.runtime.sleep(waitMs, signal);
      }
    }
  }
}

/** null = not again. A markup that is refused is sent once more as plain text. */
function retryMs(thrown: unknown, tries: number): number | null {
  if (tries >= REPLY_TRIES_MAX) return null;
  if (!(thrown instanceof TelegramRefused)) return 1_000;
  if (thrown.status === 400) return /can't parse entities/i.test(thrown.message) ? 0 : null;
  if (thrown.status >= 500) return 1_000;
  const waitMs = thrown.status === 429 ? (thrown.retryAfterMs ?? 1_000) : null;
  return waitMs !== null && waitMs <= REPLY_WAIT_MS_MAX ? waitMs : null;
}

function isRefusedToken(thrown: unknown): boolean {
  return thrown instanceof TelegramRefused && (thrown.status === 401 || thrown.status === 404);
}

function menuOf(isAdmin: boolean): readonly MenuEntry[] {
  return COMMANDS.filter((command) => command.isBuilt && (isAdmin || !command.isAdmin)).map(
    ({ name, summary }) => ({ command: name, description: summary }),
  );
}
