/** Lists and sums of stored liquidations that people ask for; every statement is bounded. */
import type { VenueId } from "../liquidation.ts";
import type { LiquidationsQuery, Page } from "../queries.ts";
import { readCursor, writeCursor } from "./cursors.ts";
import { SELECT_LIQUIDATIONS, storedLiquidation } from "./liquidations.ts";
import { numberOf } from "./postgres/rows.ts";
import type { Sql, SqlRow, SqlValue } from "./postgres/sql.ts";
import type { LargestQuery, StoredLiquidation, StoredSums, SumsQuery } from "./store.ts";

/**
 * Rows that one page looks at. A rare filter finds less than a page among them: the page then says
 * where to go on, and no question reads a whole table while commits wait.
 */
export const SCANNED_ROWS_MAX = 20_000;

const CURSOR = "liquidations";
const NEWEST_FIRST = "order by window_time_ms desc, arrival desc";

/** Collects conditions with their parameters. */
class Where {
  readonly params: SqlValue[] = [];
  readonly #parts: string[] = [];

  /** Each `?` stands for the next value. */
  and(condition: string, ...values: readonly SqlValue[]): void {
    let at = 0;
    this.#parts.push(
      condition.replaceAll("?", () => {
        this.params.push(values[at] ?? null);
        at += 1;
        return `$${this.params.length}`;
      }),
    );
  }

  /** What was collected since the last call. */
  take(): string {
    return this.#parts.length === 0 ? "true" : this.#parts.splice(0).join(" and ");
  }
}

/** Newest window time first; rows of one millisecond by arrival, the last first. */
export async function liquidationList(
  sql: Sql,
  query: LiquidationsQuery,
): Promise<Page<StoredLiquidation>> {
  const { limit } = query;
  const where = new Where();
  const scanned = scannedRows(query, where);
  const rows = await sql.query(
    `select * from (${SELECT_LIQUIDATIONS} where ${scanned} ${NEWEST_FIRST}
       limit ${SCANNED_ROWS_MAX}) as scanned
     where ${kept(query, where)} ${NEWEST_FIRST} limit ${limit}`,
    where.params,
  );
  const last = rows.length < limit ? await lastScanned(sql, query) : rows.at(-1);
  const next = last === undefined ? null : writeCursor(CURSOR, placeOf(last));
  return { items: rows.map(storedLiquidation), next };
}

function placeOf(row: SqlRow): readonly number[] {
  return [numberOf(row, "window_time_ms"), numberOf(row, "arrival")];
}

/** What indexes can find. */
function scannedRows({ asset, sinceMs, cursor }: LiquidationsQuery, where: Where): string {
  if (cursor !== undefined) {
    where.and("(window_time_ms, arrival) < (?, ?)", ...readCursor(CURSOR, cursor, 2));
  }
  if (sinceMs !== undefined) where.and("window_time_ms >= ?", sinceMs);
  if (asset !== undefined) where.and("asset = ?", asset);
  return where.take();
}

function kept({ venue, positionSide, minNotionalCents }: LiquidationsQuery, where: Where): string {
  if (venue !== undefined) where.and("venue = ?", venue);
  if (positionSide !== undefined) where.and("position_side = ?", positionSide);
  if (minNotionalCents !== undefined) where.and("notional_cents >= ?", minNotionalCents);
  return where.take();
}

/** The row at which a page stopped looking; undefined when it saw everything. */
async function lastScanned(sql: Sql, query: LiquidationsQuery): Promise<SqlRow | undefined> {
  const where = new Where();
  const [last] = await sql.query(
    `select window_time_ms, arrival from liqwatch.liquidations where ${scannedRows(query, where)}
     ${NEWEST_FIRST} offset ${SCANNED_ROWS_MAX - 1} limit 1`,
    where.params,
  );
  return last;
}

/** Descending by money, ties by arrival. */
export async function largestLiquidations(
  sql: Sql,
  { sinceMs, limit, asset, venue }: LargestQuery,
): Promise<readonly StoredLiquidation[]> {
  const where = new Where();
  where.and("window_time_ms >= ?", sinceMs);
  where.and("kind = 'liquidation' and notional_cents is not null");
  ofPart({ asset, venue }, where);
  const rows = await sql.query(
    `${SELECT_LIQUIDATIONS} where ${where.take()} order by notional_cents desc, arrival limit ${limit}`,
    where.params,
  );
  return rows.map(storedLiquidation);
}

/** Rows of kind liquidation with a window time in [fromMs, toMs). */
export async function sumLiquidations(
  sql: Sql,
  { fromMs, toMs, asset, venue }: SumsQuery,
): Promise<StoredSums> {
  const where = new Where();
  where.and("window_time_ms >= ? and window_time_ms < ? and kind = 'liquidation'", fromMs, toMs);
  ofPart({ asset, venue }, where);
  const money = (positionSide: string) =>
    `coalesce(sum(notional_cents) filter (where position_side = '${positionSide}'), 0)::bigint`;
  const [row = {}] = await sql.query(
    `select count(*) as rows, count(*) filter (where counts_order) as orders,
       ${money("long")} as long_cents, ${money("short")} as short_cents
     from liqwatch.liquidations where ${where.take()}`,
    where.params,
  );
  return {
    orders: numberOf(row, "orders"),
    rows: numberOf(row, "rows"),
    longCents: numberOf(row, "long_cents"),
    shortCents: numberOf(row, "short_cents"),
  };
}

function ofPart(
  { asset, venue }: { readonly asset?: string | undefined; readonly venue?: VenueId | undefined },
  where: Where,
): void {
  if (asset !== undefined) where.and("asset = ?", asset);
  if (venue !== undefined) where.and("venue = ?", venue);
}
