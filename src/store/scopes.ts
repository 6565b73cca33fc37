/** The state of every scope, as the engine keeps it: what a restart must not forget. */
import type { ScopeRecord } from "../alert.ts";
import { objectOf, textOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";

export async function writeScopes(sql: Sql, scopes: readonly ScopeRecord[]): Promise<void> {
  // One statement may touch a row once only: the last state of a scope counts.
  const last = new Map(scopes.map((scope) => [`${scope.rule}\n${scope.scopeKey}`, scope]));
  const kept = [...last.values()].filter((scope) => scope.state !== null);
  const forgotten = [...last.values()].filter((scope) => scope.state === null);
  if (kept.length > 0) {
    await sql.query(
      `insert into liqwatch.scope_states (rule, scope_key, state)
       select rule, "scopeKey", state
       from jsonb_to_recordset($1::jsonb) as scope(rule text, "scopeKey" text, state jsonb)
       on conflict (rule, scope_key) do update set state = excluded.state`,
      [sqlJson(kept)],
    );
  }
  if (forgotten.length > 0) {
    await sql.query(
      `delete from liqwatch.scope_states as stored
       using json_to_recordset($1::json) as gone(rule text, "scopeKey" text)
       where stored.rule = gone.rule and stored.scope_key = gone."scopeKey"`,
      [sqlJson(forgotten)],
    );
  }
}

export async function readScopes(sql: Sql): Promise<readonly ScopeRecord[]> {
  const rows = await sql.query(
    "select rule, scope_key, state from liqwatch.scope_states order by rule, scope_key",
  );
  return rows.map((row) => ({
    rule: textOf(row, "rule"),
    scopeKey: textOf(row, "scope_key"),
    state: objectOf(row, "state"),
  }));
}
