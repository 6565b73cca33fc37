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

  const attempt = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const html = textOf(message, telegramHtml(message), { isHtml: true });
    let answer = await port.sendText({ ...html, chatId }, signal);
    if ("refusal" in answer && follow(answer.refusal)) {
      answer = await port.sendText({ ...html, chatId }, signal);
    }
    if ("refusal" in answer && MARKUP_REFUSED.test(answer.refusal.description)) {
      deps.log.warn(
        { target: target.name },
        "Telegram could not parse the message; sent as plain text",
      );
      const plain = textOf(message, telegramPlain(message), { isHtml: false });
      answer = await port.sendText({ ...plain, chatId }, signal);
    }
    return outcomeOf(answer, describe);
  };

  const textOf = (
    message: Message,
    text: string,
    { isHtml }: { readonly isHtml: boolean },
  ): Omit<TelegramText, "chatId"> => ({
    text,
    isHtml,
    isSilent: message.isSilent,
    topicId: target.topicId,
  });

  return {
    target: target.name,
    service: "telegram",
    send: (message, signal) =>
      withDeadline((bound) => attempt(message, bound), { runtime: deps.runtime, signal, describe }),
    close: async () => port.close(),
  };
}

function outcomeOf(answer: TelegramAnswer, describe: (thrown: unknown) => string): Attempt {
  if ("messageId" in answer) return { outcome: "delivered", remoteId: answer.messageId };
  const { status, description, retryAfterSeconds } = answer.refusal;
  const detail = describe(description);
  if (status === 400 && CHAT_IS_GONE.test(description)) {
    return { outcome: "dead", reason: "gone", detail: `400 ${detail}` };
  }
  return classify({ status, afterMs: longestWaitMs([retryAfterSeconds]), detail });
}
