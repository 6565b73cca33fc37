/** A Postgres server behind the same SQL interface, with one pool for us and one for BullMQ. */
import pg from "pg";
import { LiqError } from "../../errors.ts";
import type { Runtime } from "../../runtime.ts";
import { isServerAbsent, retryConflicts } from "./failures.ts";
import type { QueuePool } from "./pool.ts";
import { QUEUE_SCHEMA } from "./pool.ts";
import type { Database, Sql, SqlRow, SqlValue } from "./sql.ts";

/** One committer, one reader of lists, two for delivery rows. */
const CONNECTIONS_MAX = 4;

/** Each worker and each queue listens on a connection of its own. */
const QUEUE_CONNECTIONS_MAX = 10;

const CONNECT_MS_MAX = 5_000;

/** A statement that takes longer hangs on a dead connection; repeating it is harmless. */
const STATEMENT_MS_MAX = 30_000;

const INT8_OID = 20;

/** bigint columns hold money in cents and milliseconds: both stay far below 2^53. */
const PARSERS: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === INT8_OID) return Number;
    return format === "binary"
      ? pg.types.getTypeParser(oid, "binary")
      : pg.types.getTypeParser(oid, "text");
  },
};

/** How long to wait before the absent server is tried again: at first, and at most. */
const ABSENT_DELAY_MS_MIN = 250;
const ABSENT_DELAY_MS_MAX = 5_000;

export interface ServerOptions {
  readonly url: string;
  readonly runtime: Pick<Runtime, "random" | "sleep">;
  /** Called for every failed try and every broken idle connection. */
  readonly onAbsent: (error: unknown) => void;
  /** Called after every transaction that went through. */
  readonly onPresent: () => void;
}

export function openServer(options: ServerOptions): Database {
  const common = {
    connectionString: options.url,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    application_name: "liqwatch",
  };
  const pool = new pg.Pool({
    ...common,
    max: CONNECTIONS_MAX,
    types: PARSERS,
    query_timeout: STATEMENT_MS_MAX,
  });
  // BullMQ sets no search path on a pool that it is given.
  const queuePool = new pg.Pool({
    ...common,
    max: QUEUE_CONNECTIONS_MAX,
    options: `-c search_path=${QUEUE_SCHEMA}`,
  });
  pool.on("error", options.onAbsent);
  queuePool.on("error", options.onAbsent);
  const closing = new AbortController();
  return {
    ...poolSql(pool),
    kind: "postgres",
    // BullMQ's documented use; only the types of pg describe `on` in a way that does not compare.
    queuePool: queuePool as unknown as QueuePool,
    transaction: (run) => outlast(options, closing.signal, () => runTransaction(pool, run)),
    async close() {
      closing.abort(new LiqError("LIQ_STORE", "Store was closed while the database was away"));
      await Promise.all([pool.end(), queuePool.end()]);
    },
  };
}

/**
 * Writing waits for a server that is away, however long: what was accepted must not be lost, and
 * the caller bounds how much it lets wait. A commit whose answer got lost runs again, so whatever
 * runs here must bear repetition.
 */
export async function outlast<T>(
  options: Omit<ServerOptions, "url">,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let delayMs = ABSENT_DELAY_MS_MIN; ; delayMs = Math.min(ABSENT_DELAY_MS_MAX, delayMs * 2)) {
    try {
      const result = await retryConflicts(options.runtime, attempt);
      options.onPresent();
      return result;
    } catch (error) {
      if (!isServerAbsent(error) || signal.aborted) throw error;
      options.onAbsent(error);
      await options.runtime.sleep(delayMs * (0.5 + options.runtime.random() / 2), signal);
    }
  }
}

/** Commits what `run` did, or nothing of it. A connection of unknown state is thrown away. */
async function runTransaction<T>(pool: pg.Pool, run: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  // The client's own error event would end the process if nobody listened.
  const onError = () => {
    isBroken = true;
  };
  client.on("error", onError);
  try {
    await client.query("begin");
    const result = await run(poolSql(client));
    await client.query("commit");
    return result;
  } catch (error) {
    isBroken ||= isServerAbsent(error);
    if (!isBroken) await client.query("rollback").catch(onError);
    throw error;
  } finally {
    client.removeListener("error", onError);
    client.release(isBroken);
  }
}

function poolSql(session: pg.Pool | pg.PoolClient): Sql {
  return {
    async query(text: string, params: readonly SqlValue[] = []) {
      return (await session.query<SqlRow>(text, [...params])).rows;
    },
    async run(text: string) {
      await session.query(text);
    },
  };
}
