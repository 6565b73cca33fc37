/** Opens the store for deciding: database, schema, the right to decide, housekeeping. */
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { beginTerm } from "./decider.ts";
import { acquireLockFile } from "./lock-file.ts";
import { type MigrationReport, migrate } from "./migrate.ts";
import { MIGRATIONS, type Migration } from "./migrations/index.ts";
import { openServerStore } from "./open-server.ts";
import { type EmbeddedDatabase, openEmbedded } from "./postgres/embedded.ts";
import type { QueuePool } from "./postgres/pool.ts";
import { openServer } from "./postgres/server.ts";
import type { Database } from "./postgres/sql.ts";
import { readSnapshot, snapshotKey } from "./snapshot.ts";
import type { StoreEvent } from "./store.ts";
import { SqlStore } from "./store-sql.ts";
import type { Vacuum } from "./vacuum.ts";
import { startVacuum } from "./vacuum.ts";

export interface MigrateStoreOptions {
  /** null = the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Folder of the snapshot made by the build; null = always initialise. */
  readonly snapshotFolder: string | null;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Creates BullMQ's tables; null when the queue lives in Redis. */
  readonly migrateQueue: ((pool: QueuePool) => Promise<void>) | null;
}

export interface OpenStoreOptions extends MigrateStoreOptions {
  readonly onEvent: (event: StoreEvent) => void;
  /** Ends the waiting of a standby. */
  readonly signal: AbortSignal;
  /** The schema is up to date; who decides is still open. For what a standby may be asked. */
  readonly onPrepared?: (database: Database) => void;
}

export interface OpenedStore {
  readonly database: Database;
  readonly store: SqlStore;
  /** null on a server, which vacuums by itself. */
  readonly vacuum: Vacuum | null;
  close(): Promise<void>;
}

/**
 * Resolves when this process has the right to decide. Throws LIQ_STORE when the database cannot be
 * used at all; a server that is merely away is waited for.
 */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { databaseUrl } = options;
  if (databaseUrl === null) return openEmbeddedStore(options);
  const prepareServer = async (database: Database) => {
    await prepare(database, options);
  };
  return openServerStore({ ...options, databaseUrl, prepare: prepareServer });
}

/** Brings the schema up to date without deciding; a server that is away is an error. */
export async function migrateStore(options: MigrateStoreOptions): Promise<MigrationReport> {
  if (options.databaseUrl === null) {
    const { database, report, release } = await openLocked(options, { onTaken() {} });
    await database.close();
    release();
    return report;
  }
  const { databaseUrl: url, runtime } = options;
  const database = openServer({ url, runtime, onAbsent() {}, onPresent() {} });
  try {
    await database.query("select 1");
    return await prepare(database, options);
  } catch (error) {
    if (error instanceof LiqError) throw error;
    throw new LiqError("LIQ_STORE", `Database cannot be used: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    await database.close();
  }
}

async function openEmbeddedStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const { signal, onEvent } = options;
  const onTaken = () => onEvent({ type: "role", role: "lost" });
  const { database, release } = await openLocked(options, { onTaken, signal });
  options.onPrepared?.(database);
  const store = new SqlStore(database, await database.transaction(beginTerm));
  const vacuum = startVacuum(database, options.log);
  onEvent({ type: "role", role: "deciding" });
  return {
    database,
    store,
    vacuum,
    async close() {
      await vacuum.close();
      await database.close();
      release();
    },
  };
}

interface Locked {
  readonly database: EmbeddedDatabase;
  readonly report: MigrationReport;
  release(): void;
}

async function openLocked(
  options: MigrateStoreOptions,
  rights: { readonly onTaken: () => void; readonly signal?: AbortSignal },
): Promise<Locked> {
  const { dataDir, snapshotFolder, runtime, log } = options;
  const lock = await acquireLockFile(dataDir, { runtime, log, ...rights });
  try {
    const snapshot = snapshotFolder === null ? null : readSnapshot(snapshotFolder, snapshotKey());
    let report: MigrationReport = { applied: [], version: 0 };
    const database = await openEmbedded({ dataDir, snapshot }, async (fresh) => {
      report = await prepare(fresh, options);
    });
    // A snapshot holds what earlier steps made: all of them came with this start.
    if (database.isNew) report = { ...report, applied: MIGRATIONS.map(nameOf) };
    return { database, report, release: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function nameOf({ version, name }: Migration): Pick<Migration, "version" | "name"> {
  return { version, name };
}

async function prepare(
  database: Database,
  { migrateQueue, log }: Pick<OpenStoreOptions, "migrateQueue" | "log">,
): Promise<MigrationReport> {
  const report = await migrate(database);
  if (report.applied.length > 0) log.info({ version: report.version }, "database migrated");
  await migrateQueue?.(database.queuePool);
  return report;
}
