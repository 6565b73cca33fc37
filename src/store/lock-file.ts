/**
 * One deciding process per data directory: two PGlite processes on one directory both seem to
 * work and silently lose rows (measured: 500 written, 474 found).
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { kill, pid } from "node:process";
import { LiqError, messageOf } from "../errors.ts";
import { makeFolder } from "./folder.ts";
import { isObject } from "./postgres/rows.ts";

const LOCK_FILE = "lock";

/** Losing the file to another starter this often means that it holds the lock by now. */
const TAKE_OVERS_MAX = 5;

/** A process, told apart from a later one that was given the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** Kernel boot and start tick on Linux; null elsewhere, where the pid must do. */
  readonly startedAt: string | null;
}

export interface LockFile {
  release(): void;
}

/** Creates the directory if need be. Throws LIQ_STORE naming the pid when another process holds it. */
export function acquireLockFile(dataDir: string): LockFile {
  const folder = resolve(dataDir);
  try {
    makeFolder(folder);
    return lockIn(folder);
  } catch (error) {
    if (error instanceof LiqError) throw error;
    throw new LiqError(
      "LIQ_STORE",
      `Data directory ${folder} cannot be used: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

function lockIn(folder: string): LockFile {
  const path = join(folder, LOCK_FILE);
  const own: ProcessId = { pid, startedAt: startOf(pid) };
  const written = JSON.stringify(own);
  const draft = `${path}.${pid}`;
  writeFileSync(draft, written);
  try {
    // A link either appears with its whole content or fails because the name is taken.
    for (let tries = 0; !linked(draft, path); tries += 1) {
      const holder = holderOf(path);
      if (tries >= TAKE_OVERS_MAX || (holder !== null && isAlive(holder)))
        throw heldBy(holder, folder);
      removeStale(path, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (readOrNull(path) === written) rmSync(path, { force: true });
    },
  };
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (isObject(error) && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Two starters may find the same stale file: renaming it gives it to one of them, and one that
 * catches the other's fresh lock by that puts it back.
 */
function removeStale(path: string, stale: ProcessId | null): void {
  const caught = `${path}.stale.${pid}`;
  try {
    renameSync(path, caught);
  } catch {
    return;
  }
  const found = holderOf(caught);
  if (found !== null && found.pid !== stale?.pid && isAlive(found)) linked(caught, path);
  rmSync(caught, { force: true });
}

function heldBy(holder: ProcessId | null, folder: string): LiqError {
  const who = holder === null ? "another process" : `process ${holder.pid}`;
  return new LiqError(
    "LIQ_STORE",
    `Data directory ${folder} is in use by ${who}: stop it or choose another dataDir`,
  );
}

/** null for a file that is gone, empty or not ours: such a lock is stale. */
function holderOf(path: string): ProcessId | null {
  const text = readOrNull(path);
  if (text === null) return null;
  try {
    const written: unknown = JSON.parse(text);
    if (!isObject(written) || typeof written.pid !== "number") return null;
    return {
      pid: written.pid,
      startedAt: typeof written.startedAt === "string" ? written.startedAt : null,
    };
  } catch {
    return null;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function isAlive(holder: ProcessId): boolean {
  const present = startOf(holder.pid);
  if (present !== null && holder.startedAt !== null) return present === holder.startedAt;
  return answersSignals(holder.pid);
}

/** Signal 0 tests for existence; EPERM says that the process exists and belongs to somebody else. */
function answersSignals(target: number): boolean {
  try {
    return kill(target, 0);
  } catch (error) {
    return isObject(error) && error.code === "EPERM";
  }
}

/**
 * Field 22 of /proc/PID/stat is the start in clock ticks since boot (proc(5)); the command name in
 * field 2 may hold spaces and parentheses, so counting starts after the last parenthesis. A zombie
 * (state Z) holds nothing any more.
 */
function startOf(target: number): string | null {
  const stat = readOrNull(`/proc/${target}/stat`);
  const boot = readOrNull("/proc/sys/kernel/random/boot_id");
  if (stat === null || boot === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : `${boot.trim()} ${fields[19]}`;
}
