/** `/healthz`: the process answers. `/readyz`: it decides, sees something, and can store it. */

import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Queries } from "../../queries.ts";
import { venue } from "../schemas.ts";

export const HealthJson = z.strictObject({ status: z.literal("ok") });

export const ReadyJson = z.strictObject({
  status: z
    .enum(["ready", "starting", "standby", "no-store", "blind"])
    .describe("ready = 200; everything else = 503"),
  reasons: z.array(z.string()).describe("What is wrong, in sentences; also while it is ready"),
  store: z.enum(["embedded", "postgres"]),
  durability: z.string().describe("What a crash or a loss of power may cost"),
  watched: z.array(venue),
  dark: z.array(venue).describe("Venues that are not subscribed"),
  clockWarning: z.string().nullable().describe("Set when our own clock seems wrong"),
  parkedTargets: z.array(z.string()).describe("Targets whose service refuses our messages"),
});

export function healthRoutes(app: FastifyInstance, queries: Queries): void {
  app.get("/healthz", (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "ok" }),
  );

  app.get("/readyz", (_request, reply) => {
    const answer = readiness(queries);
    return reply
      .code(answer.status === "ready" ? 200 : 503)
      .header("cache-control", "no-store")
      .send(answer);
  });
}

export function readiness(queries: Queries): z.input<typeof ReadyJson> {
  const { role, store, durability, storeTrouble, clockWarning } = queries.status();
  const parkedTargets = queries.status().parkedTargets.map(({ target }) => target);
  const feeds = queries.feeds();
  const namesOf = (isSubscribed: boolean) =>
    feeds
      .filter(({ condition }) => (condition === "subscribed") === isSubscribed)
      .map((feed) => feed.venue);
  const watched = namesOf(true);
  const dark = namesOf(false);
  const reasons: string[] = [];
  if (role === "starting") reasons.push("The store is being opened and read back");
  if (role === "standby") reasons.push("Another process decides; this one takes over when it ends");
  if (storeTrouble !== null) reasons.push("The database cannot be used; the log says why");
  if (watched.length === 0) reasons.push("No venue is subscribed");
  else if (dark.length > 0) reasons.push(`Not subscribed: ${dark.join(", ")}`);
  const unreadable = feeds.filter(({ degraded }) => degraded !== null).map((feed) => feed.venue);
  if (unreadable.length > 0) {
    reasons.push(`Messages cannot be read, the log says why: ${unreadable.join(", ")}`);
  }
  const unsteady = feeds.filter((feed) => feed.unsteady !== null).map((feed) => feed.venue);
  if (unsteady.length > 0) reasons.push(`Hang up again and again: ${unsteady.join(", ")}`);
  const suspect = feeds.filter((feed) => feed.suspect !== null).map((feed) => feed.venue);
  if (suspect.length > 0) {
    reasons.push(`Sides seem wrong, rules leave these venues out: ${suspect.join(", ")}`);
  }
  if (clockWarning !== null) reasons.push(clockWarning);
  for (const target of parkedTargets) {
    reasons.push(`Target ${target} is parked: correct it, then liqwatch test-alert ${target}`);
  }
  const isBlind = watched.length === 0 ? "blind" : "ready";
  const decides = storeTrouble === null ? isBlind : "no-store";
  const status = role === "deciding" ? decides : role;
  return { status, reasons, store, durability, watched, dark, clockWarning, parkedTargets };
}
