/**
 * Deletes what is old, in short statements with rests between them: no lock lasts, and commits find
 * their turn. The alert log is append-only and stays for good, as incidents do; attempts go
 * after the messages that they belong to.
 */
import type { Runtime } from "../runtime.ts";
import type { ArrivalCopy } from "./arrival-copy.ts";
import { RETENTION_KEY } from "./migrations/0004-hours.ts";
import { CLEARING_SETTING } from "./migrations/0007-attempts.ts";
import { numberOf, numberOrNull, textOrNull } from "./postgres/rows.ts";
import type { Database, Sql, SqlValue } from "./postgres/sql.ts";
import type { Cleared, ClearRequest, RetentionStore } from "./store.ts";

/** Some 50 ms on the embedded database, which does nothing else meanwhile; 260 ms under full load. */
const DELETED_ROWS_MAX = 2_000;

/** The rest after each statement: clearing takes at most half of the database's time. */
const REST_MS = 50;

export interface RetentionOptions {
  readonly database: Database;
  /** The sums that have to hold what is deleted. */
  readonly hours: ArrivalCopy;
  readonly runtime: Pick<Runtime, "sleep">;
  /** Tells how many rows a statement deleted: the embedded database has no autovacuum. */
  readonly onDeleted: (rows: number) => void;
}

export class SqlRetention implements RetentionStore {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  async lastSlot(): Promise<string | null> {
    const [row] = await this.#options.database.query(
      `select value ->> 'slot' as slot from liqwatch.settings where key = '${RETENTION_KEY}'`,
    );
    return row === undefined ? null : textOrNull(row, "slot");
  }

  async clear({ slot, nowMs, eventsMs, rollupsMs }: ClearRequest, signal: AbortSignal) {
    const { database, hours } = this.#options;
    // A clock that runs ahead must not empty the database: what is old is so beside what is new.
    const { oldestMs, newestMs } = await windowTimes(database);
    const presentMs = Math.min(nowMs, newestMs ?? nowMs);
    const eventsBeforeMs = presentMs - eventsMs;
    const rollupsBeforeMs = presentMs - rollupsMs;
    if (oldestMs !== null && oldestMs < eventsBeforeMs) {
      await hours.follow();
      await this.#moveEdge(eventsBeforeMs);
    }
    const cleared: Cleared = {
      liquidations: await this.#delete(
        { table: "liquidations", where: "window_time_ms < $1 order by window_time_ms" },
        [eventsBeforeMs],
        signal,
      ),
      deliveries: await this.#delete(OLD_DELIVERIES, [eventsBeforeMs], signal),
      attempts: await this.#delete(OLD_ATTEMPTS, [eventsBeforeMs], signal),
      stories: await this.#delete(OLD_STORIES, [eventsBeforeMs], signal),
      gaps: await this.#delete(OLD_GAPS, [rollupsBeforeMs], signal),
      hours: await this.#delete(OLD_HOURS, [rollupsBeforeMs], signal),
    };
    await this.#delete(OLD_UNPRICED, [], signal);
    await writeSetting(database, { slot });
    return cleared;
  }

  /**
   * From here on rows of before the edge enter no sums: everything that is about to be deleted is in
   * them, and what a venue sends again after its deletion must not enter them twice.
   */
  #moveEdge(wantedMs: number): Promise<void> {
    const { database, hours } = this.#options;
    return database.transaction(async (sql) => {
      await hours.lock(sql);
      const [row = {}] = await sql.query(
        `select (value ->> 'eventsBeforeMs')::bigint as ms from liqwatch.settings
         where key = '${RETENTION_KEY}'`,
      );
      await writeSetting(sql, { eventsBeforeMs: Math.max(numberOrNull(row, "ms") ?? 0, wantedMs) });
    });
  }

  async #delete(
    { table, where }: { readonly table: string; readonly where: string },
    params: readonly SqlValue[],
    signal: AbortSignal,
  ): Promise<number> {
    const { database, runtime, onDeleted } = this.#options;
    let rows = 0;
    for (;;) {
      signal.throwIfAborted();
      const [row = {}] = await database.transaction(async (sql) => {
        await sql.query(`select set_config('${CLEARING_SETTING}', 'on', true)`);
        return sql.query(
          `with gone as (
             delete from liqwatch.${table} where ctid = any(array(
               select ctid from liqwatch.${table} as old where ${where} limit ${DELETED_ROWS_MAX}))
             returning 1)
           select count(*)::int as gone from gone`,
          params,
        );
      });
      const gone = numberOf(row, "gone");
      rows += gone;
      onDeleted(gone);
      if (gone < DELETED_ROWS_MAX) return rows;
      await runtime.sleep(REST_MS, signal);
    }
  }
}

/** Those that still wait stay, and those of an incident that goes on may be edited yet. */
const OLD_DELIVERIES = {
  table: "deliveries",
  where: `state <> 'pending' and changed_at < to_timestamp($1::float8 / 1000) and not exists (
    select from liqwatch.liquidation_alerts as told
    join liqwatch.incidents as incident using (incident_id)
    where told.alert_id = any(old.alert_ids) and incident.state = 'open')`,
};

/** Messages of it are gone by then, or tell the alerts of another story, too. */
const OLD_STORIES = { table: "stories", where: "kept_until_ms < $1" };

const OLD_ATTEMPTS = {
  table: "delivery_attempts",
  where: `at_ms < $1 and not exists (
    select from liqwatch.deliveries as message where message.id = old.delivery_id) order by at_ms`,
};

/** A venue counts as watched from its first gap on: the newest one of before the edge stays. */
const OLD_GAPS = {
  table: "gaps",
  where: `to_ms < $1 and exists (
    select from liqwatch.gaps as later
    where later.venue = old.venue and later.from_ms > old.from_ms and later.to_ms < $1)`,
};

const OLD_HOURS = {
  table: "liquidation_hours",
  where: "hour < to_timestamp($1::float8 / 1000) order by hour",
};

const OLD_UNPRICED = {
  table: "unpriced",
  where:
    "not exists (select from liqwatch.liquidations as row where row.dedupe_key = old.dedupe_key)",
};

async function windowTimes(sql: Sql) {
  const [row = {}] = await sql.query(
    `select min(window_time_ms) as oldest_ms, max(window_time_ms) as newest_ms
     from liqwatch.liquidations`,
  );
  return { oldestMs: numberOrNull(row, "oldest_ms"), newestMs: numberOrNull(row, "newest_ms") };
}

async function writeSetting(sql: Sql, value: Readonly<Record<string, SqlValue>>): Promise<void> {
  await sql.query(
    `insert into liqwatch.settings as kept (key, value) values ('${RETENTION_KEY}', $1::jsonb)
     on conflict (key) do update set value = kept.value || excluded.value`,
    [JSON.stringify(value)],
  );
}
