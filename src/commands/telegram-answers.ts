/** From an update of Telegram to the reply in the chat, however the update came. */
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { type Reply, replyCaption, replyHtml, replyPlain } from "../render/reply.ts";
import { TELEGRAM_CAPTION_CHARS_MAX } from "../render/telegram.ts";
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
    let { picture } = reply;
    for (let tries = 1; ; tries += 1) {
      try {
        if (picture === undefined) {
          const text = isHtml ? replyHtml(reply) : replyPlain(reply);
          await this.#port.send({ ...place, text, isHtml }, signal);
        } else {
          const text = isHtml ? replyCaption(reply) : replyPlain(reply, TELEGRAM_CAPTION_CHARS_MAX);
          await this.#port.sendPicture({ ...place, text, isHtml }, picture, signal);
        }
        return;
      } catch (thrown) {
        const waitMs = retryMs(thrown, { tries, hasPicture: picture !== undefined });
        if (waitMs === null || signal.aborted) throw thrown;
        const isMarkup = isMarkupRefused(thrown);
        if (isMarkup) isHtml = false;
        // A chat that takes no pictures, or a picture that is not liked: the text says it all.
        else if (thrown instanceof TelegramRefused && thrown.status < 429) picture = undefined;
        await this.#options.runtime.sleep(waitMs, signal);
      }
    }
  }
}

function isMarkupRefused(thrown: unknown): boolean {
  return thrown instanceof TelegramRefused && /can't parse entities/i.test(thrown.message);
}

/**
 * null = not again. A markup that is refused is sent once more as plain text, a picture that is
 * refused once more without it.
 */
function retryMs(
  thrown: unknown,
  { tries, hasPicture }: { readonly tries: number; readonly hasPicture: boolean },
): number | null {
  if (tries >= REPLY_TRIES_MAX) return null;
  if (!(thrown instanceof TelegramRefused)) return 1_000;
  if (isMarkupRefused(thrown)) return 0;
  if (thrown.status < 429 && hasPicture) return 0;
  if (thrown.status >= 500) return 1_000;
  const waitMs = thrown.status === 429 ? (thrown.retryAfterMs ?? 1_000) : null;
  return waitMs !== null && waitMs <= REPLY_WAIT_MS_MAX ? waitMs : null;
}
