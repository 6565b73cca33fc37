/**
 * The embedded database is one process: it has no autovacuum (it says "on" and never runs) and no
 * checkpointer. Dead rows of the queue slow it down to a third, and the write-ahead log grows
 * without end (measured: 464 MB after 1.2 M rows, all of it replayed after kill -9). So we do both
 * by the clock and after bulk. Measured: 25 MB of job and event tables shrink to 8 MB in 30-35 ms
 * each; a checkpoint takes 0.1 s.
 */
import { schedule } from "node-cron";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { textOf } from "./postgres/rows.ts";
import type { Database } from "./postgres/sql.ts";

/** Hourly, at a minute when nothing else of ours runs. */
const SCHEDULE = "23 * * * *";

/** Rows written since the last vacuum after which the next one does not wait for its hour. */
const BULK_ROWS = 50_000;

export interface Vacuum {
  /** Tells how many rows were written or changed. */
  wrote(rows: number): void;
  close(): Promise<void>;
}

export function startVacuum(database: Database, log: Log): Vacuum {
  let rowsSince = 0;
  let running = Promise.resolve();
  const run = () => {
    rowsSince = 0;
    running = running
      .then(() => vacuum(database))
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, "vacuum failed"));
  };
  const task = schedule(SCHEDULE, run);
  return {
    wrote(rows) {
      rowsSince += rows;
      if (rowsSince >= BULK_ROWS) run();
    },
    async close() {
      await task.destroy();
      await running;
    },
  };
}

/** Table by table, so that commits find their turn in between. */
async function vacuum(database: Database): Promise<void> {
  const tables = await database.query(
    `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables order by 1`,
  );
  for (const table of tables) await database.run(`vacuum (analyze) ${textOf(table, "name")}`);
  await database.run("checkpoint");
}
