/** What a commit asks of deliveries: new messages, and changes of those that are there. */
import type { DeliveryDraft } from "../alert.ts";
import { SEVERITIES } from "../rule.ts";
import { numberOf, textsOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";

/**
 * A draft for a message that exists adds its alert ids and asks for a new revision; one that adds
 * none is a repetition and changes nothing. A newer notice takes the place of an older one. The end
 * of an incident is told where the message is: it wakes none that another message tells, and a
 * summary of what nobody has seen would say everything twice.
 */
const UPSERT = `
insert into liqwatch.deliveries as stored (id, story, target, message_number, kind, alert_ids,
  at_ms, severity, due_at_ms, is_exempt, notice)
select $1::text, $2::text, $3::text, $4::integer, $5::text, $6::text[],
  $7::bigint, $8::smallint, $9::bigint, $10::boolean, $11::jsonb
where not $12::boolean or exists (
  select 1 from liqwatch.deliveries as told where told.story = $2::text and told.target = $3::text
    and ($5::text <> 'summary' or told.shown_revision > 0))
on conflict (story, target, message_number) do update set
  alert_ids = stored.alert_ids || array(
    select new_id from unnest(excluded.alert_ids) with ordinality as added(new_id, position)
    where new_id <> all(stored.alert_ids) order by position),
  wanted_revision = stored.wanted_revision + 1,
  severity = greatest(stored.severity, excluded.severity),
  due_at_ms = least(stored.due_at_ms, excluded.due_at_ms),
  is_exempt = stored.is_exempt or excluded.is_exempt,
  notice = excluded.notice,
  state = case when stored.state = 'merged' and $12::boolean then 'merged' else 'pending' end,
  changed_at = now()
where not stored.alert_ids @> excluded.alert_ids
  or (excluded.notice ->> 'atMs')::bigint > (stored.notice ->> 'atMs')::bigint
returning wanted_revision`;

export async function writeDeliveries(sql: Sql, drafts: readonly DeliveryDraft[]): Promise<void> {
  for (const draft of drafts) {
    const [row] = await sql.query(UPSERT, parametersOf(draft));
    if (row === undefined) continue;
    if (numberOf(row, "wanted_revision") === 1) await continueIn(sql, draft);
    else if (draft.isEnd === true) await tellOverflow(sql, draft);
  }
}

function parametersOf(draft: DeliveryDraft) {
  const { id, story, target, messageNumber, kind, alertIds, atMs, severity } = draft;
  const { dueAtMs, isExempt, isEnd = false, notice = null } = draft;
  const rank = SEVERITIES.indexOf(severity);
  const told = notice === null ? null : sqlJson(notice);
  const identity = [id, story, target, messageNumber, kind, alertIds] as const;
  return [...identity, atMs, rank, dueAtMs, isExempt, told, isEnd];
}

/**
 * A new message of a story: the one before says once that it is continued. One that nobody has seen
 * yet is not sent any more, and the new one tells its alerts.
 */
async function continueIn(sql: Sql, draft: DeliveryDraft): Promise<void> {
  const { id, story, target, messageNumber, kind } = draft;
  if (kind !== "alert" || messageNumber === 1) return;
  const before = await sql.query(
    `update liqwatch.deliveries set is_continued = true, wanted_revision = wanted_revision + 1,
       merged_into = case when shown_revision = 0 then $4::text end,
       state = case when shown_revision = 0 then 'merged' else 'pending' end, changed_at = now()
     where story = $1 and target = $2 and kind = 'alert' and message_number < $3
       and not is_continued and state <> 'merged'
     returning shown_revision, alert_ids`,
    [story, target, messageNumber, id],
  );
  const untold = before
    .filter((row) => numberOf(row, "shown_revision") === 0)
    .flatMap((row) => textsOf(row, "alert_ids"));
  if (untold.length === 0) return;
  await sql.query(
    "update liqwatch.deliveries set alert_ids = $2::text[] || alert_ids where id = $1",
    [id, untold],
  );
}

/** Messages beyond the budget live in one, which shows what became of them. */
async function tellOverflow(sql: Sql, { id }: DeliveryDraft): Promise<void> {
  await sql.query(
    `update liqwatch.deliveries as overflow set wanted_revision = overflow.wanted_revision + 1,
       state = 'pending', changed_at = now()
     from liqwatch.deliveries as told
     where told.id = $1 and told.state = 'merged' and overflow.id = told.merged_into
       and overflow.kind = 'overflow' and overflow.state = 'delivered'`,
    [id],
  );
}
