import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SILENT_LOG } from "../../src/log.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import { readSnapshot, snapshotKey } from "../../src/store/snapshot.ts";
import { startVacuum } from "../../src/store/vacuum.ts";
import { until } from "../real/run-folder.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

test("the embedded database is vacuumed after bulk", async () => {
  const snapshot = readSnapshot(DIST, snapshotKey());
  const database = await openEmbedded({ dataDir: null, snapshot }, async (fresh) => {
    await migrate(fresh);
  });
  await database.run(
    `insert into liqwatch.settings select g, '1' from generate_series(1, 1000) as g;
     delete from liqwatch.settings`,
  );
  const pages = async () =>
    (await database.query("select pg_relation_size('liqwatch.settings')::int as bytes"))[0]?.bytes;
  expect(await pages()).toBeGreaterThan(0);
  const vacuum = startVacuum(database, SILENT_LOG);
  vacuum.wrote(49_999);
  vacuum.wrote(1);
  await until(async () => (await pages()) === 0, "the dead rows are gone");
  await vacuum.close();
  await database.close();
});
