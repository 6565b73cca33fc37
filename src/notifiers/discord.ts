/**
 * Discord by webhook, through discord.js. One attempt per call: what the library would wait for or
 * repeat comes back as a value. https://discord.com/developers/docs/resources/webhook
 */
import {
  DefaultRestOptions,
  RateLimitError,
  type ResponseLike,
  Routes,
  WebhookClient,
} from "discord.js";
import { LiqError } from "../errors.ts";
import { discordBody, discordEdit } from "../render/discord.ts";
import type { Runtime } from "../runtime.ts";
import {
  type Answer,
  classify,
  DETAIL_CHARS_MAX,
  longestWaitMs,
  SEND_TIMEOUT_MS,
} from "./classify.ts";
import { withDeadline } from "./deadline.ts";
import type { Attempt, DiscordTarget, Message, Notifier } from "./notifier.ts";
import { scrubber } from "./scrub.ts";

const DISCORD_API = "https://discord.com/api";
/**
 * Unknown message, not ours to edit, too many edits of a message older than an hour.
 * https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
const EDIT_REFUSED: ReadonlySet<number> = new Set([10_008, 50_005, 30_046]);
const WEBHOOK_PATH = /\/webhooks\/(\d{1,20})\/([\w-]{1,200})\/?$/;

/** An answer that is not 2xx, thrown through the library and caught again here. */
class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`Discord answered ${answer.status}`);
    this.answer = answer;
  }
}

/** @throws LiqError `LIQ_CONFIG` when the webhook's address has no id and token. */
export function createDiscordNotifier(target: DiscordTarget, runtime: Runtime): Notifier {
  const { id, token } = credentials(target);
  const describe = scrubber([token, target.webhookUrl]);
  const client = new WebhookClient(
    { id, token },
    {
      rest: {
        // Only the configured base is ever addressed, whatever host the webhook's address names.
        api: target.apiBaseUrl?.replace(/\/+$/, "") ?? DISCORD_API,
        retries: 0,
        timeout: SEND_TIMEOUT_MS,
        rejectOnRateLimit: () => true,
        makeRequest: async (url, init) => {
          const response = await DefaultRestOptions.makeRequest(url, init);
          if (response.ok) return response;
          throw new Refusal(await answerOf(response));
        },
      },
    },
  );
  const route = Routes.webhook(id, token);
  const place = (): URLSearchParams => {
    const query = new URLSearchParams({ wait: "true" });
    if (target.threadId !== null) query.set("thread_id", target.threadId);
    return query;
  };
  let guildId: string | null = null;
  /** A link needs the server's id, which only the webhook itself tells. */
  const linkTo = async (remoteId: string, signal: AbortSignal): Promise<string | null> => {
    guildId ??= textIn(await client.rest.get(route, { auth: false, signal }), "guild_id");
    return guildId === null ? null : `https://discord.com/channels/${guildId}/${remoteId}`;
  };
  const post = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const { replyTo } = message;
    const link = replyTo === undefined ? null : await linkTo(replyTo, signal);
    const body = discordBody(message, target.mentionRoles.CRITICAL, link);
    const answer = await client.rest.post(route, { body, query: place(), auth: false, signal });
    return { outcome: "delivered", remoteId: remoteIdOf(answer) };
  };
  const patch = async (
    remoteId: string,
    message: Message,
    signal: AbortSignal,
  ): Promise<Attempt> => {
    const messageId = remoteId.slice(remoteId.indexOf("/") + 1);
    const body = discordEdit(message);
    const where = Routes.webhookMessage(id, token, messageId);
    await client.rest.patch(where, { body, query: place(), auth: false, signal });
    return { outcome: "delivered", remoteId };
  };
  const attempt = (run: (bound: AbortSignal) => Promise<Attempt>, signal: AbortSignal) =>
    withDeadline((bound) => run(bound).catch((thrown) => refused(thrown, describe)), {
      ...{ runtime, signal, describe },
    });
  return {
    ...{ target: target.name, service: "discord" },
    send: (message, signal) => attempt((bound) => post(message, bound), signal),
    edit: (remoteId, message, signal) =>
      attempt((bound) => patch(remoteId, message, bound), signal),
    close: async () => client.destroy(),
  };
}

function credentials(target: DiscordTarget): { readonly id: string; readonly token: string } {
  const match = URL.canParse(target.webhookUrl)
    ? WEBHOOK_PATH.exec(new URL(target.webhookUrl).pathname)
    : null;
  const [, id, token] = match ?? [];
  if (id === undefined || token === undefined) {
    const expected = "https://discord.com/api/webhooks/<id>/<token>";
    throw new LiqError("LIQ_CONFIG", `Webhook address of ${target.name} is not like ${expected}`);
  }
  return { id, token };
}

/** Our refusals and the library's own foresight (bucket known to be empty) become values. */
function refused(thrown: unknown, describe: (thrown: unknown) => string): Attempt {
  if (thrown instanceof Refusal) {
    const detail = describe(thrown.answer.detail);
    if (EDIT_REFUSED.has(numberIn(thrown.answer.detail, "code") ?? 0)) {
      return { outcome: "dead", reason: "message-gone", detail };
    }
    return classify({ ...thrown.answer, detail });
  }
  if (thrown instanceof RateLimitError) {
    const afterMs = Math.max(thrown.timeToReset, thrown.retryAfter, 0);
    const detail = `Bucket of ${thrown.limit} requests is used up`;
    return { outcome: "retry", reason: "rate-limited", afterMs, detail, isGlobal: thrown.global };
  }
  throw thrown;
}

async function answerOf(response: ResponseLike): Promise<Answer> {
  const text = (await response.text()).slice(0, 10 * DETAIL_CHARS_MAX);
  const header = (name: string): number | null => {
    const value = response.headers.get(name);
    return value === null ? null : Number(value);
  };
  // Body and headers disagree at times: the longest wait is the safe one.
  const waits = [numberIn(text, "retry_after"), header("retry-after")];
  if (response.status === 429) waits.push(header("x-ratelimit-reset-after"));
  const isGlobal = response.headers.get("x-ratelimit-scope") === "global";
  return { status: response.status, afterMs: longestWaitMs(waits), detail: text, isGlobal };
}

/** A number of a JSON text; null when it has none, or is none. */
function numberIn(text: string, key: string): number | null {
  try {
    const body: unknown = JSON.parse(text);
    const value = valueIn(body, key);
    return typeof value === "number" ? value : null;
  } catch {
    return null;
  }
}

/** `channel/message`, which a link is made of. */
function remoteIdOf(answer: unknown): string | null {
  const [channelId, messageId] = [textIn(answer, "channel_id"), textIn(answer, "id")];
  return channelId === null || messageId === null ? null : `${channelId}/${messageId}`;
}

function textIn(answer: unknown, key: string): string | null {
  const value = valueIn(answer, key);
  return typeof value === "string" ? value : null;
}

function valueIn(answer: unknown, key: string): unknown {
  return typeof answer === "object" && answer !== null ? Reflect.get(answer, key) : undefined;
}
