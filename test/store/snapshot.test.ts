import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { migrateQueue } from "../../src/jobs/queue.ts";
import { buildSnapshot } from "../../src/store/build-snapshot.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import type { Sql } from "../../src/store/postgres/sql.ts";
import { readSnapshot, snapshotKey, writeSnapshot } from "../../src/store/snapshot.ts";
import { scratchFolder } from "../real/run-folder.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const SLOW_MS_MAX = 60_000;

/** Everything that two equal schemas have in common, as text. */
const CATALOGUE = [
  `select table_schema, table_name, column_name, data_type, is_nullable, column_default,
     generation_expression, identity_generation, ordinal_position
   from information_schema.columns where table_schema in ('liqwatch', 'bullmq') order by 1, 2, 9`,
  `select indexdef from pg_indexes where schemaname in ('liqwatch', 'bullmq') order by 1`,
  `select conrelid::regclass::text as name, pg_get_constraintdef(oid) as definition
   from pg_constraint where connamespace::regnamespace::text in ('liqwatch', 'bullmq')
   order by 1, 2`,
  `select pg_get_functiondef(oid) as definition from pg_proc
   where pronamespace::regnamespace::text in ('liqwatch', 'bullmq') order by 1`,
  `select pg_get_triggerdef(oid) as definition from pg_trigger where not tgisinternal order by 1`,
  "select version, name from liqwatch.schema_migrations order by 1",
  "select version, name from bullmq.migration order by 1",
] as const;

async function catalogueOf(sql: Sql): Promise<readonly unknown[]> {
  const parts: unknown[] = [];
  for (const text of CATALOGUE) parts.push(await sql.query(text));
  return parts;
}

async function prepare(database: Parameters<typeof migrate>[0]): Promise<void> {
  await migrate(database);
  await migrateQueue(database.queuePool);
}

test(
  "a start from a snapshot has the same schema as an initialised and migrated one",
  async () => {
    const folder = scratchFolder("built");
    const bytes = await buildSnapshot(folder, migrateQueue);
    expect(await buildSnapshot(folder, migrateQueue)).toBe(null);
    const snapshot = readSnapshot(folder, snapshotKey());
    expect(snapshot?.byteLength).toBe(bytes);
    let stepsAfter = -1;
    const fromSnapshot = await openEmbedded({ dataDir: null, snapshot }, async (database) => {
      stepsAfter = (await migrate(database)).applied.length;
    });
    const ready = await catalogueOf(fromSnapshot);
    await fromSnapshot.close();
    const migrated = await openEmbedded({ dataDir: null, snapshot: null }, prepare);
    expect(ready).toEqual(await catalogueOf(migrated));
    expect(stepsAfter).toBe(0);
    await migrated.close();
  },
  SLOW_MS_MAX,
);

test(
  "a first start that was cut short is begun anew",
  async () => {
    const dataDir = scratchFolder("unfinished");
    const snapshot = readSnapshot(DIST, snapshotKey());
    expect(snapshot).toBeInstanceOf(Uint8Array);
    const first = await openEmbedded({ dataDir, snapshot }, prepare);
    expect(first.isNew).toBe(true);
    await first.close();
    // As a kill in the middle of unpacking leaves it.
    rmSync(join(dataDir, "database", "global"), { recursive: true });
    writeFileSync(join(dataDir, "database.unfinished"), "");
    const second = await openEmbedded({ dataDir, snapshot }, prepare);
    expect(second.isNew).toBe(true);
    await second.close();
    expect(readdirSync(dataDir)).toEqual(["database"]);
    const third = await openEmbedded({ dataDir, snapshot }, prepare);
    expect(third.isNew).toBe(false);
    await third.close();
  },
  SLOW_MS_MAX,
);

test("a snapshot of another version or without its key is not used", () => {
  const folder = scratchFolder("snapshot");
  const archive = new Uint8Array([1, 2, 3]);
  expect(readSnapshot(folder, "a")).toBe(null);
  writeSnapshot(folder, "a", archive);
  expect(readSnapshot(folder, "b")).toBe(null);
  expect(readSnapshot(folder, "a")).toEqual(Buffer.from(archive));
  expect(snapshotKey()).toMatch(/^[0-9a-f]{64}$/);
});
