/** What was liquidated lately, by venue: the usual shares of venues are measured by it. */
import type { UsualMoney } from "../alert.ts";
import { VENUE_IDS } from "../liquidation.ts";
import { numberOf, oneOf, textOrNull } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";

/** Assets whose shares are told one by one: those with the most money. */
const ASSETS_MAX = 200;

/** Since the hour in which `sinceMs` lies, for all assets together and for the largest. */
export async function usualMoney(sql: Sql, sinceMs: number): Promise<readonly UsualMoney[]> {
  const rows = await sql.query(
    `with hours as (
       select asset, venue, sum(cents)::bigint as cents, sum(orders)::bigint as orders
       from liqwatch.all_hours
       where hour >= date_trunc('hour', to_timestamp($1::float8 / 1000), 'UTC')
       group by asset, venue),
     largest as (
       select asset from hours where asset <> ''
       group by asset order by sum(cents) desc, asset limit ${ASSETS_MAX})
     select null as asset, venue, sum(cents)::bigint as cents, sum(orders)::bigint as orders
     from hours group by venue
     union all
     select asset, venue, cents, orders from hours where asset in (select asset from largest)`,
    [sinceMs],
  );
  return rows.map((row) => ({
    asset: textOrNull(row, "asset"),
    venue: oneOf(row, "venue", VENUE_IDS),
    cents: numberOf(row, "cents"),
    orders: numberOf(row, "orders"),
  }));
}
