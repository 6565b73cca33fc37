/** Stories as the fold keeps them: written with the decisions that changed them. */
import { LiqError } from "../errors.ts";
import type { Story, StoryRecord } from "../story.ts";
import { isObject, numberOrNull, objectOf } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";

const WRITE = `
insert into liqwatch.stories (story, asset, state, started_at_ms, ended_at_ms, kept_until_ms)
select state ->> 'story', state ->> 'asset', state, (state ->> 'startedAtMs')::bigint,
  (state ->> 'endedAtMs')::bigint, kept_until_ms
from jsonb_to_recordset($1::jsonb) as given(state jsonb, kept_until_ms bigint)
on conflict (story) do update set state = excluded.state, ended_at_ms = excluded.ended_at_ms,
  kept_until_ms = excluded.kept_until_ms, changed_at = now()`;

/** Messages that show nothing newer are brought up to the present; what waits is rendered then. */
const REVISE = `
update liqwatch.deliveries set wanted_revision = wanted_revision + 1, state = 'pending',
  changed_at = now()
where story = any($1::text[]) and kind = 'alert' and state = 'delivered' and not is_continued`;

export async function writeStories(sql: Sql, records: readonly StoryRecord[]): Promise<void> {
  if (records.length === 0) return;
  const states = records.map(({ story, keptUntilMs }) => {
    return { state: story, kept_until_ms: keptUntilMs };
  });
  await sql.query(WRITE, [sqlJson(states)]);
}

/** To be done after the deliveries of the same commit are written. */
export async function showFigures(sql: Sql, records: readonly StoryRecord[]): Promise<void> {
  const changed = records.filter(({ hasNewFigures }) => hasNewFigures);
  if (changed.length > 0) await sql.query(REVISE, [changed.map(({ story }) => story.story)]);
}

/** Stories that run, or may go on at `nowMs`, oldest first. */
export async function keptStories(
  sql: Sql,
  nowMs: number,
): Promise<readonly Pick<StoryRecord, "story" | "keptUntilMs">[]> {
  const rows = await sql.query(
    `select state, kept_until_ms from liqwatch.stories
     where kept_until_ms is null or kept_until_ms >= $1 order by started_at_ms, story`,
    [nowMs],
  );
  return rows.map((row) => ({
    story: storyOf(row),
    keptUntilMs: numberOrNull(row, "kept_until_ms"),
  }));
}

export async function storiesById(
  sql: Sql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Story>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.query("select state from liqwatch.stories where story = any($1::text[])", [
    ids,
  ]);
  return new Map(rows.map(storyOf).map((story) => [story.story, story]));
}

export function storyOf(row: SqlRow): Story {
  const state: unknown = objectOf(row, "state");
  if (isStory(state)) return state;
  throw new LiqError("LIQ_STORE", "Store holds a story that this version cannot read");
}

/** Stories are written by `writeStories` alone; this tells rows of a foreign shape apart. */
function isStory(value: unknown): value is Story {
  return (
    isObject(value) &&
    typeof value.story === "string" &&
    typeof value.startedAtMs === "number" &&
    Array.isArray(value.incidents) &&
    isObject(value.told) &&
    isObject(value.otherKinds)
  );
}
