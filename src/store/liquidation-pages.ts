/**
 * Reading many stored liquidations back, a page at a time, in order of arrival. A page leaves the
 * database as one text, a JSON array per column: row by row the embedded driver takes ten times as
 * long, and one text crosses from thread to thread at the price of a copy.
 */
import { LiqError } from "../errors.ts";
import { arrivalBefore, storedLiquidation } from "./liquidations.ts";
import { isObject, numberOf, textOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import type { StoredLiquidation } from "./store.ts";
import { CHUNK_ROWS_MAX } from "./store.ts";

/** One page on its way; `storedRows` reads it. */
export interface LiquidationPage {
  /** Empty when there are no rows. */
  readonly columns: string;
  /** Give it back for the next page; null = there is none. */
  readonly next: number | null;
}

/** What is read of a row. Most rows are an order of their own: then their key is sent once. */
const COLUMNS = {
  dedupe_key: "dedupe_key",
  venue: "venue",
  symbol: "symbol",
  market: "market",
  asset: "asset",
  position_side: "position_side",
  kind: "kind",
  price: "price",
  price_kind: "price_kind",
  size: "size",
  notional_cents: "notional_cents",
  occurred_at_ms: "occurred_at_ms",
  received_at_ms: "received_at_ms",
  order_key: "nullif(order_key, dedupe_key)",
  counts_order: "counts_order",
  history: "history",
} as const;
type Column = keyof typeof COLUMNS;

const PAGE = `
select count(*)::int as rows, max(arrival) as last, json_build_object(
  ${Object.entries(COLUMNS)
    .map(([name, value]) => `'${name}', json_agg(${value})`)
    .join(", ")})::text as columns
from (select * from liqwatch.liquidations
  where arrival > $1 and window_time_ms >= $2 order by arrival limit $3) as page`;

/** At most `rowsMax` rows with windowTime >= `sinceMs`, after the arrival number `after`; null = from the start. */
export async function liquidationPage(
  sql: Sql,
  sinceMs: number,
  after: number | null,
  rowsMax = CHUNK_ROWS_MAX,
): Promise<LiquidationPage> {
  const start = after ?? (await arrivalBefore(sql, sinceMs));
  if (start === null) return { columns: "", next: null };
  const [page = {}] = await sql.query(PAGE, [start, sinceMs, rowsMax]);
  const rows = numberOf(page, "rows");
  return {
    columns: rows === 0 ? "" : textOf(page, "columns"),
    next: rows === rowsMax ? numberOf(page, "last") : null,
  };
}

/**
 * All pages, one after the other; `page` may be a call into another thread. The next one is asked
 * for before the present one is handed on, so that both ends work at the same time.
 */
export async function* readPages(
  page: (after: number | null) => Promise<LiquidationPage>,
): AsyncGenerator<readonly StoredLiquidation[]> {
  let coming: Promise<LiquidationPage> | null = page(null);
  while (coming !== null) {
    const { columns, next }: LiquidationPage = await coming;
    coming = next === null ? null : page(next);
    // Whoever stops in the middle leaves a page behind that nobody waits for.
    coming?.catch(() => {});
    const rows = storedRows(columns);
    if (rows.length > 0) yield rows;
  }
}

function storedRows(text: string): readonly StoredLiquidation[] {
  if (text === "") return [];
  const columns = columnsOf(JSON.parse(text));
  return columns.dedupe_key.map((_key, at) => storedAt(columns, at));
}

type Columns = Readonly<Record<Column, readonly unknown[]>>;

function columnsOf(page: unknown): Columns {
  const column = (name: Column): readonly unknown[] => {
    const values = isObject(page) ? page[name] : null;
    if (Array.isArray(values)) return values;
    throw new LiqError("LIQ_STORE", `A page of stored rows came without its column ${name}`);
  };
  return {
    dedupe_key: column("dedupe_key"),
    venue: column("venue"),
    symbol: column("symbol"),
    market: column("market"),
    asset: column("asset"),
    position_side: column("position_side"),
    kind: column("kind"),
    price: column("price"),
    price_kind: column("price_kind"),
    size: column("size"),
    notional_cents: column("notional_cents"),
    occurred_at_ms: column("occurred_at_ms"),
    received_at_ms: column("received_at_ms"),
    order_key: column("order_key"),
    counts_order: column("counts_order"),
    history: column("history"),
  };
}

function storedAt(columns: Columns, at: number): StoredLiquidation {
  return storedLiquidation({
    dedupe_key: columns.dedupe_key[at],
    venue: columns.venue[at],
    symbol: columns.symbol[at],
    market: columns.market[at],
    asset: columns.asset[at],
    position_side: columns.position_side[at],
    kind: columns.kind[at],
    price: columns.price[at],
    price_kind: columns.price_kind[at],
    size: columns.size[at],
    notional_cents: columns.notional_cents[at],
    occurred_at_ms: columns.occurred_at_ms[at],
    received_at_ms: columns.received_at_ms[at],
    order_key: columns.order_key[at] ?? columns.dedupe_key[at],
    counts_order: columns.counts_order[at],
    history: columns.history[at],
  });
}
