/** A message as a program reads it: every figure of the decisions, money exact to the cent. Pure. */
import type { CoverageNote, Decision, LargestRow, Snapshot } from "../alert.ts";
import { isPartial, UNKNOWN_COVERAGE } from "../coverage.ts";
import { formatDuration } from "../duration.ts";
import { plainLines } from "../render/plain.ts";
import { leaning, subjectOf } from "../render/subject.ts";
import type { Message, Told } from "./notifier.ts";
import { type AlertPayload, PAYLOAD_VERSION, type WebhookPayload } from "./webhook-schema.ts";

/** Alerts of one message told in full; more of them is a storm, whose ids are all listed. */
export const ALERTS_MAX = 100;

export function webhookPayload(message: Message): WebhookPayload {
  const base = {
    version: PAYLOAD_VERSION,
    deliveryId: message.key,
    label: message.label,
    severity: message.severity,
    title: message.title,
    text: plainLines(message).join("\n"),
    isSilent: message.isSilent,
    coverage: message.coverage,
    at: iso(message.atMs),
  } as const;
  const { told } = message;
  if (told.type === "notice") return { ...base, ...noticeOf(told) };
  return {
    ...base,
    type: "alert",
    storyId: message.story,
    number: told.number,
    alertIds: [...message.alertIds],
    alerts: told.decisions.slice(-ALERTS_MAX).map(alertOf),
  };
}

function noticeOf({ notice }: Extract<Told, { readonly type: "notice" }>) {
  const { topic, subject, isOver, sinceMs, reasons } = notice;
  const type = "notice" as const;
  return { type, topic, subject, isOver, since: iso(sinceMs), reasons: [...reasons] };
}

function alertOf(decision: Decision): AlertPayload {
  const { asset, positionSide, venue } = subjectOf(decision);
  return {
    alertId: decision.alertId,
    incidentId: decision.incidentId,
    incidentStart: iso(decision.incidentStartMs),
    decision: decision.decision,
    at: iso(decision.atMs),
    rule: decision.rule,
    scope: decision.scope,
    scopeKey: decision.scopeKey,
    ...{ asset, positionSide: positionSide ?? leaning(decision.window), venue },
    metric: decision.metric,
    window: formatDuration(decision.windowMs),
    severity: decision.severity,
    value: decision.value,
    ...figuresOf(decision.window),
    coverage: coverageOf(decision.coverage),
    reason: decision.suppression?.reason ?? null,
  };
}

function figuresOf(window: Snapshot) {
  const { orders, rows, liqVwap, priceChangePct, priceFirst, priceLast, priceSource } = window;
  return {
    ...{ orders, rows },
    totalUsd: usd(window.longCents + window.shortCents),
    longUsd: usd(window.longCents),
    shortUsd: usd(window.shortCents),
    largestUsd: window.largestCents === null ? null : usd(window.largestCents),
    largest: window.largest === null ? null : largestOf(window.largest),
    ...{ liqVwap, priceChangePct, priceFirst, priceLast, priceSource },
    byVenue: window.byVenue.map(({ name, notionalCents, orders: counted }) => {
      return { venue: name, totalUsd: usd(notionalCents), orders: counted };
    }),
    byAsset: window.byAsset.map(({ name, notionalCents, orders: counted }) => {
      return { asset: name, totalUsd: usd(notionalCents), orders: counted };
    }),
  };
}

function largestOf({ notionalCents, atMs, ...row }: LargestRow) {
  const { venue, asset, positionSide, price, priceKind } = row;
  const notionalUsd = usd(notionalCents);
  return { venue, asset, positionSide, notionalUsd, price, priceKind, at: iso(atMs) };
}

function coverageOf({ watched, dark, behind = [], figure = UNKNOWN_COVERAGE }: CoverageNote) {
  return {
    coveragePct: figure.pct,
    partial: isPartial(figure),
    assumed: figure.isAssumed,
    watchedVenues: [...watched],
    darkVenues: dark.map(({ venue, sinceMs }) => {
      return { venue, since: sinceMs === null ? null : iso(sinceMs) };
    }),
    lateVenues: behind.map(({ venue, lagMs }) => ({ venue, lagMs })),
  };
}

/** The nearest double of two decimals: JSON prints the cents as they are. */
function usd(cents: number): number {
  return cents / 100;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
