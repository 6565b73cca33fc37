/** Sums by asset, venue and side, folded into a window with its parts; and those of stored rows. */
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import { type BucketParts, type BucketQuery, MARKET_SERIES, type Span } from "./buckets.ts";
import { numberOf, oneOf, textOf } from "./postgres/rows.ts";
import type { Sql, SqlRow, SqlValue } from "./postgres/sql.ts";
import { sqlText } from "./postgres/sql.ts";

/** What one series holds of one venue and side. */
export interface BucketGroup {
  /** An asset, or `MARKET_SERIES`. */
  readonly series: string;
  readonly venue: VenueId;
  readonly isLong: boolean;
  readonly cents: number;
  readonly orders: number;
}

/** The name of the series that a question is about. */
export function seriesOf({ asset }: Pick<BucketQuery, "asset">): string {
  return asset === undefined ? MARKET_SERIES : sqlText(asset);
}

/** A question about an asset by the empty name of the market finds no groups, as it should. */
export function foldParts(
  groups: Iterable<BucketGroup>,
  query: Pick<BucketQuery, "asset">,
): BucketParts {
  const asked = seriesOf(query);
  const total = emptyTotal();
  const byVenue = new Map<VenueId, Mutable>();
  const byAsset = new Map<string, Mutable>();
  for (const group of groups) {
    if (group.cents === 0 && group.orders === 0) continue;
    if (group.series === asked) {
      addTo(total, group);
      addTo(entryOf(byVenue, group.venue), group);
    } else {
      addTo(entryOf(byAsset, group.series), group);
    }
  }
  return { total, byVenue, byAsset };
}

type Mutable = { -readonly [Key in keyof BucketParts["total"]]: number };

function emptyTotal(): Mutable {
  return { orders: 0, longCents: 0, shortCents: 0 };
}

function entryOf<Name>(sums: Map<Name, Mutable>, name: Name): Mutable {
  let sum = sums.get(name);
  if (sum === undefined) {
    sum = emptyTotal();
    sums.set(name, sum);
  }
  return sum;
}

function addTo(sum: Mutable, { isLong, cents, orders }: BucketGroup): void {
  sum.orders += orders;
  if (isLong) sum.longCents += cents;
  else sum.shortCents += cents;
}

/**
 * Each stored row stands in the series of its asset and, unless an asset is asked for, in that of
 * the market.
 */
export function rowSeries({ asset }: Pick<BucketQuery, "asset">): string {
  return asset === undefined
    ? `(values ('${MARKET_SERIES}'), (nullif(stored.asset, '${MARKET_SERIES}')))`
    : "(values (stored.asset))";
}

/** Conditions on columns `asset` and `venue`, with their parameters from $1 on. */
export function partConditions({ asset, venue }: Pick<BucketQuery, "asset" | "venue">): {
  readonly text: string;
  readonly params: readonly SqlValue[];
} {
  const params: SqlValue[] = [];
  let text = "";
  if (asset !== undefined) {
    // No asset is called like the market: asked for by that name, there is none.
    params.push(asset === MARKET_SERIES ? null : sqlText(asset));
    text += ` and asset = $${params.length}`;
  }
  if (venue !== undefined) {
    params.push(venue);
    text += ` and venue = $${params.length}`;
  }
  return { text, params };
}

/** The same figures from the stored rows themselves: one statement, one moment. */
export async function storedParts(
  sql: Sql,
  query: BucketQuery,
  { span, upTo }: { readonly span: Span /** The newest arrival. */; readonly upTo?: number },
): Promise<BucketParts> {
  const { text, params } = partConditions(query);
  const rows = await sql.query(
    `select series, venue, position_side, sum(cents)::bigint as cents, sum(orders)::bigint as orders
     from (
       select asset, venue, position_side, coalesce(sum(notional_cents), 0) as cents,
         count(*) filter (where counts_order) as orders
       from liqwatch.liquidations
       where kind = 'liquidation' and window_time_ms >= ${span.from * 1_000}
         and window_time_ms < ${span.to * 1_000} ${text}
         ${upTo === undefined ? "" : `and arrival <= ${upTo}`}
       group by 1, 2, 3) as stored
     cross join lateral ${rowSeries(query)} as series (series)
     where series is not null group by 1, 2, 3`,
    params,
  );
  return foldParts(rows.map(groupOf), query);
}

/** A row of `series, venue, position_side, cents, orders`. */
export function groupOf(row: SqlRow): BucketGroup {
  return {
    series: textOf(row, "series"),
    venue: oneOf(row, "venue", VENUE_IDS),
    isLong: textOf(row, "position_side") === "long",
    cents: numberOf(row, "cents"),
    orders: numberOf(row, "orders"),
  };
}
