/** Money of each asset by 5 min window, for what is usual: those rows that the engine would take. */
import type { BlockMoney } from "../alert.ts";
import { LiqError } from "../errors.ts";
import { textOf } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import type { BlockMoneyQuery } from "./store.ts";

/** One text per asset: the embedded driver takes long for many rows. Blocks end at whole 5 minutes. */
const SELECT = `
with blocks as (
  select asset, (window_time_ms + 299999) / 300000 as block,
    sum(coalesce(notional_cents, 0))::bigint as cents
  from liqwatch.liquidations
  where window_time_ms >= $1 and window_time_ms < $2 and received_at_ms - window_time_ms <= $3
    and kind = 'liquidation' and not history and asset is not null
  group by 1, 2)
select asset, json_agg(block order by block)::text as blocks,
  json_agg(cents order by block)::text as cents
from blocks group by asset order by asset`;

export async function blockMoney(sql: Sql, query: BlockMoneyQuery): Promise<readonly BlockMoney[]> {
  const rows = await sql.query(SELECT, [query.fromMs, query.toMs, query.lagMsMax]);
  return rows.map((row) => ({
    asset: textOf(row, "asset"),
    blocks: numbersOf(row, "blocks"),
    cents: numbersOf(row, "cents"),
  }));
}

function numbersOf(row: SqlRow, column: string): readonly number[] {
  const read: unknown = JSON.parse(textOf(row, column));
  if (Array.isArray(read) && read.every((one) => typeof one === "number")) return read;
  throw new LiqError("LIQ_STORE", `Column ${column} holds no list of numbers`);
}
