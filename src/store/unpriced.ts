/**
 * Rows that were stored before their contract was known, and their money once it is. A row waits in
 * `unpriced` until then: who takes it out of there gives it its money, so that happens once.
 */
import type { Liquidation, VenueId } from "../liquidation.ts";
import { VENUE_IDS } from "../liquidation.ts";
import { correctMinutes } from "./buckets-table.ts";
import { correctHours } from "./hours.ts";
import { SELECT_LIQUIDATIONS, storedLiquidation } from "./liquidations.ts";
import { REPRICINGS_KEY } from "./migrations/0006-unpriced.ts";
import { numberOf, oneOf, textOf, textOrNull } from "./postgres/rows.ts";
import type { Sql, SqlRow } from "./postgres/sql.ts";
import { sqlJson } from "./postgres/sql.ts";
import type { StoredLiquidation } from "./store.ts";

/** A symbol that stored rows name and no list has explained yet. */
export interface UnpricedSymbol {
  readonly venue: VenueId;
  /** As the frames name it. */
  readonly symbol: string;
}

/** Rows that were stored before their contract was known, for the process that decides. */
export interface UnpricedStore {
  unpricedSymbols(): Promise<readonly UnpricedSymbol[]>;
  /** The oldest rows of this symbol that wait, each with what it was made of (`sent`). */
  unpricedRows(symbol: UnpricedSymbol, limit: number): Promise<readonly StoredLiquidation[]>;
  /**
   * Stores what is known now, and corrects every sum that held the rows as they were. All or none;
   * a row that waits no longer is left alone. `nowMs` is the wall clock.
   */
  priceRows(rows: readonly Liquidation[], nowMs: number): Promise<void>;
}

/** Unknown symbols looked up at once; a venue lists some hundred contracts. */
const SYMBOLS_MAX = 10_000;

const INSERT = `
insert into liqwatch.unpriced (dedupe_key, venue, symbol, price, size, quote_amount, is_inverse)
select "dedupeKey", venue, symbol, price, size, "quoteAmount", "isInverse"
from json_to_recordset($1::json) as (
  "dedupeKey" text, venue text, symbol text, price text, size text, "quoteAmount" text,
  "isInverse" boolean)
on conflict (dedupe_key) do nothing`;

/** To be called in the transaction that stores the rows. */
export async function insertUnpriced(sql: Sql, rows: readonly Liquidation[]): Promise<void> {
  const waiting = rows.flatMap(({ dedupeKey, venue, symbol, sent }) =>
    sent === undefined || symbol === null ? [] : [{ dedupeKey, venue, symbol, ...sent }],
  );
  if (waiting.length > 0) await sql.query(INSERT, [sqlJson(waiting)]);
}

export async function unpricedSymbols(sql: Sql): Promise<readonly UnpricedSymbol[]> {
  const rows = await sql.query(
    `select distinct venue, symbol from liqwatch.unpriced order by 1, 2 limit ${SYMBOLS_MAX}`,
  );
  return rows.map((row) => ({
    venue: oneOf(row, "venue", VENUE_IDS),
    symbol: textOf(row, "symbol"),
  }));
}

/** The oldest of them, with what they were made of. */
export async function unpricedRows(
  sql: Sql,
  { venue, symbol }: UnpricedSymbol,
  limit: number,
): Promise<readonly StoredLiquidation[]> {
  const rows = await sql.query(
    `select stored.*, unpriced.price as sent_price, unpriced.size as sent_size, quote_amount, is_inverse
     from liqwatch.unpriced join (${SELECT_LIQUIDATIONS}) as stored using (dedupe_key)
     where unpriced.venue = $1 and unpriced.symbol = $2 order by arrival limit $3`,
    [venue, symbol, limit],
  );
  return rows.map((row) => {
    const { row: liquidation, countsOrder } = storedLiquidation(row);
    return { row: { ...liquidation, sent: sentOf(row) }, countsOrder };
  });
}

function sentOf(row: SqlRow): NonNullable<Liquidation["sent"]> {
  const isInverse = row.is_inverse;
  return {
    price: textOrNull(row, "sent_price"),
    size: textOrNull(row, "sent_size"),
    quoteAmount: textOrNull(row, "quote_amount"),
    isInverse: typeof isInverse === "boolean" ? isInverse : null,
  };
}

const UPDATE = `
update liqwatch.liquidations as stored
set symbol = known.symbol, market = known.market, asset = known.asset, price = known.price,
  size = known.size, notional_cents = known."notionalCents"
from json_to_recordset($1::json) as known (
  "dedupeKey" text, symbol text, market text, asset text, price double precision,
  size double precision, "notionalCents" bigint)
where stored.dedupe_key = known."dedupeKey" and stored.dedupe_key = any($2)`;

/**
 * Gives rows their money, in the caller's transaction: the copies of the rows that were summed up
 * already are taken out of their sums as they were, and put in as they are.
 */
export async function priceRows(
  sql: Sql,
  rows: readonly Liquidation[],
  nowMs: number,
): Promise<void> {
  const taken = await sql.query(
    "delete from liqwatch.unpriced where dedupe_key = any($1) returning dedupe_key",
    [rows.map(({ dedupeKey }) => dedupeKey)],
  );
  const keys = taken.map((row) => textOf(row, "dedupe_key"));
  if (keys.length === 0) return;
  const correct = async (sign: 1 | -1) => {
    await correctMinutes(sql, { keys, sign, nowMs });
    await correctHours(sql, { keys, sign });
  };
  await correct(-1);
  await sql.query(UPDATE, [sqlJson(rows.map(({ sent: _sent, ...known }) => known)), keys]);
  await correct(1);
  await sql.query(
    `insert into liqwatch.settings as kept (key, value) values ('${REPRICINGS_KEY}', '{"count": 1}')
     on conflict (key) do update
       set value = jsonb_build_object('count', (kept.value ->> 'count')::bigint + 1)`,
  );
}

/** How often that has happened: for copies that cannot be corrected row by row. */
export async function repricings(sql: Sql): Promise<number> {
  const [row = {}] = await sql.query(
    `select coalesce((select (value ->> 'count')::bigint from liqwatch.settings
       where key = '${REPRICINGS_KEY}'), 0) as count`,
  );
  return numberOf(row, "count");
}
