/**
 * The little of Telegram's Bot API that a bot needs, through telegraf's client. Its own polling loop
 * is not used: it sleeps without listening to a stop and gives up at 409.
 */
import { Agent } from "node:https";
import { Telegram, TelegramError } from "telegraf";
import type { Picture } from "../chart.ts";

export interface TelegramAnswerText {
  readonly chatId: string;
  readonly text: string;
  /** False = plain text, nothing is parsed. */
  readonly isHtml: boolean;
  readonly topicId: number | null;
  /** The message that is answered; null = not quoted. */
  readonly replyToId: number | null;
}

export interface MenuEntry {
  readonly command: string;
  readonly description: string;
}

/** A refusal of the Bot API, thrown; anything else thrown is the network's. */
export class TelegramRefused extends Error {
  override readonly name = "TelegramRefused";
  readonly status: number;
  readonly retryAfterMs: number | null;

  constructor(error: TelegramError) {
    super(error.description);
    this.status = error.code;
    const seconds = error.parameters?.retry_after;
    this.retryAfterMs = seconds === undefined ? null : seconds * 1_000;
  }
}

export type UpdateKind = (typeof ALLOWED_UPDATES)[number] | "my_chat_member";

export interface TelegramBotPort {
  /** Our name without @. */
  name(signal: AbortSignal): Promise<string>;
  /** Waits up to `seconds` for updates from `offset` on; everything before it is confirmed. */
  updates(
    wanted: {
      readonly offset: number;
      readonly seconds: number;
      /** Kinds of updates; questions of people when left out. */
      readonly kinds?: readonly UpdateKind[];
    },
    signal: AbortSignal,
  ): Promise<readonly unknown[]>;
  /** Ends the delivery to a web address, which polling cannot go along with. */
  dropWebhook(signal: AbortSignal): Promise<void>;
  /** `chatId` null = everybody's menu. */
  setMenu(
    menu: { readonly entries: readonly MenuEntry[]; readonly chatId: string | null },
    signal: AbortSignal,
  ): Promise<void>;
  send(text: TelegramAnswerText, signal: AbortSignal): Promise<void>;
  /** `text` is the caption: at most 1,024 characters. */
  sendPicture(text: TelegramAnswerText, picture: Picture, signal: AbortSignal): Promise<void>;
  /** From now on updates are posted to `url`, with `secret` in a header. */
  setWebhook(
    wanted: { readonly url: string; readonly secret: string; readonly connectionsMax: number },
    signal: AbortSignal,
  ): Promise<void>;
  /** Updates that wait are kept for polling. */
  deleteWebhook(signal: AbortSignal): Promise<void>;
  webhook(signal: AbortSignal): Promise<WebhookState>;
  close(): void;
}

/** https://core.telegram.org/bots/api#webhookinfo */
export interface WebhookState {
  /** Empty = none is set. */
  readonly url: string;
  /** Updates that wait to be posted. */
  readonly waiting: number;
  /** When posting failed last, seconds since 1970; 0 = never. */
  readonly lastErrorS: number;
  readonly lastError: string;
}

type CallOptions = NonNullable<Parameters<Telegram["callApi"]>[2]>;

/** telegraf's types know only the signal of a polyfill; at run time it takes the platform's. */
function callOptions(signal: AbortSignal): CallOptions {
  return { signal: signal as unknown as NonNullable<CallOptions["signal"]> };
}

/** Kinds of updates that are asked for; channel posts and edits are questions, too. */
const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
] as const;

/** `apiBaseUrl` replaces https://api.telegram.org; a path in it is kept. */
export function createTelegramBotPort(token: string, apiBaseUrl: string | null): TelegramBotPort {
  const agent = new Agent({ keepAlive: true });
  const options = apiBaseUrl === null ? {} : { apiRoot: `${apiBaseUrl.replace(/\/+$/, "")}/` };
  const telegram = new Telegram(token, { agent, ...options });
  return {
    name: async (signal) => {
      const me = await refused(telegram.callApi("getMe", {}, callOptions(signal)));
      return me.username;
    },
    updates: ({ offset, seconds, kinds = ALLOWED_UPDATES }, signal) =>
      refused(
        telegram.callApi(
          "getUpdates",
          { offset, timeout: seconds, allowed_updates: kinds },
          callOptions(signal),
        ),
      ),
    dropWebhook: async (signal) => {
      await refused(telegram.callApi("deleteWebhook", {}, callOptions(signal)));
    },
    setMenu: async ({ entries, chatId }, signal) => {
      const scope = chatId === null ? {} : { scope: { type: "chat" as const, chat_id: chatId } };
      const menu = { commands: entries, ...scope };
      await refused(telegram.callApi("setMyCommands", menu, callOptions(signal)));
    },
    send: async (text, signal) => {
      const shown = { text: text.text, link_preview_options: { is_disabled: true } };
      const message = { ...payload(text), ...shown };
      await refused(telegram.callApi("sendMessage", message, callOptions(signal)));
    },
    sendPicture: async (text, { bytes, name }, signal) => {
      const photo = { source: Buffer.from(bytes), filename: name };
      const message = { ...payload(text), caption: text.text, photo };
      await refused(telegram.callApi("sendPhoto", message, callOptions(signal)));
    },
    ...webhookCalls(telegram),
    close: () => agent.destroy(),
  };
}

function webhookCalls(
  telegram: Telegram,
): Pick<TelegramBotPort, "setWebhook" | "deleteWebhook" | "webhook"> {
  return {
    setWebhook: async ({ url, secret, connectionsMax }, signal) => {
      const wanted = {
        ...{ url, secret_token: secret, max_connections: connectionsMax },
        ...{ allowed_updates: ALLOWED_UPDATES, drop_pending_updates: false },
      };
      await refused(telegram.callApi("setWebhook", wanted, callOptions(signal)));
    },
    deleteWebhook: async (signal) => {
      const kept = { drop_pending_updates: false };
      await refused(telegram.callApi("deleteWebhook", kept, callOptions(signal)));
    },
    webhook: async (signal) => {
      const found = await refused(telegram.callApi("getWebhookInfo", {}, callOptions(signal)));
      return {
        url: found.url ?? "",
        waiting: found.pending_update_count,
        lastErrorS: found.last_error_date ?? 0,
        lastError: found.last_error_message ?? "",
      };
    },
  };
}

async function refused<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (thrown) {
    throw thrown instanceof TelegramError ? new TelegramRefused(thrown) : thrown;
  }
}

function payload({ chatId, isHtml, topicId, replyToId }: TelegramAnswerText) {
  return {
    chat_id: chatId,
    ...(isHtml ? { parse_mode: "HTML" as const } : {}),
    ...(topicId === null ? {} : { message_thread_id: topicId }),
    ...(replyToId === null
      ? {}
      : { reply_parameters: { message_id: replyToId, allow_sending_without_reply: true } }),
  };
}
