/** The local Telegram posts updates itself once a webhook is set. https://core.telegram.org/bots/api#setwebhook */
import { messageOf } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import type { Updates } from "./telegram-updates.ts";

/** The service's own default and bound. */
const CONNECTIONS_DEFAULT = 40;
const CONNECTIONS_MAX = 100;
const SECRET = /^[\w-]{1,256}$/;
/** A post that failed is repeated after this long; the service names no figure. */
const REPEAT_MS = 200;
const POLL_SECONDS = 50;

type Body = Readonly<Record<string, unknown>>;

/** A refusal, or what the method gives. */
export type WebhookReply =
  | { readonly result: unknown }
  | { readonly status: number; readonly error: string };

export interface WebhookState {
  readonly url: string;
  readonly secret: string | null;
  readonly connectionsMax: number;
  readonly allowedUpdates: unknown;
  lastErrorAtMs: number | null;
  lastError: string;
}

export interface Webhook {
  /** null = none is set. */
  state(): Readonly<WebhookState> | null;
  /** Statuses answered to our posts; 0 = none came. */
  statuses(): readonly number[];
  /** null = another method. */
  call(method: string, body: Body): WebhookReply | null;
  /** What a poll is refused with while a webhook is set. */
  conflict(): { readonly status: number; readonly error: string } | null;
  close(): void;
}

/** Posts remembered; the oldest leave first. */
const POSTS_MAX = 50_000;

export function createWebhook(runtime: Runtime, updates: Updates): Webhook {
  const stop = new AbortController();
  const statuses: number[] = [];
  let state: WebhookState | null = null;
  const post = async (mine: WebhookState, update: unknown): Promise<void> => {
    while (state === mine && !stop.signal.aborted) {
      const failure = await postOnce(mine, update);
      if (failure === null) return;
      mine.lastErrorAtMs = runtime.nowMs();
      mine.lastError = failure;
      await runtime.sleep(REPEAT_MS, stop.signal).catch(() => undefined);
    }
  };
  const postOnce = async (mine: WebhookState, update: unknown): Promise<string | null> => {
    const status = await send(mine, update, runtime, stop.signal).catch(messageOf);
    statuses.push(typeof status === "number" ? status : 0);
    if (statuses.length > POSTS_MAX) statuses.shift();
    if (typeof status !== "number") return status;
    return status >= 200 && status < 300 ? null : `Wrong response from the webhook: ${status}`;
  };
  const run = async (mine: WebhookState): Promise<void> => {
    let offset = 0;
    while (state === mine && !stop.signal.aborted) {
      const waiting = await updates.take({ offset, timeout: POLL_SECONDS });
      for (let at = 0; at < waiting.length; at += mine.connectionsMax) {
        const some = waiting.slice(at, at + mine.connectionsMax);
        await Promise.all(some.map((update) => post(mine, update)));
      }
      if (state === mine) offset = (waiting.at(-1)?.update_id ?? offset - 1) + 1;
    }
  };
  return {
    state: () => state,
    statuses: () => statuses,
    call(method, body) {
      if (method === "getWebhookInfo") return { result: infoOf(state) };
      if (method !== "setWebhook" && method !== "deleteWebhook") return null;
      const read = method === "deleteWebhook" ? null : readWebhook(body);
      if (read !== null && "error" in read) return read;
      state = read;
      if (state !== null) void run(state);
      return { result: true };
    },
    conflict() {
      const error =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
      return state === null ? null : { status: 409, error };
    },
    close: () => stop.abort(),
  };
}

async function send(
  { url, secret }: WebhookState,
  update: unknown,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<number> {
  const response = await runtime.fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(secret === null ? {} : { "x-telegram-bot-api-secret-token": secret }),
    },
    body: JSON.stringify(update),
    signal,
  });
  await response.arrayBuffer();
  return response.status;
}

/** An empty address takes the webhook away, as in the real service. */
function readWebhook(body: Body): WebhookState | null | { status: number; error: string } {
  const url = String(body.url ?? "");
  if (url === "") return null;
  const refused = (error: string) => ({ status: 400, error: `Bad Request: ${error}` });
  const address = URL.canParse(url) ? new URL(url) : null;
  const isLocal = address?.hostname === "127.0.0.1";
  if (address === null || (address.protocol !== "https:" && !isLocal)) {
    return refused("bad webhook: An HTTPS URL must be provided for webhook");
  }
  const secret = body.secret_token === undefined ? null : String(body.secret_token);
  if (secret !== null && !SECRET.test(secret)) {
    return refused("secret token contains unallowed characters");
  }
  const asked = Number(body.max_connections ?? CONNECTIONS_DEFAULT);
  const connectionsMax = Math.min(CONNECTIONS_MAX, Math.max(1, asked));
  const allowedUpdates = body.allowed_updates;
  return { url, secret, connectionsMax, allowedUpdates, lastErrorAtMs: null, lastError: "" };
}

function infoOf(state: WebhookState | null) {
  const none = { url: "", has_custom_certificate: false, pending_update_count: 0 };
  if (state === null) return none;
  const { url, connectionsMax, lastErrorAtMs, lastError } = state;
  const seconds = Math.floor((lastErrorAtMs ?? 0) / 1_000);
  const failed =
    lastErrorAtMs === null ? {} : { last_error_date: seconds, last_error_message: lastError };
  return { ...none, url, max_connections: connectionsMax, ...failed };
}
