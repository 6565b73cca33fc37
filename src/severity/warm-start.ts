/**
 * Rebuilding an engine from what a store remembers: machines first, then every row that is still
 * in a window, a day total, a seen-set or an incident; only then is anything evaluated. SPEC 3.
 */
import type { ScopeRecord } from "../alert.ts";
import { type Rule, TICK_MS } from "../rule.ts";
import { Tally } from "../windows/tally.ts";
import { CASCADE_RECORDS } from "./cascades.ts";
import type { Engine } from "./engine.ts";
import { plainMachine, restoreMachine } from "./engine-state.ts";
import { type Incident, type Machine, reopenable } from "./incident.ts";
import type { ScopeState } from "./scope.ts";
import { SEEN_MS } from "./seen-set.ts";

/** What the store is told about a scope; null state = nothing worth remembering. */
export function scopeRecord(scope: ScopeState, nowMs: number): ScopeRecord {
  const { machine, compiled, key } = scope;
  const { rule } = compiled;
  const isOver = machine.incident === null && reopenable(machine, rule, nowMs) === null;
  const isAtRest = isOver && nowMs >= machine.quietUntilMs;
  const state = isAtRest ? null : { ...plainMachine(machine) };
  return { rule: rule.name, scopeKey: key, state };
}

/** What the store is told since the last call: scopes and cascades that changed. */
export function changedRecords(engine: Engine, nowMs: number): readonly ScopeRecord[] {
  const scopes = engine.takeDirty().map((scope) => scopeRecord(scope, nowMs));
  return [...scopes, ...engine.cascades.takeRecords()];
}

/**
 * Sets the clock and the machines of a fresh engine, and tells from which window time on rows must
 * follow through `engine.restoreRow`. Records of rules that are no longer there are left out.
 */
export function restoreScopes(
  engine: Engine,
  records: readonly ScopeRecord[],
  nowMs: number,
): { readonly rowsSinceMs: number } {
  engine.nowMs = nowMs;
  engine.lastTickMs = Math.floor(nowMs / TICK_MS) * TICK_MS;
  let rowsSinceMs = nowMs - SEEN_MS;
  engine.cascades.readContextAt(nowMs);
  for (const record of records) {
    const { rule, scopeKey, state } = record;
    // The rows of a cascade are younger than those of the day, which are read anyway.
    if (rule === CASCADE_RECORDS) engine.cascades.restoreRecord(record, nowMs);
    const compiled = engine.rules.find((one) => one.rule.name === rule);
    if (compiled === undefined || !isMachine(state)) continue;
    const scope = engine.series.scopeNamed(compiled, scopeKey, nowMs);
    restoreMachine(scope, state);
    for (const incident of incidentsOf(state, compiled.rule, nowMs)) {
      const afterMs = scope.incidentAfterMs(incident.startMs);
      scope.tallies.set(incident.id, { afterMs, tally: new Tally() });
      rowsSinceMs = Math.min(rowsSinceMs, afterMs);
    }
    engine.wake(scope, nowMs);
  }
  return { rowsSinceMs };
}

/**
 * Those whose figures may still be told. A record says what held at its last change: an incident of
 * last month stands in it although it can no longer reopen, and its rows are not read again.
 */
function incidentsOf(machine: Machine, rule: Rule, nowMs: number): readonly Incident[] {
  const former = reopenable(machine, rule, nowMs);
  return [machine.incident, former].filter((one) => one !== null);
}

/** We wrote it; a shape of another version is not taken for ours. */
function isMachine(state: unknown): state is Machine {
  if (typeof state !== "object" || state === null) return false;
  return "told" in state && "quietUntilMs" in state && "incident" in state && "last" in state;
}
