/** Targets that take nothing, and the messages that wait for them. */
import type { ParkedTarget } from "../notice.ts";
import { numberOf, textOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlText } from "./postgres/sql.ts";

export async function readParkedTargets(sql: Sql): Promise<readonly ParkedTarget[]> {
  const rows = await sql.query(
    "select target, since_ms, reason from liqwatch.parked_targets order by target",
  );
  return rows.map((row) => ({
    target: textOf(row, "target"),
    sinceMs: numberOf(row, "since_ms"),
    reason: textOf(row, "reason"),
  }));
}

/** One that is parked already keeps its beginning: it was tried again in vain. */
export async function parkTarget(sql: Sql, parked: ParkedTarget): Promise<void> {
  await sql.query(
    `insert into liqwatch.parked_targets (target, since_ms, reason) values ($1, $2, $3)
     on conflict (target) do update set reason = excluded.reason`,
    [parked.target, parked.sinceMs, sqlText(parked.reason)],
  );
}

export async function forgetParked(sql: Sql, target: string): Promise<void> {
  await sql.query("delete from liqwatch.parked_targets where target = $1", [target]);
}

const RESEND = `
update liqwatch.deliveries set state = 'pending', waits_for_target = false,
  next_attempt_at_ms = null, changed_at = now()
where target = $1 and state = 'parked' and waits_for_target and at_ms >= $2::bigint`;

/** Messages from `sinceMs` on that waited for the target are pending again; how many. */
export async function resendWaiting(sql: Sql, target: string, sinceMs: number): Promise<number> {
  return (await sql.query(`${RESEND} returning 1`, [target, sinceMs])).length;
}

/** The same with the oldest of them alone: whether the target works shows there. */
export async function resendOldest(sql: Sql, target: string, sinceMs: number): Promise<number> {
  const oldest = `and delivery_number = (
    select min(delivery_number) from liqwatch.deliveries
    where target = $1 and state = 'parked' and waits_for_target and at_ms >= $2::bigint)`;
  return (await sql.query(`${RESEND} ${oldest} returning 1`, [target, sinceMs])).length;
}
