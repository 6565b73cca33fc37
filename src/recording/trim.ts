/** Keeps a folder of recordings within its size: the oldest parts go first. */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { PART_NAME } from "./part.ts";

/**
 * Deletes the oldest parts until the rest is smaller than `bytesMax`; other files are not touched.
 * @throws Error of the file system
 */
export function trimFolder(folder: string, bytesMax: number): void {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).filter((name) => PART_NAME.test(name));
  const parts = names.toSorted().map((name) => {
    const path = join(folder, name);
    return { path, bytes: statSync(path).size };
  });
  let bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  for (const part of parts) {
    if (bytes < bytesMax) return;
    rmSync(part.path);
    bytes -= part.bytes;
  }
}
