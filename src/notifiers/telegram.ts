/** Telegram chat or topic. https://core.telegram.org/bots/api#sendmessage */
import type { Picture } from "../chart.ts";
import type { Log } from "../log.ts";
import { TELEGRAM_CAPTION_CHARS_MAX, telegramHtml, telegramPlain } from "../render/telegram.ts";
import type { Runtime } from "../runtime.ts";
import { classify, longestWaitMs } from "./classify.ts";
import { withDeadline } from "./deadline.ts";
import type { Attempt, Message, Notifier, TelegramTarget } from "./notifier.ts";
import { scrubber } from "./scrub.ts";
import {
  createTelegramPort,
  type TelegramAnswer,
  type TelegramPort,
  type TelegramRefusal,
  type TelegramText,
} from "./telegram-port.ts";

/** A 400 that concerns the chat and not the text: every further message would meet it too. */
const CHAT_IS_GONE =
  /chat not found|thread not found|group chat was deactivated|not enough rights/i;
/** https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp */
const EDIT_REFUSED = /message to edit not found|message can't be edited|message_id_invalid/i;
/** The chat shows this very text already. */
const UNCHANGED = /message is not modified/i;
const MARKUP_REFUSED = /can't parse entities/i;

export interface TelegramDeps {
  readonly runtime: Runtime;
  readonly log: Log;
}

export function createTelegramNotifier(target: TelegramTarget, deps: TelegramDeps): Notifier {
  const chat = new TelegramChat(target, deps);
  const describe = scrubber([target.botToken]);
  const bounded = (run: (signal: AbortSignal) => Promise<Attempt>, signal: AbortSignal) =>
    withDeadline(run, { runtime: deps.runtime, signal, describe });
  return {
    ...{ target: target.name, service: "telegram" },
    send: (message, signal) => bounded((bound) => chat.send(message, bound), signal),
    edit: (remoteId, message, signal) =>
      bounded((bound) => chat.edit(remoteId, message, bound), signal),
    close: async () => chat.close(),
  };
}

class TelegramChat {
  readonly #target: TelegramTarget;
  readonly #log: Log;
  readonly #port: TelegramPort;
  readonly #describe: (thrown: unknown) => string;
  /** A migrated group keeps its new id for this process; the operator is told to configure it. */
  #chatId: string;

  constructor(target: TelegramTarget, { log }: TelegramDeps) {
    this.#target = target;
    this.#log = log;
    this.#port = createTelegramPort(target.botToken, target.apiBaseUrl);
    this.#describe = scrubber([target.botToken]);
    this.#chatId = target.chatId;
  }

  async send(message: Message, signal: AbortSignal): Promise<Attempt> {
    // Words come first: a caption holds a quarter of what a text does.
    const isShort = telegramHtml(message).length <= TELEGRAM_CAPTION_CHARS_MAX;
    if (message.picture !== undefined && isShort) {
      const shown = await this.#send(message, message.picture, signal);
      if (shown.outcome === "delivered") return { ...shown, remoteId: `${shown.remoteId}${PHOTO}` };
      // A chat may take texts and no pictures; whatever else is wrong, the text will meet it, too.
      if (shown.outcome === "retry") return shown;
    }
    return this.#send(message, null, signal);
  }

  /** What was sent as a text stays one, and what was sent as a picture stays one. */
  async edit(remoteId: string, message: Message, signal: AbortSignal): Promise<Attempt> {
    let edited = await this.#edit(remoteId, message, signal);
    const isLost = edited.outcome === "dead" && edited.reason === "bad-request";
    if (isLost && message.picture !== undefined) {
      const { picture: _, ...bare } = message;
      edited = await this.#edit(remoteId, bare, signal);
    }
    return edited.outcome === "delivered" ? { ...edited, remoteId } : edited;
  }

  close(): void {
    this.#port.close();
  }

