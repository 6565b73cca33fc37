/**
 * What a generic webhook receives, version 1. The JSON Schema in `docs/webhook.schema.json` is made
 * from it. A key that is published keeps its name and meaning; new keys may come within a version.
 */
import { z } from "zod";
import { DECISIONS, HOLD_REASONS } from "../alert.ts";
import { PRICE_KINDS, VENUE_IDS } from "../liquidation.ts";
import { NOTICE_TOPICS } from "../notice.ts";
import { METRICS, SCOPES, SEVERITIES } from "../rule.ts";

export const PAYLOAD_VERSION = 1;

const usd = z.number().describe("USD, exact to the cent");
const time = z.iso.datetime();
const count = z.int().min(0);
const venue = z.enum(VENUE_IDS);
const positionSide = z.enum(["long", "short"]);

const LargestRow = z.strictObject({
  venue,
  asset: z.string().nullable(),
  positionSide,
  notionalUsd: usd,
  price: z.number().nullable(),
  priceKind: z.enum(PRICE_KINDS).nullable(),
  at: time,
});

const Coverage = z.strictObject({
  coveragePct: z
    .number()
    .nullable()
    .describe("Usual volume of the venues times the part of the window watched; null = unknown"),
  partial: z.boolean().describe("Less than 80 % of the usual volume was seen"),
  assumed: z.boolean().describe("A venue's usual volume is the published one, not measured"),
  watchedVenues: z.array(venue),
  darkVenues: z.array(
    z.strictObject({ venue, since: time.nullable().describe("null = never seen yet") }),
  ),
  lateVenues: z.array(z.strictObject({ venue, lagMs: z.number() })),
});

const Alert = z.strictObject({
  alertId: z.string().describe("The row of the alert log"),
  incidentId: z.string(),
  incidentStart: time,
  decision: z.enum(DECISIONS),
  at: time,
  rule: z.string(),
  scope: z.enum(SCOPES),
  scopeKey: z.string().describe("market, BTC, BTC:long or BTC@binance"),
  asset: z.string().nullable().describe("null = the market"),
  positionSide: positionSide
    .nullable()
    .describe("The side that was liquidated: the rule's, or the one with 70 % of the money"),
  venue: venue.nullable().describe("Of a rule that looks at each venue apart"),
  metric: z.enum(METRICS),
  window: z.string().describe("As the configuration writes it: 5m"),
  severity: z.enum(SEVERITIES),
  value: z.number().describe("The rule's figure: USD for money, else a plain number"),
  orders: count.describe("Forced orders; fills of one order count once"),
  rows: count,
  totalUsd: usd,
  longUsd: usd,
  shortUsd: usd,
  largestUsd: usd.nullable().describe("null for windows of 15 min and more"),
  largest: LargestRow.nullable(),
  liqVwap: z.number().nullable(),
  priceChangePct: z.number().nullable(),
  priceFirst: z.number().nullable(),
  priceLast: z.number().nullable(),
  priceSource: z.string().nullable(),
  byVenue: z.array(z.strictObject({ venue, totalUsd: usd, orders: count })),
  byAsset: z.array(z.strictObject({ asset: z.string(), totalUsd: usd, orders: count })),
  coverage: Coverage,
  reason: z
    .enum([...HOLD_REASONS, "cooldown"])
    .nullable()
    .describe("What held it back; null = nothing"),
});

const message = {
  version: z.literal(PAYLOAD_VERSION),
  deliveryId: z.string().describe("The Idempotency-Key: equal in every attempt at this message"),
  label: z
    .enum(["SIMULATION", "REPLAY", "TEST"])
    .nullable()
    .describe("Set = not real: invented, replayed or a test; null = real"),
  severity: z.enum(SEVERITIES),
  title: z.string().describe("One line that says all"),
  text: z.string().describe("The whole message as plain text"),
  isSilent: z.boolean().describe("Below the target's silentBelow, or a summary: no sound"),
  coverage: z.string().describe("What could not be seen, as a sentence; empty = nothing to say"),
  at: time.describe("Of what is told, not of the sending"),
};

const AlertMessage = z.strictObject({
  ...message,
  type: z.literal("alert"),
  storyId: z.string().describe("Messages about one stretch of trouble share it"),
  number: z.string().describe("The incident as people quote it: A-20417, M-118 for the market"),
  alertIds: z.array(z.string()).describe("Every alert that this message tells, oldest first"),
  alerts: z.array(Alert).describe("The newest of them in full, oldest first"),
});

const NoticeMessage = z.strictObject({
  ...message,
  type: z.literal("notice"),
  topic: z.enum(NOTICE_TOPICS).describe("What is the matter with the daemon itself"),
  subject: z.string().describe("A venue, a target; empty = the daemon"),
  isOver: z.boolean(),
  since: time,
  reasons: z.array(z.string()),
});

export const WebhookPayload = z.discriminatedUnion("type", [AlertMessage, NoticeMessage]);
export type WebhookPayload = z.input<typeof WebhookPayload>;
export type AlertPayload = z.input<typeof Alert>;

/** As it is published; `io: output` keeps unknown keys out. */
export function webhookJsonSchema(): unknown {
  return z.toJSONSchema(WebhookPayload, { io: "output" });
}
