import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { acquireLockFile } from "../../src/store/lock-file.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

test("a data directory is held until it is released, and the refusal names the holder", () => {
  const folder = scratchFolder("lock");
  const lock = acquireLockFile(folder);
  expect(() => acquireLockFile(folder)).toThrow(
    `Data directory ${folder} is in use by process ${process.pid}: stop it or choose another dataDir`,
  );
  lock.release();
  acquireLockFile(folder).release();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});

test("the lock of a dead process is taken over", async () => {
  const folder = scratchFolder("lock");
  const child = spawn(process.execPath, ["-e", ""]);
  await until(() => child.exitCode !== null, "child ends");
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: child.pid, startedAt: null }));
  acquireLockFile(folder);
  expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8"))).toMatchObject({
    pid: process.pid,
  });
});

test.runIf(process.platform === "linux")(
  "a process that was given the pid of the former holder does not keep the lock",
  () => {
    const folder = scratchFolder("lock");
    const reused = { pid: process.ppid, startedAt: "another boot 1" };
    writeFileSync(join(folder, "lock"), JSON.stringify(reused));
    acquireLockFile(folder).release();
    expect(existsSync(join(folder, "lock"))).toBe(false);
  },
);

test("an unreadable lock is nobody's", () => {
  const folder = scratchFolder("lock");
  writeFileSync(join(folder, "lock"), "{");
  acquireLockFile(folder).release();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});

test("a released lock that another process took meanwhile stays", () => {
  const folder = scratchFolder("lock");
  const lock = acquireLockFile(folder);
  const other = JSON.stringify({ pid: 1, startedAt: "x" });
  writeFileSync(join(folder, "lock"), other);
  lock.release();
  expect(readFileSync(join(folder, "lock"), "utf8")).toBe(other);
});

test("a data directory that is a file is refused by name", () => {
  const file = join(scratchFolder("lock"), "file");
  writeFileSync(file, "");
  expect(() => acquireLockFile(file)).toThrow(`Data directory ${file} cannot be used: EEXIST`);
});
