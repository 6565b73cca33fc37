/** Asks a running daemon over HTTP: where it is, what it answered, and what went wrong in words. */
import { loadSettings } from "../config.ts";
import { LiqError, messageOf } from "../errors.ts";
import { nodeRuntime } from "../runtime-node.ts";
import type { CliIo } from "./io.ts";

const ANSWER_MS_MAX = 10_000;
/** Addresses that mean "listen everywhere": the daemon is asked on this machine. */
const EVERYWHERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** What the options of an asking command say about the daemon's place. */
export interface Place {
  readonly url: string | null;
  readonly config: string | null;
}

interface Post {
  readonly token: string;
  readonly withinMs: number;
}

/** The schema of a route's answer. */
interface AnswerSchema<Answer> {
  safeParse(
    json: unknown,
  ): { readonly success: true; readonly data: Answer } | { readonly success: false };
}

/**
 * The answer of `path` with `query`, checked by the schema of its route.
 * @throws LiqError LIQ_COMMAND when the daemon calls the question wrong, LIQ_SOCKET when nobody
 * answers, LIQ_STORE when the daemon cannot answer now
 */
export async function askDaemon<Answer>(
  place: Place,
  question: {
    readonly path: string;
    readonly query: Readonly<Record<string, string | null>>;
    readonly answer: AnswerSchema<Answer>;
    /** Asks the daemon to do something, as its admin. */
    readonly post?: Post;
  },
  io: CliIo,
): Promise<Answer> {
  const base = daemonAddress(place, io);
  const url = new URL(question.path, base);
  for (const [name, value] of Object.entries(question.query)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  const { status, json } = await fetchJson(url, { base, post: question.post });
  if (status !== 200) throw refusal(status, json, base);
  const parsed = question.answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new LiqError("LIQ_SOCKET", `What answers at ${base} is no liqwatch of this version`);
}

/** @throws LiqError LIQ_COMMAND when it is not known where the daemon is */
export function daemonAddress({ url, config }: Place, io: CliIo): string {
  if (url !== null) {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return parsed.origin;
    throw new LiqError("LIQ_COMMAND", `--url is ${url}, expected http://host:port`);
  }
  const { host, port } = loadSettings({
    file: config,
    env: io.environment(config),
    needsNotifiers: false,
  }).http;
  if (port === 0) {
    throw new LiqError(
      "LIQ_COMMAND",
      "Port is any free one (http.port is 0): say where with --url",
    );
  }
  const name = EVERYWHERE[host] ?? host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

async function fetchJson(
  url: URL,
  { base, post }: { readonly base: string; readonly post?: Post | undefined },
): Promise<{ status: number; json: unknown }> {
  try {
    const signal = AbortSignal.timeout(post?.withinMs ?? ANSWER_MS_MAX);
    const headers = { authorization: `Bearer ${post?.token}` };
    const how = post === undefined ? {} : { method: "POST", headers };
    const response = await nodeRuntime.fetch(url, { ...how, signal, redirect: "error" });
    const text = await response.text();
    return { status: response.status, json: parsedOrNull(text) };
  } catch (error) {
    const hint = "liqwatch run starts a daemon, --url names another place";
    throw new LiqError("LIQ_SOCKET", `No daemon answers at ${base} (${reasonOf(error)}): ${hint}`, {
      cause: error,
    });
  }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}

function refusal(status: number, json: unknown, base: string): LiqError {
  const detail: unknown = Reflect.get(Object(json), "detail");
  if (typeof detail !== "string") {
    return new LiqError("LIQ_SOCKET", `What answers at ${base} is no liqwatch: status ${status}`);
  }
  const code = status >= 500 || status === 429 ? "LIQ_STORE" : "LIQ_COMMAND";
  return new LiqError(code, `The daemon says: ${detail}`);
}
