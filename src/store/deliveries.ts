/**
 * Delivery rows: which revision a target should show and which it shows. Level-triggered: the row
 * is the truth, jobs only wake a worker that brings the second up to the first.
 */
import type { DeliveryCount, DeliveryDraft } from "../alert.ts";
import { LiqError } from "../errors.ts";
import { decisionsById } from "./alert-log.ts";
import type { DeliveryRow } from "./delivery-store.ts";
import { incidentNumbers } from "./incidents.ts";
import { noticeOf } from "./notices.ts";
import {
  numberOf,
  numberOrNull,
  objectOf,
  oneOf,
  textOf,
  textOrNull,
  textsOf,
} from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import { LIST_ROWS_MAX } from "./store.ts";

export const DELIVERY_STATES = ["pending", "delivered", "parked"] as const;

/**
 * A draft for a message that exists adds its alert ids and asks for a new revision; one that adds
 * none is a repetition and changes nothing.
 */
const UPSERT = `
insert into liqwatch.deliveries as stored
  (id, story, target, message_number, alert_ids, at_ms, notice)
select $1::text, $2::text, $3::text, $4::integer, $5::text[], $6::bigint, $8::jsonb
where not $7::boolean or exists (
  select 1 from liqwatch.deliveries as told where told.story = $2::text and told.target = $3::text)
on conflict (story, target, message_number) do update set
  alert_ids = stored.alert_ids || array(
    select new_id from unnest(excluded.alert_ids) with ordinality as added(new_id, position)
    where new_id <> all(stored.alert_ids) order by position),
  wanted_revision = stored.wanted_revision + 1,
  state = 'pending', next_attempt_at_ms = null, changed_at = now()
where not stored.alert_ids @> excluded.alert_ids
returning 1`;

/** Returns how many messages are to be sent or changed: repetitions and unheard ends are none. */
export async function writeDeliveries(sql: Sql, drafts: readonly DeliveryDraft[]): Promise<number> {
  let written = 0;
  for (const draft of drafts) {
    const {
      id,
      story,
      target,
      messageNumber,
      alertIds,
      atMs,
      isEnd = false,
      notice = null,
    } = draft;
    const told = notice === null ? null : sqlJson(notice);
    const parameters = [id, story, target, messageNumber, alertIds, atMs, isEnd, told];
    written += (await sql.query(UPSERT, parameters)).length;
  }
  return written;
}

/**
 * Only the oldest pending row: one that must wait holds back those behind it. The attempt number
 * fences a worker whose claim was taken over.
 */
const CLAIM = `
with oldest as (
  select delivery_number, coalesce(next_attempt_at_ms, 0) <= $2::bigint as is_due
  from liqwatch.deliveries where target = $1 and state = 'pending'
  order by delivery_number limit 1 for update)
update liqwatch.deliveries as stored set
  attempts = attempts + 1, unmarked_claims = unmarked_claims + 1, claimed_at_ms = $2::bigint,
  changed_at = now()
from oldest where stored.delivery_number = oldest.delivery_number and oldest.is_due
returning stored.*`;

export async function claimDelivery(
  sql: Sql,
  target: string,
  nowMs: number,
): Promise<DeliveryRow | null> {
  const [delivery = null] = await deliveryRows(sql, await sql.query(CLAIM, [target, nowMs]));
  return delivery;
}

/** What one attempt came to; the row changes only if no later attempt has begun. */
export interface AttemptRecord {
  readonly id: string;
  readonly attempt: number;
  readonly outcome: "delivered" | "retry" | "parked";
  readonly reason: string | null;
  readonly revision: number | null;
  readonly remoteId: string | null;
  readonly nextAttemptAtMs: number | null;
  /** Parked because its target is. */
  readonly waitsForTarget: boolean;
  readonly nowMs: number;
}

/**
 * A delivered revision may be behind the wanted one: then the row stays pending for an edit.
 * `claimed_at_ms` of a later attempt says nothing about this one, so its latency stays unknown.
 */
