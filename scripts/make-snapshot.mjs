/**
 * Makes dist/pglite-snapshot.tar.gz after `tsc`, unless the one there still fits. Plain JavaScript:
 * it runs on what was just built. Without a snapshot liqwatch works too, its first start is slower.
 */
import { fileURLToPath } from "node:url";

const dist = new URL("../dist/", import.meta.url);
const { buildSnapshot } = await import(new URL("store/build-snapshot.js", dist).href);
// Loaded only when a snapshot has to be made.
const migrateQueue = async (pool) => {
  const queue = await import(new URL("jobs/queue.js", dist).href);
  await queue.migrateQueue(pool);
};

const startedAt = performance.now();
try {
  const bytes = await buildSnapshot(fileURLToPath(dist), migrateQueue);
  if (bytes !== null) {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.error(`Database snapshot: ${(bytes / 1e6).toFixed(1)} MB in ${seconds} s`);
  }
} catch (error) {
  console.error(`Database snapshot not made, first starts will take longer: ${error}`);
}
