/**
 * The embedded database: PGlite in this thread, one session shared with BullMQ. It survives
 * kill -9 and not power loss: it never calls fsync (measured with strace), whatever it is told.
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { LiqError, messageOf } from "../../errors.ts";
import { EmbeddedQueuePool, QUEUE_SCHEMA } from "./pool.ts";
import type { Database, Sql, SqlRow, SqlValue } from "./sql.ts";

/** Folder of the database inside the data directory. */
const DATABASE_FOLDER = "database";

/** Stands beside the folder while it is being filled, so that a killed first start is repeated. */
const UNFINISHED_FILE = "database.unfinished";

/** What PGlite offers inside and outside of a transaction. */
type Session = Pick<PGlite, "query" | "exec">;

export interface EmbeddedOptions {
  /** null = in memory, for tests and for building the snapshot. */
  readonly dataDir: string | null;
  /** An initialised database to start from when there is none yet; null = initialise one. */
  readonly snapshot: Uint8Array | null;
}

export class EmbeddedDatabase implements Database {
  readonly kind = "embedded";
  readonly queuePool: EmbeddedQueuePool;
  /** True when this start created it. */
  readonly isNew: boolean;
  readonly #db: PGlite;

  constructor(db: PGlite, isNew: boolean) {
    this.#db = db;
    this.isNew = isNew;
    this.queuePool = new EmbeddedQueuePool(db);
  }

  query(text: string, params: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return sessionSql(this.#db).query(text, params);
  }

  run(text: string): Promise<void> {
    return sessionSql(this.#db).run(text);
  }

  /** PGlite holds BullMQ's statements back meanwhile. One session has no conflicts to retry. */
  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#db.transaction((session) => run(sessionSql(session)));
  }

  /** The whole database as one compressed archive, for the snapshot. */
  async dump(): Promise<Uint8Array> {
    const archive = await this.#db.dumpDataDir("gzip");
    return new Uint8Array(await archive.arrayBuffer());
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

/** Opens the database; `finish` runs its migrations before a new one counts as complete. */
export async function openEmbedded(
  options: EmbeddedOptions,
  finish: (database: EmbeddedDatabase) => Promise<void>,
): Promise<EmbeddedDatabase> {
  const { dataDir, snapshot } = options;
  if (dataDir === null) return startPglite("memory://", { snapshot, isNew: true }, finish);
  const folder = join(dataDir, DATABASE_FOLDER);
  const unfinished = join(dataDir, UNFINISHED_FILE);
  if (exists(unfinished)) rmSync(folder, { recursive: true, force: true });
  if (exists(folder) && readdirSync(folder).length > 0) {
    return startPglite(folder, { snapshot: null, isNew: false }, finish);
  }
  writeFileSync(unfinished, "");
  mkdirSync(folder, { recursive: true });
  const database = await startPglite(folder, { snapshot, isNew: true }, finish);
  rmSync(unfinished, { force: true });
  return database;
}

async function startPglite(
  place: string,
  { snapshot, isNew }: { readonly snapshot: Uint8Array | null; readonly isNew: boolean },
  finish: (database: EmbeddedDatabase) => Promise<void>,
): Promise<EmbeddedDatabase> {
  const loadDataDir =
    snapshot === null ? {} : { loadDataDir: new Blob([new Uint8Array(snapshot)]) };
  const db = await createPglite(place, loadDataDir);
  const database = new EmbeddedDatabase(db, isNew);
  try {
    await finish(database);
    // BullMQ's statements carry no schema. The setting lasts as long as the session, so every
    // name of ours is written with its schema instead.
    await database.run(
      `create schema if not exists ${QUEUE_SCHEMA}; set search_path = ${QUEUE_SCHEMA}, public`,
    );
    return database;
  } catch (error) {
    await database.close().catch(() => {});
    throw error;
  }
}

async function createPglite(place: string, loadDataDir: { loadDataDir?: Blob }): Promise<PGlite> {
  try {
    return await PGlite.create(place, { relaxedDurability: true, ...loadDataDir });
  } catch (error) {
    throw new LiqError("LIQ_STORE", `Database in ${place} cannot be opened: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function sessionSql(session: Session): Sql {
  return {
    async query(text, params = []) {
      return (await session.query<SqlRow>(text, [...params])).rows;
    },
    async run(text) {
      await session.exec(text);
    },
  };
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
