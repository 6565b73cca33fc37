/** Brings a database up to the schema that this version knows. */
import { LiqError } from "../errors.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { numberOf } from "./postgres/rows.ts";
import type { Database, Sql } from "./postgres/sql.ts";

/** Held while migrating, so that daemons which start together take turns. "liqw" in ASCII. */
const MIGRATION_LOCK_KEY = 0x6c697177;

export interface MigrationReport {
  /** Steps applied now, in order. */
  readonly applied: readonly { readonly version: number; readonly name: string }[];
  readonly version: number;
}

/** All missing steps in one transaction: a crash in the middle leaves the old schema. */
export function migrate(database: Database): Promise<MigrationReport> {
  return database.transaction(async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK_KEY]);
    await sql.run(`create schema if not exists liqwatch;
      create table if not exists liqwatch.schema_migrations (
        version integer primary key,
        name text not null,
        applied_at timestamptz not null default now()
      )`);
    return applyMissing(sql, await schemaVersion(sql));
  });
}

async function schemaVersion(sql: Sql): Promise<number> {
  const [row] = await sql.query(
    "select coalesce(max(version), 0)::int as version from liqwatch.schema_migrations",
  );
  return row === undefined ? 0 : numberOf(row, "version");
}

async function applyMissing(sql: Sql, present: number): Promise<MigrationReport> {
  const version = MIGRATIONS.at(-1)?.version ?? 0;
  if (present > version) {
    throw new LiqError(
      "LIQ_STORE",
      `Database has schema ${present} and this version knows ${version}: start a newer liqwatch`,
    );
  }
  const missing = MIGRATIONS.filter((migration) => migration.version > present);
  for (const migration of missing) {
    await sql.run(migration.sql);
    await sql.query("insert into liqwatch.schema_migrations (version, name) values ($1, $2)", [
      migration.version,
      migration.name,
    ]);
  }
  return { applied: missing.map(({ version, name }) => ({ version, name })), version };
}
