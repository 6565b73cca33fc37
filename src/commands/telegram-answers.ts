/** From an update of Telegram to the reply in the chat, however the update came. */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Reply, replyHtml, replyPlain } from "../render/reply.ts";
import type { Runtime } from "../runtime.ts";
import { scrub } from "../scrub.ts";
import { standingInTelegram } from "./authorize.ts";
import type { TelegramBotSettings } from "./bot.ts";
import { BOT_LIMITS, Budget, CHAT_LIMITS } from "./budget.ts";
import type { Desk } from "./desk.ts";
import { type TelegramBotPort, TelegramRefused } from "./telegram-port.ts";
import { messageOfUpdate, migrationOf, type TelegramMessage, updateId } from "./telegram-update.ts";

/** Questions that waited longer while nobody listened are not answered any more. */
export const STALE_MS = 120_000;
/** A reply waits at most this long for its turn, ms; then the question is old. */
const REPLY_WAIT_MS_MAX = 15_000;
const REPLY_TRIES_MAX = 3;
/** Edits are compared with what was answered; the oldest questions are forgotten. */
const ANSWERED_MAX = 500;
/** Numbers of updates that were taken; Telegram repeats one soon, or never. */
const TAKEN_MAX = 1_000;

export interface TelegramBotOptions {
  readonly settings: TelegramBotSettings;
  readonly desk: Desk;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** Anything thrown, as a text without the bot's token. */
export function describeTrouble(thrown: unknown, token: string): string {
  return scrub(messageOf(thrown).replaceAll(token, "***"));
}

export class TelegramAnswers {
  readonly #options: TelegramBotOptions;
  readonly #port: TelegramBotPort;
  readonly #chats = new Budget(CHAT_LIMITS);
  readonly #all = new Budget(BOT_LIMITS);
  readonly #answered = new Map<string, string>();
  readonly #taken = new Set<number>();
  readonly #open = new Set<Promise<void>>();
  /** Our name without @; null = not known yet. */
  botName: string | null = null;

  constructor(options: TelegramBotOptions, port: TelegramBotPort) {
    this.#options = options;
    this.#port = port;
  }

  /** Resolves when every reply under way is sent or given up. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  /** `mayBeOld` = the update may have waited while nobody listened. */
  take(update: unknown, mayBeOld: boolean, signal: AbortSignal): void {
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
    if (mayBeOld && runtime.nowMs() - message.atMs > STALE_MS) return;
    const standing = standingInTelegram(message, settings);
    if (standing === "stranger" || !message.text.startsWith("/")) return;
    if (this.#isTakenAlready(updateId(update))) return;
    const answering = this.#answer(message, standing, signal).catch((thrown: unknown) => {
      const reason = describeTrouble(thrown, settings.token);
      log.warn({ reason }, "A reply did not reach Telegram");
    });
    this.#open.add(answering);
    void answering.finally(() => this.#open.delete(answering));
  }

  /** An update whose receipt got lost on its way comes again. */
  #isTakenAlready(id: number | null): boolean {
    if (id === null) return false;
    if (this.#taken.has(id)) return true;
    this.#taken.add(id);
    const oldest = this.#taken.values().next().value;
    if (this.#taken.size > TAKEN_MAX && oldest !== undefined) this.#taken.delete(oldest);
    return false;
  }

  async #answer(
    message: TelegramMessage,
    standing: "admin" | "reader",
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#isAnsweredAlready(message)) return;
    const { chatId, userId, userName: name, isPrivate, text } = message;
    const outcome = await this.#options.desk.ask({
      ...{ text, standing, name, botName: this.botName, isForUs: isPrivate },
      by: `telegram:${userId ?? chatId}`,
    });
    if (outcome.type === "ignored" || (outcome.type === "limited" && !outcome.isFirst)) return;
    const nowMs = this.#options.runtime.monotonicMs();
    // Who is told to slow down is told once: without that word the silence would look like a fault.
    const isFull = outcome.type === "reply" && this.#chats.take(chatId, nowMs) > 0;
    if (isFull || this.#all.take("all", nowMs) > 0) {
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
