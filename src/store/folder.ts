/** Making a folder that may not be makeable. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes `path` and the folders above it; one that exists is left alone. Step by step, because
 * Node's recursive mkdir never returns where the system answers ENOENT for a child of a folder that
 * exists (`/proc`), and a thread that never returns cannot be stopped either.
 * @throws the system's error, naming the first folder that cannot be made
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it in between.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
