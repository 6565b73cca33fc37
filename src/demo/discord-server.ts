/**
 * A local Discord for the demo and the tests: Execute Webhook and Edit Webhook Message with the
 * real answers, limits and errors. https://discord.com/developers/docs/resources/webhook
 */
import type { Runtime } from "../runtime.ts";
import { error, faulty, type Limits, limited } from "./discord-answers.ts";
import { checkWebhookBody, inboxEmbed, readableText, type WebhookBody } from "./discord-body.ts";
import { type BotRequest, createBotRoutes, unknownChannel } from "./discord-bot.ts";
import { attachmentOf, checkFiles } from "./discord-files.ts";
import { createThreads, type Threads } from "./discord-threads.ts";
import { alertRefsIn, createInbox, type Inbox, type InboxMessage } from "./inbox.ts";
import {
  type Answer,
  createFaults,
  type Fault,
  type InboxRequest,
  listen,
  type Reply,
} from "./inbox-http.ts";
import { createRateBucket } from "./rate-bucket.ts";

/** Per webhook, told in headers (https://github.com/discord/discord-api-docs/issues/367). */
const WEBHOOK_REQUESTS_MAX = 5;
const WEBHOOK_WINDOW_MS = 2_000;
/** Per channel, invisible in headers (https://github.com/discord/discord-api-docs/issues/1454). */
const CHANNEL_REQUESTS_MAX = 30;
const CHANNEL_WINDOW_MS = 60_000;

const ROUTE = /^\/api(?:\/v\d+)?\/webhooks\/(\d+)\/([\w-]+)(?:\/messages\/(\d+))?$/;
const FIRST_ID = 1_300_000_000_000_000_000n;
const GUILD_ID = "1200000000000000001";
const SUPPRESS_NOTIFICATIONS = 4_096;

export interface DiscordServerOptions {
  readonly runtime: Runtime;
  /** How many webhooks exist, each in a channel of its own; numbered from 1. */
  readonly webhooks: number;
  /** Webhooks whose channel is a forum. */
  readonly forums?: readonly number[];
  /** Of the bot that may write into the webhooks' channels; left out = there is none. */
  readonly botToken?: string;
  /** False = no rate limits at all. */
  readonly limits: boolean;
  /** 0 or left out = any free port. */
  readonly port?: number;
}

export interface DiscordServer {
  /** For `apiBaseUrl`. */
  readonly apiBaseUrl: string;
  webhookUrl(number: number): string;
  /** The channel of that webhook. */
  channelId(number: number): string;
  readonly threads: Pick<Threads, "open" | "list">;
  messages(): readonly InboxMessage[];
  onMessage(listener: (message: InboxMessage) => void): () => void;
  /** A moderator deletes a message. */
  deleteMessage(id: string): void;
  /** `webhook` null = all of them; `fault` null = healthy again. */
  setFault(webhook: number | null, fault: Fault | null, times?: number): void;
  /** Requests seen per webhook with the status answered (0 = none), oldest first. */
  requests(): readonly SeenRequest[];
  close(): Promise<void>;
}

export interface SeenRequest {
  readonly target: string;
  readonly atMs: number;
  /** 0 = the connection was cut, or no answer was given. */
  readonly status: number;
}

/** Requests remembered; the oldest leave first. */
const REQUESTS_MAX = 50_000;

interface Webhook {
  readonly number: string;
  readonly id: string;
  readonly token: string;
  readonly channelId: string;
  readonly limits: Limits;
}

