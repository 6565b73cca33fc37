/** Lines of a file or of stdin: UTF-8 safe at chunk borders, bounded in length. */
import { LiqError, messageOf } from "../errors.ts";
import { openInput } from "./input-files.ts";

/** A longer line is cut here; what follows up to the next line feed is dropped. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface Line {
  /** Counted from 1, blank lines included. */
  readonly number: number;
  /** Without its line end; bytes that are not UTF-8 become U+FFFD. */
  readonly text: string;
  /** True when the line was longer than the limit and `text` holds only its beginning. */
  readonly cut: boolean;
}

/**
 * Yields every line, also a last one without a line feed.
 * @param source a path (see `openInput`), or a stream of bytes such as stdin
 * @throws LiqError LIQ_COMMAND naming the path when the file cannot be read
 */
export async function* readLines(
  source: string | AsyncIterable<Uint8Array>,
  options: { readonly lineBytesMax?: number } = {},
): AsyncGenerator<Line> {
  const collector = new LineCollector(options.lineBytesMax ?? LINE_BYTES_MAX);
  try {
    const chunks = typeof source === "string" ? await openInput(source) : source;
    for await (const chunk of chunks) yield* collector.push(chunk);
  } catch (error) {
    throw unreadable(typeof source === "string" ? source : "standard input", error);
  }
  const last = collector.end();
  if (last !== null) yield last;
}

function unreadable(name: string, error: unknown): LiqError {
  if (error instanceof LiqError) return error;
  return new LiqError("LIQ_COMMAND", `Cannot read ${name}: ${messageOf(error)}`, { cause: error });
}

class LineCollector {
  readonly #bytesMax: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #number = 0;
  #isCut = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  *push(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.#keep(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    // The stream may reuse its buffer, so what waits for the next chunk is copied (slice() of a
    // Buffer would be a view of the same bytes).
    if (start < chunk.length) this.#keep(Uint8Array.from(chunk.subarray(start)));
  }

  end(): Line | null {
    return this.#bytes > 0 || this.#isCut ? this.#take() : null;
  }

  #keep(part: Uint8Array): void {
    const room = this.#bytesMax - this.#bytes;
    if (part.length > room) this.#isCut = true;
    const kept = part.length > room ? part.subarray(0, room) : part;
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#bytes += kept.length;
  }

  #take(): Line {
    const whole = Buffer.concat(this.#parts, this.#bytes);
    const end = whole.at(-1) === CARRIAGE_RETURN ? whole.length - 1 : whole.length;
    this.#number += 1;
    const line = { number: this.#number, text: whole.toString("utf8", 0, end), cut: this.#isCut };
    this.#parts = [];
    this.#bytes = 0;
    this.#isCut = false;
    return line;
  }
}
