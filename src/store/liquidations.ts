/** The table of liquidations: written in batches, read back row by row. */
import type { CommitBatch } from "../alert.ts";
import { VENUE_IDS, windowTimeMs } from "../liquidation.ts";
import {
  flagOf,
  numberOf,
  numberOrNull,
  oneOf,
  oneOfOrNull,
  textOf,
  textOrNull,
} from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson, sqlText } from "./postgres/sql.ts";
import type { StoredLiquidation } from "./store.ts";

/** Rows of one insert statement. */
const INSERT_ROWS_MAX = 1_000;

/** Names given back at most; all venues together list some thousand contracts. */
const ASSETS_MAX = 20_000;

const INSERT = `
insert into liqwatch.liquidations (
  dedupe_key, venue, symbol, market, asset, position_side, kind, price, price_kind, size,
  notional_cents, occurred_at_ms, received_at_ms, window_time_ms, order_key, counts_order, history)
select "dedupeKey", venue, symbol, market, asset, "positionSide", kind, price, "priceKind", size,
  "notionalCents", "occurredAtMs", "receivedAtMs", "windowTimeMs", "orderKey", "countsOrder", history
from rows from (json_to_recordset($1::json) as (
  "dedupeKey" text, venue text, symbol text, market text, asset text, "positionSide" text,
  kind text, price double precision, "priceKind" text, size double precision,
  "notionalCents" bigint, "occurredAtMs" bigint, "receivedAtMs" bigint, "windowTimeMs" bigint,
  "orderKey" text, "countsOrder" boolean, history boolean)) with ordinality
order by ordinality
on conflict (dedupe_key) do nothing
returning dedupe_key`;

/** Stores what is new and returns its keys, in the order of the batch. */
export async function insertLiquidations(
  sql: Sql,
  rows: CommitBatch["liquidations"],
): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (let from = 0; from < rows.length; from += INSERT_ROWS_MAX) {
    const part = rows.slice(from, from + INSERT_ROWS_MAX);
    const written = part.map(({ row, countsOrder }) => ({
      ...row,
      windowTimeMs: windowTimeMs(row),
      countsOrder,
    }));
    const stored = await sql.query(INSERT, [sqlJson(written)]);
    const keys = new Set(stored.map((row) => textOf(row, "dedupe_key")));
    // Deleting as we go names a key once, although the batch may hold it twice.
    for (const { row } of part) {
      if (keys.delete(sqlText(row.dedupeKey))) accepted.push(row.dedupeKey);
    }
  }
  return accepted;
}

export const SELECT_LIQUIDATIONS = `
select arrival, window_time_ms, dedupe_key, venue, symbol, market, asset, position_side, kind, price, price_kind,
  size, notional_cents, occurred_at_ms, received_at_ms, order_key, counts_order, history
from liqwatch.liquidations`;

/** Spares the reading of everything older: the index by window time names the first arrival. */
export async function arrivalBefore(sql: Sql, sinceMs: number): Promise<number | null> {
  const [row] = await sql.query(
    "select min(arrival) - 1 as start from liqwatch.liquidations where window_time_ms >= $1",
    [sinceMs],
  );
  return row === undefined ? null : numberOrNull(row, "start");
}

/** After which arrival the newest `rowsMax` rows stand: a few less where arrivals have holes. */
export async function newestStart(
  sql: Sql,
  { sinceMs, rowsMax }: { readonly sinceMs: number; readonly rowsMax: number },
): Promise<{ readonly start: number | null; readonly isCut: boolean }> {
  const start = await arrivalBefore(sql, sinceMs);
  const [row = {}] = await sql.query("select max(arrival) as last from liqwatch.liquidations");
  const earliest = (numberOrNull(row, "last") ?? 0) - rowsMax;
  if (start === null || earliest <= start) return { start, isCut: false };
  return { start: earliest, isCut: true };
}

export async function newestLiquidations(
  sql: Sql,
  limit: number,
): Promise<readonly StoredLiquidation[]> {
  const rows = await sql.query(`${SELECT_LIQUIDATIONS} order by arrival desc limit $1`, [limit]);
  return rows.map(storedLiquidation);
}

/** Every asset that a stored row names, sorted. One look into the index per asset, however many rows. */
export async function storedAssets(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.query(
    `with recursive found as (
       select min(asset) as asset from liqwatch.liquidations
       union all
       select (select min(asset) from liqwatch.liquidations where asset > found.asset)
       from found where found.asset is not null)
     select asset from found where asset is not null limit ${ASSETS_MAX}`,
  );
  return rows.map((row) => textOf(row, "asset"));
}

export function storedLiquidation(row: SqlRow): StoredLiquidation {
  return {
    countsOrder: flagOf(row, "counts_order"),
    row: {
      venue: oneOf(row, "venue", VENUE_IDS),
      symbol: textOrNull(row, "symbol"),
      market: textOrNull(row, "market"),
      asset: textOrNull(row, "asset"),
      positionSide: oneOf(row, "position_side", ["long", "short"]),
      kind: oneOf(row, "kind", ["liquidation", "deleverage", "backstop"]),
      price: numberOrNull(row, "price"),
      priceKind: oneOfOrNull(row, "price_kind", ["fill", "bankruptcy", "order"]),
      size: numberOrNull(row, "size"),
      notionalCents: numberOrNull(row, "notional_cents"),
      occurredAtMs: numberOf(row, "occurred_at_ms"),
      receivedAtMs: numberOf(row, "received_at_ms"),
      orderKey: textOf(row, "order_key"),
      history: flagOf(row, "history"),
      dedupeKey: textOf(row, "dedupe_key"),
    },
  };
}
