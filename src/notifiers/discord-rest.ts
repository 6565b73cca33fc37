/**
 * Requests to Discord, through discord.js: it keeps count of the buckets; what it would wait for or
 * repeat comes back as a value. https://discord.com/developers/docs/topics/rate-limits
 */
import {
  DefaultRestOptions,
  RateLimitError,
  type RawFile,
  REST,
  type ResponseLike,
} from "discord.js";
import type { Runtime } from "../runtime.ts";
import {
  type Answer,
  classify,
  DETAIL_CHARS_MAX,
  longestWaitMs,
  SEND_TIMEOUT_MS,
} from "./classify.ts";
import { withDeadline } from "./deadline.ts";
import type { Attempt, Message } from "./notifier.ts";
import { scrubber } from "./scrub.ts";

const DISCORD_API = "https://discord.com/api";

/**
 * Unknown message, not ours to edit, too many edits of a message older than an hour, a thread that
 * was archived. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
const EDIT_REFUSED: ReadonlySet<number> = new Set([10_008, 50_005, 30_046, 50_083]);
/**
 * Refusals as a bad request that every further message would meet: the channel is of another kind
 * than configured, its thread is locked, its posts need a tag.
 */
const PLACE_REFUSED: ReadonlySet<number> = new Set([
  40_067, 50_008, 50_024, 160_005, 220_001, 220_002, 220_003, 220_004,
]);

/** Too large, or a bot that may write but not attach files. */
const FILE_REFUSED: ReadonlySet<number> = new Set([40_005, 50_013]);

/** An answer that is not 2xx, thrown through the library and caught again here. */
class Refusal extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`Discord answered ${answer.status}`);
    this.answer = answer;
  }
}

type Place = `/${string}`;

export interface DiscordRequest {
  readonly query?: URLSearchParams;
  readonly body?: object;
  /** Sent as a form, with the body as one part of it. */
  readonly files?: RawFile[];
  readonly signal: AbortSignal;
}

export interface DiscordRest {
  get(place: Place, request: DiscordRequest): Promise<unknown>;
  post(place: Place, request: DiscordRequest): Promise<unknown>;
  patch(place: Place, request: DiscordRequest): Promise<unknown>;
  /** Runs one attempt; refusals, silence and network failures become values. */
  attempt(run: (signal: AbortSignal) => Promise<Attempt>, signal: AbortSignal): Promise<Attempt>;
  close(): void;
}

export interface DiscordAccess {
  /** null = https://discord.com/api; only this base is ever addressed. */
  readonly apiBaseUrl: string | null;
  /** null = the address itself is the permission. */
  readonly botToken: string | null;
  /** Taken out of every reason. */
  readonly secrets: readonly string[];
}

export function createDiscordRest(access: DiscordAccess, runtime: Runtime): DiscordRest {
  const { apiBaseUrl, botToken, secrets } = access;
  const describe = scrubber(secrets);
  const rest = new REST({
    api: apiBaseUrl?.replace(/\/+$/, "") ?? DISCORD_API,
    retries: 0,
    timeout: SEND_TIMEOUT_MS,
    rejectOnRateLimit: () => true,
    makeRequest: async (url, init) => {
      const response = await DefaultRestOptions.makeRequest(url, init);
      if (response.ok) return response;
      throw new Refusal(await answerOf(response));
    },
  });
  if (botToken !== null) rest.setToken(botToken);
  const auth = botToken !== null;
  return {
    get: (place, request) => rest.get(place, { ...request, auth }),
    post: (place, request) => rest.post(place, { ...request, auth }),
    patch: (place, request) => rest.patch(place, { ...request, auth }),
    attempt: (run, signal) =>
      withDeadline((bound) => run(bound).catch((thrown) => refused(thrown, describe)), {
        ...{ runtime, signal, describe },
      }),
    close() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

/** The files of a request that shows this message. */
export function filesOf({ picture }: Message): Pick<DiscordRequest, "files"> {
  if (picture === undefined) return {};
  const { name, bytes } = picture;
  return { files: [{ name, data: Buffer.from(bytes), contentType: "image/png" }] };
}

/** Shows the message with its picture; where Discord takes no file, once more without. */
export async function shownBy<Answer>(
  message: Message,
  show: (message: Message) => Promise<Answer>,
): Promise<Answer> {
  const { picture, ...bare } = message;
  if (picture === undefined) return show(message);
  try {
    return await show(message);
  } catch (thrown) {
    if (!isFileRefused(thrown)) throw thrown;
    return show(bare);
  }
}

function isFileRefused(thrown: unknown): boolean {
  if (!(thrown instanceof Refusal)) return false;
  const { status, detail } = thrown.answer;
  return status === 413 || FILE_REFUSED.has(numberIn(detail, "code") ?? 0);
}

/** Our refusals and the library's own foresight (bucket known to be empty) become values. */
function refused(thrown: unknown, describe: (thrown: unknown) => string): Attempt {
  if (thrown instanceof Refusal) {
    const { answer } = thrown;
    const detail = describe(answer.detail);
    const code = numberIn(answer.detail, "code") ?? 0;
    if (EDIT_REFUSED.has(code)) return { outcome: "dead", reason: "message-gone", detail };
    if (PLACE_REFUSED.has(code)) {
      return { outcome: "dead", reason: "gone", detail: `${answer.status} ${detail}` };
    }
    return classify({ ...answer, detail });
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

/** `channel/message`, which a link is made of and a thread is found by. */
export function remoteIdOf(answer: unknown): string | null {
  const [channelId, messageId] = [textIn(answer, "channel_id"), textIn(answer, "id")];
  return channelId === null || messageId === null ? null : `${channelId}/${messageId}`;
}

export function partsOf(remoteId: string): {
  readonly channelId: string;
  readonly messageId: string;
} {
  const at = remoteId.indexOf("/");
  return { channelId: remoteId.slice(0, Math.max(at, 0)), messageId: remoteId.slice(at + 1) };
}

export function textIn(answer: unknown, key: string): string | null {
  const value = valueIn(answer, key);
  return typeof value === "string" ? value : null;
}

export function valueIn(answer: unknown, key: string): unknown {
  return typeof answer === "object" && answer !== null ? Reflect.get(answer, key) : undefined;
}
