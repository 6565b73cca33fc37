/** What a commit asks of deliveries: new messages, and changes of those that are there. */
import type { DeliveryDraft } from "../alert.ts";
import { SEVERITIES } from "../rule.ts";
import { numberOf, textOf, textsOf } from "./postgres/rows.ts";
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
select id, draft.story, draft.target, message_number, draft.kind,
  array(select jsonb_array_elements_text(draft.alert_ids)), at_ms, severity, due_at_ms, is_exempt,
  notice
from rows from (jsonb_to_recordset($1::jsonb) as (id text, story text, target text,
  message_number integer, kind text, alert_ids jsonb, at_ms bigint, severity smallint,
  due_at_ms bigint, is_exempt boolean, notice jsonb)) with ordinality as draft
where not $2::boolean or exists (
  select 1 from liqwatch.deliveries as told where told.story = draft.story
    and told.target = draft.target and (draft.kind <> 'summary' or told.shown_revision > 0))
order by ordinality
on conflict (story, target, message_number) do update set
  alert_ids = stored.alert_ids || array(
    select new_id from unnest(excluded.alert_ids) with ordinality as added(new_id, position)
    where new_id <> all(stored.alert_ids) order by position),
  wanted_revision = stored.wanted_revision + 1,
  severity = greatest(stored.severity, excluded.severity),
  due_at_ms = least(stored.due_at_ms, excluded.due_at_ms),
  is_exempt = stored.is_exempt or excluded.is_exempt,
  notice = excluded.notice,
  state = case when stored.state = 'merged' and $2::boolean then 'merged' else 'pending' end,
  changed_at = now()
where not stored.alert_ids @> excluded.alert_ids
  or (excluded.notice ->> 'atMs')::bigint > (stored.notice ->> 'atMs')::bigint
returning id, wanted_revision`;

export async function writeDeliveries(sql: Sql, drafts: readonly DeliveryDraft[]): Promise<void> {
  for (let rest = drafts; rest.length > 0; ) {
    const round = firstOfEach(rest);
    for (const isEnd of [false, true]) {
      const drafts = [...round].filter((draft) => (draft.isEnd ?? false) === isEnd);
      if (drafts.length > 0) await writeRound(sql, drafts, isEnd);
    }
    rest = rest.filter((draft) => !round.has(draft));
  }
}

/** One statement may touch a row once only: of several drafts of a message the first. */
function firstOfEach(drafts: readonly DeliveryDraft[]): ReadonlySet<DeliveryDraft> {
  const first = new Map<string, DeliveryDraft>();
  for (const draft of drafts) if (!first.has(draft.id)) first.set(draft.id, draft);
  return new Set(first.values());
}

async function writeRound(
  sql: Sql,
  drafts: readonly DeliveryDraft[],
  isEnd: boolean,
): Promise<void> {
  const written = await sql.query(UPSERT, [sqlJson(drafts.map(draftRow)), isEnd]);
  const revisions = new Map(
    written.map((row) => [textOf(row, "id"), numberOf(row, "wanted_revision")]),
  );
  for (const draft of drafts) {
    const revision = revisions.get(draft.id) ?? 0;
    if (revision === 1) await continueIn(sql, draft);
    if (revision > 1 && isEnd) await tellOverflow(sql, draft);
  }
}

function draftRow(draft: DeliveryDraft): Readonly<Record<string, unknown>> {
  const { id, story, target, kind, notice = null } = draft;
  return {
    ...{ id, story, target, kind, notice, message_number: draft.messageNumber },
    ...{ alert_ids: draft.alertIds, at_ms: draft.atMs, due_at_ms: draft.dueAtMs },
    ...{ severity: SEVERITIES.indexOf(draft.severity), is_exempt: draft.isExempt },
  };
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
