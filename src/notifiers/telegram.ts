/** Telegram chat or topic. https://core.telegram.org/bots/api#sendmessage */
import type { Log } from "../log.ts";
import { telegramHtml, telegramPlain } from "../render/telegram.ts";
import type { Runtime } from "../runtime.ts";
import { classify, longestWaitMs } from "./classify.ts";
import { withDeadline } from "./deadline.ts";
import type { Attempt, Message, Notifier, TelegramTarget } from "./notifier.ts";
import { scrubber } from "./scrub.ts";
import {
  createTelegramPort,
  type TelegramAnswer,
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
  const port = createTelegramPort(target.botToken, target.apiBaseUrl);
  const describe = scrubber([target.botToken]);
  // A migrated group keeps its new id for this process; the operator is told to configure it.
  let { chatId } = target;

  const follow = (refusal: TelegramRefusal): boolean => {
    if (refusal.migrateToChatId === null || refusal.migrateToChatId === chatId) return false;
    const fields = { target: target.name, chatId, newChatId: refusal.migrateToChatId };
    deps.log.warn(fields, "Telegram group has a new id; put it into the configuration");
    chatId = refusal.migrateToChatId;
    return true;
  };

  /** One text by one call: again at a group's new address, and as plain text where HTML is refused. */
  const put = async (message: Message, call: Call): Promise<Attempt> => {
    const html = { text: telegramHtml(message), isHtml: true };
    let answer = await call(html, chatId);
    if ("refusal" in answer && follow(answer.refusal)) answer = await call(html, chatId);
    if ("refusal" in answer && MARKUP_REFUSED.test(answer.refusal.description)) {
      deps.log.warn(
        { target: target.name },
        "Telegram could not parse the message; sent as plain text",
      );
      answer = await call({ text: telegramPlain(message), isHtml: false }, chatId);
    }
    return outcomeOf(answer, { describe, chatId });
  };

  const send = (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const { isSilent } = message;
    const answered = message.replyTo === undefined ? null : placeOf(message.replyTo);
    return put(message, (text, chat) => {
      const replyToId = answered?.chatId === chat ? answered.messageId : null;
      const { topicId } = target;
      return port.sendText({ ...text, chatId: chat, isSilent, topicId, replyToId }, signal);
    });
  };

  const edit = (remoteId: string, message: Message, signal: AbortSignal): Promise<Attempt> => {
    const place = placeOf(remoteId);
    return put(message, async (text, chat) => {
      // A group that moved keeps its messages under the old address, where nothing can be changed.
      if (place === null || place.chatId !== chat) return NOT_FOUND;
      const answer = await port.editText({ ...text, ...place }, signal);
      const isShown = "refusal" in answer && UNCHANGED.test(answer.refusal.description);
      return isShown ? { messageId: String(place.messageId) } : answer;
    });
  };

  const bounded = (run: (signal: AbortSignal) => Promise<Attempt>, signal: AbortSignal) =>
    withDeadline(run, { runtime: deps.runtime, signal, describe });
  return {
    ...{ target: target.name, service: "telegram" },
    send: (message, signal) => bounded((bound) => send(message, bound), signal),
    edit: (remoteId, message, signal) => bounded((bound) => edit(remoteId, message, bound), signal),
    close: async () => port.close(),
  };
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

/** `chat/message`, because a group that moves counts its messages anew. */
function placeOf(remoteId: string): { readonly chatId: string; readonly messageId: number } | null {
  const [, chatId, messageId] = /^([^/]+)\/(\d+)$/.exec(remoteId) ?? [];
  if (chatId === undefined || messageId === undefined) return null;
  return { chatId, messageId: Number(messageId) };
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
