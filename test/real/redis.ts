/**
 * A real Redis for tests: REDIS_URL, else redis-server on the path, else from Debian's packages.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  freePort,
  isOnPath,
  missing,
  type StartedServer,
  sharedServer,
  until,
} from "./run-folder.ts";

/** The server of this test run, or null (said loudly) when there is none. */
export async function withRedis(): Promise<{ readonly url: string } | null> {
  const given = process.env.REDIS_URL;
  const url = given ? given : await sharedServer("redis", startForRun);
  return url === null ? null : { url };
}

/** A server that a test may stop, start and flush. */
export interface PrivateRedis {
  readonly url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** One command in plain words, such as FLUSHALL; resolves with the first answer. */
  command(words: string): Promise<string>;
}

export async function privateRedis(folder: string): Promise<PrivateRedis | null> {
  const program = redisServer(folder);
  if (program === null) return missing("Redis: no redis-server and no package");
  const port = await freePort();
  let server: ChildProcess | null = null;
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      server = runRedis(program, folder, port);
      await until(() => isReady(port), "Redis answers");
    },
    async kill() {
      const killed = server;
      killed?.kill("SIGKILL");
      await until(() => killed === null || killed.signalCode !== null, "Redis ends");
    },
    command: (words) => ask(port, words),
  };
}

async function startForRun(folder: string): Promise<StartedServer | null> {
  const program = redisServer(folder);
  if (program === null) return missing("Redis: no redis-server and no package");
  const port = await freePort();
  const server = runRedis(program, folder, port);
  server.unref();
  await until(() => isReady(port), "Redis answers");
  return { url: `redis://127.0.0.1:${port}`, pid: server.pid ?? 0 };
}

function runRedis(program: Program, folder: string, port: number): ChildProcess {
  const settings = { bind: "127.0.0.1", dir: folder, save: "", "maxmemory-policy": "noeviction" };
  const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const args = ["--port", String(port), "--appendonly", "no", ...words];
  return spawn(program.path, args, { stdio: "ignore", env: { ...process.env, ...program.env } });
}

async function isReady(port: number): Promise<boolean> {
  return (await ask(port, "PING").catch(() => "")) === "+PONG";
}

function ask(port: number, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${words}\r\n`));
    socket.once("error", reject);
    socket.once("data", (answer) => {
      socket.destroy();
      resolve(answer.toString().split("\r\n")[0] ?? "");
    });
  });
}

interface Program {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

function redisServer(folder: string): Program | null {
  const installed = { path: "redis-server", env: {} };
  if (isOnPath("redis-server")) return installed;
  if (!isOnPath("apt-get")) return null;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && ran("apt-get", ["install", "-y", "--no-install-recommends", "redis-server"])) {
    return installed;
  }
  return unpacked(folder);
}

/** Without rights the packages can still be downloaded and unpacked beside the tests. */
function unpacked(folder: string): Program | null {
  const packages = ["redis-server", "redis-tools", "libjemalloc2", "liblua5.1-0", "liblzf1"];
  const root = join(folder, "unpacked");
  mkdirSync(root);
  if (!ran("apt-get", ["download", ...packages], folder)) return null;
  if (!ran("sh", ["-c", `for f in *.deb; do dpkg -x "$f" unpacked || exit 1; done`], folder)) {
    return null;
  }
  const library = spawnSync(
    "sh",
    ["-c", "dirname $(find unpacked -name 'liblua5.1.so.0' | head -1)"],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  const path = join(root, "usr", "bin", "redis-server");
  return { path, env: { LD_LIBRARY_PATH: join(folder, library.stdout.trim()) } };
}

function ran(program: string, args: readonly string[], cwd = "/"): boolean {
  return spawnSync(program, [...args], { cwd, stdio: "ignore", timeout: 60_000 }).status === 0;
}
