/**
 * Stories, and what a message needs to be edited in place, to wait, and to be told by another one.
 * Messages of before have no story of their own: their worker makes it from their alerts.
 */
export const STORIES = `
create table liqwatch.stories (
  story text primary key,
  asset text,
  state jsonb not null,
  started_at_ms bigint not null,
  ended_at_ms bigint,
  kept_until_ms bigint,
  changed_at timestamptz not null default now()
);
comment on table liqwatch.stories is
  'Incidents that overlap and are told in one message per target; asset null = the market.';
create index stories_kept on liqwatch.stories (kept_until_ms);

alter table liqwatch.deliveries
  add column kind text not null default 'alert'
    check (kind in ('alert', 'summary', 'digest', 'overflow', 'notice')),
  add column severity smallint not null default 3 check (severity between 0 and 3),
  add column due_at_ms bigint not null default 0,
  add column is_exempt boolean not null default false,
  add column is_continued boolean not null default false,
  add column merged_into text,
  add column shown_alerts integer not null default 0,
  add column shown_at_ms bigint,
  add column first_shown_at_ms bigint;
alter table liqwatch.deliveries drop constraint deliveries_state_check;
alter table liqwatch.deliveries add constraint deliveries_state_check
  check (state in ('pending', 'delivered', 'parked', 'merged'));
update liqwatch.deliveries set kind = 'notice', is_exempt = true where notice is not null;
update liqwatch.deliveries set shown_alerts = cardinality(alert_ids) where shown_revision > 0;
comment on column liqwatch.deliveries.severity is '0 = LOW, 3 = CRITICAL: what waits goes by it.';
comment on column liqwatch.deliveries.is_continued is 'The story goes on in a later message.';
comment on column liqwatch.deliveries.merged_into is 'The message that tells these alerts instead.';
comment on column liqwatch.deliveries.shown_alerts is 'How many of alert_ids the target has seen.';
create index deliveries_shown on liqwatch.deliveries (target, first_shown_at_ms);
create index deliveries_merged on liqwatch.deliveries (merged_into) where merged_into is not null;

alter table liqwatch.delivery_attempts drop constraint delivery_attempts_outcome_check;
alter table liqwatch.delivery_attempts add constraint delivery_attempts_outcome_check
  check (outcome in ('delivered', 'edited', 'retry', 'parked', 'lost'));
`;
