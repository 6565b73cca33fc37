/** Stretches in which a venue was not watched. */
import type { Gap } from "../alert.ts";
import { VENUE_IDS } from "../liquidation.ts";
import { numberOf, numberOrNull, oneOf, textOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
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
  const rows = await sql.query(
    `select venue, connection, from_ms, to_ms, reason from liqwatch.gaps where to_ms is null
     order by from_ms desc, venue, connection limit ${LIST_ROWS_MAX}`,
  );
  return rows.map((row) => ({
    venue: oneOf(row, "venue", VENUE_IDS),
    connection: textOf(row, "connection"),
    fromMs: numberOf(row, "from_ms"),
    toMs: numberOrNull(row, "to_ms"),
    reason: textOf(row, "reason"),
  }));
}
