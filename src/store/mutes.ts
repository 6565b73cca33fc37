/** Mutes in the table of settings, one row each: they outlive a restart. */
import { VENUE_IDS } from "../liquidation.ts";
import { type Mute, type MuteSubject, muteKey } from "../mute.ts";
import { numberOf, objectOf, textOf, textOrNull } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import { LIST_ROWS_MAX } from "./store.ts";

const PREFIX = "mute/";
const IS_MUTE = `starts_with(key, '${PREFIX}')`;

/** The row of everything has the bare prefix: no asset is empty. */
function keyOf(subject: MuteSubject): string {
  return `${PREFIX}${muteKey(subject)}`;
}

/** Replaces an earlier mute of the same subject, and forgets those that ended before `nowMs`. */
export async function writeMute(sql: Sql, mute: Mute, nowMs: number): Promise<void> {
  await sql.query(
    `delete from liqwatch.settings where ${IS_MUTE} and (value ->> 'untilMs')::bigint <= $1`,
    [nowMs],
  );
  await sql.query(
    `insert into liqwatch.settings (key, value) values ($1, $2::jsonb)
     on conflict (key) do update set value = excluded.value`,
    [keyOf(mute), sqlJson(mute)],
  );
}

export async function deleteMute(sql: Sql, subject: MuteSubject): Promise<void> {
  await sql.query("delete from liqwatch.settings where key = $1", [keyOf(subject)]);
}

/** Ended ones included: the engine's clock decides. */
export async function readMutes(sql: Sql): Promise<readonly Mute[]> {
  const rows = await sql.query(
    `select value from liqwatch.settings where ${IS_MUTE} order by key limit ${LIST_ROWS_MAX}`,
  );
  return rows.map((row) => {
    const value = objectOf(row, "value");
    const venue = VENUE_IDS.find((id) => id === value.venue);
    const rule = value.rule === undefined ? undefined : textOf(value, "rule");
    return {
      asset: textOrNull(value, "asset"),
      ...(venue !== undefined && { venue }),
      ...(rule !== undefined && { rule }),
      untilMs: numberOf(value, "untilMs"),
      by: textOf(value, "by"),
    };
  });
}
