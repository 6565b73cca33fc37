/** One decision becomes one message: what happened, in the past tense, without advice. Pure. */
import type { Decision } from "../alert.ts";
import { LiqError } from "../errors.ts";
import type { RenderedMessage } from "../notifiers/notifier.ts";
import { SEVERITIES, type Severity } from "../rule.ts";
import { coverageOf } from "./coverage.ts";
import { factsOf, fieldsOf, priceText, sinceText } from "./facts.ts";
import { sideOf, subjectOf, type VenueNotes } from "./subject.ts";
import { formatDuration, formatInstant } from "./times.ts";
import { type Label, titleOf } from "./title.ts";

/** A message that is sent later than this is marked as delayed. */
export const DELAYED_MS = 120_000;

export interface RenderOptions {
  /** Running number of the incident, shown as A-20417 or M-118. */
  readonly incidentNumber: number;
  readonly nowMs: number;
  /** null = real alerts. */
  readonly label: Label | null;
  /** Below this severity no sound; of the target. */
  readonly silentBelow: Severity;
  readonly venueNotes: VenueNotes;
}

/**
 * Renders the latest of the decisions (oldest first) that one message tells.
 *
 * @throws LiqError `LIQ_STORE` when there is none: a delivery row always carries its decisions.
 */
export function renderMessage(
  decisions: readonly Decision[],
  options: RenderOptions,
): RenderedMessage {
  const decision = decisions.at(-1);
  if (decision === undefined) {
    throw new LiqError(
      "LIQ_STORE",
      `Message of incident ${options.incidentNumber} has no decision`,
    );
  }
  const { label, venueNotes } = options;
  const isResolved = decision.decision === "resolved";
  const isDelayed = options.nowMs - decision.atMs > DELAYED_MS;
  return {
    title: titleOf(decision, { label, isDelayed, venueNotes }),
    lines: linesOf(decision, { ...options, isDelayed }),
    fields: fieldsOf(decision, venueNotes),
    facts: factsOf(decision, venueNotes),
    coverage: coverageOf(decision, venueNotes),
    footer: footerOf(decision, options.incidentNumber),
    atMs: decision.atMs,
    tone: isResolved || label !== null ? "neutral" : (sideOf(decision) ?? "neutral"),
    severity: decision.severity,
    isSilent: isResolved || rank(decision.severity) < rank(options.silentBelow),
    mayMention: !isResolved && label === null && decision.severity === "CRITICAL",
    alertIds: decisions.map(({ alertId }) => alertId),
    label,
    told: { type: "alert", number: incidentHandle(decision, options.incidentNumber), decisions },
  };
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The handle that people quote: `A-20417` for an asset, `M-118` for the market. */
export function incidentHandle(decision: Pick<Decision, "scope">, incidentNumber: number): string {
  return `${decision.scope === "market" ? "M" : "A"}-${incidentNumber}`;
}

/** Only these words: an incident calms down; nobody is told that anything has ended well. */
const FOOTER_WORDS = {
  opened: "opened",
  escalated: "escalated",
  reopened: "reopened",
  resolved: "calmed",
  suppressed: "held back",
} as const satisfies Record<Decision["decision"], string>;

function footerOf(decision: Decision, incidentNumber: number): string {
  const handle = `#${incidentHandle(decision, incidentNumber)}`;
  const parts = [handle, FOOTER_WORDS[decision.decision]];
  if (decision.telling > 1) parts.push(`message ${decision.telling}`);
  return parts.join(" · ");
}

function linesOf(
  decision: Decision,
  options: { readonly nowMs: number; readonly isDelayed: boolean; readonly venueNotes: VenueNotes },
): readonly string[] {
  const price = priceText(decision, options.venueNotes);
  const lines: string[] = [];
  const began = formatInstant(decision.incidentStartMs, decision.atMs);
  if (decision.decision === "resolved") {
    if (price !== null) lines.push(`${price}.`);
    lines.push("This says nothing about what comes next.");
  } else {
    const since = sinceText(decision);
    const told = [effect(decision), price, since].filter((text) => text !== null);
    lines.push(told.map((text) => `${text}.`).join(" "));
  }
  if (decision.decision === "escalated")
    lines.push(`Escalated to ${decision.severity}; began ${began}.`);
  if (decision.decision === "reopened") lines.push(`Running again; began ${began}.`);
  if (options.isDelayed) lines.push(lateText(decision.atMs, options.nowMs));
  return lines;
}

/** `Sent 3 min late: this was 14:06 UTC.` */
export function lateText(atMs: number, nowMs: number): string {
  return `Sent ${formatDuration(nowMs - atMs)} late: this was ${formatInstant(atMs, nowMs)}.`;
}

/** What a liquidation does to the market: longs are sold, shorts are bought back. */
export function effect(decision: Decision): string {
  const leant = sideOf(decision);
  const words = leant === null ? "selling and buying" : leant === "long" ? "selling" : "buying";
  const assets = decision.window.byAsset.length;
  if (subjectOf(decision).asset !== null || assets < 2) return `Forced ${words}`;
  return `Forced ${words} in ${assets} assets`;
}
