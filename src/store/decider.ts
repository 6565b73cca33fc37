/**
 * Who decides, and how far. A term begins when a process gets the right to decide. Every commit
 * names its term, so a process that slept while another took over cannot write when it wakes up.
 */
import { LiqError } from "../errors.ts";
import { numberOf, numberOrNull, textsOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";

/** The last commit of the present term; a commit whose outcome got lost is found again here. */
export interface LastCommit {
  /** Running number within the term; 0 = none yet. */
  readonly commit: number;
  /** Keys of that commit that had been stored before. Few: the engine drops what it has seen. */
  readonly duplicateKeys: readonly string[];
}

export async function beginTerm(sql: Sql): Promise<number> {
  const [row] = await sql.query(
    `insert into liqwatch.settings as stored (key, value)
     values ('decider', '{"term": 1, "commit": 0, "duplicateKeys": []}')
     on conflict (key) do update set value = stored.value || jsonb_build_object(
       'term', (stored.value ->> 'term')::bigint + 1, 'commit', 0, 'duplicateKeys', '[]'::jsonb)
     returning (value ->> 'term')::bigint as term`,
  );
  if (row === undefined) throw new LiqError("LIQ_STORE", "Term of the decider was not written");
  return numberOf(row, "term");
}

/** 0 before the first term. */
export async function presentTerm(sql: Sql): Promise<number> {
  const [row] = await sql.query(
    "select (value ->> 'term')::bigint as term from liqwatch.settings where key = 'decider'",
  );
  return row === undefined ? 0 : numberOf(row, "term");
}

/** Fails when a later term has begun; otherwise holds off such a beginning until the commit. */
export async function lockTerm(sql: Sql, term: number): Promise<LastCommit> {
  const [row] = await sql.query(
    `select (value ->> 'term')::bigint as term, (value ->> 'commit')::bigint as commit,
       array(select jsonb_array_elements_text(value -> 'duplicateKeys')) as keys
     from liqwatch.settings where key = 'decider' for update`,
  );
  const present = row === undefined ? 0 : numberOf(row, "term");
  if (row === undefined || present !== term) {
    throw new LiqError(
      "LIQ_STORE",
      `Another process decides since term ${present}; this one had term ${term} and must stop`,
    );
  }
  return { commit: numberOf(row, "commit"), duplicateKeys: textsOf(row, "keys") };
}

/** The engine's clock never goes back, whatever is repeated. */
export async function writeLastCommit(sql: Sql, last: LastCommit, nowMs: number): Promise<void> {
  await sql.query(
    `update liqwatch.settings set value = value || $1::jsonb || jsonb_build_object(
       'nowMs', greatest((value ->> 'nowMs')::bigint, $2::bigint))
     where key = 'decider'`,
    [sqlJson(last), nowMs],
  );
}

/** null before the first commit. */
export async function engineClock(sql: Sql): Promise<number | null> {
  const [row] = await sql.query(
    "select (value ->> 'nowMs')::bigint as now_ms from liqwatch.settings where key = 'decider'",
  );
  return row === undefined ? null : numberOrNull(row, "now_ms");
}