  /** `picture` null = text alone. */
  #send(message: Message, picture: Picture | null, signal: AbortSignal): Promise<Attempt> {
    const { isSilent } = message;
    const { topicId } = this.#target;
    const answered = message.replyTo === undefined ? null : placeOf(message.replyTo);
    const call: Call = (text, chatId) => {
      const replyToId = answered?.chatId === chatId ? answered.messageId : null;
      const sent = { ...text, chatId, isSilent, topicId, replyToId };
      return picture === null
        ? this.#port.sendText(sent, signal)
        : this.#port.sendPhoto(sent, picture, signal);
    };
    return this.#put(message, call, picture === null ? undefined : TELEGRAM_CAPTION_CHARS_MAX);
  }

  #edit(remoteId: string, message: Message, signal: AbortSignal): Promise<Attempt> {
    const place = placeOf(remoteId);
    const { picture = null } = message;
    const call: Call = async (text, chatId) => {
      // A group that moved keeps its messages under the old address, where nothing can be changed.
      if (place === null || place.chatId !== chatId) return NOT_FOUND;
      const edited = { ...text, ...place };
      const answer = place.isPhoto
        ? await this.#port.editPhoto(edited, picture, signal)
        : await this.#port.editText(edited, signal);
      const isShown = "refusal" in answer && UNCHANGED.test(answer.refusal.description);
      return isShown ? { messageId: String(place.messageId) } : answer;
    };
    const isPhoto = place?.isPhoto === true;
    return this.#put(message, call, isPhoto ? TELEGRAM_CAPTION_CHARS_MAX : undefined);
  }

  /** One text by one call: again at a group's new address, and as plain text where HTML is refused. */
  async #put(message: Message, call: Call, charsMax?: number): Promise<Attempt> {
    const html = { text: telegramHtml(message, charsMax), isHtml: true };
    let answer = await call(html, this.#chatId);
    if ("refusal" in answer && this.#follow(answer.refusal))
      answer = await call(html, this.#chatId);
    if ("refusal" in answer && MARKUP_REFUSED.test(answer.refusal.description)) {
      this.#log.warn(
        { target: this.#target.name },
        "Telegram could not parse the message; sent as plain text",
      );
      const plain = { text: telegramPlain(message, charsMax), isHtml: false };
      answer = await call(plain, this.#chatId);
    }
    return outcomeOf(answer, { describe: this.#describe, chatId: this.#chatId });
  }

  #follow({ migrateToChatId: newChatId }: TelegramRefusal): boolean {
    if (newChatId === null || newChatId === this.#chatId) return false;
    const fields = { target: this.#target.name, chatId: this.#chatId, newChatId };
    this.#log.warn(fields, "Telegram group has a new id; put it into the configuration");
    this.#chatId = newChatId;
    return true;
  }
}

type Call = (
  text: Pick<TelegramText, "text" | "isHtml">,
  chatId: string,
) => Promise<TelegramAnswer>;

/** What Telegram would answer. */
const NOT_FOUND: TelegramAnswer = {
  refusal: {
    ...{ status: 400, description: "Bad Request: message to edit not found" },
    ...{ retryAfterSeconds: null, migrateToChatId: null },
  },
};

/** Behind the id of a message that is a picture: it is edited by other calls. */
const PHOTO = "/photo";

interface Place {
  readonly chatId: string;
  readonly messageId: number;
  readonly isPhoto: boolean;
}

/** `chat/message`, because a group that moves counts its messages anew. */
function placeOf(remoteId: string): Place | null {
  const [, chatId, messageId, end] = /^([^/]+)\/(\d+)(\/photo)?$/.exec(remoteId) ?? [];
  if (chatId === undefined || messageId === undefined) return null;
  return { chatId, messageId: Number(messageId), isPhoto: end === PHOTO };
}

function outcomeOf(
  answer: TelegramAnswer,
  at: { readonly chatId: string; readonly describe: (thrown: unknown) => string },
): Attempt {
  if ("messageId" in answer) {
    return { outcome: "delivered", remoteId: `${at.chatId}/${answer.messageId}` };
  }
  const { status, description, retryAfterSeconds } = answer.refusal;
  const detail = at.describe(description);
  if (status === 400 && EDIT_REFUSED.test(description)) {
    return { outcome: "dead", reason: "message-gone", detail: `400 ${detail}` };
  }
  if (status === 400 && CHAT_IS_GONE.test(description)) {
    return { outcome: "dead", reason: "gone", detail: `400 ${detail}` };
  }
  return classify({ status, afterMs: longestWaitMs([retryAfterSeconds]), detail });
}