/** Starts it on the loopback; rejects with `LIQ_SOCKET` when the port is taken. */
export async function startDiscordServer(options: DiscordServerOptions): Promise<DiscordServer> {
  const webhooks = Array.from({ length: options.webhooks }, (_, index) => webhookOf(index + 1));
  const inbox = createInbox();
  const faults = createFaults();
  const seen: SeenRequest[] = [];
  let nextId = FIRST_ID;
  const newId = () => String(++nextId);
  const forums = new Set((options.forums ?? []).map((number) => webhookOf(number).channelId));
  const threads = createThreads(forums, newId);
  const context: Context = { inbox, threads, hasLimits: options.limits, newId };
  const bot = createBotRoutes({ token: options.botToken ?? null, forums, threads });
  const answer = async (request: InboxRequest): Promise<Answer> => {
    const asked = bot.read(request);
    if (asked !== null) {
      if (!("channelId" in asked)) return asked;
      const webhook = webhooks.find(({ channelId }) => channelId === asked.channelId);
      if (webhook === undefined) return unknownChannel();
      return answerTo(asked.request, { ...asked, webhook });
    }
    const [, id, token, messageId] = ROUTE.exec(request.path) ?? [];
    const webhook = webhooks.find((candidate) => candidate.id === id);
    if (webhook === undefined) return error(404, { message: "Unknown Webhook", code: 10015 });
    if (webhook.token !== token) {
      return error(401, { message: "Invalid Webhook Token", code: 50027 });
    }
    return answerTo(request, { webhook, messageId, finish: (reply) => reply });
  };
  const answerTo = async (
    request: InboxRequest,
    {
      webhook,
      messageId,
      finish,
    }: { readonly webhook: Webhook } & Pick<BotRequest, "messageId" | "finish">,
  ): Promise<Answer> => {
    const fault = faults.take(webhook.number);
    if (fault?.type === "slow") await options.runtime.sleep(fault.delayMs);
    const given = faulty(fault) ?? finish(serve(request, { webhook, messageId, context }));
    const reply = afterwards(fault, given);
    const status = typeof reply === "string" ? 0 : reply.status;
    seen.push({ target: webhook.number, atMs: request.receivedAtMs, status });
    if (seen.length > REQUESTS_MAX) seen.shift();
    return reply;
  };
  const server = await listen(answer, { runtime: options.runtime, port: options.port ?? 0 });
  const apiBaseUrl = `http://127.0.0.1:${server.port}/api`;
  return {
    apiBaseUrl,
    webhookUrl(number) {
      const { id, token } = webhookOf(number);
      return `${apiBaseUrl}/webhooks/${id}/${token}`;
    },
    channelId: (number) => webhookOf(number).channelId,
    threads,
    messages: inbox.messages,
    onMessage: inbox.onMessage,
    deleteMessage: inbox.remove,
    setFault: (webhook, fault, times) =>
      faults.set(webhook === null ? null : String(webhook), fault, times),
    requests: () => [...seen],
    close: server.close,
  };
}

/** Faults that strike after the message was accepted. */
function afterwards(fault: Fault | null, given: Answer): Answer {
  if (fault?.type === "cut-ack") return "cut";
  return fault?.type === "no-content" ? { status: 204 } : given;
}

function webhookOf(number: number): Webhook {
  return {
    number: String(number),
    id: String(FIRST_ID - 1_000_000n + BigInt(number)),
    token: `local-webhook-${number}-${"s3cret".repeat(8)}`,
    channelId: String(FIRST_ID - 2_000_000n + BigInt(number)),
    limits: {
      bucketName: `bucket-${number}`,
      visible: createRateBucket(WEBHOOK_REQUESTS_MAX, WEBHOOK_WINDOW_MS),
      hidden: createRateBucket(CHANNEL_REQUESTS_MAX, CHANNEL_WINDOW_MS),
    },
  };
}

interface Context {
  readonly inbox: Inbox;
  readonly threads: Threads;
  readonly hasLimits: boolean;
  newId(): string;
}

