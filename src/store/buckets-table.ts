/**
 * Minute buckets in the database: whole minutes in a table, edges from the stored rows, and what is
 * not copied yet from the stored rows too. One statement reads all three, so a window is exact
 * whatever is being written meanwhile, and copying may lag.
 */
import type { Runtime } from "../runtime.ts";
import { foldParts, groupOf, partConditions, rowSeries } from "./bucket-parts.ts";
import {
  BUCKET_KEPT_MS,
  type BucketParts,
  type BucketQuery,
  type Buckets,
  expiresAtMs,
  keptSinceMs,
  lastArrival,
  MARKET_SERIES,
  MINUTE_MS,
  type Span,
  spanOf,
} from "./buckets.ts";
import { arrivalBefore } from "./liquidations.ts";
import { numberOf } from "./postgres/rows.ts";
import type { Database, Sql, SqlValue } from "./postgres/sql.ts";

/** Rows copied by one transaction, so that commits find their turn in between. */
const COPIED_ROWS_MAX = 2_000;

/** Expired minutes are out of every window's reach already; this only gives back their space. */
const SWEEP_MS = 300_000;

/** The row of `settings` that says up to which arrival the table is a copy. */
const POSITION_KEY = "minute-buckets";

const COPY = `
insert into liqwatch.minute_buckets as kept
  (asset, minute, venue, position_side, cents, orders, expires_at_ms)
select series.asset, window_time_ms / ${MINUTE_MS}, venue, position_side,
  coalesce(sum(notional_cents), 0)::bigint, count(*) filter (where counts_order),
  window_time_ms / ${MINUTE_MS} * ${MINUTE_MS} + ${BUCKET_KEPT_MS}
from liqwatch.liquidations as stored
cross join lateral (values ('${MARKET_SERIES}'), (nullif(stored.asset, '${MARKET_SERIES}'))) as series (asset)
where arrival > $1 and arrival <= $2 and kind = 'liquidation' and window_time_ms >= $3
  and series.asset is not null
group by 1, 2, 3, 4, 7
on conflict (asset, minute, venue, position_side) do update
  set cents = kept.cents + excluded.cents, orders = kept.orders + excluded.orders`;

export class TableBuckets implements Buckets {
  readonly #database: Database;
  readonly #runtime: Pick<Runtime, "nowMs">;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #copying: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(database: Database, runtime: Pick<Runtime, "nowMs">) {
    this.#database = database;
    this.#runtime = runtime;
  }

  follow(): Promise<void> {
    const following = this.#copying.then(() => this.#copyAll());
    this.#copying = following.catch(() => {});
    return following;
  }

  async parts(query: BucketQuery): Promise<BucketParts> {
    const { text, params } = partsStatement(query, spanOf(query, this.#runtime.nowMs()));
    const groups = await this.#database.query(text, params);
    return foldParts(groups.map(groupOf), query);
  }

  async rebuild(): Promise<void> {
    await this.#database.transaction(async (sql) => {
      await lockPosition(sql);
      await writePosition(sql, 0);
      await sql.query("delete from liqwatch.minute_buckets");
    });
    await this.follow();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#copying;
  }

  async #copyAll(): Promise<void> {
    const nowMs = this.#runtime.nowMs();
    const sinceMs = keptSinceMs(nowMs);
    let isDone = false;
    while (!isDone && !this.#isClosed) {
      isDone = await this.#database.transaction((sql) => copySome(sql, sinceMs));
    }
    if (nowMs - this.#sweptAtMs < SWEEP_MS || this.#isClosed) return;
    this.#sweptAtMs = nowMs;
    await this.#database.query("delete from liqwatch.minute_buckets where expires_at_ms <= $1", [
      nowMs,
    ]);
  }
}

/** True when nothing is left. The copy and its position change in one transaction, so once each. */
async function copySome(sql: Sql, sinceMs: number): Promise<boolean> {
  const position = await lockPosition(sql);
  const last = await lastArrival(sql);
  const after = position === 0 ? ((await arrivalBefore(sql, sinceMs)) ?? last) : position;
  const upTo = Math.min(last, after + COPIED_ROWS_MAX);
  if (upTo > after) await sql.query(COPY, [after, upTo, sinceMs]);
  if (upTo > position) await writePosition(sql, upTo);
  return upTo >= last;
}

/** Whoever copies waits here for the other one. */
async function lockPosition(sql: Sql): Promise<number> {
  await sql.query(
    `insert into liqwatch.settings (key, value) values ('${POSITION_KEY}', '{"arrival": 0}')
     on conflict (key) do nothing`,
  );
  const [row = {}] = await sql.query(
    `select (value ->> 'arrival')::bigint as arrival from liqwatch.settings
     where key = '${POSITION_KEY}' for update`,
  );
  return numberOf(row, "arrival");
}

async function writePosition(sql: Sql, arrival: number): Promise<void> {
  await sql.query(
    `update liqwatch.settings set value = jsonb_build_object('arrival', $1::bigint)
     where key = '${POSITION_KEY}'`,
    [arrival],
  );
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
