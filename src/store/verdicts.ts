/** Which venues are suspect, and when they were: the newest word of the engine, as plain data. */
import type { Sql } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";

const VERDICTS_KEY = "engine/verdicts";

/** As it was written; undefined before the first verdict. */
export async function readVerdicts(sql: Sql): Promise<unknown> {
  const [row] = await sql.query("select value from liqwatch.settings where key = $1", [
    VERDICTS_KEY,
  ]);
  return row?.value;
}

/** To be called in the transaction that stores the rows that were judged. */
export async function writeVerdicts(sql: Sql, verdicts: object): Promise<void> {
  await sql.query(
    `insert into liqwatch.settings (key, value) values ($1, $2::jsonb)
     on conflict (key) do update set value = excluded.value`,
    [VERDICTS_KEY, sqlJson(verdicts)],
  );
}
