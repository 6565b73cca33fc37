/** Where lines come from: a file, a gzipped one, or a folder of recorded parts in order of their names. */
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";

const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = Uint8Array.of(0x0a);

/**
 * The bytes of `path`. The end that a killed recorder could not write is taken as the end of its
 * file, and a line that was cut off there does not run into the next file.
 * @throws Error of the file system; for a folder without a recording, one that says so
 */
export async function openInput(path: string): Promise<AsyncIterable<Uint8Array>> {
  if (!(await stat(path)).isDirectory()) return bytesOf(path);
  const names = (await readdir(path)).filter((name) => /\.ndjson(?:\.gz)?$/.test(name));
  if (names.length === 0) throw new Error("it is a directory without .ndjson or .ndjson.gz files");
  return filesIn(names.toSorted().map((name) => join(path, name)));
}

async function* filesIn(paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    yield* bytesOf(path);
    yield LINE_FEED;
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!path.endsWith(".gz")) {
    yield* file;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  file.on("error", (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip);
  } catch (error) {
    const isCutOff = error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
    if (!isCutOff) throw error;
  }
}
