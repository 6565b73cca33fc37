/** Hourly sums per asset, venue and position side: made from the stored rows, kept after them. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { ArrivalCopy, lockPosition } from "./arrival-copy.ts";
import type { Correction } from "./buckets-table.ts";
import { type Follower, startFollower, tellChanges } from "./follower.ts";
import { HOURS_KEY, SUMS_BY_HOUR } from "./migrations/0004-hours.ts";
import { numberOrNull } from "./postgres/rows.ts";
import type { Database, Sql } from "./postgres/sql.ts";

/** Nobody waits for them: the views add what is not summed up yet. */
const FOLLOW_MS = 10_000;

/** A late row is added to the hour in which it happened. With the sign -1 rows are taken out. */
const addRows = (which: string, sign: 1 | -1) => `
insert into liqwatch.liquidation_hours as kept
  (hour, asset, venue, position_side, orders, rows, cents, largest_cents)
select hour, asset, venue, position_side, ${sign} * orders, ${sign} * rows, ${sign} * cents,
  largest_cents
from (${SUMS_BY_HOUR} and ${which} group by 1, 2, 3, 4) as sums
on conflict (hour, asset, venue, position_side) do update
  set orders = kept.orders + excluded.orders, rows = kept.rows + excluded.rows,
    cents = kept.cents + excluded.cents,
    largest_cents = greatest(kept.largest_cents, excluded.largest_cents)`;

const COPY = addRows("arrival > $1 and arrival <= $2", 1);

const DROP_EMPTY = `
delete from liqwatch.liquidation_hours where rows = 0 and hour = any(
  select to_timestamp(window_time_ms / 3600000 * 3600) from liqwatch.liquidations
  where dedupe_key = any($1))`;

/** For rows that have no money before: the largest one of an hour is never taken back. */
export async function correctHours(sql: Sql, { keys, sign }: Correction): Promise<void> {
  const copiedUpTo = await lockPosition(sql, HOURS_KEY);
  await sql.query(addRows("dedupe_key = any($1) and arrival <= $2", sign), [keys, copiedUpTo]);
  if (sign === 1) await sql.query(DROP_EMPTY, [keys]);
}

export function hoursOver(database: Database): ArrivalCopy {
  return new ArrivalCopy({
    ...{ database, positionKey: HOURS_KEY, start: beforeFirst },
    async copy(sql, after, upTo) {
      await sql.query(COPY, [after, upTo]);
    },
  });
}

async function beforeFirst(sql: Sql): Promise<number | null> {
  const [row = {}] = await sql.query("select min(arrival) - 1 as start from liqwatch.liquidations");
  return numberOrNull(row, "start");
}

/** As the store's thread uses them: made by the process that decides. */
export interface OpenedHours extends Pick<Follower, "wake"> {
  readonly copy: ArrivalCopy;
  close(): Promise<void>;
}

export function openHours(options: {
  readonly database: Database;
  readonly runtime: Pick<Runtime, "after">;
  readonly log: Log;
}): OpenedHours {
  const { database, runtime, log } = options;
  const copy = hoursOver(database);
  const health = tellChanges(log, {
    failed: "hourly sums cannot be written",
    answered: "hourly sums are written again",
  });
  const follower = startFollower({
    ...{ follow: () => copy.follow(), everyMs: FOLLOW_MS, runtime },
    ...{ onDone: health.answered, onFailure: health.failed },
  });
  // A killed process may have left commits that no sum holds.
  follower.wake();
  return {
    ...{ copy, wake: follower.wake },
    close() {
      follower.stop();
      return copy.close();
    },
  };
}
