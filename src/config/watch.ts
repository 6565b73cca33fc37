/**
 * Tells when a configuration file says something else. Its folder is watched, not the file: editors
 * and orchestrators put a new file in the old one's place, and a watch on the old one would go blind.
 */
import { type FSWatcher, readFileSync, watch } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";

/** One saving is several events: what counts is the text when they are over. */
const DEBOUNCE_MS = 50;

export interface WatchOptions {
  readonly runtime: Pick<Runtime, "after">;
  readonly log: Log;
  readonly onChange: () => void;
}

/** Watches until the returned function is called. A file that goes away is no change. */
export function watchFile(path: string, { runtime, log, onChange }: WatchOptions): Cancel {
  let text = readIfThere(path);
  let cancel: Cancel = () => {};
  const look = (): void => {
    const now = readIfThere(path);
    if (now === null || now === text) return;
    text = now;
    onChange();
  };
  const onTrouble = (thrown: unknown): void => {
    const fields = { file: path, reason: messageOf(thrown) };
    log.warn(fields, "Configuration file is not watched; SIGHUP reads it again");
  };
  let watcher: FSWatcher;
  try {
    watcher = watch(dirname(path), { persistent: false }, () => {
      cancel();
      cancel = runtime.after(DEBOUNCE_MS, look);
    });
  } catch (thrown) {
    onTrouble(thrown);
    return () => {};
  }
  watcher.on("error", onTrouble);
  return () => {
    cancel();
    watcher.close();
  };
}

/** null while there is no such file, or none that can be read. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
