/** A row of the log as the state machine wrote it, with names, ids and coverage put to it. */
import type { CoverageNote, Decision } from "../alert.ts";
import { severityOf } from "./classify.ts";
import { fingerprintHex } from "./fingerprint.ts";
import type { Outcome } from "./incident.ts";
import type { ScopeState } from "./scope.ts";

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

export function decisionOf(scope: ScopeState, outcome: Outcome, coverage: CoverageNote): Decision {
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
    coverage,
    suppression: outcome.suppression,
  };
}
