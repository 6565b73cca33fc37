/** What the operator is told: notices as rows hold them, and the memory of what was told. */
import { NOTICE_TOPICS, type Notice } from "../notice.ts";
import { flagOf, numberOf, objectOf, oneOf, textOf, textsOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";

const STATE_KEY = "ops/told";

export type OpsState = Readonly<Record<string, unknown>>;

/** null before the first notice. */
export async function readOpsState(sql: Sql): Promise<OpsState | null> {
  const [row] = await sql.query("select value from liqwatch.settings where key = $1", [STATE_KEY]);
  return row === undefined ? null : objectOf(row, "value");
}

export async function writeOpsState(sql: Sql, state: OpsState): Promise<void> {
  await sql.query(
    `insert into liqwatch.settings (key, value) values ($1, $2::jsonb)
     on conflict (key) do update set value = excluded.value`,
    [STATE_KEY, sqlJson(state)],
  );
}

export function noticeOf(value: Readonly<Record<string, unknown>>): Notice {
  return {
    topic: oneOf(value, "topic", NOTICE_TOPICS),
    subject: textOf(value, "subject"),
    title: textOf(value, "title"),
    isOver: flagOf(value, "isOver"),
    sinceMs: numberOf(value, "sinceMs"),
    atMs: numberOf(value, "atMs"),
    reasons: textsOf(value, "reasons"),
    untold: numberOf(value, "untold"),
  };
}
