/**
 * Market context for a restart: the last minutes closely and a day in steps of five minutes, in slots
 * that are written over, so that the table never grows beyond them.
 */
export const CONTEXT = `
create table liqwatch.context_readings (
  venue text not null,
  step_ms bigint not null,
  slot integer not null,
  at_ms bigint not null,
  reading text not null,
  primary key (venue, step_ms, slot)
);
comment on table liqwatch.context_readings is
  'What venues said of open interest, funding and prices: the newest reading of each slot.';
create index context_readings_time on liqwatch.context_readings (at_ms);
`;
