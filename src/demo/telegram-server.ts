/**
 * A local Telegram Bot API for the demo and the tests, with the real answers, limits and errors.
 * https://core.telegram.org/bots/api
 */
import type { Runtime } from "../runtime.ts";
import { alertRefsIn, createInbox, type Inbox, type InboxMessage } from "./inbox.ts";
import {
  type Answer,
  createFaults,
  type Fault,
  type InboxRequest,
  listen,
  type Reply,
} from "./inbox-http.ts";
import { createRateBucket, type RateBucket } from "./rate-bucket.ts";
import { DESCRIPTIONS, NOT_MODIFIED, ok, refuse, tooMany } from "./telegram-answers.ts";
import { MESSAGE_METHODS, mediaOf, mismatch, readPhoto, readText } from "./telegram-message.ts";
import { createUpdates, type Updates } from "./telegram-updates.ts";
import { createWebhook, type Webhook } from "./telegram-webhook.ts";

/** https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const CHAT_MESSAGES_MAX = 1;
const CHAT_WINDOW_MS = 1_000;
/** Groups only; their ids are negative. */
const GROUP_MESSAGES_MAX = 20;
const GROUP_WINDOW_MS = 60_000;

const ROUTE = /^\/bot([^/]+)\/(\w+)$/;

export interface TelegramServerOptions {
  readonly runtime: Runtime;
  readonly botToken: string;
  /** Chats that the bot is in; any other is not found. */
  readonly chats: readonly string[];
  /** Topics by chat, the general one excepted; left out = groups without topics. */
  readonly topics?: Readonly<Record<string, readonly number[]>>;
  /** False = no rate limits at all. */
  readonly limits: boolean;
  /** 0 or left out = any free port. */
  readonly port?: number;
}

export interface TelegramServer {
  /** For `apiBaseUrl`. */
  readonly apiBaseUrl: string;
  messages(): readonly InboxMessage[];
  onMessage(listener: (message: InboxMessage) => void): () => void;
  /** An admin deletes a message. */
  deleteMessage(id: string): void;
  /** `chat` null = all of them; `fault` null = healthy again. */
  setFault(chat: string | null, fault: Fault | null, times?: number): void;
  /** A person writes in a chat: the next getUpdates has it. */
  say(message: { readonly chatId: string; readonly userId: number; readonly text: string }): void;
  /** Any other update, as the real service words it, without its number. */
  push(update: Readonly<Record<string, unknown>>): void;
  /** The next `times` polls are refused so. */
  failPolls(fault: Fault, times: number): void;
  /** The webhook that is set, and what our posts were answered. */
  readonly webhook: Pick<Webhook, "state" | "statuses">;
  /** The menus that were set, by chat; `default` = everybody's. */
  menus(): ReadonlyMap<string, unknown>;
  /** Requests to send or edit, with the status answered (0 = none), oldest first. */
  requests(): readonly {
    readonly target: string;
    readonly atMs: number;
    readonly status: number;
  }[];
  close(): Promise<void>;
}

/** Requests remembered; the oldest leave first. */
const REQUESTS_MAX = 50_000;

interface Context {
  readonly inbox: Inbox;
  readonly updates: Updates;
  readonly chats: Set<string>;
  readonly topics: Readonly<Record<string, readonly number[]>>;
  readonly buckets: Map<string, readonly RateBucket[]>;
  readonly hasLimits: boolean;
  newId(): string;
}

