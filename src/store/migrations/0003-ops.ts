/** Messages for the operator, and targets that take nothing. */
export const OPS = `
alter table liqwatch.deliveries
  add column notice jsonb,
  add column waits_for_target boolean not null default false;
comment on column liqwatch.deliveries.notice is
  'What the operator is told; null for messages that tell alerts.';
comment on column liqwatch.deliveries.waits_for_target is
  'Parked because its target was, not because of itself: sent when the target works again.';

create table liqwatch.parked_targets (
  target text primary key,
  since_ms bigint not null,
  reason text not null,
  since timestamptz generated always as (to_timestamp(since_ms / 1000.0)) stored
);
`;
