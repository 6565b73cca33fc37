/** What waits for one target, what of it is due, and how many messages become one. */
import type { DeliveryKind } from "../alert.ts";
import { deliveryId } from "../story.ts";
import type { TargetQueue } from "./delivery-store.ts";
import { numberOf, numberOrNull, textOf, textsOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No message is edited more often (SPEC 7). */
export const EDIT_MS_MIN = 5_000;
/** An overflow message is continued this long, and longer while no other message came after it. */
const OVERFLOW_MS = HOUR_MS;

/** `is_new`: nobody has seen it. Messages of messages and notices are no part of any other. */
const LOOK = `
select
  count(*) filter (where is_new) as waiting,
  count(*) filter (where is_new and due_at_ms <= $2) as due,
  count(*) filter (where is_new and due_at_ms <= $2 and is_story and not is_exempt) as counted,
  count(*) filter (where is_new and due_at_ms <= $2 and severity = 3) as critical,
  count(*) filter (where is_new and due_at_ms <= $2 and kind = 'summary') as summaries,
  min(due_at_ms) filter (where is_new and due_at_ms > $2) as settles_at_ms,
  min(editable_at_ms) filter (where not is_new and is_untold) as edit_at_ms,
  min(editable_at_ms) filter (where not is_new and not is_untold) as figures_at_ms,
  max(next_attempt_at_ms) as retry_at_ms
from (
  select *, shown_revision = 0 as is_new, kind in ('alert', 'summary') as is_story,
    coalesce(shown_at_ms, 0) + ${EDIT_MS_MIN} as editable_at_ms,
    is_continued or kind <> 'alert' or cardinality(alert_ids) > shown_alerts as is_untold
  from liqwatch.deliveries where target = $1 and state = 'pending') as pending`;

const SHOWN = `
select count(*) filter (where first_shown_at_ms > $2::bigint - ${HOUR_MS}) as in_hour,
  count(*) as in_day
from liqwatch.deliveries
where target = $1 and first_shown_at_ms > $2::bigint - ${DAY_MS}
  and not is_exempt and kind in ('alert', 'summary', 'digest')`;

export async function lookAt(sql: Sql, target: string, nowMs: number): Promise<TargetQueue> {
  const [queue = {}] = await sql.query(LOOK, [target, nowMs]);
  const counted = numberOf(queue, "counted");
  const [shown = {}] = counted === 0 ? [] : await sql.query(SHOWN, [target, nowMs]);
  return {
    waiting: numberOf(queue, "waiting"),
    due: numberOf(queue, "due"),
    counted,
    critical: numberOf(queue, "critical"),
    settlesAtMs: numberOrNull(queue, "settles_at_ms"),
    summaries: numberOf(queue, "summaries"),
    editAtMs: numberOrNull(queue, "edit_at_ms"),
    figuresAtMs: numberOrNull(queue, "figures_at_ms"),
    retryAtMs: numberOrNull(queue, "retry_at_ms"),
    shownInHour: numberOrNull(shown, "in_hour") ?? 0,
    shownInDay: numberOrNull(shown, "in_day") ?? 0,
  };
}

/** When the target was last shown anything, per message, since then. */
export async function shownSince(
  sql: Sql,
  target: string,
  sinceMs: number,
): Promise<readonly number[]> {
  const rows = await sql.query(
    `select shown_at_ms from liqwatch.deliveries where target = $1 and shown_at_ms >= $2
     order by shown_at_ms`,
    [target, sinceMs],
  );
  return rows.map((row) => numberOf(row, "shown_at_ms"));
}

/**
 * Makes one message of all that is due and that nobody has seen: a digest, or the overflow message,
 * an older one going on where that may be. Returns how many became one.
 */
export async function mergeDue(
  sql: Sql,
  target: string,
  { into, nowMs }: { readonly into: "digest" | "overflow"; readonly nowMs: number },
): Promise<number> {
  const living = into === "overflow" ? await livingOverflow(sql, target, nowMs) : null;
  const story = `${into}-${nowMs}`;
  const id = living ?? deliveryId(story, { target, messageNumber: 1 });
  const summaries = await sql.query(DROP_SUMMARIES, [target, nowMs]);
  const merged = await sql.query(
    `update liqwatch.deliveries set state = 'merged', merged_into = $3, changed_at = now()
     where target = $1 and state = 'pending' and shown_revision = 0 and due_at_ms <= $2
       and kind = 'alert' and (not is_exempt or $4::boolean)
     returning alert_ids, at_ms, severity`,
    [target, nowMs, id, into === "digest"],
  );
  if (merged.length === 0) return summaries.length;
  const alertIds = [...new Set(merged.flatMap((row) => textsOf(row, "alert_ids")))];
  const severity = Math.max(...merged.map((row) => numberOf(row, "severity")));
  const atMs = Math.min(...merged.map((row) => numberOf(row, "at_ms")));
  if (living === null) {
    const isExempt = into === "overflow";
    const row = [id, story, target, into, alertIds, atMs, severity, isExempt] as const;
    await sql.query(INSERT, row);
  } else {
    await sql.query(EXTEND, [id, alertIds, severity]);
  }
  return merged.length + summaries.length;
}

/** What a summary says stands in the last edit of its story's message, too: nothing is lost. */
const DROP_SUMMARIES = `
update liqwatch.deliveries as summary set state = 'merged', changed_at = now(), merged_into = (
  select told.id from liqwatch.deliveries as told
  where told.story = summary.story and told.target = $1 and told.kind = 'alert'
  order by told.message_number desc limit 1)
where target = $1 and state = 'pending' and shown_revision = 0 and due_at_ms <= $2
  and kind = 'summary' returning 1`;

const INSERT = `
insert into liqwatch.deliveries
  (id, story, target, message_number, kind, alert_ids, at_ms, severity, is_exempt)
values ($1, $2, $3, 1, $4, $5::text[], $6, $7::smallint, $8)`;

const EXTEND = `
update liqwatch.deliveries set alert_ids = alert_ids || $2::text[], state = 'pending',
  severity = greatest(severity, $3::smallint), wanted_revision = wanted_revision + 1,
  changed_at = now()
where id = $1`;

async function livingOverflow(sql: Sql, target: string, nowMs: number): Promise<string | null> {
  const [row] = await sql.query(
    `select id from liqwatch.deliveries as overflow
     where target = $1 and kind = 'overflow' and state in ('pending', 'delivered')
       and (coalesce(first_shown_at_ms, $2::bigint) > $2::bigint - ${OVERFLOW_MS} or not exists (
         select 1 from liqwatch.deliveries as later where later.target = $1
           and later.first_shown_at_ms > overflow.first_shown_at_ms))
     order by delivery_number desc limit 1`,
    [target, nowMs],
  );
  return row === undefined ? null : textOf(row, "id");
}

/** Whether the kind stands for other messages. */
export function isCollection(kind: DeliveryKind): boolean {
  return kind === "digest" || kind === "overflow";
}
