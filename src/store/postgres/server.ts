/** A Postgres server behind the same SQL interface, with one pool for us and one for BullMQ. */
import pg from "pg";
import { LiqError } from "../../errors.ts";
import type { Runtime } from "../../runtime.ts";
import { isServerAbsent, retryConflicts } from "./failures.ts";
import { QUEUE_SCHEMA } from "./pool.ts";
import { type Outlast, ServerQueuePool } from "./server-queue-pool.ts";
import type { Database, Sql, SqlRow, SqlValue } from "./sql.ts";

/** One committer, one reader of lists, two for delivery rows. */
const CONNECTIONS_MAX = 4;

/** Each worker and each queue listens on a connection of its own. */
const QUEUE_CONNECTIONS_MAX = 10;

const CONNECT_MS_MAX = 5_000;

/** A listening connection says nothing by itself; probes find out that it died. */
const KEEPALIVE_DELAY_MS = 10_000;

/** A statement that takes longer hangs on a dead connection; repeating it is harmless. */
const STATEMENT_MS_MAX = 30_000;

/** A process that stops in the middle of a commit must not hold up the one that takes over. */
const SESSION_OPTIONS = "-c idle_in_transaction_session_timeout=5000";

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
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    application_name: "liqwatch",
  };
  const pool = new pg.Pool({
    ...common,
    max: CONNECTIONS_MAX,
    types: PARSERS,
    options: SESSION_OPTIONS,
    query_timeout: STATEMENT_MS_MAX,
  });
  // BullMQ sets no search path on a pool that it is given.
  const queuePool = new pg.Pool({
    ...common,
    max: QUEUE_CONNECTIONS_MAX,
    options: `-c search_path=${QUEUE_SCHEMA}`,
  });
  for (const each of [pool, queuePool]) {
    each.on("error", options.onAbsent);
    // A pool listens to its idle connections only; an error that nobody hears ends the process.
    each.on("connect", (client) => client.on("error", () => {}));
  }
  const closing = new AbortController();
  const waiting: Outlast = (attempt) => outlast(options, closing.signal, attempt);
  return {
    ...poolSql(pool),
    kind: "postgres",
    queuePool: new ServerQueuePool(queuePool, waiting),
    transaction: (run) => waiting(() => runTransaction(pool, run)),
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
  try {
    await client.query("begin");
    const result = await run(poolSql(client));
    await client.query("commit");
    return result;
  } catch (error) {
    isBroken = isServerAbsent(error);
    if (!isBroken) {
      await client.query("rollback").catch(() => {
        isBroken = true;
      });
    }
    throw error;
  } finally {
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
