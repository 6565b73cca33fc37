/** `/v1/openapi.json`: made from the schemas that check requests and shape answers. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { RouteInfo } from "./route.ts";
import { ROUTES } from "./routes/index.ts";
import { PLAIN_ROUTES, type PlainRoute } from "./routes/plain.ts";

const ProblemJson = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ parameter: z.string(), detail: z.string() })).optional(),
});

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1, whose schemas are JSON Schema. */
export function openApi(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const add = (path: string, method: string, operation: Json) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const route of ROUTES) add(route.path, route.method, operationOf(route));
  for (const route of PLAIN_ROUTES) add(route.path, "get", plainOperation(route));
  return {
    openapi: "3.1.0",
    info: {
      title: "liqwatch",
      version: version(),
      description:
        "Liquidations of crypto-derivatives venues. USD are numbers with two decimals, times are ISO 8601 UTC, totals are always at least.",
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(ProblemJson) },
      securitySchemes: { admin: { type: "http", scheme: "bearer" } },
    },
  };
}

function operationOf(route: RouteInfo): Json {
  const { summary, status, body, needsAdmin } = route;
  const content = contentOf(route);
  const success = content === null ? { description: "Done" } : { description: summary, content };
  return {
    summary,
    parameters: [...parametersOf(route.params, "path"), ...parametersOf(route.query, "query")],
    ...(body === null ? {} : { requestBody: bodyOf(body) }),
    ...(needsAdmin ? { security: [{ admin: [] }] } : {}),
    responses: { [status]: success, default: PROBLEM },
  };
}

/** Bytes have no schema (https://spec.openapis.org/oas/v3.1.0#considerations-for-file-uploads). */
function contentOf({ answer, mediaType }: RouteInfo): Json | null {
  if (mediaType !== undefined) return { [mediaType]: {} };
  return answer === null ? null : { "application/json": { schema: schemaOf(answer) } };
}

function plainOperation({ summary, mediaType, answer }: PlainRoute): Json {
  const content = { [mediaType]: answer === null ? {} : { schema: schemaOf(answer) } };
  return { summary, responses: { 200: { description: summary, content }, default: PROBLEM } };
}

const PROBLEM: Json = {
  description: "What is wrong (RFC 9457)",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function bodyOf(body: z.ZodObject): Json {
  const schema = z.toJSONSchema(body, { io: "input" });
  return { required: true, content: { "application/json": { schema: plain(schema) } } };
}

function parametersOf(schema: z.ZodObject, place: "path" | "query"): readonly Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType): Json {
  return plain(z.toJSONSchema(schema));
}

/** Inside OpenAPI the dialect is said once. */
function plain({ $schema: _, ...schema }: Json): Json {
  return schema;
}

/** In `package.json`, two levels above this file in src and in dist. */
function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const found: unknown = Reflect.get(JSON.parse(text), "version");
  return String(found);
}
