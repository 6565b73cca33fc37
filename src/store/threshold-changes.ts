/** The append-only log of changed thresholds, and what of it holds now. */
import { METRICS } from "../rule.ts";
import {
  LEVELS,
  type SomeThresholds,
  THRESHOLD_ACTIONS,
  type ThresholdChange,
  type Thresholds,
} from "../thresholds.ts";
import { numberOf, objectOf, oneOf, textOf, textOrNull } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import { LIST_ROWS_MAX } from "./store.ts";

const INSERT = `
insert into liqwatch.threshold_changes
  (at_ms, rule, action, by, by_name, metric, before, after, override)
select "atMs", rule, action, by, name, metric, before, after, override
from jsonb_to_recordset($1::jsonb) as change(
  "atMs" bigint, rule text, action text, by text, name text, metric text, before jsonb,
  after jsonb, override jsonb)
on conflict (rule, at_ms) do nothing`;

/** Repeated after a broken connection it changes nothing. */
export async function writeThresholdChanges(
  sql: Sql,
  changes: readonly ThresholdChange[],
): Promise<void> {
  await sql.query(INSERT, [sqlJson(changes.map(({ who, ...change }) => ({ ...change, ...who })))]);
}

/** The newest change of every rule that something holds over, in the order they were made. */
export async function readOverrides(sql: Sql): Promise<readonly ThresholdChange[]> {
  const rows = await sql.query(
    `select * from (
       select distinct on (rule) * from liqwatch.threshold_changes
       order by rule, change_number desc) as newest
     where override <> '{}'::jsonb order by change_number limit ${LIST_ROWS_MAX}`,
  );
  return rows.map(changeOf);
}

/** Newest first. */
export async function newestChanges(sql: Sql, limit: number): Promise<readonly ThresholdChange[]> {
  const rows = await sql.query(
    "select * from liqwatch.threshold_changes order by change_number desc limit $1",
    [Math.min(limit, LIST_ROWS_MAX)],
  );
  return rows.map(changeOf);
}

function changeOf(row: SqlRow): ThresholdChange {
  return {
    atMs: numberOf(row, "at_ms"),
    who: { by: textOf(row, "by"), name: textOrNull(row, "by_name") },
    action: oneOf(row, "action", THRESHOLD_ACTIONS),
    rule: textOf(row, "rule"),
    metric: oneOf(row, "metric", METRICS),
    before: thresholdsOf(row, "before"),
    after: thresholdsOf(row, "after"),
    override: someOf(row, "override"),
  };
}

function thresholdsOf(row: SqlRow, column: string): Thresholds {
  const value = objectOf(row, column);
  return {
    low: numberOf(value, "low"),
    medium: numberOf(value, "medium"),
    high: numberOf(value, "high"),
    critical: numberOf(value, "critical"),
  };
}

function someOf(row: SqlRow, column: string): SomeThresholds {
  const value = objectOf(row, column);
  const given = LEVELS.filter((level) => value[level] !== undefined);
  return Object.fromEntries(given.map((level) => [level, numberOf(value, level)]));
}
