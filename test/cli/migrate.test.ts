import { join } from "node:path";
import { expect, test } from "vitest";
import { migrate } from "../../src/cli/migrate.ts";
import { MIGRATIONS } from "../../src/store/migrations/index.ts";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import { scratchFolder } from "../real/run-folder.ts";
import { recordedIo } from "./recorded-io.ts";

const SLOW_MS_MAX = 60_000;

async function run(dataDir: string, ...args: readonly string[]): Promise<string> {
  const io = recordedIo({ LIQWATCH_DATA_DIR: dataDir });
  await migrate(args, io);
  return io.written.out;
}

test(
  "migrate creates the schema once, says what it did, and refuses a newer one",
  async () => {
    const dataDir = join(scratchFolder("migrate"), "data");
    const latest = MIGRATIONS.at(-1)?.version ?? 0;
    const steps = MIGRATIONS.map(({ version, name }) => `  ${version} ${name}\n`).join("");
    expect(await run(dataDir)).toBe(
      `Schema brought to version ${latest} (embedded, in ${dataDir})\n${steps}`,
    );
    expect(steps).toContain("  1 first\n  2 buckets\n");
    expect(await run(dataDir)).toBe(
      `Schema is up to date: version ${latest} (embedded, in ${dataDir})\n`,
    );
    expect(JSON.parse(await run(dataDir, "--json"))).toEqual({ applied: [], version: latest });

    const database = await openEmbedded({ dataDir, snapshot: null }, async () => {});
    await database.run(`insert into liqwatch.schema_migrations values (${latest + 1}, 'later')`);
    await database.close();
    await expect(run(dataDir)).rejects.toMatchObject({
      code: "LIQ_STORE",
      exitCode: 1,
      message: `Database has schema ${latest + 1} and this version knows ${latest}: start a newer liqwatch`,
    });
  },
  SLOW_MS_MAX,
);
