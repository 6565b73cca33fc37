/**
 * A route as a value: its schemas check what comes in, shape what goes out and are shown in
 * OpenAPI and `docs/http.md`. One source, so they cannot disagree.
 */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Charts } from "../chart.ts";
import type { Controls, Queries } from "../queries.ts";
import { isAdmin } from "./admin.ts";
import { bodyReader, parameterReader } from "./parameters.ts";
import { nothingHere, Problem } from "./problem.ts";

/** What every route may use. */
export interface RouteContext {
  readonly queries: Queries;
  /** null = nothing can be changed over HTTP. */
  readonly admin: { readonly controls: Controls; readonly token: string } | null;
  readonly charts: Charts;
  /** Wall clock, for what the engine's clock does not know yet. */
  readonly nowMs: () => number;
  /** For limits. */
  readonly monotonicMs: () => number;
}

/** For routes that need the admin: without one they do not exist. */
export function controlsOf({ admin }: RouteContext): Controls {
  if (admin === null) throw new Problem(404, "Nothing can be changed here");
  return admin.controls;
}

/** What a route is, for documents and for checking its answers. */
export interface RouteInfo {
  readonly method: "GET" | "POST" | "DELETE";
  /** OpenAPI's spelling: `/v1/windows/{asset}`. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodObject | null;
  /** null = an answer without a body, or one that is no JSON. */
  readonly answer: z.ZodType | null;
  /** Of an answer that is no JSON; absent = JSON. */
  readonly mediaType?: string;
  readonly status: number;
  readonly needsAdmin: boolean;
}

export interface Route extends RouteInfo {
  register(app: FastifyInstance, context: RouteContext): void;
}

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

interface Definition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
> {
  readonly method?: RouteInfo["method"];
  readonly path: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer?: Answer;
  readonly status?: number;
  readonly needsAdmin?: boolean;
  /**
   * The field that may change without a new ETag: a time that goes on while the figures stay.
   * Without it answers have no ETag.
   */
  readonly etagWithout?: keyof z.input<Answer> & string;
  handle(
    asked: {
      readonly params: z.output<Params>;
      readonly query: z.output<Query>;
      readonly body: z.output<Body>;
      /** Who asks, for the log. */
      readonly address: string;
    },
    context: RouteContext,
  ): z.input<Answer> | Promise<z.input<Answer>>;
}

/** Parameters that a schema does not know are refused; `handle` may throw a `Problem`. */
export function route<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodObject = Nothing,
  Answer extends z.ZodType = z.ZodNull,
>(definition: Definition<Params, Query, Body, Answer>): Route {
  const { path, summary, params, query, body, answer = null, etagWithout } = definition;
  const info: RouteInfo = {
    ...{ method: definition.method ?? "GET", path, summary, answer },
    ...{ params: params ?? NOTHING, query: query ?? NOTHING, body: body ?? null },
    status: definition.status ?? 200,
    needsAdmin: definition.needsAdmin ?? false,
  };
  const readParams = params === undefined ? null : parameterReader(params);
  const readQuery = query === undefined ? null : parameterReader(query);
  const readBody = body === undefined ? null : bodyReader(body);
  // A part without a schema is read by the empty one: its type says so.
  const readNothing = parameterReader(NOTHING) as (given: unknown) => never;
  const answerTo = (request: FastifyRequest, context: RouteContext) => {
    const asked = {
      params: (readParams ?? readNothing)(request.params),
      query: (readQuery ?? readNothing)(request.query),
      body: (readBody ?? readNothing)(request.body),
      address: request.ip,
    };
    return definition.handle(asked, context);
  };
  return {
    ...info,
    register(app, context) {
      app.route({
        method: info.method,
        url: path.replace(/\{(\w+)\}/g, ":$1"),
        // Before the body is read: strangers learn nothing, not even that it is malformed.
        async onRequest(request, reply) {
          if (info.needsAdmin && !admits(request, context)) return nothingHere(request, reply);
          return undefined;
        },
        async handler(request, reply) {
          const result = await answerTo(request, context);
          if (result === null) return reply.code(info.status).send();
          const body = JSON.stringify(result);
          const tag = etagWithout === undefined ? null : etag(body, etagWithout);
          return send(request, reply.code(info.status), { body, tag });
        },
      });
    },
  };
}

/** False when there is no admin at all; then the route does not exist. */
function admits(request: FastifyRequest, { admin }: RouteContext): boolean {
  if (admin === null) return false;
  if (isAdmin(request.headers.authorization, admin.token)) return true;
  throw new Problem(401, "The admin's bearer token is missing or wrong", {
    headers: { "www-authenticate": "Bearer" },
  });
}

/** Weak: equal figures, whatever the second in which they were read (RFC 9110, 8.8.1). */
function etag(body: string, field: string): string {
  const figures = body.replace(new RegExp(`"${field}":"[^"]*"`), "");
  const digest = createHash("sha256").update(figures).digest("base64url");
  return `W/"${digest.slice(0, 22)}"`;
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, tag }: { readonly body: string; readonly tag: string | null },
): FastifyReply {
  if (tag === null) return reply.header("cache-control", "no-store").type(JSON_TYPE).send(body);
  reply.header("cache-control", "no-cache").header("etag", tag);
  if (isKnown(request.headers["if-none-match"], tag)) return reply.code(304).send();
  return reply.type(JSON_TYPE).send(body);
}

const JSON_TYPE = "application/json; charset=utf-8";

function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const strong = (one: string) => one.trim().replace(/^W\//, "");
  return header.split(",").some((one) => one.trim() === "*" || strong(one) === strong(tag));
}