const SETTLE = `
with before as (
  select attempts = $2 as is_current, claimed_at_ms from liqwatch.deliveries
  where id = $1 for update
), changed as (
  update liqwatch.deliveries set
    shown_revision = greatest(shown_revision, coalesce($5::integer, 0)),
    remote_id = coalesce($6::text, remote_id),
    state = case when $3::text = 'delivered' and wanted_revision <= $5::integer then 'delivered'
      when $3::text = 'parked' then 'parked' else 'pending' end,
    waits_for_target = $9::boolean,
    unmarked_claims = 0, next_attempt_at_ms = $7::bigint, last_reason = $4::text, changed_at = now()
  where id = $1 and attempts = $2
)
insert into liqwatch.delivery_attempts
  (delivery_id, attempt, outcome, is_current, revision, remote_id, reason, latency_ms, at_ms)
select $1, $2, $3, is_current, $5, $6, $4,
  case when is_current then $8::bigint - claimed_at_ms end, $8
from before
on conflict (delivery_id, attempt, outcome) do nothing`;

export async function settleDelivery(sql: Sql, record: AttemptRecord): Promise<void> {
  await sql.query(SETTLE, [
    record.id,
    record.attempt,
    record.outcome,
    record.reason,
    record.revision,
    record.remoteId,
    record.nextAttemptAtMs,
    record.nowMs,
    record.waitsForTarget,
  ]);
}

export interface PendingTarget {
  readonly target: string;
  readonly dueAtMs: number;
  readonly pending: number;
}

/** `dueAtMs` is when the oldest row may be tried; `nowMs` when it may be tried already. */
export async function pendingTargets(sql: Sql, nowMs: number): Promise<readonly PendingTarget[]> {
  const rows = await sql.query(
    `select distinct on (target) target, count(*) over (partition by target) as pending,
       greatest(coalesce(next_attempt_at_ms, 0), $1::bigint) as due_at_ms
     from liqwatch.deliveries where state = 'pending' order by target, delivery_number`,
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

/** Joins what each message tells to the bare rows: its notice, or decisions with their number. */
async function deliveryRows(sql: Sql, rows: readonly SqlRow[]): Promise<readonly DeliveryRow[]> {
  if (rows.length === 0) return [];
  const alertIds = [...new Set(rows.flatMap((row) => textsOf(row, "alert_ids")))];
  const decisions = await decisionsById(sql, alertIds);
  const incidentIds = [...decisions.values()].map((decision) => decision.incidentId);
  const numbers = await incidentNumbers(sql, incidentIds);
  return rows.map((row) => {
    const told = textsOf(row, "alert_ids").map((id) => decisions.get(id));
    const known = told.filter((decision) => decision !== undefined);
    const incidentNumber = numbers[known[0]?.incidentId ?? ""];
    if (row.notice !== null) {
      const notice = noticeOf(objectOf(row, "notice"));
      return { ...bareDelivery(row), notice, decisions: [], incidentNumber: 0 };
    }
    if (known.length < told.length || incidentNumber === undefined) {
      throw new LiqError(
        "LIQ_STORE",
        `Delivery ${textOf(row, "id")} tells alerts that are not in the log`,
      );
    }
    return { ...bareDelivery(row), notice: null, decisions: known, incidentNumber };
  });
}

function bareDelivery(row: SqlRow): Omit<DeliveryRow, "notice" | "decisions" | "incidentNumber"> {
  return {
    id: textOf(row, "id"),
    story: textOf(row, "story"),
    target: textOf(row, "target"),
    messageNumber: numberOf(row, "message_number"),
    alertIds: textsOf(row, "alert_ids"),
    atMs: numberOf(row, "at_ms"),
    state: oneOf(row, "state", DELIVERY_STATES),
    attempts: numberOf(row, "attempts"),
    unmarkedClaims: numberOf(row, "unmarked_claims"),
    wantedRevision: numberOf(row, "wanted_revision"),
    shownRevision: numberOf(row, "shown_revision"),
    remoteId: textOrNull(row, "remote_id"),
    nextAttemptAtMs: numberOrNull(row, "next_attempt_at_ms"),
    lastReason: textOrNull(row, "last_reason"),
  };
}
