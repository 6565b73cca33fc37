/**
 * Writes what the venues say to disk, so that `replay` can decide on it again: gzipped parts that
 * are closed after an hour or 256 MiB of text, oldest deleted first. Disk trouble costs recorded
 * lines, which are counted, and never the daemon.
 */
import type { ConnectionEvent, FeedSink } from "../feeds/sink.ts";
import type { VenueId } from "../liquidation.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import { Part } from "./part.ts";
import { trimFolder } from "./trim.ts";

/** A part is closed after this much text, bytes, */
export const PART_BYTES_MAX = 256 * 1_048_576;
/** or after this long, ms. */
export const PART_MS_MAX = 3_600_000;
/** All parts of a folder together, packed bytes: what a year of quiet or a week of storms needs. */
export const FOLDER_BYTES_MAX = 10 * 1_073_741_824;
/** Lines that wait for a slow disk, bytes; beyond it they are counted and dropped. */
export const WAITING_BYTES_MAX = 64 * 1_048_576;
/** What was written is readable after this long, even if the process is killed, ms. */
const FLUSH_EVERY_MS = 1_000;
/** After a part could not be written the next one is tried this much later, ms. */
const RETRY_AFTER_MS = 60_000;

export interface RecorderOptions {
  readonly folder: string;
  readonly runtime: Pick<Runtime, "nowMs" | "every">;
  readonly log: Log;
  readonly partBytesMax?: number;
  readonly folderBytesMax?: number;
}

export interface RecorderCounts {
  readonly lines: number;
  /** Text before packing. */
  readonly bytes: number;
  readonly parts: number;
  /** Lines that could not be written. */
  readonly lost: number;
}

export class Recorder {
  readonly #options: Required<RecorderOptions>;
  readonly #stopFlushing: Cancel;
  readonly #closing = new Set<Promise<void>>();
  #part: Part | null = null;
  #blockedUntilMs = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #bytes = 0;
  #parts = 0;
  #lost = 0;
  /** Lost lines that no line in the recording tells of yet. */
  #untold = 0;

  constructor(options: RecorderOptions) {
    this.#options = {
      partBytesMax: PART_BYTES_MAX,
      folderBytesMax: FOLDER_BYTES_MAX,
      ...options,
    };
    this.#stopFlushing = options.runtime.every(FLUSH_EVERY_MS, () => this.#part?.flush());
  }

  frame(venue: VenueId, connection: string, receivedAtMs: number, text: string): void {
    this.#write({ venue, connection, receivedAtMs, frame: text });
  }

  event({ venue, connection, receivedAtMs, event, reason }: ConnectionEvent): void {
    this.#write({ venue, connection, receivedAtMs, event, reason });
  }

  /** What the venues do not say in frames and the decisions depend on, such as their contracts. */
  context(receivedAtMs: number, context: object): void {
    this.#write({ receivedAtMs, context });
  }

  counts(): RecorderCounts {
    return { lines: this.#lines, bytes: this.#bytes, parts: this.#parts, lost: this.#lost };
  }

  /** Resolves when everything taken so far is on disk, or is lost and counted. */
  async close(): Promise<void> {
    this.#stopFlushing();
    this.#endPart();
    await Promise.all(this.#closing);
  }

  #write(line: object): void {
    const nowMs = this.#options.runtime.nowMs();
    const part = this.#partAt(nowMs);
    if (part === null || part.waitingBytes > WAITING_BYTES_MAX) {
      this.#lost += 1;
      this.#untold += 1;
      return;
    }
    if (this.#untold > 0) {
      part.write(`${JSON.stringify({ receivedAtMs: nowMs, context: { lost: this.#untold } })}\n`);
      this.#untold = 0;
    }
    this.#lines += 1;
    this.#bytes += part.write(`${JSON.stringify(line)}\n`);
  }

  /** The part to write to; null while the disk is in trouble. */
  #partAt(nowMs: number): Part | null {
    const isOver =
      this.#part !== null &&
      (this.#part.bytes >= this.#options.partBytesMax ||
        nowMs - this.#part.startedAtMs >= PART_MS_MAX);
    if (isOver) this.#endPart();
    if (this.#part === null && nowMs >= this.#blockedUntilMs) this.#openPart(nowMs);
    return this.#part;
  }

  #openPart(nowMs: number): void {
    const { folder, folderBytesMax, log } = this.#options;
    try {
      trimFolder(folder, folderBytesMax);
      this.#part = new Part(folder, nowMs, (error) => this.#onTrouble(error));
      this.#parts += 1;
    } catch (thrown) {
      this.#onTrouble(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return;
    }
    log.debug({ file: this.#part.path }, "Recording to a new part");
  }

  #endPart(): void {
    const part = this.#part;
    this.#part = null;
    if (part === null) return;
    const closing = part.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #onTrouble(error: Error): void {
    const { log, runtime } = this.#options;
    this.#blockedUntilMs = runtime.nowMs() + RETRY_AFTER_MS;
    this.#endPart();
    const fields = { code: "LIQ_STORE", error: error.message, waitMs: RETRY_AFTER_MS };
    log.error(fields, "The recording cannot be written; lines are lost until it can");
  }
}

/** Writes down what passes on its way to `sink`, in the order in which it came. */
export function recordingSink(recorder: Recorder, sink: FeedSink): FeedSink {
  return {
    raw(venue, connection, receivedAtMs, text) {
      recorder.frame(venue, connection, receivedAtMs, text);
      sink.raw?.(venue, connection, receivedAtMs, text);
    },
    frame: (frame) => sink.frame(frame),
    connection(event) {
      recorder.event(event);
      sink.connection(event);
    },
    legible: (change) => sink.legible?.(change),
  };
}
