/** Opens the store on a Postgres server and keeps the right to decide while it is open. */
import { LiqError, messageOf } from "../errors.ts";
import { beginTerm, presentTerm } from "./decider.ts";
import type { OpenedStore, OpenStoreOptions } from "./open.ts";
import type { HeldLock } from "./postgres/advisory-lock.ts";
import { acquireAdvisoryLock } from "./postgres/advisory-lock.ts";
import { openServer } from "./postgres/server.ts";
import type { Database } from "./postgres/sql.ts";
import type { StoreEvent } from "./store.ts";
import { SqlStore } from "./store-sql.ts";

export interface ServerStoreOptions extends OpenStoreOptions {
  readonly databaseUrl: string;
  readonly prepare: (database: Database) => Promise<void>;
}

/** See `openStore`. */
export async function openServerStore(options: ServerStoreOptions): Promise<OpenedStore> {
  const { databaseUrl: url, runtime } = options;
  const health = databaseHealth(options.onEvent);
  const database = openServer({ url, runtime, ...health });
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  // The database waits inside of transactions; closing it ends that.
  const stop = () => database.close().catch(() => {});
  options.signal.addEventListener("abort", stop, { once: true });
  try {
    await database.transaction((sql) => sql.query("select 1"));
    await options.prepare(database);
    options.onPrepared?.(database);
    const lock = await firstLock(options, health.onAbsent);
    const term = await database.transaction(beginTerm);
    options.onEvent({ type: "role", role: "deciding" });
    const right = { lock, term, database, signal, ...health };
    const kept = keepRight(options, right);
    kept.catch((error: unknown) => options.log.debug({ error: messageOf(error) }, "lock released"));
    return {
      database,
      store: new SqlStore(database, term),
      vacuum: null,
      async close() {
        closing.abort(new LiqError("LIQ_STORE", "Store was closed"));
        await kept.catch(() => {});
        await database.close();
      },
    };
  } catch (error) {
    await stop();
    throw unusable(error);
  } finally {
    options.signal.removeEventListener("abort", stop);
  }
}

async function firstLock(
  options: ServerStoreOptions,
  onAbsent: (error: unknown) => void,
): Promise<HeldLock> {
  let isTold = false;
  const onHeld = async () => {
    if (!isTold) options.onEvent({ type: "role", role: "standby" });
    isTold = true;
    return true;
  };
  const { databaseUrl: url, runtime, signal } = options;
  const lock = await acquireAdvisoryLock({ url, runtime, onHeld, onAbsent }, signal);
  if (lock === null) throw new LiqError("LIQ_STORE", "Lock of the decider was given up");
  return lock;
}

interface Right {
  readonly lock: HeldLock;
  readonly term: number;
  readonly database: Database;
  readonly signal: AbortSignal;
  readonly onAbsent: (error: unknown) => void;
}

/**
 * A lock dies with its connection. It is taken again as long as nobody else began a term, so a
 * restart of the server goes by unnoticed; commits are fenced by the term in any case.
 */
async function keepRight(options: ServerStoreOptions, right: Right): Promise<void> {
  const { databaseUrl: url, runtime } = options;
  const { term, database, signal, onAbsent } = right;
  const isOurs = async () => (await database.transaction(presentTerm)) === term;
  let lock = right.lock;
  const release = () => lock.release();
  try {
    for (;;) {
      const reason = await untilAborted(lock.lost, signal);
      options.log.warn({ reason }, "lock of the decider was lost, taking it again");
      const next = await acquireAdvisoryLock({ url, runtime, onHeld: isOurs, onAbsent }, signal);
      if (next !== null) lock = next;
      if (next === null || !(await isOurs())) {
        options.onEvent({ type: "role", role: "lost" });
        return;
      }
    }
  } catch (error) {
    // Whatever it is that keeps us from knowing: without the right nothing more may be decided.
    if (!signal.aborted) options.onEvent({ type: "role", role: "lost" });
    throw error;
  } finally {
    await release();
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Tells changes only: a server that is away for an hour is one event, not a thousand. */
function databaseHealth(onEvent: (event: StoreEvent) => void) {
  let isAway = false;
  return {
    onAbsent(error: unknown) {
      if (!isAway) onEvent({ type: "trouble", part: "database", message: messageOf(error) });
      isAway = true;
    },
    onPresent() {
      if (isAway) onEvent({ type: "recovered", part: "database" });
      isAway = false;
    },
  };
}

function unusable(error: unknown): unknown {
  if (error instanceof LiqError) return error;
  return new LiqError("LIQ_STORE", `Database cannot be used: ${messageOf(error)}`, {
    cause: error,
  });
}
