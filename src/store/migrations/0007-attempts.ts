/**
 * The log of attempts is bounded like the messages that it belongs to: clearing may delete from it,
 * in a transaction that says so; everybody else is refused as before.
 */

/** In a transaction with this setting on, old attempts may be deleted. */
export const CLEARING_SETTING = "liqwatch.is_clearing";

export const ATTEMPTS = `
create function liqwatch.refuse_unless_clearing() returns trigger language plpgsql as $body$
begin
  if coalesce(current_setting('${CLEARING_SETTING}', true), '') = 'on' then
    return null;
  end if;
  raise exception '% on liqwatch.% refused: the log is append-only', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end
$body$;
drop trigger append_only on liqwatch.delivery_attempts;
create trigger append_only before update or truncate on liqwatch.delivery_attempts
  for each statement execute function liqwatch.refuse_change();
create trigger append_only_but_old before delete on liqwatch.delivery_attempts
  for each statement execute function liqwatch.refuse_unless_clearing();
create index delivery_attempts_at on liqwatch.delivery_attempts (at_ms);
`;
