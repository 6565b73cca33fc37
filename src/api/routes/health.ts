/** `/healthz`: the process answers. `/readyz`: it decides, and on what kind of store. */
import type { FastifyInstance } from "fastify";
import type { Queries } from "../../queries.ts";

export function healthRoutes(app: FastifyInstance, queries: Queries): void {
  app.get("/healthz", (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "ok" }),
  );

  app.get("/readyz", (_request, reply) => {
    const { role, store, durability, clockWarning } = queries.status();
    const isReady = role === "deciding";
    return reply
      .code(isReady ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: isReady ? "ready" : role, store, durability, clockWarning });
  });
}
