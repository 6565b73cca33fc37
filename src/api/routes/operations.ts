/** `/metrics` for Prometheus, `/v1/openapi.json` for whoever writes a client. */
import type { FastifyInstance } from "fastify";
import type { Queries } from "../../queries.ts";
import type { Runtime } from "../../runtime.ts";
import { type PromMetrics, STORE_MS_MAX } from "../metrics.ts";
import { openApi } from "../openapi.ts";

export interface MetricsRouteOptions {
  readonly metrics: PromMetrics;
  readonly queries: Queries;
  readonly runtime: Pick<Runtime, "after">;
}

export function metricsRoute(app: FastifyInstance, options: MetricsRouteOptions): void {
  const { metrics, queries, runtime } = options;
  app.get("/metrics", async (_request, reply) => {
    let cancel = () => {};
    const late = new Promise<null>((resolve) => {
      cancel = runtime.after(STORE_MS_MAX, () => resolve(null));
    });
    const text = await metrics.expose(queries, late);
    cancel();
    return reply.header("cache-control", "no-store").type(metrics.contentType).send(text);
  });
}

export function openApiRoute(app: FastifyInstance): void {
  let text: string | null = null;
  app.get("/v1/openapi.json", (_request, reply) => {
    text ??= JSON.stringify(openApi());
    return reply.type("application/json; charset=utf-8").send(text);
  });
}
