/** What the two local services share: a small HTTP server, bodies read, faults on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LiqError } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { type FormPart, multipartParts } from "./multipart.ts";

/** Largest request body, bytes: more than either service takes, so that they can refuse it. */
const BODY_BYTES_MAX = 30_000_000;

/** What a server can be told to do wrong; `times` requests long, or until another is set. */
export type Fault =
  | { readonly type: "status"; readonly status: number; readonly body?: string }
  | {
      readonly type: "rate-limited";
      readonly retryAfterSeconds: number;
      /** The header, where it is to differ from the body. */
      readonly headerSeconds?: number;
      readonly isGlobal?: boolean;
    }
  /** The message is accepted, but the connection breaks before the answer. */
  | { readonly type: "cut-ack" }
  /** Discord: accepted and answered with an empty 204. */
  | { readonly type: "no-content" }
  /** The connection breaks before anything is accepted. */
  | { readonly type: "cut" }
  | { readonly type: "slow"; readonly delayMs: number }
  /** Never answers. */
  | { readonly type: "silent" }
  /** Telegram: the group has moved. */
  | { readonly type: "migrated"; readonly toChatId: string }
  /** Telegram: any HTML is refused as unreadable. */
  | { readonly type: "entities" };

export interface Faults {
  /** `target` null = all of them; `fault` null = healthy again. */
  set(target: string | null, fault: Fault | null, times?: number): void;
  /** The fault that this request meets, counted down. */
  take(target: string): Fault | null;
}

export function createFaults(): Faults {
  const active = new Map<string, { readonly fault: Fault; left: number }>();
  const ALL = "*";
  return {
    set(target, fault, times = Number.POSITIVE_INFINITY) {
      if (fault === null) active.delete(target ?? ALL);
      else active.set(target ?? ALL, { fault, left: times });
      if (fault === null && target === null) active.clear();
    },
    take(target) {
      const entry = active.get(target) ?? active.get(ALL);
      if (entry === undefined || entry.left <= 0) return null;
      entry.left -= 1;
      return entry.fault;
    },
  };
}

export interface InboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** JSON body, form fields, or the `payload_json` of a multipart body; null when unreadable. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Parts of a multipart body that are files. */
  readonly files: readonly FormPart[];
  readonly receivedAtMs: number;
  /** The header; empty = none. */
  readonly authorization: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** null = no body and no content type. */
  readonly json?: unknown;
  readonly text?: string;
}

/** `cut` breaks the connection, `silent` leaves it open without an answer. */
export type Answer = Reply | "cut" | "silent";

export interface LocalServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on the loopback; `port` 0 = any. Rejects with `LIQ_SOCKET` when it is taken. */
export async function listen(
  answer: (request: InboxRequest) => Promise<Answer>,
  { runtime, port }: { readonly runtime: Runtime; readonly port: number },
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    void respond(request, response, { answer, runtime }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new LiqError("LIQ_SOCKET", `Port ${port} cannot be used: ${error.message}`));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  deps: {
    readonly answer: (request: InboxRequest) => Promise<Answer>;
    readonly runtime: Runtime;
  },
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const bytes = await bodyOf(request);
  const type = request.headers["content-type"] ?? "";
  const parts = type.startsWith("multipart/form-data") ? multipartParts(bytes, type) : null;
  const reply = await deps.answer({
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    body: parts === null ? parseBody(bytes, type, url.searchParams) : formBody(parts),
    files: (parts ?? []).filter(({ fileName }) => fileName !== null),
    receivedAtMs: deps.runtime.nowMs(),
    authorization: request.headers.authorization ?? "",
  });
  if (reply === "silent") return;
  if (reply === "cut") {
    response.destroy();
    return;
  }
  const isJson = reply.json !== undefined;
  const body = isJson ? JSON.stringify(reply.json) : reply.text;
  // A 204 with a content type would make clients parse nothing as JSON.
  const sent = isJson ? "application/json" : "text/html; charset=utf-8";
  const headers = body === undefined ? reply.headers : { "content-type": sent, ...reply.headers };
  response.writeHead(reply.status, headers);
  response.end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > BODY_BYTES_MAX)
      throw new LiqError("LIQ_SOCKET", `Body exceeds ${BODY_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function parseBody(
  bytes: Buffer,
  type: string,
  query: URLSearchParams,
): Readonly<Record<string, unknown>> | null {
  if (bytes.length === 0) return Object.fromEntries(query);
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(bytes.toString("utf8")));
  }
  return record(bytes.toString("utf8"));
}

/** A file stands for its name. */
function formBody(parts: readonly FormPart[]): Readonly<Record<string, unknown>> | null {
  const fields = Object.fromEntries(parts.map((part) => [part.name, part.fileName ?? part.text]));
  const payload = fields.payload_json;
  return payload === undefined ? fields : record(payload);
}

function record(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : null;
  } catch {
    return null;
  }
}