function serve(
  request: InboxRequest,
  {
    webhook,
    messageId,
    context,
  }: {
    readonly webhook: Webhook;
    readonly messageId: string | undefined;
    readonly context: Context;
  },
): Reply {
  if (request.method === "GET" && messageId === undefined) return describe(webhook);
  const limit = context.hasLimits ? limited(webhook.limits, request.receivedAtMs) : { headers: {} };
  if ("reply" in limit) return limit.reply;
  const checked = checkWebhookBody(request.body, request.files.length > 0);
  if ("message" in checked) return { ...error(400, checked), headers: limit.headers };
  const files = checkFiles(request.files, checked);
  if ("status" in files) return { ...error(files.status, files.body), headers: limit.headers };
  const { receivedAtMs } = request;
  if (request.method === "PATCH" && messageId !== undefined) {
    const known = context.inbox.find(messageId);
    if (known === undefined || known.threadId !== request.query.get("thread_id")) {
      return error(404, { message: "Unknown Message", code: 10008 });
    }
    const { acceptedAtMs, isSilent, mentionedRoles, edits, threadId, replyToId } = known;
    const edited = {
      ...messageOf(checked, { id: messageId, webhook, atMs: acceptedAtMs }),
      ...{ editedAtMs: receivedAtMs, edits: edits + 1, isSilent, mentionedRoles },
      ...{ threadId, replyToId },
      picture: files.picture === undefined ? known.picture : files.picture,
    };
    context.inbox.replace(edited);
    return { status: 200, headers: limit.headers, json: apiMessage(edited, webhook, checked) };
  }
  const place = context.threads.placeOf(request, webhook.channelId);
  if (!("thread" in place)) return { ...place, headers: limit.headers };
  const message = {
    ...messageOf(checked, { id: context.newId(), webhook, atMs: receivedAtMs }),
    picture: files.picture ?? null,
    ...{ threadId: place.thread?.id ?? null, replyToId: repliedTo(request) },
  };
  context.inbox.accept(message);
  if (request.query.get("wait") !== "true") return { status: 204, headers: limit.headers };
  return { status: 200, headers: limit.headers, json: apiMessage(message, webhook, checked) };
}

/** Only a bot's messages can be replies. */
function repliedTo({ authorization, body }: InboxRequest): string | null {
  const id: unknown = Object(body?.message_reference).message_id;
  return authorization === "" || typeof id !== "string" ? null : id;
}

/** https://discord.com/developers/docs/resources/webhook#get-webhook-with-token */
function describe({ id, token, number, channelId }: Webhook): Reply {
  const name = `local webhook ${number}`;
  const place = { channel_id: channelId, guild_id: GUILD_ID };
  return { status: 200, json: { type: 1, id, token, name, avatar: null, ...place } };
}

function messageOf(
  body: WebhookBody,
  { id, webhook, atMs }: { readonly id: string; readonly webhook: Webhook; readonly atMs: number },
): InboxMessage {
  const embed = inboxEmbed(body);
  const lines =
    embed === null
      ? [body.content]
      : [
          embed.title,
          embed.description,
          ...embed.fields.map(({ name, value }) => `${name}: ${value}`),
          embed.footer,
        ];
  const text = readableText(lines.join("\n"));
  return {
    service: "discord",
    target: webhook.number,
    id,
    acceptedAtMs: atMs,
    ...{ editedAtMs: null, edits: 0, replyToId: null, threadId: null },
    isSilent: (body.flags & SUPPRESS_NOTIFICATIONS) !== 0,
    title: readableText(lines[0] ?? ""),
    text,
    embed,
    html: null,
    picture: null,
    mentionedRoles: body.allowed_mentions?.roles ?? [],
    alertRefs: alertRefsIn(text),
  };
}

/** https://discord.com/developers/docs/resources/message#message-object */
function apiMessage(message: InboxMessage, webhook: Webhook, body: WebhookBody): unknown {
  return {
    id: message.id,
    type: 0,
    content: body.content,
    channel_id: message.threadId ?? webhook.channelId,
    webhook_id: webhook.id,
    author: { bot: true, id: webhook.id, username: body.username ?? "webhook", avatar: null },
    embeds: body.embeds,
    flags: body.flags,
    timestamp: new Date(message.acceptedAtMs).toISOString(),
    attachments: message.picture === null ? [] : [attachmentOf(message.picture, message)],
    mentions: [],
    mention_roles: body.allowed_mentions?.roles ?? [],
    pinned: false,
    tts: false,
  };
}
