/**
 * The first schema. Times are bigint milliseconds for us; people and Grafana read the timestamptz
 * columns beside them, which Postgres derives.
 *
 * `liquidations` is not partitioned by day yet: a unique key over a partitioned table must contain
 * the partition column, and then the same event with two received times would be stored twice.
 * Retention, which needs partitions to be cheap, will have to bring its own guard.
 */
export const FIRST = `
create table liqwatch.liquidations (
  arrival bigint generated always as identity primary key,
  dedupe_key text not null unique,
  venue text not null,
  symbol text,
  market text,
  asset text,
  position_side text not null check (position_side in ('long', 'short')),
  kind text not null check (kind in ('liquidation', 'deleverage', 'backstop')),
  price double precision,
  price_kind text check (price_kind in ('fill', 'bankruptcy', 'order')),
  size double precision,
  notional_cents bigint,
  occurred_at_ms bigint not null,
  received_at_ms bigint not null,
  window_time_ms bigint not null,
  order_key text not null,
  counts_order boolean not null,
  history boolean not null,
  occurred_at timestamptz generated always as (to_timestamp(occurred_at_ms / 1000.0)) stored,
  received_at timestamptz generated always as (to_timestamp(received_at_ms / 1000.0)) stored
);
create index liquidations_window_time on liqwatch.liquidations (window_time_ms, arrival);
create index liquidations_asset_window_time on liqwatch.liquidations (asset, window_time_ms);

create sequence liqwatch.asset_incident_number;
create sequence liqwatch.market_incident_number;

create table liqwatch.incidents (
  incident_id text primary key,
  kind text not null check (kind in ('asset', 'market')),
  number bigint not null,
  rule text not null,
  scope text not null,
  scope_key text not null,
  started_at_ms bigint not null,
  resolved_at_ms bigint,
  severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  state text not null check (state in ('open', 'resolved')),
  started_at timestamptz generated always as (to_timestamp(started_at_ms / 1000.0)) stored,
  resolved_at timestamptz generated always as (to_timestamp(resolved_at_ms / 1000.0)) stored,
  unique (kind, number)
);
create index incidents_open on liqwatch.incidents (started_at_ms) where state = 'open';

create table liqwatch.liquidation_alerts (
  alert_number bigint generated always as identity primary key,
  alert_id text not null unique,
  incident_id text not null,
  "timestamp" timestamptz not null,
  at_ms bigint not null,
  decision text not null
    check (decision in ('opened', 'escalated', 'reopened', 'resolved', 'suppressed')),
  rule text not null,
  scope text not null,
  scope_key text not null,
  "window" text not null,
  metric text not null,
  value double precision not null,
  alert_severity text not null check (alert_severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  total_volume_usd numeric(20, 2) not null,
  long_usd numeric(20, 2) not null,
  short_usd numeric(20, 2) not null,
  largest_trade_usd numeric(20, 2),
  vwap double precision,
  price_change_pct double precision,
  orders bigint not null,
  rows bigint not null,
  venues text[] not null,
  coverage jsonb not null,
  reason text,
  until timestamptz,
  count bigint,
  detail jsonb not null
);
comment on column liqwatch.liquidation_alerts.detail is
  'The whole decision as the engine made it; the other columns are for people.';
create index liquidation_alerts_incident on liqwatch.liquidation_alerts (incident_id);
create index liquidation_alerts_timestamp on liqwatch.liquidation_alerts ("timestamp");

create table liqwatch.scope_states (
  rule text not null,
  scope_key text not null,
  state jsonb not null,
  primary key (rule, scope_key)
);

create table liqwatch.deliveries (
  delivery_number bigint generated always as identity primary key,
  id text not null unique,
  story text not null,
  target text not null,
  message_number integer not null,
  alert_ids text[] not null,
  at_ms bigint not null,
  wanted_revision integer not null default 1,
  shown_revision integer not null default 0,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'parked')),
  attempts integer not null default 0,
  unmarked_claims integer not null default 0,
  remote_id text,
  claimed_at_ms bigint,
  next_attempt_at_ms bigint,
  last_reason text,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (story, target, message_number)
);
create index deliveries_pending on liqwatch.deliveries (target, delivery_number)
  where state = 'pending';
create index deliveries_alert_ids on liqwatch.deliveries using gin (alert_ids);

create table liqwatch.delivery_attempts (
  delivery_id text not null,
  attempt integer not null,
  outcome text not null check (outcome in ('delivered', 'retry', 'parked')),
  is_current boolean not null,
  revision integer,
  remote_id text,
  reason text,
  latency_ms bigint,
  at_ms bigint not null,
  at timestamptz generated always as (to_timestamp(at_ms / 1000.0)) stored,
  primary key (delivery_id, attempt, outcome)
);
comment on column liqwatch.delivery_attempts.is_current is
  'False for an answer that came after another worker had taken the delivery over.';

create table liqwatch.gaps (
  venue text not null,
  connection text not null,
  from_ms bigint not null,
  to_ms bigint,
  reason text not null,
  primary key (venue, connection, from_ms)
);
create index gaps_open on liqwatch.gaps (from_ms) where to_ms is null;

create table liqwatch.settings (
  key text primary key,
  value jsonb not null
);

create function liqwatch.refuse_change() returns trigger language plpgsql as $body$
begin
  raise exception '% on liqwatch.% refused: the log is append-only', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end
$body$;
create trigger append_only before update or delete or truncate on liqwatch.liquidation_alerts
  for each statement execute function liqwatch.refuse_change();
create trigger append_only before update or delete or truncate on liqwatch.delivery_attempts
  for each statement execute function liqwatch.refuse_change();
`;
