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
import { discordBody } from "../render/discord.ts";
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
  const post = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const query = new URLSearchParams({ wait: "true" });
    if (target.threadId !== null) query.set("thread_id", target.threadId);
    const body = discordBody(message, target.mentionRoles.CRITICAL);
    const answer = await client.rest.post(Routes.webhook(id, token), {
      body,
      query,
      auth: false,
      signal,
    });
    return { outcome: "delivered", remoteId: messageIdOf(answer) };
  };
  return {
    target: target.name,
    service: "discord",
    send: (message, signal) =>
      withDeadline((bound) => post(message, bound).catch((thrown) => refused(thrown, describe)), {
        runtime,
        signal,
        describe,
      }),
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
    return classify({ ...thrown.answer, detail: describe(thrown.answer.detail) });
  }
  if (thrown instanceof RateLimitError) {
    const afterMs = Math.max(thrown.timeToReset, thrown.retryAfter, 0);
    const detail = `Bucket of ${thrown.limit} requests is used up`;
    return { outcome: "retry", reason: "rate-limited", afterMs, detail };
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
  const waits = [inBody(text), header("retry-after")];
  if (response.status === 429) waits.push(header("x-ratelimit-reset-after"));
  return { status: response.status, afterMs: longestWaitMs(waits), detail: text };
}

function inBody(text: string): number | null {
  try {
    const body: unknown = JSON.parse(text);
    const wait =
      typeof body === "object" && body !== null && "retry_after" in body ? body.retry_after : null;
    return typeof wait === "number" ? wait : null;
  } catch {
    return null;
  }
}

function messageIdOf(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null || !("id" in answer)) return null;
  return typeof answer.id === "string" ? answer.id : null;
}
