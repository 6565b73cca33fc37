/**
 * Entry of the thread that keeps a lock fresh. A thread of its own, because the embedded database may
 * compute for seconds in the thread that took the lock. It waits without a timer.
 */
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { isObject } from "./postgres/rows.ts";

export interface BeatSettings {
  readonly path: string;
  /** The lock's number in its file system: another one is somebody else's. */
  readonly inode: bigint;
  readonly beatMs: number;
  /** One Int32; not 0 = end. */
  readonly ending: SharedArrayBuffer;
}

const { path, inode, beatMs, ending }: BeatSettings = workerData;

/** The first byte of every lock: writing it again changes nothing but the file's time. */
const FIRST_BYTE = "{";

/** False when another file stands there, or none: somebody thought that we were gone. */
function touch(): boolean {
  try {
    const file = openSync(path, "r+");
    try {
      if (fstatSync(file, { bigint: true }).ino !== inode) return false;
      // The file system gives the time, so clocks of several machines need not agree.
      writeSync(file, FIRST_BYTE, 0);
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    // A disk that fails for a moment is no taker: the next beat tries again.
    return !(isObject(error) && error.code === "ENOENT");
  }
}

const flag = new Int32Array(ending);
while (Atomics.wait(flag, 0, 0, beatMs) === "timed-out") {
  if (touch()) continue;
  parentPort?.postMessage("taken");
  break;
}
