/**
 * Minute buckets for installations without Redis. Whole minutes stand here; the seconds of the two
 * edge minutes of a window are read from the liquidations themselves.
 */
export const BUCKETS = `
create table liqwatch.minute_buckets (
  asset text not null,
  minute bigint not null,
  venue text not null,
  position_side text not null check (position_side in ('long', 'short')),
  cents bigint not null,
  orders bigint not null,
  expires_at_ms bigint not null,
  primary key (asset, minute, venue, position_side)
);
comment on column liqwatch.minute_buckets.asset is 'Empty for all assets together.';
comment on column liqwatch.minute_buckets.minute is 'Minutes since 1970.';
create index minute_buckets_expiry on liqwatch.minute_buckets (expires_at_ms);
`;
