/** scripts/move-to-postgres.mjs as a process: from a data directory into a real server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import { openServer } from "../../src/store/postgres/server.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { withPostgres } from "../real/postgres.ts";
import { scratchFolder } from "../real/run-folder.ts";
import { AT_MS, decision } from "../render/samples.ts";
import { batch, draft, row, rowsOf } from "../store/samples.ts";

async function run(...args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, ["scripts/move-to-postgres.mjs", ...args]);
  let stderr = "";
  child.stderr.on("data", (part) => {
    stderr += part;
  });
  const [code] = await once(child, "close");
  return { code, stderr };
}

/** Every table's rows as one text, in an order of their own. */
function contents(database: Database): Promise<Readonly<Record<string, unknown>>> {
  return database.transaction(async (sql) => {
    await sql.run("set local timezone = 'UTC'");
    const tables = await sql.query(
      `select table_name as name from information_schema.tables
       where table_schema = 'liqwatch' and table_name <> 'schema_migrations' order by 1`,
    );
    const found: Record<string, unknown> = {};
    for (const { name } of tables) {
      const [all] = await sql.query(
        `select coalesce(json_agg(t::text order by t::text), '[]')::text as rows
         from liqwatch.${name} t`,
      );
      found[String(name)] = all?.rows;
    }
    return found;
  });
}

async function fill(store: SqlStore): Promise<void> {
  const many = Array.from({ length: 4_500 }, (_, at) => row(`many|${at}`, { price: 0.1 + at / 7 }));
  const exact = row("exact", { notionalCents: 9_007_199_254_740_991, symbol: 'a "b\\ü' });
  await store.commit(
    batch({
      liquidations: rowsOf(...many, exact),
      decisions: [decision({ alertId: "told" })],
      deliveries: [draft(["told"])],
      gaps: [{ venue: "okx", connection: "okx.0", fromMs: AT_MS, toMs: null, reason: "closed" }],
      scopes: [{ rule: "majors", scopeKey: "BTC", state: { level: 2 } }],
    }),
  );
}

const postgres = await withPostgres();

if (postgres !== null) {
  describe("moving to Postgres", () => {
    const dataDir = scratchFolder("move");
    const embedded = () =>
      openEmbedded({ dataDir, snapshot: null }, async (fresh) => {
        await migrate(fresh);
      });
    let url: string;
    let target: Database;
    let before: Readonly<Record<string, unknown>>;

    beforeAll(async () => {
      const source = await embedded();
      await fill(new SqlStore(source, await source.transaction(beginTerm)));
      before = await contents(source);
      await source.close();
      url = await postgres.newDatabase();
      target = openServer({ url, runtime: nodeRuntime, onAbsent() {}, onPresent() {} });
    });

    afterAll(() => target.close());

    test("copies every row of every table, to the last digit", async () => {
      const { code, stderr } = await run(dataDir, url);
      expect([code, stderr]).toEqual([0, expect.stringContaining("liquidations: 4501 rows")]);
      expect(await contents(target)).toEqual(before);
    });

    test("running numbers go on, and the pending message is still to be sent", async () => {
      const store = new SqlStore(target, await target.transaction(beginTerm));
      const next = decision({ alertId: "next", incidentId: "another" });
      const { incidentNumbers } = await store.commit(
        batch({ liquidations: rowsOf(row("new"), row("exact")), decisions: [next] }),
      );
      expect(incidentNumbers).toEqual({ another: 2 });
      const [newest] = await store.recentLiquidations(1);
      expect(newest?.row.dedupeKey).toBe("new");
      expect((await store.claim("discord", AT_MS, "oldest"))?.alertIds).toEqual(["told"]);
    });

    test("a database with data, a folder without any and a missing argument are refused", async () => {
      expect(await run(dataDir, url)).toEqual({
        code: 1,
        stderr: "The Postgres database holds data of liqwatch already\n",
      });
      const empty = scratchFolder("empty");
      expect(await run(empty, url)).toEqual({
        code: 1,
        stderr: `No embedded database in ${empty}\n`,
      });
      expect((await run(dataDir)).code).toBe(2);
    });
  });
}
