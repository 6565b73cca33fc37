/** The HTTP side of the daemon: the page, its data and the health checks. Reads, never decides. */
import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import type { Charts } from "../chart.ts";
import type { Hook } from "../commands/hook.ts";
import { LiqError, messageOf } from "../errors.ts";
import type { Inboxes } from "../inboxes.ts";
import type { Log } from "../log.ts";
import type { Controls, Queries } from "../queries.ts";
import type { Runtime } from "../runtime.ts";
import { useGuards } from "./guards.ts";
import { hookRoutes } from "./hooks.ts";
import type { PromMetrics } from "./metrics.ts";
import { cutText, refuseUnread, sendProblem, useProblems } from "./problem.ts";
import { RateLimit, type RateLimits } from "./rate-limit.ts";
import { demoRoutes } from "./routes/demo.ts";
import { healthRoutes } from "./routes/health.ts";
import { ROUTES } from "./routes/index.ts";
import { metricsRoute, openApiRoute } from "./routes/operations.ts";
import { pageRoutes } from "./routes/page.ts";
import { stateRoutes } from "./routes/state.ts";
import { pageState } from "./state.ts";
import { StateStream } from "./stream.ts";

/** Bodies are a few words. */
const BODY_BYTES_MAX = 16_384;
const REQUEST_MS_MAX = 10_000;
/** A stop waits this long for requests under way; all answers together take far less. */
const CLOSE_MS_MAX = 1_000;

export interface ApiOptions {
  readonly queries: Queries;
  readonly controls: Controls;
  readonly charts: Charts;
  /** Bearer token of the routes that change something; null = they do not exist. */
  readonly adminToken: string | null;
  readonly metrics: PromMetrics;
  /** Absent = the defaults, per address. */
  readonly rateLimits?: RateLimits;
  /** Bots whose services post to us; absent = none. */
  readonly hooks?: readonly Hook[];
  /** The demo's local inboxes; null for real targets. */
  readonly inboxes: Inboxes | null;
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface Api {
  /** `http://127.0.0.1:8787`, with the port that was really taken. */
  readonly url: string;
  /** Ends the streams, then the server; requests under way are answered. */
  close(): Promise<void>;
}

/** The server without a socket: tests ask it through `inject`. */
export function buildApi(options: ApiOptions): FastifyInstance {
  const {
    queries,
    controls,
    charts,
    adminToken,
    inboxes,
    runtime,
    log,
    metrics,
    hooks = [],
  } = options;
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    clientErrorHandler: refuseUnread,
    // What is no path at all never reaches a route.
    frameworkErrors: (error, _request, reply) => sendProblem(reply, 400, cutText(error)),
  });
  const read = () => pageState(queries, inboxes);
  const stream = new StateStream({ read, runtime, log });
  // Bodies are JSON.
  app.removeContentTypeParser("text/plain");
  useProblems(app, log);
  const limit = new RateLimit(options.rateLimits);
  const waitMsOf = (address: string) => limit.take(address, runtime.monotonicMs());
  useGuards(app, { metrics, hooks, waitMsOf });
  app.addHook("preClose", async () => stream.close());
  pageRoutes(app);
  stateRoutes(app, { read, stream, nowMs: () => runtime.nowMs() });
  healthRoutes(app, queries);
  if (inboxes !== null) demoRoutes(app, inboxes);
  metricsRoute(app, { metrics, queries, runtime });
  openApiRoute(app);
  const admin = adminToken === null ? null : { controls, token: adminToken };
  const clocks = { nowMs: () => runtime.nowMs(), monotonicMs: () => runtime.monotonicMs() };
  const context = { queries, charts, admin, ...clocks };
  for (const route of ROUTES) route.register(app, context);
  hookRoutes(app, { hooks, metrics, waitMsOf });
  return app;
}

/**
 * Listens on `host`:`port`; port 0 takes any free one.
 * @throws LiqError LIQ_CONFIG when the address cannot be listened on, naming it.
 */
export async function startApi(
  options: ApiOptions & { readonly host: string; readonly port: number },
): Promise<Api> {
  const app = buildApi(options);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw new LiqError("LIQ_CONFIG", listenText(options, error), { cause: error });
  }
  const url = urlOf(options.host, app.server.address());
  options.log.info({ url }, "Page and HTTP API are up");
  return { url, close: () => closeWithin(app, options.runtime) };
}

/** A connection that says nothing, such as a browser opens in advance, would hold it up for ever. */
async function closeWithin(app: FastifyInstance, runtime: Runtime): Promise<void> {
  const cancel = runtime.after(CLOSE_MS_MAX, () => app.server.closeAllConnections());
  await app.close();
  cancel();
}

function listenText(options: { host: string; port: number }, error: unknown): string {
  const address = `${options.host}:${options.port}`;
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE") {
    return `Cannot listen on ${address}: the port is in use (set http.port or LIQWATCH_HTTP_PORT, 0 = any)`;
  }
  return `Cannot listen on ${address}: ${messageOf(error)}`;
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
