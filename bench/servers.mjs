/**
 * Real servers of the bench's own, so that nothing of yours is filled or emptied. They are started as
 * the tests start theirs; that is TypeScript, which Node 20 does not read by itself, but vite (it
 * comes with vitest) does.
 */
import { chmodSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { runnerImport } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * null, said loudly, when there is none on this machine.
 *
 * @param {string} folder for what it keeps
 */
export async function startRedis(folder) {
  const { privateRedis } = await imported("test/real/redis.ts");
  const server = await privateRedis(subfolder(folder, "redis"));
  if (server === null) return null;
  await server.start();
  return {
    url: server.url,
    empty: () => server.command("FLUSHALL"),
    stop: () => server.kill(),
  };
}

/**
 * null, said loudly, when there is none on this machine.
 *
 * @param {string} folder for what it keeps
 */
export async function startPostgres(folder) {
  const { privatePostgres } = await imported("test/real/postgres.ts");
  const server = await privatePostgres(subfolder(folder, "postgres"));
  if (server === null) return null;
  await server.start();
  let databases = 0;
  return {
    async newDatabase() {
      databases += 1;
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`create database bench_${databases}`);
      await client.end();
      return Object.assign(new URL(server.url), { pathname: `/bench_${databases}` }).href;
    },
    stop: () => server.stopImmediately(),
  };
}

async function imported(path) {
  const options = { configFile: false, root: ROOT, logLevel: "error" };
  return (await runnerImport(join(ROOT, path), options)).module;
}

/** Postgres runs as a user of its own when we are root. */
function subfolder(folder, name) {
  const made = mkdtempSync(join(folder, `${name}-`));
  chmodSync(made, 0o755);
  return made;
}
