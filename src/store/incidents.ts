/** Incidents that people were told of: numbered once, kept up by the decisions about them. */
import type { Decision, ScopeRecord } from "../alert.ts";
import { SEVERITIES } from "../rule.ts";
import { numberOf, numberOrNull, oneOf, textOf } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import type { IncidentRow } from "./store.ts";
import { LIST_ROWS_MAX } from "./store.ts";

/**
 * An incident is numbered when it is first told: silent ones take no number. One process writes at a
 * time, so the next number is one more; a sequence skips some after a crash, and readers of a channel
 * would look for what they missed.
 */
const INSERT = `
insert into liqwatch.incidents
  (incident_id, kind, number, rule, scope, scope_key, started_at_ms, severity, state)
select $1, $2, (select coalesce(max(number), 0) + 1 from liqwatch.incidents where kind = $2),
  $3, $4, $5, $6, $7, 'open'
where not exists (select from liqwatch.incidents where incident_id = $1)`;

const UPDATE = `
update liqwatch.incidents set state = $2, severity = $3, resolved_at_ms = $4 where incident_id = $1`;

/** Applies decisions that the log did not hold yet, in their order. */
export async function applyDecisions(sql: Sql, decisions: readonly Decision[]): Promise<void> {
  const present = await incidentsOf(sql, decisions);
  for (const decision of decisions) {
    if (decision.decision === "suppressed") continue;
    const { incidentId, severity } = decision;
    const kind = decision.scope === "market" ? "market" : "asset";
    const before = present.get(incidentId);
    if (before === undefined) {
      const { rule, scope, scopeKey, incidentStartMs } = decision;
      await sql.query(INSERT, [incidentId, kind, rule, scope, scopeKey, incidentStartMs, severity]);
    }
    const highest = before === undefined || isHigher(severity, before) ? severity : before;
    const isResolved = decision.decision === "resolved";
    await sql.query(UPDATE, [
      incidentId,
      isResolved ? "resolved" : "open",
      highest,
      isResolved ? decision.atMs : null,
    ]);
    present.set(incidentId, highest);
  }
}

/**
 * Ends what stayed open of scopes that are forgotten: their rule was taken away, so that no
 * decision will ever end them. A scope at rest has nothing open.
 */
export async function endForgotten(
  sql: Sql,
  scopes: readonly ScopeRecord[],
  nowMs: number,
): Promise<void> {
  const forgotten = scopes.filter(({ state }) => state === null);
  if (forgotten.length === 0) return;
  await sql.query(
    `update liqwatch.incidents as open set state = 'resolved', resolved_at_ms = $2
     from json_to_recordset($1::json) as gone(rule text, "scopeKey" text)
     where open.state = 'open' and open.rule = gone.rule and open.scope_key = gone."scopeKey"`,
    [sqlJson(forgotten), nowMs],
  );
}

type SeverityWord = (typeof SEVERITIES)[number];

function isHigher(severity: SeverityWord, than: SeverityWord): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than);
}

async function incidentsOf(
  sql: Sql,
  decisions: readonly Decision[],
): Promise<Map<string, SeverityWord>> {
  const rows = await sql.query(
    "select incident_id, severity from liqwatch.incidents where incident_id = any($1::text[])",
    [decisions.map((decision) => decision.incidentId)],
  );
  return new Map(
    rows.map((row) => [textOf(row, "incident_id"), oneOf(row, "severity", SEVERITIES)]),
  );
}

export async function incidentNumbers(
  sql: Sql,
  incidentIds: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const rows = await sql.query(
    "select incident_id, number from liqwatch.incidents where incident_id = any($1::text[])",
    [incidentIds],
  );
  return Object.fromEntries(
    rows.map((row) => [textOf(row, "incident_id"), numberOf(row, "number")]),
  );
}

export async function openIncidents(sql: Sql): Promise<readonly IncidentRow[]> {
  const rows = await sql.query(
    `select * from liqwatch.incidents where state = 'open'
     order by started_at_ms desc, number desc limit ${LIST_ROWS_MAX}`,
  );
  return rows.map(incidentRow);
}

function incidentRow(row: SqlRow): IncidentRow {
  return {
    incidentId: textOf(row, "incident_id"),
    number: numberOf(row, "number"),
    kind: oneOf(row, "kind", ["asset", "market"]),
    rule: textOf(row, "rule"),
    scopeKey: textOf(row, "scope_key"),
    startedAtMs: numberOf(row, "started_at_ms"),
    resolvedAtMs: numberOrNull(row, "resolved_at_ms"),
    severity: oneOf(row, "severity", SEVERITIES),
    state: oneOf(row, "state", ["open", "resolved"]),
  };
}