/** Starts it on the loopback; rejects with `LIQ_SOCKET` when the port is taken. */
export async function startTelegramServer(options: TelegramServerOptions): Promise<TelegramServer> {
  const inbox = createInbox();
  const faults = createFaults();
  const pollFaults = createFaults();
  const menus = new Map<string, unknown>();
  const seen: { target: string; atMs: number; status: number }[] = [];
  let lastId = 0;
  const context: Context = {
    inbox,
    updates: createUpdates(options.runtime),
    chats: new Set(options.chats),
    topics: options.topics ?? {},
    buckets: new Map(),
    hasLimits: options.limits,
    newId: () => String(++lastId),
  };
  const webhook = createWebhook(options.runtime, context.updates);
  const answer = async (request: InboxRequest): Promise<Answer> => {
    const [, token, method] = ROUTE.exec(request.path) ?? [];
    if (method === undefined) return refuse(404, "Not Found");
    if (token !== options.botToken) return refuse(401, "Unauthorized");
    if (request.body === null) return refuse(400, "Bad Request: can't parse the request body");
    if (method === "getMe") return ok(ME);
    const hooked = webhook.call(method, request.body);
    if (hooked !== null)
      return "error" in hooked ? refuse(hooked.status, hooked.error) : ok(hooked.result);
    if (method === "setMyCommands") return setMenu(request.body, menus);
    if (method === "getUpdates") {
      const refusal = faulty(pollFaults.take("poll"), request, context);
      const conflict = webhook.conflict();
      if (refusal !== null) return refusal;
      return conflict === null
        ? ok(await context.updates.take(request.body))
        : refuse(conflict.status, conflict.error);
    }
    const target = String(request.body.chat_id ?? "");
    const fault = faults.take(target);
    if (fault?.type === "slow") await options.runtime.sleep(fault.delayMs);
    const given = faulty(fault, request, context) ?? serve(method, request, context);
    const reply = fault?.type === "cut-ack" ? "cut" : given;
    const status = typeof reply === "string" ? 0 : reply.status;
    seen.push({ target, atMs: request.receivedAtMs, status });
    if (seen.length > REQUESTS_MAX) seen.shift();
    return reply;
  };
  const server = await listen(answer, { runtime: options.runtime, port: options.port ?? 0 });
  return {
    apiBaseUrl: `http://127.0.0.1:${server.port}`,
    messages: inbox.messages,
    onMessage: inbox.onMessage,
    deleteMessage: inbox.remove,
    setFault: faults.set,
    say: context.updates.say,
    push: context.updates.push,
    failPolls: (fault, times) => pollFaults.set("poll", fault, times),
    webhook,
    menus: () => menus,
    requests: () => [...seen],
    close: async () => {
      webhook.close();
      context.updates.close();
      await server.close();
    },
  };
}

const ME = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: "liqwatch",
  username: "liqwatch_local_bot",
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
};

/** https://core.telegram.org/bots/api#setmycommands */
function setMenu(body: NonNullable<InboxRequest["body"]>, menus: Map<string, unknown>): Reply {
  const chat = /"chat_id":"?(-?\d+)/.exec(JSON.stringify(body.scope ?? {}))?.[1] ?? "default";
  menus.set(chat, body.commands);
  return ok(true);
}

function serve(method: string, request: InboxRequest, context: Context): Reply {
  const kind = MESSAGE_METHODS[method];
  if (kind === undefined) return refuse(404, "Not Found: method not found");
  const body = method === "editMessageMedia" ? mediaOf(request.body ?? {}) : (request.body ?? {});
  const chatId = String(body.chat_id ?? "");
  if (!context.chats.has(chatId)) return refuse(400, "Bad Request: chat not found");
  if (!hasTopic(body, context.topics[chatId])) {
    return refuse(400, "Bad Request: message thread not found");
  }
  const waitMs = context.hasLimits ? limitedMs(chatId, request.receivedAtMs, context) : 0;
  if (waitMs > 0) return tooMany(Math.ceil(waitMs / 1000));
  const known = kind.isNew ? undefined : context.inbox.find(`${chatId}/${body.message_id}`);
  if (!kind.isNew && known === undefined) {
    return refuse(400, "Bad Request: message to edit not found");
  }
  const wrong = known === undefined ? null : mismatch(method, known);
  if (wrong !== null) return refuse(400, wrong);
  const photo = kind.hasPhoto === true ? readPhoto(request) : (known?.picture ?? null);
  if (photo !== null && "error" in photo) return refuse(400, photo.error);
  const read = readText(body, { isCaption: photo !== null });
  if ("error" in read) return refuse(400, read.error);
  const isSame = known !== undefined && known.text === read.text && known.html === read.html;
  // A new picture is a change, whatever its caption says.
  if (isSame && method !== "editMessageMedia") return refuse(400, NOT_MODIFIED);
  const message: InboxMessage = {
    service: "telegram",
    target: chatId,
    id: known?.id ?? `${chatId}/${context.newId()}`,
    acceptedAtMs: known?.acceptedAtMs ?? request.receivedAtMs,
    editedAtMs: known === undefined ? null : request.receivedAtMs,
    edits: known === undefined ? 0 : known.edits + 1,
    threadId: known?.threadId ?? topicOf(body),
    replyToId: known === undefined ? repliedTo(body, chatId) : known.replyToId,
    isSilent: known?.isSilent ?? String(body.disable_notification) === "true",
    title: read.text.split("\n")[0] ?? "",
    text: read.text,
    embed: null,
    html: read.html,
    picture: photo,
    mentionedRoles: [],
    alertRefs: alertRefsIn(read.text),
  };
  if (known === undefined) context.inbox.accept(message);
  else context.inbox.replace(message);
  return ok(apiMessage(message));
}

