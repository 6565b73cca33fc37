/**
 * Hourly sums that outlive the liquidations they were made of, and views for people and Grafana. The
 * views add what was not summed up yet, so they equal the rows at any moment.
 */

/** In `settings`: up to which arrival the hours are sums. */
export const HOURS_KEY = "liquidation-hours";

/** In `settings`: `eventsBeforeMs`, before which liquidations were deleted, and the last `slot`. */
export const RETENTION_KEY = "retention";

/**
 * Rows of `liquidations` as sums per hour. What comes from before the edge of what was deleted may
 * have been summed up before, and nothing can tell any more: it is left out.
 */
export const SUMS_BY_HOUR = `
select to_timestamp(window_time_ms / 3600000 * 3600) as hour, coalesce(asset, '') as asset, venue,
  position_side, count(*) filter (where counts_order) as orders, count(*) as rows,
  coalesce(sum(notional_cents), 0)::bigint as cents, max(notional_cents) as largest_cents
from liqwatch.liquidations
where kind = 'liquidation' and window_time_ms >= coalesce((
  select (value ->> 'eventsBeforeMs')::bigint from liqwatch.settings where key = '${RETENTION_KEY}'), 0)`;

const usd = (cents: string) => `(coalesce(${cents}, 0) / 100.0)::numeric(20, 2)`;

const FIGURES = `
  sum(orders)::bigint as orders, sum(rows)::bigint as rows,
  ${usd("sum(cents)")} as total_usd,
  ${usd("sum(cents) filter (where position_side = 'long')")} as long_usd,
  ${usd("sum(cents) filter (where position_side = 'short')")} as short_usd,
  (max(largest_cents) / 100.0)::numeric(20, 2) as largest_usd`;

export const HOURS = `
create table liqwatch.liquidation_hours (
  hour timestamptz not null,
  asset text not null,
  venue text not null,
  position_side text not null check (position_side in ('long', 'short')),
  orders bigint not null,
  rows bigint not null,
  cents bigint not null,
  largest_cents bigint,
  primary key (hour, asset, venue, position_side)
);
comment on column liqwatch.liquidation_hours.asset is 'Empty for rows whose asset is unknown.';

create view liqwatch.all_hours as
select hour, asset, venue, position_side, orders, rows, cents, largest_cents
from liqwatch.liquidation_hours
union all
${SUMS_BY_HOUR}
  and arrival > coalesce((
    select (value ->> 'arrival')::bigint from liqwatch.settings where key = '${HOURS_KEY}'), 0)
group by 1, 2, 3, 4;

create view liqwatch.hourly as
select hour, nullif(asset, '') as asset, ${FIGURES}
from liqwatch.all_hours group by 1, 2;

create view liqwatch.hourly_venues as
select hour, venue, ${FIGURES}
from liqwatch.all_hours group by 1, 2;

comment on view liqwatch.hourly is 'Liquidated per hour and asset, kept longer than the liquidations.';
comment on view liqwatch.hourly_venues is 'Liquidated per hour and venue.';
`;
