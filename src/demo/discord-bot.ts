/**
 * What a bot asks of a local Discord's channels, told as what the webhook of the channel would be
 * asked: rates, bodies and inbox are the same.
 * https://discord.com/developers/docs/resources/message#create-message
 */
import { error } from "./discord-answers.ts";
import { type Threads, UNKNOWN_CHANNEL } from "./discord-threads.ts";
import type { Answer, InboxRequest, Reply } from "./inbox-http.ts";

const ROUTE = /^\/api(?:\/v\d+)?\/channels\/(\d+)\/(messages|threads)(?:\/(\d+))?$/;
const NONCE_CHARS_MAX = 25;
/** "Unique in the past few minutes", the documentation says. */
const NONCE_MS = 180_000;

/** One request of the bot, ready for the channel's webhook. */
export interface BotRequest {
  readonly channelId: string;
  readonly messageId: string | undefined;
  readonly request: InboxRequest;
  /** The answer as the bot gets it. */
  readonly finish: (reply: Answer) => Answer;
}

export interface BotRoutes {
  /** null = not a route of bots; a reply = refused, or answered before. */
  read(request: InboxRequest): BotRequest | Reply | null;
}

interface BotOptions {
  readonly token: string | null;
  readonly forums: ReadonlySet<string>;
  readonly threads: Threads;
}

export function createBotRoutes({ token, forums, threads }: BotOptions): BotRoutes {
  const sent = new Map<string, { readonly reply: Reply; readonly atMs: number }>();
  const remember = (key: string | null, atMs: number, reply: Answer): Answer => {
    const isSent = typeof reply !== "string" && reply.status === 200;
    if (key !== null && isSent) sent.set(key, { reply, atMs });
    return reply;
  };
  const read = (request: InboxRequest, match: readonly (string | undefined)[]) => {
    const [, place = "", kind, messageId] = match;
    const thread = threads.find(place);
    const channelId = thread?.channelId ?? place;
    const body = request.body ?? {};
    const query = new URLSearchParams({ wait: "true" });
    if (thread !== undefined) query.set("thread_id", thread.id);
    if (kind === "threads") {
      if (!forums.has(channelId)) return error(400, WRONG_KIND);
      const message = Object(body.message);
      const post = { ...request, query, body: { ...message, thread_name: body.name } };
      return { channelId, messageId, request: post, finish: withThread };
    }
    if (thread === undefined && forums.has(channelId)) return error(400, NO_TEXT);
    const { nonce } = body;
    const isNonce = typeof nonce === "string" && nonce.length <= NONCE_CHARS_MAX;
    if (nonce !== undefined && !isNonce) return error(400, WRONG_NONCE);
    const key = isNonce && body.enforce_nonce === true ? `${place}/${nonce}` : null;
    const before = key === null ? undefined : sent.get(key);
    if (before !== undefined && request.receivedAtMs - before.atMs < NONCE_MS) return before.reply;
    const finish = (reply: Answer) => remember(key, request.receivedAtMs, reply);
    return { channelId, messageId, request: { ...request, query }, finish };
  };
  return {
    read(request) {
      const match = ROUTE.exec(request.path);
      if (match === null) return null;
      if (token === null || request.authorization !== `Bot ${token}`) {
        return error(401, { message: "401: Unauthorized", code: 0 });
      }
      return read(request, match);
    },
  };
}

/** https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel */
function withThread(reply: Answer): Answer {
  if (typeof reply === "string" || reply.status !== 200) return reply;
  const message: unknown = reply.json;
  return { ...reply, status: 201, json: { id: Object(message).channel_id, type: 11, message } };
}

export function unknownChannel(): Reply {
  return error(404, UNKNOWN_CHANNEL);
}

const WRONG_KIND = { message: "Cannot execute action on this channel type", code: 50_024 } as const;
const NO_TEXT = { message: "Cannot send messages in a non-text channel", code: 50_008 } as const;
const WRONG_NONCE = { message: "Invalid Form Body", code: 50_035 } as const;
