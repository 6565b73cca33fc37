/** One folder per test run: real servers that several test files share start in it once. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Made by `setup.ts`, removed after the run together with every server in it. */
    runFolder: string;
  }
}

const START_MS_MAX = 60_000;

export interface StartedServer {
  readonly url: string;
  readonly pid: number;
}

/** The first caller of a run starts the server, the others wait for it; null = it cannot be had. */
export async function sharedServer(
  name: string,
  start: (folder: string) => Promise<StartedServer | null>,
): Promise<string | null> {
  const folder = join(inject("runFolder"), name);
  const answer = join(inject("runFolder"), `${name}.json`);
  if (isFirst(folder)) {
    chmodSync(folder, 0o755);
    const started = await start(folder).catch((error: unknown) => ({ failure: String(error) }));
    writeFileSync(answer, JSON.stringify(started));
  }
  await until(() => existsSync(answer) && readFileSync(answer, "utf8") !== "", `${name} starts`);
  const server = read(answer);
  if (server?.failure !== undefined) throw new Error(server.failure);
  return server?.url ?? null;
}

function read(answer: string): (StartedServer & { readonly failure?: string }) | null {
  return JSON.parse(readFileSync(answer, "utf8"));
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Polls a condition; fails after `START_MS_MAX` with what was waited for. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  withinMs = START_MS_MAX,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await sleep(20);
  }
}

/** A port that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** A folder of its own for one test; removed with the run. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(inject("runFolder"), `${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

export function makeRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "liqwatch-test-"));
  chmodSync(folder, 0o755);
  return folder;
}

/** Stops the servers of the run by the pids that it wrote down, and removes its folder. */
export function removeRunFolder(folder: string, servers: readonly string[]): void {
  for (const name of servers) {
    const answer = join(folder, `${name}.json`);
    if (!existsSync(answer)) continue;
    const server = read(answer);
    if (server !== null && server.pid > 0) stopQuietly(server.pid);
  }
  rmSync(folder, { recursive: true, force: true });
}

function stopQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

export function isOnPath(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/** Says loudly that suites are left out; with CI=true that is a failure. */
export function missing(what: string): null {
  const text = `NOT TESTED against ${what}`;
  if (process.env.CI === "true") throw new Error(`${text}, which CI=true demands`);
  process.stderr.write(`\n==== ${text} ====\n\n`);
  return null;
}
