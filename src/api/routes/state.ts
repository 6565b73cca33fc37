/** `GET /v1/state`, the page's data in one answer, and `GET /v1/stream`, the same kept current. */
import type { FastifyInstance } from "fastify";
import { sendProblem } from "../problem.ts";
import type { PageState } from "../state.ts";
import { STREAM_CLIENTS_MAX, type StateStream } from "../stream.ts";

export interface StateRoutesOptions {
  readonly read: () => PageState;
  readonly nowMs: () => number;
  readonly stream: StateStream;
}

export function stateRoutes(
  app: FastifyInstance,
  { read, nowMs, stream }: StateRoutesOptions,
): void {
  app.get("/v1/state", (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .send({ at: new Date(nowMs()).toISOString(), ...read() }),
  );

  // A HEAD twin would hold a stream open that nobody can read.
  app.get("/v1/stream", { exposeHeadRoute: false }, (_request, reply) => {
    if (stream.isFull) {
      return sendProblem(
        reply,
        503,
        `All ${STREAM_CLIENTS_MAX} streams are taken; try again later`,
      );
    }
    reply.header("content-type", "text/event-stream; charset=utf-8");
    reply.header("cache-control", "no-store");
    reply.header("x-accel-buffering", "no");
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.raw.writeHead(200);
    stream.join(reply.raw);
    return reply;
  });
}
