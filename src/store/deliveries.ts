/**
 * Delivery rows: which revision a target should show and which it shows. Level-triggered: the row
 * is the truth, jobs only wake a worker that brings the second up to the first.
 */
import { DELIVERY_STATES, type DeliveryCount } from "../alert.ts";
import { EDIT_MS_MIN } from "./delivery-queue.ts";
import { deliveryRows } from "./delivery-rows.ts";
import type { Claimed, DeliveryRow, Shown } from "./delivery-store.ts";
import { numberOf, oneOf, textOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { LIST_ROWS_MAX } from "./store.ts";

const IS_MESSAGE = "shown_revision = 0 and due_at_ms <= $2::bigint";
const IS_EDIT = `shown_revision > 0 and coalesce(shown_at_ms, 0) + ${EDIT_MS_MIN} <= $2::bigint`;

/** Which pending row of a target comes first. */
const FIRST: Readonly<Record<Claimed, string>> = {
  message: `${IS_MESSAGE} order by severity desc, delivery_number`,
  // What tells something goes before what shows figures.
  edit: `${IS_EDIT} order by not (is_continued or kind <> 'alert'
    or cardinality(alert_ids) > shown_alerts), shown_at_ms, delivery_number`,
  oldest: `((${IS_MESSAGE}) or shown_revision > 0) order by delivery_number`,
};

/** The attempt number fences a worker whose claim was taken over. */
export async function claimDelivery(
  sql: Sql,
  target: string,
  { nowMs, what }: { readonly nowMs: number; readonly what: Claimed },
): Promise<DeliveryRow | null> {
  const claimed = await sql.query(
    `with first as (
       select delivery_number from liqwatch.deliveries
       where target = $1 and state = 'pending' and ${FIRST[what]} limit 1 for update)
     update liqwatch.deliveries as stored set
       attempts = attempts + 1, unmarked_claims = unmarked_claims + 1, claimed_at_ms = $2::bigint,
       changed_at = now()
     from first where stored.delivery_number = first.delivery_number
     returning stored.*`,
    [target, nowMs],
  );
  const [delivery = null] = await deliveryRows(sql, claimed);
  return delivery;
}

/** What one attempt came to; the row changes only if no later attempt has begun. */
export interface AttemptRecord {
  readonly id: string;
  readonly attempt: number;
  readonly outcome: "delivered" | "edited" | "retry" | "parked" | "lost";
  readonly reason: string | null;
  readonly nextAttemptAtMs: number | null;
  /** Parked because its target is. */
  readonly waitsForTarget: boolean;
  readonly nowMs: number;
}

/**
 * `claimed_at_ms` of a later attempt says nothing about this one, so its latency stays unknown. The
 * append-only record is written in the same statement, so that it says whether it was in time.
 */
function settling(change: string): string {
  return `
with before as (
  select attempts = $2 as is_current, claimed_at_ms from liqwatch.deliveries
  where id = $1 for update
), changed as (
  update liqwatch.deliveries set ${change},
    unmarked_claims = 0, next_attempt_at_ms = $5::bigint, last_reason = $4::text, changed_at = now()
  where id = $1 and attempts = $2
)
insert into liqwatch.delivery_attempts
  (delivery_id, attempt, outcome, is_current, revision, remote_id, reason, latency_ms, at_ms)
select $1, $2, $3::text, is_current, $7::integer, $8::text, $4,
  case when is_current then $6::bigint - claimed_at_ms end, $6
from before
on conflict (delivery_id, attempt, outcome) do nothing`;
}

/** A shown revision may be behind the wanted one: then the row stays pending for an edit. */
const SHOW = settling(`
    shown_revision = greatest(shown_revision, $7::integer),
    shown_alerts = greatest(shown_alerts, $9::integer), remote_id = coalesce($8::text, remote_id),
    shown_at_ms = $6::bigint,
    first_shown_at_ms = case when shown_revision = 0 then $6::bigint else first_shown_at_ms end,
    merged_into = null, waits_for_target = false,
    state = case when wanted_revision <= $7::integer then 'delivered' else 'pending' end`);

const SETTLE = settling(`
    state = case when $3::text = 'parked' then 'parked' else 'pending' end,
    waits_for_target = $9::boolean, remote_id = coalesce($8::text, remote_id),
    shown_revision = greatest(shown_revision, coalesce($7::integer, 0))`);

/** It has no address any more; what it did not tell yet becomes a message that nobody has seen. */
const LOSE = settling(`
    remote_id = $8::text, waits_for_target = $9::boolean,
    state = case when cardinality(alert_ids) > shown_alerts or notice is not null
      then 'pending' else 'delivered' end,
    shown_revision = case when cardinality(alert_ids) > shown_alerts or notice is not null
      then 0 else coalesce($7::integer, wanted_revision) end`);

export async function showDelivery(sql: Sql, shown: Shown): Promise<void> {
  const { id, attempt, isEdit, nowMs, revision, remoteId, alerts } = shown;
  const outcome = isEdit ? "edited" : "delivered";
  await sql.query(SHOW, [id, attempt, outcome, null, null, nowMs, revision, remoteId, alerts]);
}

export async function settleDelivery(sql: Sql, record: AttemptRecord): Promise<void> {
  const { id, attempt, outcome, reason, nextAttemptAtMs, nowMs, waitsForTarget } = record;
  const statement = outcome === "lost" ? LOSE : SETTLE;
  const settled = [id, attempt, outcome, reason, nextAttemptAtMs, nowMs] as const;
  await sql.query(statement, [...settled, null, null, waitsForTarget]);
}

export interface PendingTarget {
  readonly target: string;
  readonly dueAtMs: number;
  readonly pending: number;
}

/** `dueAtMs` is when the first row may be tried; `nowMs` when one may be tried already. */
export async function pendingTargets(sql: Sql, nowMs: number): Promise<readonly PendingTarget[]> {
  const rows = await sql.query(
    `select target, count(*) as pending, greatest($1::bigint, max(next_attempt_at_ms),
       min(case when shown_revision = 0 then due_at_ms
         else coalesce(shown_at_ms, 0) + ${EDIT_MS_MIN} end)) as due_at_ms
     from liqwatch.deliveries where state = 'pending' group by target order by target`,
    [nowMs],
  );
  return rows.map((row) => ({
    target: textOf(row, "target"),
    dueAtMs: numberOf(row, "due_at_ms"),
    pending: numberOf(row, "pending"),
  }));
}

export async function deliveryCounts(sql: Sql): Promise<readonly DeliveryCount[]> {
  const rows = await sql.query(
    `select target, state, count(*) as count from liqwatch.deliveries
     group by target, state order by target, state`,
  );
  return rows.map((row) => ({
    target: textOf(row, "target"),
    state: oneOf(row, "state", DELIVERY_STATES),
    count: numberOf(row, "count"),
  }));
}

export async function deliveriesFor(sql: Sql, alertId: string): Promise<readonly DeliveryRow[]> {
  const rows = await sql.query(
    `select * from liqwatch.deliveries where alert_ids @> array[$1]
     order by target, message_number limit ${LIST_ROWS_MAX}`,
    [alertId],
  );
  return deliveryRows(sql, rows);
}
