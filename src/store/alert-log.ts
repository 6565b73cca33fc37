/** The append-only log of decisions. The database itself refuses to change or delete its rows. */
import type { Decision } from "../alert.ts";
import { formatDuration } from "../duration.ts";
import { LiqError } from "../errors.ts";
import type { Page } from "../queries.ts";
import { readCursor, writeCursor } from "./cursors.ts";
import { isObject, numberOf, numberOrNull, objectOf, textOf } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import type { AlertsQuery, LoggedAlert } from "./store.ts";

const INSERT = `
insert into liqwatch.liquidation_alerts (
  alert_id, incident_id, "timestamp", at_ms, decision, rule, scope, scope_key, "window", metric,
  value, alert_severity, total_volume_usd, long_usd, short_usd, largest_trade_usd, vwap,
  price_change_pct, orders, rows, venues, coverage, reason, until, count, detail)
select alert_id, incident_id, to_timestamp(at_ms / 1000.0), at_ms, decision, rule, scope,
  scope_key, "window", metric, value, alert_severity, (long_cents + short_cents) / 100.0,
  long_cents / 100.0, short_cents / 100.0, largest_cents / 100.0, vwap, price_change_pct, orders,
  rows, array(select jsonb_array_elements_text(venues)), coverage, reason,
  to_timestamp(until_ms / 1000.0), count, detail
from rows from (jsonb_to_recordset($1::jsonb) as (
  alert_id text, incident_id text, at_ms bigint, decision text, rule text, scope text,
  scope_key text, "window" text, metric text, value double precision, alert_severity text,
  long_cents bigint, short_cents bigint, largest_cents bigint, vwap double precision,
  price_change_pct double precision, orders bigint, rows bigint, venues jsonb, coverage jsonb,
  reason text, until_ms bigint, count bigint, detail jsonb)) with ordinality
order by ordinality
on conflict (alert_id) do nothing
returning alert_id`;

/** Appends what the log does not hold yet and returns those decisions, in their order. */
export async function appendDecisions(
  sql: Sql,
  decisions: readonly Decision[],
): Promise<readonly Decision[]> {
  if (decisions.length === 0) return [];
  const rows = await sql.query(INSERT, [sqlJson(decisions.map(logRow))]);
  const isNew = new Set(rows.map((row) => textOf(row, "alert_id")));
  return decisions.filter((decision) => isNew.delete(decision.alertId));
}

function logRow(decision: Decision): Readonly<Record<string, unknown>> {
  const { window, suppression } = decision;
  return {
    alert_id: decision.alertId,
    incident_id: decision.incidentId,
    at_ms: decision.atMs,
    decision: decision.decision,
    rule: decision.rule,
    scope: decision.scope,
    scope_key: decision.scopeKey,
    window: formatDuration(decision.windowMs),
    metric: decision.metric,
    value: decision.value,
    alert_severity: decision.severity,
    long_cents: window.longCents,
    short_cents: window.shortCents,
    largest_cents: window.largestCents,
    vwap: window.liqVwap,
    price_change_pct: window.priceChangePct,
    orders: window.orders,
    rows: window.rows,
    venues: window.byVenue.map((part) => part.name),
    coverage: decision.coverage,
    reason: suppression?.reason ?? null,
    until_ms: suppression?.untilMs ?? null,
    count: suppression?.count ?? null,
    detail: decision,
  };
}

export async function newestAlerts(
  sql: Sql,
  limit: number,
  options: { readonly suppressed: boolean },
): Promise<readonly LoggedAlert[]> {
  const rows = await sql.query(
    `select alert.detail, incident.number
     from liqwatch.liquidation_alerts as alert
     left join liqwatch.incidents as incident using (incident_id)
     where (alert.decision = 'suppressed') = $1
     order by alert.alert_number desc limit $2`,
    [options.suppressed, limit],
  );
  return rows.map(loggedAlert);
}

const CURSOR = "alerts";

/** Newest first, page by page. */
export async function alertList(sql: Sql, query: AlertsQuery): Promise<Page<LoggedAlert>> {
  const { suppressed, limit, cursor } = query;
  const before = cursor === undefined ? null : (readCursor(CURSOR, cursor, 1)[0] ?? null);
  const rows = await sql.query(
    `select alert.alert_number, alert.detail, incident.number
     from liqwatch.liquidation_alerts as alert
     left join liqwatch.incidents as incident using (incident_id)
     where (alert.decision = 'suppressed') = $1
       and ($2::bigint is null or alert.alert_number < $2::bigint)
     order by alert.alert_number desc limit $3`,
    [suppressed, before, limit],
  );
  const last = rows.length < limit ? undefined : rows.at(-1);
  const next = last === undefined ? null : writeCursor(CURSOR, [numberOf(last, "alert_number")]);
  return { items: rows.map(loggedAlert), next };
}

export async function isLogged(sql: Sql, alertId: string): Promise<boolean> {
  const rows = await sql.query("select 1 from liqwatch.liquidation_alerts where alert_id = $1", [
    alertId,
  ]);
  return rows.length > 0;
}

function loggedAlert(row: SqlRow): LoggedAlert {
  return { decision: decisionOf(row), incidentNumber: numberOrNull(row, "number") };
}

/** The decisions of these alert ids, by id. */
export async function decisionsById(
  sql: Sql,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, Decision>> {
  const rows = await sql.query(
    `select detail from liqwatch.liquidation_alerts where alert_id = any($1::text[])`,
    [alertIds],
  );
  const decisions = rows.map(decisionOf);
  return new Map(decisions.map((decision) => [decision.alertId, decision]));
}

function decisionOf(row: SqlRow): Decision {
  const detail: unknown = objectOf(row, "detail");
  if (isDecision(detail)) return detail;
  throw new LiqError("LIQ_STORE", "Alert log holds a row that this version cannot read");
}

/** The log is written by `appendDecisions` alone; this tells rows of a foreign shape apart. */
function isDecision(value: unknown): value is Decision {
  return (
    isObject(value) &&
    typeof value.alertId === "string" &&
    typeof value.decision === "string" &&
    typeof value.incidentId === "string" &&
    typeof value.atMs === "number" &&
    isObject(value.window) &&
    isObject(value.coverage)
  );
}
