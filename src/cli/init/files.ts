/** Files that appear whole or not at all; what stood there before is kept beside them. */
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { LiqError, messageOf } from "../../errors.ts";

/** More copies than anybody keeps. */
const BACKUPS_MAX = 100;

export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** Permissions, such as 0o600 = for the owner alone. */
  readonly mode: number;
}

/** @throws LiqError `LIQ_COMMAND` when `folder` cannot be written to, or not be made */
export function checkWritable(folder: string): void {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    if (!statSync(place).isDirectory()) throw new Error(`${place} is no folder`);
    accessSync(place, constants.W_OK);
  } catch (thrown) {
    throw new LiqError("LIQ_COMMAND", `Cannot write to ${folder}: ${messageOf(thrown)}`);
  }
}

/**
 * null = there is no such file.
 * @throws LiqError `LIQ_COMMAND` when there is one that cannot be read
 */
export function readIfThere(path: string): string | null {
  try {
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  } catch (thrown) {
    throw new LiqError("LIQ_COMMAND", `Cannot read ${path}: ${messageOf(thrown)}`);
  }
}

/**
 * Writes all of them, after a copy of each that is there; gives the copies' paths.
 * @param tag sets the unfinished files apart from those of another run
 * @throws LiqError `LIQ_COMMAND`; then no file has changed, or only the first ones have, whole
 */
export function writeFiles(files: readonly NewFile[], tag: string): readonly string[] {
  const unfinished: string[] = [];
  try {
    for (const { path, text, mode } of files) {
      mkdirSync(dirname(resolve(path)), { recursive: true });
      writeFileSync(`${path}.${tag}`, text, { mode, flag: "wx" });
      unfinished.push(`${path}.${tag}`);
    }
    const backups = files.flatMap(backUp);
    for (const { path } of files) renameSync(`${path}.${tag}`, path);
    return backups;
  } catch (thrown) {
    throw new LiqError("LIQ_COMMAND", `Cannot write the files: ${messageOf(thrown)}`);
  } finally {
    for (const path of unfinished) rmSync(path, { force: true });
  }
}

/** A copy under the first free name; as private as the old file and as the new one. */
function backUp({ path, mode }: NewFile): readonly string[] {
  if (!existsSync(path)) return [];
  for (let number = 1; number <= BACKUPS_MAX; number += 1) {
    const copy = `${path}.bak${number}`;
    if (existsSync(copy)) continue;
    copyFileSync(path, copy, constants.COPYFILE_EXCL);
    chmodSync(copy, statSync(path).mode & mode);
    return [copy];
  }
  throw new Error(`There are ${BACKUPS_MAX} copies of ${path} already`);
}
