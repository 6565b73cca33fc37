/** One file of a recording: lines in, gzip out. */
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { constants, createGzip, type Gzip } from "node:zlib";

/** Parts sort by name as they sort by time. */
export const PART_NAME = /^liqwatch-\d{8}T\d{9}Z\.ndjson\.gz$/;

export class Part {
  readonly path: string;
  readonly startedAtMs: number;
  readonly #gzip: Gzip = createGzip();
  readonly #file: WriteStream;
  #bytes = 0;

  /**
   * `onTrouble` is called at most once, for example when the disk is full.
   * @throws Error of the file system when the folder cannot be made
   */
  constructor(folder: string, nowMs: number, onTrouble: (error: Error) => void) {
    mkdirSync(folder, { recursive: true });
    this.startedAtMs = nowMs;
    this.path = join(folder, partName(nowMs));
    // Never over an older part: a second recorder in the same folder gets an error instead.
    this.#file = createWriteStream(this.path, { flags: "wx" });
    let isTold = false;
    const tell = (error: Error): void => {
      this.#gzip.destroy();
      if (!isTold) onTrouble(error);
      isTold = true;
    };
    this.#file.on("error", tell);
    this.#gzip.on("error", tell);
    this.#gzip.pipe(this.#file);
  }

  /** Text taken so far, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Taken and not yet packed or not yet on disk, bytes. */
  get waitingBytes(): number {
    return this.#gzip.writableLength + this.#gzip.readableLength + this.#file.writableLength;
  }

  /** Returns the number of bytes written. */
  write(line: string): number {
    const bytes = Buffer.from(line);
    if (!this.#gzip.destroyed) this.#gzip.write(bytes);
    this.#bytes += bytes.length;
    return bytes.length;
  }

  /** What was written so far can be read back from now on. */
  flush(): void {
    if (!this.#gzip.destroyed) this.#gzip.flush(constants.Z_SYNC_FLUSH);
  }

  /** Never rejects: trouble was told already. */
  async close(): Promise<void> {
    this.#gzip.end();
    await finished(this.#file).catch(() => {});
  }
}

/** `liqwatch-20261120T160500123Z.ndjson.gz`. */
export function partName(nowMs: number): string {
  const digits = new Date(nowMs).toISOString().replace(/[-:.]/g, "");
  return `liqwatch-${digits}.ndjson.gz`;
}
