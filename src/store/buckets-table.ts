/**
 * Minute buckets in the database: whole minutes in a table, edges from the stored rows, and what is
 * not copied yet from the stored rows too. One statement reads all three, so a window is exact
 * whatever is being written meanwhile, and copying may lag.
 */
import type { Runtime } from "../runtime.ts";
import { ArrivalCopy, lockPosition } from "./arrival-copy.ts";
import { foldParts, groupOf, partConditions, rowSeries } from "./bucket-parts.ts";
import {
  BUCKET_KEPT_MS,
  type BucketParts,
  type BucketQuery,
  type Buckets,
  expiresAtMs,
  keptSinceMs,
  MARKET_SERIES,
  MINUTE_MS,
  type Span,
  spanOf,
} from "./buckets.ts";
import { arrivalBefore } from "./liquidations.ts";
import type { Database, Sql, SqlValue } from "./postgres/sql.ts";

/** Expired minutes are out of every window's reach already; this only gives back their space. */
const SWEEP_MS = 300_000;

/** The row of `settings` that says up to which arrival the table is a copy. */
const POSITION_KEY = "minute-buckets";

/** Adds rows, or with the sign -1 takes them out. */
const addRows = (which: string, sign: 1 | -1) => `
insert into liqwatch.minute_buckets as kept
  (asset, minute, venue, position_side, cents, orders, expires_at_ms)
select series.asset, window_time_ms / ${MINUTE_MS}, venue, position_side,
  ${sign} * coalesce(sum(notional_cents), 0)::bigint,
  ${sign} * count(*) filter (where counts_order),
  window_time_ms / ${MINUTE_MS} * ${MINUTE_MS} + ${BUCKET_KEPT_MS}
from liqwatch.liquidations as stored
cross join lateral (values ('${MARKET_SERIES}'), (nullif(stored.asset, '${MARKET_SERIES}'))) as series (asset)
where ${which} and kind = 'liquidation' and window_time_ms >= $1
  and series.asset is not null
group by 1, 2, 3, 4, 7
on conflict (asset, minute, venue, position_side) do update
  set cents = kept.cents + excluded.cents, orders = kept.orders + excluded.orders`;

const COPY = addRows("arrival > $2 and arrival <= $3", 1);

/** Rows that change: to be called before and after, in one transaction. */
export interface Correction {
  /** Their dedupe keys. */
  readonly keys: readonly string[];
  /** -1 = before, 1 = after. */
  readonly sign: 1 | -1;
}

/** What is not copied yet will be copied as it is then. */
export async function correctMinutes(
  sql: Sql,
  { keys, sign, nowMs }: Correction & { readonly nowMs: number },
): Promise<void> {
  const copiedUpTo = await lockPosition(sql, POSITION_KEY);
  await sql.query(addRows("dedupe_key = any($2) and arrival <= $3", sign), [
    ...[keptSinceMs(nowMs), keys, copiedUpTo],
  ]);
}

export class TableBuckets implements Buckets {
  readonly #database: Database;
  readonly #runtime: Pick<Runtime, "nowMs">;
  readonly #copy: ArrivalCopy;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(database: Database, runtime: Pick<Runtime, "nowMs">) {
    this.#database = database;
    this.#runtime = runtime;
    this.#copy = new ArrivalCopy({
      ...{ database, positionKey: POSITION_KEY },
      start: (sql) => arrivalBefore(sql, keptSinceMs(runtime.nowMs())),
      async copy(sql, after, upTo) {
        await sql.query(COPY, [keptSinceMs(runtime.nowMs()), after, upTo]);
      },
    });
  }

  async follow(): Promise<void> {
    await this.#copy.follow();
    const nowMs = this.#runtime.nowMs();
    if (nowMs - this.#sweptAtMs < SWEEP_MS || this.#isClosed) return;
    this.#sweptAtMs = nowMs;
    await this.#database.query("delete from liqwatch.minute_buckets where expires_at_ms <= $1", [
      nowMs,
    ]);
  }

  async parts(query: BucketQuery): Promise<BucketParts> {
    const { text, params } = partsStatement(query, spanOf(query, this.#runtime.nowMs()));
    const groups = await this.#database.query(text, params);
    return foldParts(groups.map(groupOf), query);
  }

  async rebuild(): Promise<void> {
    await this.#database.transaction(async (sql) => {
      await this.#copy.restart(sql);
      await sql.query("delete from liqwatch.minute_buckets");
    });
    await this.follow();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#copy.close();
  }
}

function partsStatement(
  query: BucketQuery,
  span: Span,
): { readonly text: string; readonly params: readonly SqlValue[] } {
  const { text: ofPart, params } = partConditions(query);
  const { head, minutes, tail } = sectionsOf(span);
  const stored = (seconds: Span) =>
    `select series, venue, position_side, notional_cents as cents, counts_order::int as orders
     from liqwatch.liquidations as stored
     cross join lateral ${rowSeries(query)} as series (series)
     where kind = 'liquidation' and series is not null ${ofPart}
       and window_time_ms >= ${seconds.from * 1_000} and window_time_ms < ${seconds.to * 1_000}`;
  // The index of expiries finds the minutes of all assets; with an asset the primary key does.
  const expiries = `and expires_at_ms >= ${expiresAtMs(minutes.from)}
    and expires_at_ms < ${expiresAtMs(minutes.to)}`;
  const text = `
    select series, venue, position_side, coalesce(sum(cents), 0)::bigint as cents,
      sum(orders)::bigint as orders
    from (
      select asset as series, venue, position_side, cents, orders from liqwatch.minute_buckets
      where minute >= ${minutes.from} and minute < ${minutes.to} ${ofPart}
        ${query.asset === undefined ? expiries : ""}
      union all ${stored(head)}
      union all ${stored(tail)}
      union all ${stored({ from: minutes.from * 60, to: minutes.to * 60 })}
        and arrival > coalesce((select (value ->> 'arrival')::bigint from liqwatch.settings
          where key = '${POSITION_KEY}'), 0)
    ) as parts group by 1, 2, 3`;
  return { text, params };
}

/** A window as the seconds before its whole minutes, these, and the seconds after them. */
export function sectionsOf({ from, to }: Span): {
  readonly head: Span;
  readonly minutes: Span;
  readonly tail: Span;
} {
  const first = Math.ceil(from / 60);
  const end = Math.floor(to / 60);
  if (first >= end) {
    return { head: { from, to }, minutes: { from: first, to: first }, tail: { from: to, to } };
  }
  return {
    head: { from, to: first * 60 },
    minutes: { from: first, to: end },
    tail: { from: end * 60, to },
  };
}
