/** Errors as RFC 9457 problem details: a status, a title, one sentence, never a stack trace. */
import { STATUS_CODES } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

const MEDIA_TYPE = "application/problem+json; charset=utf-8";
const INTERNAL = 500;

/** Answers with a problem; `detail` is one sentence for people. */
export function sendProblem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type(MEDIA_TYPE)
    .send(
      JSON.stringify({
        type: "about:blank",
        title: STATUS_CODES[status] ?? "Error",
        status,
        detail,
      }),
    );
}

/** Unknown paths and thrown errors of every route end here. */
export function useProblems(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, `Nothing answers ${request.method} ${request.url.slice(0, 200)}`),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status < INTERNAL) return sendProblem(reply, status, messageOf(error));
    // The text may name paths or queries of ours: it goes to the log, not to whoever asked.
    log.error({ err: error, method: request.method, url: request.url }, "HTTP request failed");
    return sendProblem(reply, status, "The daemon could not answer; its log says why");
  });
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !("statusCode" in error)) return INTERNAL;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 600
    ? statusCode
    : INTERNAL;
}
