/**
 * One deciding process per data directory: two PGlite processes on one directory both seem to
 * work and silently lose rows (measured: 500 written, 474 found). The lock is a file that names its
 * holder and is touched every few seconds. Where the holder's pid can be looked up, that decides at
 * once; a holder in another container or on another machine lives as long as the file is touched.
 */
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { makeFolder } from "./folder.ts";
import type { BeatSettings } from "./lock-beat.ts";
import { isAlive, type LockHolder, ownHolder, parseHolder, readOrNull } from "./lock-holder.ts";
import { isObject } from "./postgres/rows.ts";

const LOCK_FILE = "lock";

/** Losing the file to another starter this often means that it holds the lock by now. */
const TAKE_OVERS_MAX = 5;

/** How often a holder touches its lock. */
const BEAT_MS = 2_000;
/** A lock that was not touched for so long is nobody's: four beats may be late. */
const STILL_MS = 10_000;
/** How often a waiting starter looks. */
const LOOK_MS = 250;

/** The compiled entry stands beside us; from TypeScript sources (tests) it is in `dist`. */
const BEAT_ENTRY = import.meta.url.endsWith(".ts")
  ? "../../dist/store/lock-beat.js"
  : "./lock-beat.js";

export interface LockFileOptions {
  readonly runtime: Pick<Runtime, "sleep" | "monotonicMs" | "random">;
  readonly log: Log;
  /** Another process holds the lock by now: this one was away for too long and must stop. */
  readonly onTaken: () => void;
  /** Ends the waiting for a holder elsewhere. */
  readonly signal?: AbortSignal;
  /** Shorter times, for tests. */
  readonly beatMs?: number;
  readonly stillMs?: number;
}

export interface LockFile {
  release(): void;
}

/**
 * Creates the directory if need be. Waits up to 10 s to see whether a holder elsewhere lives.
 *
 * @throws LiqError LIQ_STORE naming the pid when another process holds it
 */
export async function acquireLockFile(
  dataDir: string,
  options: LockFileOptions,
): Promise<LockFile> {
  const folder = resolve(dataDir);
  try {
    makeFolder(folder);
    return await lockIn(folder, options);
  } catch (error) {
    if (error instanceof LiqError) throw error;
    const reason = `Data directory ${folder} cannot be used: ${messageOf(error)}`;
    throw new LiqError("LIQ_STORE", reason, { cause: error });
  }
}

async function lockIn(folder: string, options: LockFileOptions): Promise<LockFile> {
  const path = join(folder, LOCK_FILE);
  const nonce = Math.floor(options.runtime.random() * 2 ** 48).toString(36);
  const written = JSON.stringify(ownHolder(nonce));
  const draft = `${path}.${nonce}`;
  writeFileSync(draft, written);
  const { ino: inode } = statSync(draft, { bigint: true });
  try {
    // A link either appears with its whole content or fails because the name is taken.
    for (let tries = 0; !linked(draft, path); tries += 1) {
      const text = readOrNull(path) ?? "";
      const holder = parseHolder(text);
      if (tries >= TAKE_OVERS_MAX) throw heldBy(holder, folder);
      if (holder !== null && (await holds(holder, { path, draft }, options))) {
        throw heldBy(holder, folder);
      }
      removeStale(path, { text, caught: `${draft}.stale` });
      // A lock begins with the time of its draft, which may have waited for as long as a dead holder.
      writeFileSync(draft, written);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const beat = startBeat({ path, inode }, options);
  return {
    release() {
      beat.stop();
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

async function holds(
  holder: LockHolder,
  { path, draft }: { readonly path: string; readonly draft: string },
  options: LockFileOptions,
): Promise<boolean> {
  const { runtime, log, signal, stillMs = STILL_MS } = options;
  const known = isAlive(holder);
  if (known !== null) return known;
  const first = touchedOf(path);
  // The draft's time is the present one by the clock that gave the lock its time.
  const present = touchedOf(draft);
  if (first === null || present === null) return false;
  const restMs = stillMs - Math.max(0, present.atMs - first.atMs);
  if (restMs <= 0) return false;
  const waits = { pid: holder.pid, waitMs: Math.ceil(restMs) };
  log.info(waits, "Data directory was in use elsewhere; waiting to see whether its holder lives");
  const endMs = runtime.monotonicMs() + restMs;
  while (runtime.monotonicMs() < endMs) {
    await runtime.sleep(LOOK_MS, signal);
    const next = touchedOf(path);
    if (next === null) return false;
    if (next.atMs !== first.atMs || next.file !== first.file) return true;
  }
  return false;
}

/** Opened, because network file systems ask their server then; null = the file is gone. */
function touchedOf(path: string): { readonly atMs: number; readonly file: bigint } | null {
  try {
    const opened = openSync(path, "r");
    try {
      const { mtimeNs, ino } = fstatSync(opened, { bigint: true });
      return { atMs: Number(mtimeNs / 1_000n) / 1_000, file: ino };
    } finally {
      closeSync(opened);
    }
  } catch {
    return null;
  }
}

/**
 * Two starters may find the same stale file: renaming it gives it to one of them, and one that
 * catches the other's fresh lock by that puts it back.
 */
function removeStale(
  path: string,
  { text, caught }: { readonly text: string; readonly caught: string },
): void {
  try {
    renameSync(path, caught);
  } catch {
    return;
  }
  if (readOrNull(caught) !== text) linked(caught, path);
  rmSync(caught, { force: true });
}

function startBeat(
  lock: Pick<BeatSettings, "path" | "inode">,
  { beatMs = BEAT_MS, log, onTaken }: LockFileOptions,
) {
  const ending = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const workerData: BeatSettings = { ...lock, beatMs, ending };
  const thread = new Worker(new URL(BEAT_ENTRY, import.meta.url), { name: "lock", workerData });
  thread.on("message", onTaken);
  thread.on("error", (error) => {
    log.warn({ error: messageOf(error) }, "Data directory is not shown as in use any more");
  });
  // Nothing waits for it: a process that ends lets go.
  thread.unref();
  const flag = new Int32Array(ending);
  return {
    stop() {
      thread.removeListener("message", onTaken);
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    },
  };
}

function heldBy(holder: LockHolder | null, folder: string): LiqError {
  const isElsewhere = holder !== null && isAlive(holder) === null;
  const where = isElsewhere ? " of another container or machine" : "";
  const who = holder === null ? "another process" : `process ${holder.pid}${where}`;
  return new LiqError(
    "LIQ_STORE",
    `Data directory ${folder} is in use by ${who}: stop it or choose another dataDir`,
  );
}
