import pg from "pg";
import { expect, test } from "vitest";
import { LiqError } from "../../src/errors.ts";
import { migrateQueue } from "../../src/jobs/queue.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { MIGRATIONS } from "../../src/store/migrations/index.ts";
import { migrateStore, type OpenedStore, openStore } from "../../src/store/open.ts";
import { acquireAdvisoryLock } from "../../src/store/postgres/advisory-lock.ts";
import type { StoreEvent } from "../../src/store/store.ts";
import { withPostgres } from "../real/postgres.ts";
import { freePort, until } from "../real/run-folder.ts";
import { batch, row, rowsOf } from "./samples.ts";

const postgres = await withPostgres();

const common = {
  dataDir: "unused",
  snapshotFolder: null,
  runtime: nodeRuntime,
  log: SILENT_LOG,
  migrateQueue,
};

function open(databaseUrl: string, signal = new AbortController().signal) {
  const events: StoreEvent[] = [];
  const onEvent = (event: StoreEvent) => events.push(event);
  const opened: Promise<OpenedStore> = openStore({ ...common, databaseUrl, onEvent, signal });
  return { opened, events };
}

/** Cuts the connections that hold the right to decide in this database. */
async function cutDecider(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'liqwatch decider'`,
  );
  await client.end();
  return rowCount ?? 0;
}

test("migrating a server that is away is one clear error, at once", async () => {
  const databaseUrl = `postgres://postgres@127.0.0.1:${await freePort()}/postgres`;
  await expect(migrateStore({ ...common, databaseUrl })).rejects.toMatchObject({
    code: "LIQ_STORE",
    message: expect.stringMatching(/^Database cannot be used: connect ECONNREFUSED/),
  });
});

if (postgres !== null) {
  test("migrating a server says what it did", async () => {
    const databaseUrl = await postgres.newDatabase();
    const applied = MIGRATIONS.map(({ version, name }) => ({ version, name }));
    const version = MIGRATIONS.at(-1)?.version;
    expect(await migrateStore({ ...common, databaseUrl })).toEqual({ applied, version });
    expect(await migrateStore({ ...common, databaseUrl })).toEqual({ applied: [], version });
  });

  test("the right to decide goes to one, and to the next when it is given back", async () => {
    const url = await postgres.newDatabase();
    const signal = new AbortController().signal;
    const options = { url, runtime: nodeRuntime, onAbsent() {}, onHeld: async () => false };
    const first = await acquireAdvisoryLock(options, signal);
    expect(await acquireAdvisoryLock(options, signal)).toBe(null);
    await first?.release();
    const second = await acquireAdvisoryLock(options, signal);
    expect(await cutDecider(url)).toBe(1);
    expect(await second?.lost).toMatch(/terminat/);
  });

  test("a lock that was cut off is taken again while nobody else decides", async () => {
    const databaseUrl = await postgres.newDatabase();
    const { opened, events } = open(databaseUrl);
    const { store, close } = await opened;
    expect(await cutDecider(databaseUrl)).toBe(1);
    await until(async () => (await cutDecider(databaseUrl)) === 1, "the lock is held again");
    const { acceptedKeys } = await store.commit(batch({ liquidations: rowsOf(row("again")) }));
    expect(acceptedKeys).toEqual(["again"]);
    expect(events.filter(({ type }) => type === "role")).toEqual([
      { type: "role", role: "deciding" },
    ]);
    await close();
  });

  test("a standby can be called off", async () => {
    const databaseUrl = await postgres.newDatabase();
    const first = await open(databaseUrl).opened;
    const stop = new AbortController();
    const standby = open(databaseUrl, stop.signal);
    await until(() => standby.events.length > 0, "the second one stands by");
    expect(standby.events).toEqual([{ type: "role", role: "standby" }]);
    stop.abort(new LiqError("LIQ_STORE", "Called off"));
    await expect(standby.opened).rejects.toThrow("Called off");
    await first.close();
  });
}
