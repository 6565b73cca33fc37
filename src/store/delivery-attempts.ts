/** The log of attempts at messages, as people ask for it. */
import { ATTEMPT_OUTCOMES, type DeliveryAttempt } from "../delivery-log.ts";
import { flagOf, numberOf, numberOrNull, oneOf, textOf, textOrNull } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";

/** Attempts of one message that are told, the newest; a target that is away makes thousands. */
export const ATTEMPTS_MAX = 100;

/** By delivery id, oldest first; a message nobody tried has none. */
export async function attemptsOf(
  sql: Sql,
  deliveryIds: readonly string[],
): Promise<Readonly<Record<string, readonly DeliveryAttempt[]>>> {
  const rows = await sql.query(
    `select newest.* from unnest($1::text[]) as asked(id)
     cross join lateral (
       select * from liqwatch.delivery_attempts where delivery_id = asked.id
       order by at_ms desc, attempt desc limit ${ATTEMPTS_MAX}) as newest
     order by at_ms, attempt`,
    [deliveryIds],
  );
  const found: Record<string, DeliveryAttempt[]> = {};
  for (const row of rows) {
    const id = textOf(row, "delivery_id");
    const attempts = found[id] ?? [];
    found[id] = attempts;
    attempts.push({
      attempt: numberOf(row, "attempt"),
      atMs: numberOf(row, "at_ms"),
      outcome: oneOf(row, "outcome", ATTEMPT_OUTCOMES),
      reason: textOrNull(row, "reason"),
      latencyMs: numberOrNull(row, "latency_ms"),
      isOvertaken: !flagOf(row, "is_current"),
    });
  }
  return found;
}
