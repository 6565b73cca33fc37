/** `GET /v1/alerts`: the log of decisions; `/v1/alerts/{id}/deliveries`: what became of one. */
import { z } from "zod";
import { type HeldBack, HOLD_REASONS } from "../../alert.ts";
import { UNKNOWN_COVERAGE } from "../../coverage.ts";
import { ATTEMPT_OUTCOMES, type DeliveryState } from "../../delivery-log.ts";
import { formatDuration } from "../../duration.ts";
import type { LoggedDecision } from "../../queries.ts";
import { METRICS, SCOPES } from "../../rule.ts";
import { coverageJson, iso, usd as usdOf } from "../json.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import * as is from "../schemas.ts";

const AlertJson = z.strictObject({
  alertId: z.string(),
  at: is.time,
  decision: is.decision,
  number: z.string().nullable().describe("A-n for an asset, M-n for the market; null = never told"),
  rule: z.string(),
  scope: z.enum(SCOPES),
  scopeKey: z.string().describe("market, BTC, BTC:long or BTC@binance"),
  metric: z.enum(METRICS),
  window: z.string(),
  severity: is.severity,
  value: z.number().describe("The rule's figure: USD for money, else a plain number"),
  rows: is.count,
  ...is.money,
  largestUsd: is.usd.nullable().describe("null for windows of 15 min and more"),
  liqVwap: z.number().nullable(),
  priceChangePct: z.number().nullable(),
  priceSource: z.string().nullable().describe("`mark:bybit`, `liquidations:okx`"),
  venues: z.array(is.venue).describe("Venues with money in the window, descending"),
  darkVenues: z.array(is.venue).describe("Enabled venues that were not watched then"),
  ...is.coverage,
  incidentId: z.string(),
  incidentStart: is.time,
  reason: z
    .enum([...HOLD_REASONS, "cooldown"])
    .nullable()
    .describe("What held it back"),
  until: is.time.nullable().describe("When it was no longer held back"),
  count: is.count.nullable().describe("How often it would have been told"),
});

const HeldJson = z.strictObject({
  since: is.time,
  reason: z.enum([...HOLD_REASONS, "cooldown"]).describe("What holds it back"),
  count: is.count.describe("How often it would have been told"),
  rule: z.string(),
  scopeKey: z.string().describe("market, BTC, BTC:long or BTC@binance"),
  metric: z.enum(METRICS),
  window: z.string(),
  severity: is.severity.describe("The highest held back so far"),
  value: z.number().describe("At the first look that was held back"),
});

export const AlertsJson = is.pageOf(AlertJson).extend({
  running: z
    .array(HeldJson)
    .describe("With suppressed=true, on the first page: what is held back now, newest first"),
});

export const alertsRoute = route({
  path: "/v1/alerts",
  summary: "The log of decisions, newest first",
  query: z.strictObject({
    suppressed: z.boolean().default(false).describe("true = those held back; false = all others"),
    limit: is.limit,
    cursor: is.cursor,
  }),
  answer: AlertsJson,
  async handle({ query }, { queries }) {
    const { suppressed, limit, cursor } = query;
    const asked = { suppressed, limit, ...(cursor === undefined ? {} : { cursor }) };
    const { items, next } = await queries.alerts(asked);
    const running = suppressed && cursor === undefined ? queries.heldBack(limit).map(heldJson) : [];
    return { label: queries.label, items: items.map(alertJson), running, next };
  },
});

const AttemptJson = z.strictObject({
  attempt: is.count,
  at: is.time.describe("When its outcome was known"),
  outcome: z.enum(ATTEMPT_OUTCOMES),
  reason: z.string().nullable().describe("In the service's words; null = delivered"),
  latencyMs: z.number().nullable().describe("From taking the message up to its outcome"),
  overtaken: z.boolean().describe("A later attempt had begun: this outcome changed nothing"),
});

const DeliveryJson = z.strictObject({
  target: z.string(),
  messageNumber: is.count.describe("1 = the first message of the story at this target"),
  state: z
    .enum(["pending", "delivered", "parked", "merged"])
    .describe("merged = told by another message: a digest, or the next one of the story"),
  attempts: is.count,
  lastReason: z.string().nullable().describe("Why the last attempt failed"),
  log: z.array(AttemptJson).describe("Every attempt, oldest first; at most the newest 100"),
});

export const DeliveriesJson = is.listOf(DeliveryJson);

export const deliveriesRoute = route({
  path: "/v1/alerts/{id}/deliveries",
  summary: "The messages that tell one alert, by target, with every attempt at them",
  params: z.strictObject({
    id: z
      .string()
      .regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits")
      .describe("`alertId` of the log"),
  }),
  answer: DeliveriesJson,
  async handle({ params }, { queries }) {
    const items = await queries.deliveries(params.id);
    if (items !== null) return { label: queries.label, items: items.map(deliveryJson) };
    const detail = `id ${params.id} is not in the log`;
    throw Problem.ofParameters([{ parameter: "id", detail }], 404);
  },
});

function deliveryJson({ log, ...delivery }: DeliveryState): z.input<typeof DeliveryJson> {
  return {
    ...delivery,
    log: log.map(({ atMs, isOvertaken, ...attempt }) => {
      return { ...attempt, at: iso(atMs), overtaken: isOvertaken };
    }),
  };
}

function heldJson({ sinceMs, windowMs, ...held }: HeldBack): z.input<typeof HeldJson> {
  return { ...held, since: iso(sinceMs), window: formatDuration(windowMs) };
}

function alertJson({ decision, number }: LoggedDecision): z.input<typeof AlertJson> {
  const { window, suppression, coverage } = decision;
  return {
    alertId: decision.alertId,
    at: iso(decision.atMs),
    decision: decision.decision,
    number,
    rule: decision.rule,
    scope: decision.scope,
    scopeKey: decision.scopeKey,
    metric: decision.metric,
    window: formatDuration(decision.windowMs),
    severity: decision.severity,
    value: decision.value,
    rows: window.rows,
    orders: window.orders,
    totalUsd: usdOf(window.longCents + window.shortCents),
    longUsd: usdOf(window.longCents),
    shortUsd: usdOf(window.shortCents),
    largestUsd: usdOf(window.largestCents),
    liqVwap: window.liqVwap,
    priceChangePct: window.priceChangePct,
    priceSource: window.priceSource,
    venues: window.byVenue.map(({ name }) => name),
    darkVenues: coverage.dark.map(({ venue }) => venue),
    ...coverageJson(coverage.figure ?? UNKNOWN_COVERAGE),
    incidentId: decision.incidentId,
    incidentStart: iso(decision.incidentStartMs),
    reason: suppression?.reason ?? null,
    until: iso(suppression?.untilMs ?? null),
    count: suppression?.count ?? null,
  };
}
