/** A row of the log as the state machine wrote it, with names, ids and coverage put to it. */
import type { CoverageNote, Decision } from "../alert.ts";
import { severityOf } from "./classify.ts";
import { fingerprintHex } from "./fingerprint.ts";
import type { Outcome } from "./incident.ts";
import type { ScopeState } from "./scope.ts";

export function decisionOf(scope: ScopeState, outcome: Outcome, coverage: CoverageNote): Decision {
  const { rule } = scope.compiled;
  const { incident, decision, atMs } = outcome;
  return {
    alertId: fingerprintHex(`${rule.name}|${scope.key}|${incident.startMs}|${decision}|${atMs}`),
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
