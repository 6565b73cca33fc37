/** A row of the log as the state machine wrote it, with names, ids and coverage put to it. */
import type { ContextNote, CoverageNote, Decision } from "../alert.ts";
import type { Coverage, CoverageQuery } from "../coverage.ts";
import { readDelayMs } from "../rule.ts";
import type { LargestSince } from "../usual.ts";
import { BLOCK_MS } from "../windows/watched-blocks.ts";
import { severityOf } from "./classify.ts";
import type { ContextBook } from "./context-book.ts";
import { fingerprintHex } from "./fingerprint.ts";
import type { Surroundings } from "./gauge.ts";
import type { Outcome } from "./incident.ts";
import type { NormalBook } from "./normal-book.ts";
import type { ScopeState } from "./scope.ts";
import { paceAt } from "./window-view.ts";

/**
 * The frames of a burst share a millisecond, and each may raise the severity: an escalation is told
 * apart by the severity that it reaches, or the log would take the second for the first again.
 */
function alertIdOf(scope: ScopeState, { incident, decision, atMs, rank }: Outcome): string {
  const what = decision === "escalated" ? `${decision}|${severityOf(rank)}` : decision;
  return fingerprintHex(
    `${scope.compiled.rule.name}|${scope.key}|${incident.startMs}|${what}|${atMs}`,
  );
}

/** Tells how much of a figure could be seen; null = nobody can. */
export type CoverageOf = ((query: CoverageQuery) => Coverage) | null;

/** The time and the venues that the figures of an outcome are made of. */
function queryOf(scope: ScopeState, { decision, incident, atMs }: Outcome): CoverageQuery {
  const { compiled, asset, venue } = scope;
  const { windowMs, filter } = compiled.rule;
  const toMs = atMs - readDelayMs(windowMs);
  const isWhole = decision === "resolved";
  const fromMs = isWhole ? scope.incidentAfterMs(incident.startMs) : toMs - windowMs;
  return { asset, venues: venue === null ? filter.venues : [venue], fromMs, toMs };
}

/** What is told as the pace of now, ms. */
const PACE_WINDOW_MS = 10_000;

/** Of a decision that is told in its moment: how fast, and what a score is made of. */
function momentOf(
  scope: ScopeState,
  { decision, atMs }: Outcome,
  around: Surroundings,
): Pick<Decision, "pace" | "score"> {
  if (decision === "resolved" || decision === "suppressed") return {};
  const pace = paceAt(scope, { windowMs: PACE_WINDOW_MS, nowMs: atMs });
  const { usdPerSecond, usdPerSecond2, leadingVenue } = pace;
  const score = scope.gauge.describe?.(atMs, around) ?? null;
  return { pace: { usdPerSecond, usdPerSecond2, leadingVenue }, ...(score && { score }) };
}

/** What surrounds a decision: what was watched, and what gauges may read. */
export interface Sight {
  readonly note: CoverageNote;
  readonly coverageOf: CoverageOf;
  readonly around: Surroundings;
}

/** The asset that speaks for the market. */
const MARKET_ASSET = "BTC";
/** The change over 5 min; right after a start it is not known yet, and that over 1 min tells more than nothing. */
const CONTEXT_WINDOWS_MS = [300_000, 60_000];

/** Open interest and funding as they stood; nothing where nobody tells them. */
function contextNote(
  { asset }: ScopeState,
  { decision, atMs }: Outcome,
  context: ContextBook,
): { context?: ContextNote } {
  if (decision === "suppressed") return {};
  const name = asset ?? MARKET_ASSET;
  const changes = CONTEXT_WINDOWS_MS.flatMap((windowMs) => {
    return context.openInterestChange(name, windowMs, atMs) ?? [];
  });
  const [change] = changes;
  const fundingRate8h = context.fundingRate8h(name, atMs);
  if (change === undefined && fundingRate8h === null) return {};
  const { windowMs = 0, pct: openInterestPct = null } = change ?? {};
  return { context: { asset: name, windowMs, openInterestPct, fundingRate8h } };
}

/** Of 5 min of all rows of an asset; other windows have nothing to be compared with. */
function sinceNote(
  { asset, compiled }: ScopeState,
  { decision, window, atMs }: Outcome,
  normal: NormalBook,
): { largestSince?: LargestSince } {
  const { rule, needsOwnSeries } = compiled;
  if (decision === "resolved" || decision === "suppressed") return {};
  if (asset === null || rule.scope !== "asset" || needsOwnSeries) return {};
  if (rule.windowMs !== BLOCK_MS) return {};
  const largestSince = normal.largestSince(asset, window.longCents + window.shortCents, atMs);
  return largestSince === null ? {} : { largestSince };
}

export function decisionOf(
  scope: ScopeState,
  outcome: Outcome,
  { note, coverageOf, around }: Sight,
): Decision {
  const { rule } = scope.compiled;
  const { incident, decision, atMs } = outcome;
  return {
    alertId: alertIdOf(scope, outcome),
    decision,
    rule: rule.name,
    scope: rule.scope,
    scopeKey: scope.key,
    metric: rule.metric,
    windowMs: rule.windowMs,
    severity: severityOf(outcome.rank),
    value: outcome.value,
    atMs,
    incidentId: incident.id,
    incidentStartMs: incident.startMs,
    telling: outcome.telling,
    window: outcome.window,
    ...momentOf(scope, outcome, around),
    ...contextNote(scope, outcome, around.context),
    ...sinceNote(scope, outcome, around.normal),
    coverage: coverageOf === null ? note : { ...note, figure: coverageOf(queryOf(scope, outcome)) },
    suppression: outcome.suppression,
  };
}
