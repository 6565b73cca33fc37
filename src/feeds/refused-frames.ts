/**
 * The newest refused frames of a venue on disk, for a report: `liqwatch decode VENUE FILE` reads
 * them. Feeds are public, so nothing in them is secret.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import type { Reject, VenueId } from "../liquidation.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { HeardFrame } from "./legibility.ts";

/** Frames kept of a venue; older ones give way. */
export const REFUSED_FRAMES_MAX = 20;
/** A longer frame is cut, characters. */
export const REFUSED_CHARS_MAX = 2_000;
/** Reasons kept of one frame. */
const REASONS_MAX = 3;
/** The file is written at most once in this time, ms. */
export const REFUSED_WRITE_MS = 1_000;

export interface RefusedFramesOptions {
  readonly venue: VenueId;
  readonly dataDir: string;
  readonly runtime: Pick<Runtime, "after">;
  readonly log: Log;
}

export class RefusedFrames {
  readonly file: string;
  readonly #options: RefusedFramesOptions;
  readonly #lines: string[] = [];
  #cancel: Cancel | null = null;
  #writing: Promise<void> = Promise.resolve();
  #hasRotated = false;
  #isInTrouble = false;

  constructor(options: RefusedFramesOptions) {
    this.#options = options;
    this.file = join(options.dataDir, "refused", `${options.venue}.ndjson`);
  }

  /** A frame that never became text leaves its reasons only. */
  keep({ connection, receivedAtMs, text }: HeardFrame, rejects: readonly Reject[]): void {
    const { venue, runtime } = this.#options;
    const frame = text?.slice(0, REFUSED_CHARS_MAX);
    const isCut = text !== null && text.length > REFUSED_CHARS_MAX;
    const refused = rejects.slice(0, REASONS_MAX);
    const whole = isCut ? { cutFromChars: text.length } : {};
    this.#lines.push(JSON.stringify({ venue, connection, receivedAtMs, frame, ...whole, refused }));
    if (this.#lines.length > REFUSED_FRAMES_MAX) this.#lines.shift();
    this.#cancel ??= runtime.after(REFUSED_WRITE_MS, () => this.#write());
  }

  /** Resolves when what was kept is on disk, or could not be written. */
  async close(): Promise<void> {
    if (this.#cancel !== null) {
      this.#cancel();
      this.#write();
    }
    await this.#writing;
  }

  #write(): void {
    this.#cancel = null;
    const text = `${this.#lines.join("\n")}\n`;
    this.#writing = this.#writing.then(() => this.#replace(text));
  }

  /** Whole or not at all, because it may be read at any moment; never rejects. */
  async #replace(text: string): Promise<void> {
    const { log } = this.#options;
    const unfinished = `${this.file}.unfinished`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(unfinished, text);
      if (!this.#hasRotated) await this.#rotate();
      await rename(unfinished, this.file);
      this.#isInTrouble = false;
    } catch (thrown) {
      const fields = { code: "LIQ_STORE", file: this.file, error: messageOf(thrown) };
      if (!this.#isInTrouble) log.warn(fields, "Refused frames cannot be kept for a report");
      this.#isInTrouble = true;
    }
  }

  /** What an earlier run left is kept once more: the first frames of a change are in it. */
  async #rotate(): Promise<void> {
    await rename(this.file, this.file.replace(/\.ndjson$/, ".before.ndjson")).catch(() => {});
    this.#hasRotated = true;
  }
}
