/**
 * Which raw frames are worth turning into text. A trade feed is almost all trades: looking for
 * bytes that every liquidation contains is 5 to 15 times cheaper than parsing.
 */

/** One frame in this many is parsed although no needle is in it, to notice a changed format. */
export const CANARY_EVERY = 64;
/** Answers, heartbeats and notices are short and lack every needle: frames up to this pass, bytes. */
export const CONTROL_BYTES_MAX = 256;

export type GateVerdict = "parse" | "canary" | "drop";

export class FrameGate {
  #needles: readonly Buffer[];
  #dropped = 0;

  constructor(needles: readonly string[]) {
    this.#needles = needles.map((needle) => Buffer.from(needle));
  }

  /** `isAwaitingAnswer`: while requests are open every frame is parsed. */
  judge(bytes: Buffer, isAwaitingAnswer: boolean): GateVerdict {
    if (this.#needles.length === 0 || isAwaitingAnswer) return "parse";
    if (bytes.length <= CONTROL_BYTES_MAX) return "parse";
    for (const needle of this.#needles) if (bytes.includes(needle)) return "parse";
    this.#dropped += 1;
    return this.#dropped % CANARY_EVERY === 0 ? "canary" : "drop";
  }

  /** A canary held rows: the needles no longer hold, so everything is parsed from here on. */
  disable(): void {
    this.#needles = [];
  }
}