function topicOf({ message_thread_id: topic }: Readonly<Record<string, unknown>>): string | null {
  return topic === undefined ? null : String(topic);
}

function hasTopic(body: Readonly<Record<string, unknown>>, topics: readonly number[] = []) {
  const topic = topicOf(body);
  return topic === null || topics.map(String).includes(topic);
}

/** https://core.telegram.org/bots/api#replyparameters */
function repliedTo(body: Readonly<Record<string, unknown>>, chatId: string): string | null {
  const given = JSON.stringify(body.reply_parameters ?? "").replaceAll("\\", "");
  const [, messageId] = /"message_id":(\d+)/.exec(given) ?? [];
  return messageId === undefined ? null : `${chatId}/${messageId}`;
}

/** https://core.telegram.org/bots/api#message */
function apiMessage(message: InboxMessage): unknown {
  return {
    message_id: Number(message.id.split("/")[1]),
    from: ME,
    chat: { id: Number(message.target), type: isGroup(message.target) ? "supergroup" : "private" },
    date: Math.floor(message.acceptedAtMs / 1000),
    ...(message.editedAtMs === null ? {} : { edit_date: Math.floor(message.editedAtMs / 1000) }),
    ...contentOf(message),
  };
}

/** https://core.telegram.org/bots/api#photosize */
function contentOf({ id, text, picture }: InboxMessage) {
  if (picture === null) return { text };
  const { width, height, bytes } = picture;
  const size = { file_id: `photo-${id}`, file_unique_id: id, width, height };
  return { caption: text, photo: [{ ...size, file_size: bytes.length }] };
}

function isGroup(chatId: string): boolean {
  return chatId.startsWith("-");
}

function limitedMs(chatId: string, nowMs: number, context: Context): number {
  const buckets = context.buckets.get(chatId) ?? [
    createRateBucket(CHAT_MESSAGES_MAX, CHAT_WINDOW_MS),
    ...(isGroup(chatId) ? [createRateBucket(GROUP_MESSAGES_MAX, GROUP_WINDOW_MS)] : []),
  ];
  context.buckets.set(chatId, buckets);
  const waits = buckets.map((bucket) => bucket.take(nowMs)).filter(({ isAllowed }) => !isAllowed);
  return Math.max(0, ...waits.map(({ resetMs }) => resetMs));
}

function faulty(fault: Fault | null, request: InboxRequest, context: Context): Answer | null {
  if (fault === null) return null;
  if (fault.type === "cut" || fault.type === "silent") return fault.type;
  if (fault.type === "rate-limited") return tooMany(fault.retryAfterSeconds);
  if (fault.type === "migrated") {
    context.chats.add(fault.toChatId);
    const parameters = { migrate_to_chat_id: Number(fault.toChatId) };
    return refuse(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters);
  }
  if (fault.type === "entities") {
    if (request.body?.parse_mode === undefined) return null;
    return refuse(400, "Bad Request: can't parse entities: Unsupported start tag");
  }
  if (fault.type !== "status") return null;
  if (fault.status >= 500) return { status: fault.status, text: "<html>Bad gateway</html>" };
  return refuse(fault.status, fault.body ?? DESCRIPTIONS.get(fault.status) ?? "Bad Request");
}
