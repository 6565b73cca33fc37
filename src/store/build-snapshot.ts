/** Makes the snapshot of the embedded database; the build calls it, nothing else. */
import { migrate } from "./migrate.ts";
import { openEmbedded } from "./postgres/embedded.ts";
import type { QueuePool } from "./postgres/pool.ts";
import { readSnapshot, snapshotKey, writeSnapshot } from "./snapshot.ts";

/** Returns the archive's size in bytes, or null when the one in `folder` still fits. */
export async function buildSnapshot(
  folder: string,
  migrateQueue: (pool: QueuePool) => Promise<void>,
): Promise<number | null> {
  const key = snapshotKey();
  if (readSnapshot(folder, key) !== null) return null;
  const database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
    await migrate(fresh);
    await migrateQueue(fresh.queuePool);
  });
  // A small write-ahead log and settled statistics make the copies smaller and their start faster.
  await database.run("vacuum (analyze)");
  await database.run("checkpoint");
  const archive = await database.dump();
  await database.close();
  writeSnapshot(folder, key, archive);
  return archive.byteLength;
}
