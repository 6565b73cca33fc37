/** The little of Telegram's Bot API that we use, so that the client library can be replaced. */
import { Agent } from "node:https";
import { Telegram, TelegramError } from "telegraf";
import type { Picture } from "../chart.ts";

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
  /** The text is the caption: at most 1,024 characters. */
  sendPhoto(text: TelegramText, picture: Picture, signal: AbortSignal): Promise<TelegramAnswer>;
  /** `picture` null = the one that is there stays. */
  editPhoto(
    edit: TelegramEdit,
    picture: Picture | null,
    signal: AbortSignal,
  ): Promise<TelegramAnswer>;
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
        const message = { ...payload(text), ...bodyOf(text) };
        const sent = await telegram.callApi("sendMessage", message, callOptions(signal));
        return String(sent.message_id);
      }),
    editText: (edit, signal) =>
      answerTo(async () => {
        const message = { ...editPayload(edit), ...bodyOf(edit) };
        await telegram.callApi("editMessageText", message, callOptions(signal));
        return String(edit.messageId);
      }),
    sendPhoto: (text, picture, signal) =>
      answerTo(async () => {
        const photo = fileOf(picture);
        const message = { ...payload(text), caption: text.text, photo };
        const sent = await telegram.callApi("sendPhoto", message, callOptions(signal));
        return String(sent.message_id);
      }),
    editPhoto: (edit, picture, signal) =>
      answerTo(async () => {
        await editPhoto(telegram, { edit, picture }, callOptions(signal));
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

/** https://core.telegram.org/bots/api#editmessagemedia */
async function editPhoto(
  telegram: Telegram,
  { edit, picture }: { readonly edit: TelegramEdit; readonly picture: Picture | null },
  options: CallOptions,
): Promise<void> {
  const caption = edit.text;
  if (picture === null) {
    await telegram.callApi("editMessageCaption", { ...editPayload(edit), caption }, options);
    return;
  }
  const { chatId: chat_id, messageId: message_id, isHtml } = edit;
  const markup = isHtml ? { parse_mode: "HTML" as const } : {};
  const media = { type: "photo" as const, media: fileOf(picture), caption, ...markup };
  await telegram.callApi("editMessageMedia", { chat_id, message_id, media }, options);
}

function fileOf({ bytes, name }: Picture) {
  return { source: Buffer.from(bytes), filename: name };
}

function payload(text: TelegramText) {
  const { topicId, replyToId } = text;
  return {
    ...placePayload(text),
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
  return { ...placePayload(edit), message_id: edit.messageId };
}

function placePayload({ chatId, isHtml }: Pick<TelegramText, "chatId" | "isHtml">) {
  return { chat_id: chatId, ...(isHtml ? { parse_mode: "HTML" as const } : {}) };
}

function bodyOf({ text }: Pick<TelegramText, "text">) {
  return { text, link_preview_options: { is_disabled: true } };
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
