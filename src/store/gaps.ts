/** Stretches in which a venue was not watched. */
import type { Gap, WatchHistory } from "../alert.ts";
import { VENUE_IDS } from "../liquidation.ts";
import { numberOf, numberOrNull, oneOf, textOf } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import { LIST_ROWS_MAX } from "./store.ts";

/** Opens and closes gaps; a closed gap stays closed when its opening is repeated. */
export async function writeGaps(sql: Sql, gaps: readonly Gap[]): Promise<void> {
  // One statement may touch a row once only: the last word about a gap counts.
  const last = new Map(gaps.map((gap) => [`${gap.venue} ${gap.connection} ${gap.fromMs}`, gap]));
  if (last.size === 0) return;
  await sql.query(
    `insert into liqwatch.gaps (venue, connection, from_ms, to_ms, reason)
     select venue, connection, "fromMs", "toMs", reason
     from json_to_recordset($1::json) as
       gap(venue text, connection text, "fromMs" bigint, "toMs" bigint, reason text)
     on conflict (venue, connection, from_ms) do update
     set to_ms = coalesce(excluded.to_ms, gaps.to_ms), reason = excluded.reason`,
    [sqlJson([...last.values()])],
  );
}

/** Newest first. */
export async function openGaps(sql: Sql): Promise<readonly Gap[]> {
  const rows = await sql.query(`${SELECT} where to_ms is null ${NEWEST_FIRST}`);
  return rows.map(gapOf);
}

/** Gaps that lasted into the time from `sinceMs` on, newest first. */
export async function gapsSince(sql: Sql, sinceMs: number): Promise<readonly Gap[]> {
  const rows = await sql.query(`${SELECT} where to_ms is null or to_ms > $1 ${NEWEST_FIRST}`, [
    sinceMs,
  ]);
  return rows.map(gapOf);
}

/**
 * True when one of `venues` was watched at some time in [fromMs, toMs). A venue is watched from its
 * first gap on (every start begins with one), except in its gaps; those of its shards count as one.
 */
export async function wasWatched(
  sql: Sql,
  { fromMs, toMs, venues }: { fromMs: number; toMs: number; venues: readonly string[] },
): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from (
       select min(from_ms) as first_ms,
         range_agg(int8range(from_ms, greatest(from_ms, coalesce(to_ms, $2))))
           filter (where from_ms < $2 and (to_ms is null or to_ms > $1)) as dark
       from liqwatch.gaps where venue = any($3::text[]) group by venue) as watch
     where first_ms < $2
       and not coalesce(dark @> int8range(greatest(first_ms, $1), $2), false)
     limit 1`,
    [fromMs, toMs, venues],
  );
  return rows.length > 0;
}

/** Gaps of the watching that are read back; with more of them older times count as not watched. */
const HISTORY_GAPS_MAX = 20_000;

/** What coverage is made of: since when each venue is watched, and what was missed since `sinceMs`. */
export async function watchHistory(sql: Sql, sinceMs: number): Promise<WatchHistory> {
  const firsts = await sql.query(
    "select venue, min(from_ms) as at_ms from liqwatch.gaps group by venue order by venue",
  );
  const rows = await sql.query(
    `${SELECT} where to_ms is null or to_ms > $1
     order by coalesce(to_ms, 9e15) desc, from_ms desc limit ${HISTORY_GAPS_MAX}`,
    [sinceMs],
  );
  const gaps = rows.map(gapOf);
  // Every gap that ended later was read, so that this is where knowledge begins.
  const edgeMs = gaps.length < HISTORY_GAPS_MAX ? 0 : (gaps.at(-1)?.toMs ?? 0);
  const first = firsts.map((row) => {
    const atMs = Math.max(edgeMs, numberOf(row, "at_ms"));
    return { venue: oneOf(row, "venue", VENUE_IDS), atMs };
  });
  return { first, gaps };
}

const SELECT = "select venue, connection, from_ms, to_ms, reason from liqwatch.gaps";
const NEWEST_FIRST = `order by from_ms desc, venue, connection limit ${LIST_ROWS_MAX}`;

function gapOf(row: SqlRow): Gap {
  return {
    venue: oneOf(row, "venue", VENUE_IDS),
    connection: textOf(row, "connection"),
    fromMs: numberOf(row, "from_ms"),
    toMs: numberOrNull(row, "to_ms"),
    reason: textOf(row, "reason"),
  };
}
