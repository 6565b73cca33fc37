/**
 * Which raw frames are worth turning into text. A trade feed is almost all trades: looking for the
 * bytes that every liquidation contains is 5 to 15 times cheaper than parsing.
 */

/** One frame in this many is parsed although the needle is missing, to notice a changed format. */
export const CANARY_EVERY = 64;
/** Answers, heartbeats and notices are short and lack the needle: frames up to this pass, bytes. */
export const CONTROL_BYTES_MAX = 256;

export type GateVerdict = "parse" | "canary" | "drop";

export class FrameGate {
  #needle: Buffer | null;
  #dropped = 0;

  constructor(needle: string | null) {
    this.#needle = needle === null ? null : Buffer.from(needle);
  }

  /** `isAwaitingAnswer`: while requests are open every frame is parsed. */
  judge(bytes: Buffer, isAwaitingAnswer: boolean): GateVerdict {
    if (this.#needle === null || isAwaitingAnswer) return "parse";
    if (bytes.length <= CONTROL_BYTES_MAX || bytes.includes(this.#needle)) return "parse";
    this.#dropped += 1;
    return this.#dropped % CANARY_EVERY === 0 ? "canary" : "drop";
  }

  /** A canary held rows: the needle no longer holds, so everything is parsed from here on. */
  disable(): void {
    this.#needle = null;
  }
}
