/**
 * Thresholds changed from a chat. The log is the truth: what holds over the file for a rule is the
 * override of its newest change.
 */
export const THRESHOLD_OVERRIDES = `
create table liqwatch.threshold_changes (
  change_number bigint generated always as identity primary key,
  at_ms bigint not null,
  rule text not null,
  action text not null check (action in ('set', 'reverted', 'retired', 'undone')),
  by text not null,
  by_name text,
  metric text not null,
  before jsonb not null,
  after jsonb not null,
  override jsonb not null,
  at timestamptz generated always as (to_timestamp(at_ms / 1000.0)) stored,
  unique (rule, at_ms)
);
comment on column liqwatch.threshold_changes.override is
  'What holds over the file from then on; {} = nothing does.';
create index threshold_changes_newest on liqwatch.threshold_changes (rule, change_number);
create trigger append_only before update or delete or truncate on liqwatch.threshold_changes
  for each statement execute function liqwatch.refuse_change();
`;
