/** What holds for every request: headers, the limit per address, and being counted. */
import type { FastifyInstance } from "fastify";
import type { Hook } from "../commands/hook.ts";
import type { PromMetrics } from "./metrics.ts";
import { Problem } from "./problem.ts";

/** The page may load nothing but its own files and show nothing in a frame of others. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

interface Guards {
  readonly metrics: PromMetrics;
  readonly hooks: readonly Hook[];
  /** Takes one request of an address; 0 = allowed. */
  readonly waitMsOf: (address: string) => number;
}

export function useGuards(app: FastifyInstance, { metrics, hooks, waitMsOf }: Guards): void {
  // Posts of a service prove themselves first: a crowd behind one address must not lock it out.
  const isHook = (path: string | undefined) => hooks.some((hook) => hook.path === path);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const waitMs = isHook(request.routeOptions.url) ? 0 : waitMsOf(request.ip);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1_000);
    throw new Problem(429, `Too many requests from one address; again in ${seconds} s`, {
      headers: { "retry-after": String(seconds) },
    });
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
    const { elapsedTime: durationMs, statusCode: status } = reply;
    metrics.request({ route, method: request.method, status, durationMs });
  });
}
