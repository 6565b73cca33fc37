/** docs/operations.md against the program: its messages, its codes, its SQL and its files. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../src/errors.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openServer } from "../../src/store/postgres/server.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { withPostgres } from "../real/postgres.ts";
import { decision } from "../render/samples.ts";
import { batch, row, rowsOf } from "../store/samples.ts";
import { repositoryFiles } from "../tidy/sources.ts";

const text = readFileSync("docs/operations.md", "utf8");
const sources = repositoryFiles()
  .filter((path) => path.startsWith("src/") && path.endsWith(".ts"))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

/** The cells of every row under `| message |`. */
const messages = (text.split("| message |")[1] ?? "")
  .split("\n\n")[0]
  ?.split("\n")
  .slice(2)
  .map((line) => line.split(" | "));

describe("docs/operations.md", () => {
  test("every message in it is one that the program writes, at the level that it says", () => {
    expect(messages?.length).toBeGreaterThan(12);
    for (const [message = "", level = ""] of messages ?? []) {
      const words = message.replace(/^\| `|`$/g, "");
      expect([words, sources.includes(`"${words}"`)]).toEqual([words, true]);
      expect(level).toMatch(/^(?:error|warn|info)/);
    }
  });

  test("every code and every file in it exists", () => {
    const codes = [...text.matchAll(/LIQ_[A-Z]+/g)].map(([code]) => code);
    expect(codes.filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
    const linked = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => `docs/${path}`);
    const run = [...text.matchAll(/\b(?:scripts|deploy)\/[\w./-]+\w/g)].map(([path]) => path);
    expect(linked.length + run.length).toBeGreaterThan(6);
    expect([...linked, ...run].filter((path) => !existsSync(path))).toEqual([]);
  });
});

const postgres = await withPostgres();

if (postgres !== null) {
  describe("the SQL in it", () => {
    const [, sql = ""] = /```sql\n([\s\S]+?)```/.exec(text) ?? [];
    let database: Database;

    beforeAll(async () => {
      const url = await postgres.newDatabase();
      database = openServer({ url, runtime: nodeRuntime, onAbsent() {}, onPresent() {} });
      await migrate(database);
      const store = new SqlStore(database, await database.transaction(beginTerm));
      const rows = rowsOf(row("a", { notionalCents: 250 }), row("b", { notionalCents: 100 }));
      await store.commit(batch({ liquidations: rows, decisions: [decision({ alertId: "told" })] }));
    });

    afterAll(() => database.close());

    test("answers from hourly sums", async () => {
      const found = await database.query(sql);
      expect(found).toMatchObject([{ usd: "3.50", orders: "2", largest: "2.50" }]);
    });

    test("the log refuses the owner, too", async () => {
      await expect(database.run("delete from liqwatch.liquidation_alerts")).rejects.toThrow(
        "the log is append-only",
      );
    });
  });
}
