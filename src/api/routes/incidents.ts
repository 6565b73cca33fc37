/** `GET /v1/incidents`: what people were told of, open ones first. */
import { z } from "zod";
import { formatDuration } from "../../duration.ts";
import type { IncidentState } from "../../queries.ts";
import { METRICS } from "../../rule.ts";
import { coverageJson, iso, usd as usdOf } from "../json.ts";
import { requireDeciding } from "../role.ts";
import { route } from "../route.ts";
import * as is from "../schemas.ts";

const IncidentJson = z.strictObject({
  incidentId: z.string(),
  number: z.string().nullable().describe("A-n for an asset, M-n for the market"),
  rule: z.string(),
  scopeKey: z.string().describe("market, BTC, BTC:long or BTC@binance"),
  metric: z.enum(METRICS).describe("What the value is: largestUsd is one row, not a sum"),
  window: z.string(),
  severity: is.severity.describe("Now while it is open, at the peak once it calmed"),
  value: z.number().describe("The rule's figure: USD for money, else a plain number"),
  longUsd: is.usd,
  shortUsd: is.usd,
  startedAt: is.time,
  calmedAt: is.time.nullable().describe("null = it is open"),
  ...is.coverage,
});

export const IncidentsJson = is.listOf(IncidentJson);

export const incidentsRoute = route({
  path: "/v1/incidents",
  summary: "Open incidents, then those that calmed lately",
  query: z.strictObject({ limit: is.limit }),
  answer: IncidentsJson,
  handle({ query }, { queries }) {
    requireDeciding(queries, "incidents are in that one's memory; /v1/alerts has the log");
    return { label: queries.label, items: queries.incidents(query.limit).map(incidentJson) };
  },
});

function incidentJson(incident: IncidentState): z.input<typeof IncidentJson> {
  const { incidentId, number, rule, scopeKey, metric, windowMs, severity, value } = incident;
  return {
    ...{ incidentId, number, rule, scopeKey, metric, severity, value },
    window: formatDuration(windowMs),
    longUsd: usdOf(incident.longCents),
    shortUsd: usdOf(incident.shortCents),
    startedAt: iso(incident.startedAtMs),
    calmedAt: iso(incident.calmedAtMs),
    ...coverageJson(incident.coverage),
  };
}
