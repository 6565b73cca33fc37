/** Errors as RFC 9457 problem details: a status, a title, one sentence, never a stack trace. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

const MEDIA_TYPE = "application/problem+json; charset=utf-8";
const INTERNAL = 500;
const PATH_CHARS_MAX = 200;
/** Texts of libraries may quote what was sent. */
const DETAIL_CHARS_MAX = 300;
/** A store that is away or busy may be back by then. */
const STORE_RETRY_S = 5;

/** What a parameter was and should have been. */
export interface Offence {
  readonly parameter: string;
  readonly detail: string;
}

/** Thrown by a route: whoever asked did something wrong, and is told what. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly offences: readonly Offence[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    more: {
      readonly offences?: readonly Offence[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    this.status = status;
    this.offences = more.offences ?? [];
    this.headers = more.headers ?? {};
  }

  /** Every wrong parameter at once; the detail is the first one's. */
  static ofParameters(offences: readonly Offence[], status = 400): Problem {
    return new Problem(status, offences[0]?.detail ?? "Parameters are wrong", { offences });
  }
}

/** Answers with a problem; `detail` is one sentence for people. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  offences: readonly Offence[] = [],
): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type(MEDIA_TYPE)
    .send(problemText(status, detail, offences));
}

function problemText(status: number, detail: string, offences: readonly Offence[] = []): string {
  return JSON.stringify({
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail,
    ...(offences.length === 0 ? {} : { errors: offences }),
  });
}

/** Unknown paths and thrown errors of every route end here. */
export function useProblems(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler(nothingHere);
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Problem) {
      return sendProblem(reply.headers(error.headers), error.status, error.message, error.offences);
    }
    if (error instanceof LiqError) return sendLiqError(error, reply);
    const status = statusOf(error);
    if (status < INTERNAL) return sendProblem(reply, status, detailOf(error, status, request));
    // The text may name paths or queries of ours: it goes to the log, not to whoever asked.
    log.error({ err: error, method: request.method, url: request.url }, "HTTP request failed");
    return sendProblem(reply, INTERNAL, "The daemon could not answer; its log says why");
  });
}

/** What an unknown path is answered with; admin routes without a token look the same. */
export function nothingHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.slice(0, PATH_CHARS_MAX);
  return sendProblem(reply, 404, `Nothing answers ${request.method} ${path}`);
}

/** A wrong argument is the asker's, everything else means that the store cannot answer now. */
function sendLiqError(error: LiqError, reply: FastifyReply): FastifyReply {
  if (error.code === "LIQ_COMMAND") return sendProblem(reply, 400, error.message);
  reply.header("retry-after", STORE_RETRY_S);
  return sendProblem(reply, 503, "The store cannot answer now; /readyz says more");
}

/** Texts of the framework say what it did, not what is expected. */
function detailOf(error: unknown, status: number, request: FastifyRequest): string {
  if (status === 415) return "Expected a body with the content-type application/json";
  const { bodyLimit } = request.routeOptions;
  if (status === 413) return `Expected a body of at most ${bodyLimit} bytes`;
  return cutText(error);
}

/** Bytes that never became a request, by Node's code: the headers are answered for by hand. */
const UNREAD: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Expected an address and headers of at most 16 KB together"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Expected the whole request within 10 s"],
};

export function refuseUnread(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = UNREAD[error.code ?? ""] ?? [400, "Expected HTTP/1.1"];
  const body = problemText(status, detail);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** For errors whose text is not ours. */
export function cutText(error: unknown): string {
  return messageOf(error).slice(0, DETAIL_CHARS_MAX);
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !("statusCode" in error)) return INTERNAL;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 600
    ? statusCode
    : INTERNAL;
}
