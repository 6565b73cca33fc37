/**
 * A snapshot of the initialised and migrated embedded database, made when liqwatch is built: a
 * first start that unpacks it is ready in well under 2 s, one that runs initdb in 3 to 7 s.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { MIGRATIONS } from "./migrations/index.ts";
import { isObject } from "./postgres/rows.ts";

const ARCHIVE_FILE = "pglite-snapshot.tar.gz";
const KEY_FILE = "pglite-snapshot.key";

/** Everything that decides what an initialised database looks like. */
export function snapshotKey(): string {
  const parts = [
    versionOf("@electric-sql/pglite"),
    versionOf("bullmq"),
    ...MIGRATIONS.map(({ version, name, sql }) => `${version} ${name} ${sql}`),
  ];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

/** The archive in `folder`, or null when there is none or it is of another version. */
export function readSnapshot(folder: string, key: string): Uint8Array | null {
  try {
    if (readFileSync(join(folder, KEY_FILE), "utf8") !== key) return null;
    return readFileSync(join(folder, ARCHIVE_FILE));
  } catch {
    return null;
  }
}

/** The key is written last: an archive cut short by a crash is never used. */
export function writeSnapshot(folder: string, key: string, archive: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, KEY_FILE), { force: true });
  const draft = join(folder, `${ARCHIVE_FILE}.draft`);
  writeFileSync(draft, archive);
  renameSync(draft, join(folder, ARCHIVE_FILE));
  writeFileSync(join(folder, KEY_FILE), key);
}

/** The installed version of a package; some packages do not export their package.json. */
function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  let folder = dirname(require.resolve(name));
  while (folder !== dirname(folder)) {
    const found = packageIn(folder);
    if (found !== null && found.name === name) return String(found.version);
    folder = dirname(folder);
  }
  return "unknown";
}

function packageIn(folder: string): Readonly<Record<string, unknown>> | null {
  try {
    const found: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return isObject(found) ? found : null;
  } catch {
    return null;
  }
}
