// Copies the embedded database into an empty Postgres, whole or not at all:
//
//   npm run build && node scripts/move-to-postgres.mjs DATA_DIR DATABASE_URL
//
// Stop liqwatch first; afterwards start it with DATABASE_URL. The embedded database stays as it is.
// The queue is not copied: pending messages are rows of `deliveries`, and jobs are made from them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { SILENT_LOG } from "../dist/log.js";
import { nodeRuntime } from "../dist/runtime-node.js";
import { acquireLockFile } from "../dist/store/lock-file.js";
import { migrate } from "../dist/store/migrate.js";
import { openEmbedded } from "../dist/store/postgres/embedded.js";
import { openServer } from "../dist/store/postgres/server.js";

const SCHEMA = "liqwatch";
const CHUNK_ROWS = 2_000;
const COPIED_BY_MIGRATION = ["schema_migrations"];

const [dataDir, url] = process.argv.slice(2);
if (dataDir === undefined || url === undefined) {
  fail("Usage: node scripts/move-to-postgres.mjs DATA_DIR DATABASE_URL", 2);
}
if (!existsSync(join(dataDir, "database"))) fail(`No embedded database in ${dataDir}`, 1);

try {
  const lock = await acquireLockFile(dataDir, {
    ...{ runtime: nodeRuntime, log: SILENT_LOG },
    onTaken: () => fail("Another process took the data directory over", 1),
  });
  try {
    await move();
  } finally {
    lock.release();
  }
} catch (error) {
  fail(error instanceof Error ? error.message : String(error), 1);
}
process.exit(0);

async function move() {
  const runtime = { random: Math.random, sleep: () => Promise.reject(new Error("Server is away")) };
  const target = openServer({ url, runtime, onAbsent() {}, onPresent() {} });
  await target.query("select 1");
  await migrate(target);
  const source = await openEmbedded({ dataDir, snapshot: null }, async (database) => {
    await migrate(database);
  });
  try {
    await target.transaction(async (to) => {
      await refuseUsed(to);
      for (const table of await tablesOf(to)) await copyTable(source, to, table);
      await copySequences(source, to);
    });
  } finally {
    await source.close();
    await target.close();
  }
}

async function refuseUsed(to) {
  const [row] = await to.query(`select exists (select from ${SCHEMA}.settings)
    or exists (select from ${SCHEMA}.liquidations)
    or exists (select from ${SCHEMA}.liquidation_alerts) as used`);
  if (row.used) throw new Error("The Postgres database holds data of liqwatch already");
}

async function tablesOf(to) {
  const rows = await to.query(
    `select table_name as name from information_schema.tables
     where table_schema = $1 and table_type = 'BASE TABLE' order by 1`,
    [SCHEMA],
  );
  return rows.map(({ name }) => name).filter((name) => !COPIED_BY_MIGRATION.includes(name));
}

/** Rows travel as the database's own JSON text: no number passes through JavaScript. */
async function copyTable(source, to, table) {
  const found = await to.query(
    `select format('%I', column_name) as name from information_schema.columns
     where table_schema = $1 and table_name = $2 and is_generated = 'NEVER'
     order by ordinal_position`,
    [SCHEMA, table],
  );
  const columns = found.map(({ name }) => name).join(", ");
  const insert = `insert into ${SCHEMA}.${table} (${columns}) overriding system value
    select ${columns} from json_populate_recordset(null::${SCHEMA}.${table}, $1::json)`;
  let rows = 0;
  await source.transaction(async (from) => {
    await from.run(`declare copied no scroll cursor for
      select row_to_json(t)::text as row from (select ${columns} from ${SCHEMA}.${table}) t`);
    for (;;) {
      const chunk = await from.query(`fetch ${CHUNK_ROWS} from copied`);
      if (chunk.length === 0) return;
      await to.query(insert, [`[${chunk.map(({ row }) => row).join(",")}]`]);
      rows += chunk.length;
    }
  });
  console.error(`${table}: ${rows} rows`);
}

/** Identities and running numbers go on where they were. */
async function copySequences(source, to) {
  const names = await to.query(
    "select format('%I.%I', schemaname, sequencename) as name from pg_sequences where schemaname = $1",
    [SCHEMA],
  );
  for (const { name } of names) {
    const [at] = await source.query(`select last_value::text, is_called from ${name}`);
    await to.query("select setval($1::regclass, $2::bigint, $3)", [
      name,
      at.last_value,
      at.is_called,
    ]);
  }
}

function fail(text, code) {
  console.error(text);
  process.exit(code);
}
