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
}

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
    async sendText(text, signal) {
      try {
        const sent = await telegram.callApi("sendMessage", payload(text), callOptions(signal));
        return { messageId: String(sent.message_id) };
      } catch (thrown) {
        if (thrown instanceof TelegramError) return { refusal: refusalOf(thrown) };
        throw thrown;
      }
    },
    close: () => agent.destroy(),
  };
}

function payload(text: TelegramText) {
  return {
    chat_id: text.chatId,
    text: text.text,
    disable_notification: text.isSilent,
    link_preview_options: { is_disabled: true },
    ...(text.isHtml ? { parse_mode: "HTML" as const } : {}),
    ...(text.topicId === null ? {} : { message_thread_id: text.topicId }),
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
