/** The little of Telegram's Bot API that we use, so that the client library can be replaced. */
import { Agent } from "node:https";
import { Telegram, TelegramError } from "telegraf";

export interface TelegramText {
  readonly chatId: string;
  readonly text: string;
  /** False = plain text, nothing is parsed. */
  readonly isHtml: boolean;
  readonly isSilent: boolean;
  readonly topicId: number | null;
  /** The message that this one answers, in the same chat; null = none. */
  readonly replyToId: number | null;
}

/** A text in the place of an earlier one. */
export type TelegramEdit = Pick<TelegramText, "chatId" | "text" | "isHtml"> & {
  readonly messageId: number;
};

/** A refusal of the Bot API, as its answer says it. */
export interface TelegramRefusal {
  readonly status: number;
  readonly description: string;
  readonly retryAfterSeconds: number | null;
  /** The group became a supergroup and has this id now. */
  readonly migrateToChatId: string | null;
}

export type TelegramAnswer = { readonly messageId: string } | { readonly refusal: TelegramRefusal };

export interface TelegramPort {
  /** Refusals are values; only network failures and aborts throw. */
  sendText(text: TelegramText, signal: AbortSignal): Promise<TelegramAnswer>;
  editText(edit: TelegramEdit, signal: AbortSignal): Promise<TelegramAnswer>;
  close(): void;
}

type CallOptions = NonNullable<Parameters<Telegram["callApi"]>[2]>;

/** telegraf's types know only the signal of a polyfill; at run time it takes the platform's. */
function callOptions(signal: AbortSignal): CallOptions {
  return { signal: signal as unknown as NonNullable<CallOptions["signal"]> };
}

/** `apiBaseUrl` replaces https://api.telegram.org; a path in it is kept. */
export function createTelegramPort(botToken: string, apiBaseUrl: string | null): TelegramPort {
  const agent = new Agent({ keepAlive: true });
  const options = apiBaseUrl === null ? {} : { apiRoot: `${apiBaseUrl.replace(/\/+$/, "")}/` };
  const telegram = new Telegram(botToken, { agent, ...options });
  return {
    sendText: (text, signal) =>
      answerTo(async () => {
        const sent = await telegram.callApi("sendMessage", payload(text), callOptions(signal));
        return String(sent.message_id);
      }),
    editText: (edit, signal) =>
      answerTo(async () => {
        await telegram.callApi("editMessageText", editPayload(edit), callOptions(signal));
        return String(edit.messageId);
      }),
    close: () => agent.destroy(),
  };
}

/** `call` gives the message's id. */
async function answerTo(call: () => Promise<string>): Promise<TelegramAnswer> {
  try {
    return { messageId: await call() };
  } catch (thrown) {
    if (thrown instanceof TelegramError) return { refusal: refusalOf(thrown) };
    throw thrown;
  }
}

function payload(text: TelegramText) {
  const { topicId, replyToId } = text;
  return {
    ...textPayload(text),
    disable_notification: text.isSilent,
    ...(topicId === null ? {} : { message_thread_id: topicId }),
    ...(replyToId === null ? {} : { reply_parameters: replyTo(replyToId) }),
  };
}

/** A summary of a message that somebody deleted is sent all the same. */
function replyTo(messageId: number) {
  return { message_id: messageId, allow_sending_without_reply: true };
}

function editPayload(edit: TelegramEdit) {
  return { ...textPayload(edit), message_id: edit.messageId };
}

function textPayload({ chatId, text, isHtml }: Pick<TelegramText, "chatId" | "text" | "isHtml">) {
  return {
    chat_id: chatId,
    text,
    link_preview_options: { is_disabled: true },
    ...(isHtml ? { parse_mode: "HTML" as const } : {}),
  };
}

function refusalOf(error: TelegramError): TelegramRefusal {
  const { retry_after: wait, migrate_to_chat_id: chat } = error.parameters ?? {};
  return {
    status: error.code,
    description: error.description,
    retryAfterSeconds: wait ?? null,
    migrateToChatId: chat === undefined ? null : String(chat),
  };
}
