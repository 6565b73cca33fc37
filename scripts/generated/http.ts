/** Tables of `docs/http.md`: routes, the parameters of each, metrics. */
import { HOOK_ROUTES } from "../../src/api/hooks.ts";
import { METRICS, type MetricInfo } from "../../src/api/metric-table.ts";
import { type PropertySchema, propertiesOf } from "../../src/api/parameters.ts";
import type { RouteInfo } from "../../src/api/route.ts";
import { ROUTES } from "../../src/api/routes/index.ts";
import { PLAIN_ROUTES } from "../../src/api/routes/plain.ts";
import { table } from "./sections.ts";

export function routeTable(): string {
  const plain = PLAIN_ROUTES.map(({ path, summary }) => [`\`GET ${path}\``, summary, "none"]);
  const hooks = HOOK_ROUTES.map(({ path, summary }) => [`\`POST ${path}\``, summary, "none"]);
  const rows = ROUTES.map((route) => [
    `\`${route.method} ${route.path}\``,
    route.needsAdmin ? `${route.summary} (admin)` : route.summary,
    parametersOf(route),
  ]);
  return table(["route", "answers", "parameters"], [...rows, ...plain, ...hooks]);
}

export function parameterTable(): string {
  const seen = new Map<string, readonly string[]>();
  for (const route of ROUTES) {
    for (const schema of [route.params, route.query, route.body]) {
      for (const [name, property] of Object.entries(schema === null ? {} : propertiesOf(schema))) {
        const row = [`\`${name}\``, takenBy(property), String(property.description ?? "")];
        const key = row.join("|");
        if (!seen.has(key)) seen.set(key, row);
      }
    }
  }
  const rows = [...seen.values()].sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
  return table(["parameter", "takes", "meaning"], rows);
}

export function metricTable(): string {
  const infos: readonly (readonly [string, MetricInfo])[] = Object.entries(METRICS);
  const rows = infos.map(([name, { kind, labels, help }]) => [
    `\`${name}\``,
    kind,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  return table(["metric", "kind", "labels", "meaning"], rows);
}

function parametersOf({ params, query, body }: RouteInfo): string {
  const names = [params, query, body].flatMap((schema) => Object.keys(schema?.shape ?? {}));
  return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
}

/** What is allowed, from the schema that checks it. */
function takenBy(property: PropertySchema): string {
  const { type, minimum, maximum, format, pattern } = property;
  const one = property.anyOf?.find((choice) => choice.type !== "null") ?? property;
  const allowed = property.enum ?? one.enum;
  const fallback = property.default === undefined ? "" : `; default ${property.default}`;
  if (allowed !== undefined) return `${allowed.join(", ")}${fallback}`;
  if (format === "date-time") return `a time such as \`2026-11-20T14:00:00Z\`${fallback}`;
  if (type === "boolean") return `true or false${fallback}`;
  if (type === "integer" || type === "number") {
    return `a number from ${minimum} to ${maximum}${fallback}`;
  }
  return `${pattern === undefined ? "a text" : `a text like \`${pattern}\``}${fallback}`;
}
