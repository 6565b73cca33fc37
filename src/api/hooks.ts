/**
 * `POST /bots/telegram` and `POST /bots/discord`: exist only for bots whose service posts to us. A
 * post that proves itself is not limited; whoever cannot is told nothing, counted and limited.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Hook, HookAnswer, HookOutcome } from "../commands/hook.ts";
import type { Metrics } from "../metrics.ts";
import { sendProblem } from "./problem.ts";

/** Updates and interactions are a few KB; a message of 4,096 letters with all its entities is more. */
const BODY_BYTES_MAX = 65_536;
/** A bot that is starting is there by then. */
const RETRY_S = 5;

/** For documents. */
export const HOOK_ROUTES = [
  {
    path: "/bots/telegram",
    summary: "Updates of Telegram; only with `bots.telegram.mode: webhook`",
  },
  {
    path: "/bots/discord",
    summary: "Interactions of Discord; only with `bots.discord.publicKey`",
  },
] as const;

export interface HookRouteOptions {
  readonly hooks: readonly Hook[];
  readonly metrics: Metrics;
  /** Takes one request of an address; 0 = allowed. */
  readonly waitMsOf: (address: string) => number;
}

export function hookRoutes(app: FastifyInstance, options: HookRouteOptions): void {
  app.register(async (scope) => {
    // Signatures are over bytes, whatever they are said to be.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    for (const hook of options.hooks) addRoute(scope, hook, options);
  });
}

function addRoute(
  scope: FastifyInstance,
  hook: Hook,
  { metrics, waitMsOf }: HookRouteOptions,
): void {
  const count = (outcome: HookOutcome) => metrics.hookPost({ bot: hook.service, outcome });
  const refuse = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    count("refused");
    const waitMs = waitMsOf(request.ip);
    if (waitMs === 0) return reply.code(401).send();
    return reply
      .code(429)
      .header("retry-after", Math.ceil(waitMs / 1_000))
      .send();
  };
  scope.post(hook.path, {
    bodyLimit: BODY_BYTES_MAX,
    async onRequest(request, reply) {
      return hook.admits(request.headers) ? undefined : refuse(request, reply);
    },
    async handler(request, reply) {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await hook.take({ headers: request.headers, body });
      if (answer.outcome === "refused") return refuse(request, reply);
      count(answer.outcome);
      return send(reply, answer);
    },
  });
}

function send(reply: FastifyReply, answer: Exclude<HookAnswer, { outcome: "refused" }>) {
  if (answer.outcome === "malformed") return sendProblem(reply, 400, answer.detail);
  if (answer.outcome === "closed") {
    reply.header("retry-after", RETRY_S);
    return sendProblem(reply, 503, "The bot does not listen just now; again in a moment");
  }
  reply.header("cache-control", "no-store");
  return answer.json === null ? reply.send() : reply.send(answer.json);
}
