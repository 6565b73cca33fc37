import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { acquireLockFile, type LockFileOptions } from "../../src/store/lock-file.ts";
import { ownHolder } from "../../src/store/lock-holder.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

/** Quick, and long enough for a machine with other work. */
const TIMES = { beatMs: 100, stillMs: 3_000 };
const CHILD = fileURLToPath(new URL("lock-child.mjs", import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

const taken: string[] = [];
const acquire = (folder: string, over: Partial<LockFileOptions> = {}) =>
  acquireLockFile(folder, {
    ...{ runtime: nodeRuntime, log: SILENT_LOG, onTaken: () => taken.push(folder) },
    ...{ ...TIMES, ...over },
  });
const lockOf = (folder: string) => join(folder, "lock");

/** A holder in a process of its own, behind `wrap`; resolves when it said something. */
async function holder(dataDir: string, wrap: readonly string[] = []) {
  const args = [...wrap, process.execPath, CHILD, JSON.stringify({ dataDir, ...TIMES })];
  const child = spawn(args[0] ?? "", args.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let said = "";
  child.stdout?.on("data", (text: Buffer) => {
    said += text.toString();
  });
  await until(() => said.includes("\n"), "the child says something", 15_000);
  return {
    said: said.trim(),
    async kill() {
      child.kill("SIGKILL");
      await until(() => child.signalCode !== null || child.exitCode !== null, "the child ends");
    },
  };
}

test("a data directory is held until it is released, and the refusal names the holder", async () => {
  const folder = scratchFolder("lock");
  const lock = await acquire(folder);
  await expect(acquire(folder)).rejects.toThrow(
    `Data directory ${folder} is in use by process ${process.pid}: stop it or choose another dataDir`,
  );
  lock.release();
  (await acquire(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a killed holder of the same place is taken over at once, a living one never", async () => {
  const folder = scratchFolder("lock");
  const { said, kill } = await holder(folder);
  const pid = said.replace("held ", "");
  await expect(acquire(folder)).rejects.toThrow(`in use by process ${pid}: stop it`);
  await kill();
  const begun = performance.now();
  const lock = await acquire(folder, { stillMs: 60_000 });
  expect(performance.now() - begun).toBeLessThan(2_000);
  lock.release();
});

test.runIf(process.platform === "linux")(
  "a later process with the pid of a dead one is no owner",
  async () => {
    const folder = scratchFolder("lock");
    const reused = { ...ownHolder("x"), pid: process.ppid, startedAt: "another boot 1" };
    writeFileSync(lockOf(folder), JSON.stringify(reused));
    (await acquire(folder, { stillMs: 60_000 })).release();
    expect(existsSync(lockOf(folder))).toBe(false);
  },
);

test("a holder elsewhere lives while it touches its lock, however busy it is", async () => {
  const folder = scratchFolder("lock");
  const { said, kill } = await holder(folder);
  const pid = Number(said.replace("held ", ""));
  // The same file, touched by the same process, seen as from another container.
  const text = readFileSync(lockOf(folder), "utf8");
  const place = JSON.parse(text).place ?? "";
  writeFileSync(lockOf(folder), text.replace(place, place.replace(/./g, "?")), { flag: "r+" });
  await expect(acquire(folder)).rejects.toThrow(
    `in use by process ${pid} of another container or machine: stop it or choose another dataDir`,
  );
  await kill();
  const begun = performance.now();
  const lock = await acquire(folder);
  const tookMs = performance.now() - begun;
  expect(tookMs).toBeGreaterThan(TIMES.stillMs / 2);
  lock.release();
});

test("a lock from elsewhere that nobody has touched for long is taken at once", async () => {
  const folder = scratchFolder("lock");
  const gone = { ...ownHolder("x"), place: "another kernel" };
  writeFileSync(lockOf(folder), JSON.stringify(gone));
  const longAgo = Date.now() / 1_000 - 60;
  utimesSync(lockOf(folder), longAgo, longAgo);
  (await acquire(folder, { stillMs: 50_000 })).release();
  expect(existsSync(lockOf(folder))).toBe(false);
});

test("waiting for a holder elsewhere ends when it is called off", async () => {
  const folder = scratchFolder("lock");
  writeFileSync(lockOf(folder), JSON.stringify({ ...ownHolder("x"), place: null }));
  const waiting = acquire(folder, { stillMs: 60_000, signal: AbortSignal.timeout(300) });
  await expect(waiting).rejects.toThrow(/cannot be used: .*timeout/);
});

const unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
const canUnshare = spawnSync("unshare", [...unshare.slice(1), "true"]).status === 0;
if (!canUnshare) process.stderr.write("SKIPPED: PID namespaces cannot be made here\n");

test.runIf(canUnshare)(
  "two processes that cannot see each other's pids never hold one directory",
  { timeout: 60_000 },
  async () => {
    const folder = scratchFolder("lock");
    const first = await holder(folder, unshare);
    expect(first.said).toBe("held 1");
    const message = `Data directory ${folder} is in use by process 1 of another container or machine: stop it or choose another dataDir`;
    await expect(acquire(folder)).rejects.toThrow(message);
    const second = await holder(folder, unshare);
    expect(second.said).toBe(message);
    await first.kill();
    const third = await holder(folder, unshare);
    expect(third.said).toBe("held 1");
    await expect(acquire(folder)).rejects.toThrow(message);
    await third.kill();
  },
);

test("a holder whose lock was taken hears of it", async () => {
  const folder = scratchFolder("lock");
  const lock = await acquire(folder);
  writeFileSync(`${lockOf(folder)}.other`, JSON.stringify({ pid: 1 }));
  spawnSync("mv", [`${lockOf(folder)}.other`, lockOf(folder)]);
  await until(() => taken.includes(folder), "it is told", 15_000);
  lock.release();
  expect(readFileSync(lockOf(folder), "utf8")).toBe(JSON.stringify({ pid: 1 }));
});

test("an unreadable lock is nobody's", async () => {
  const folder = scratchFolder("lock");
  writeFileSync(lockOf(folder), "{");
  (await acquire(folder)).release();
  expect(existsSync(lockOf(folder))).toBe(false);
});

test("a data directory that is a file is refused by name", async () => {
  const file = join(scratchFolder("lock"), "file");
  writeFileSync(file, "");
  await expect(acquire(file)).rejects.toThrow(`Data directory ${file} cannot be used: EEXIST`);
});
