/**
 * Paints SVG as PNG in a thread of its own: a picture takes tens of milliseconds, in which no frame
 * could be read. A picture is never worth waiting for: what cannot be painted soon is left out.
 */
import { Worker } from "node:worker_threads";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";

/** From the question to the picture, waiting included. */
const PAINT_MS_MAX = 3_000;
/** Pictures that wait; 8 of them take a quarter of a second. */
const WAITING_MAX = 8;
/** A thread that cannot paint at all (no binary for this platform) is not started again sooner. */
const BROKEN_MS = 60_000;

export interface PaintJob {
  readonly id: number;
  readonly svg: string;
}

export type PaintAnswer =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly reason: string };

/** `full` = too many waited, `late` = not in time, `failed` = not at all. */
export const PAINT_OUTCOMES = ["painted", "full", "late", "failed"] as const;
export type PaintOutcome = (typeof PAINT_OUTCOMES)[number];

export interface PainterOptions {
  readonly runtime: Pick<Runtime, "monotonicMs" | "after">;
  readonly log: Log;
  /** Every picture asked for, with what became of it and how long it took. */
  readonly onPaint: (picture: {
    readonly outcome: PaintOutcome;
    readonly durationMs: number;
  }) => void;
  /** The compiled entry of the thread; absent = ours. */
  readonly entry?: URL;
}

interface Waiting extends PaintJob {
  settle(png: Uint8Array | null, outcome: PaintOutcome): void;
}

/** The compiled entry stands beside us; from TypeScript sources (tests) it is in `dist`. */
const ENTRY = import.meta.url.endsWith(".ts")
  ? "../../dist/pictures/paint-thread.js"
  : "./paint-thread.js";

export class Painter {
  readonly #options: PainterOptions;
  readonly #waiting: Waiting[] = [];
  /** The one that is being painted. */
  #present: Waiting | null = null;
  #thread: Worker | null = null;
  #brokenUntilMs = Number.NEGATIVE_INFINITY;
  #lastId = 0;
  #isClosed = false;

  constructor(options: PainterOptions) {
    this.#options = options;
  }

  /** The PNG; null when there is none in time. Never rejects. */
  paint(svg: string): Promise<Uint8Array | null> {
    const { runtime, onPaint } = this.#options;
    const startedMs = runtime.monotonicMs();
    return new Promise((resolve) => {
      this.#lastId += 1;
      const id = this.#lastId;
      const cancel = runtime.after(PAINT_MS_MAX, () => this.#onLate(id));
      const settle: Waiting["settle"] = (png, outcome) => {
        cancel();
        onPaint({ outcome, durationMs: runtime.monotonicMs() - startedMs });
        resolve(png);
      };
      if (this.#isClosed || startedMs < this.#brokenUntilMs) settle(null, "failed");
      else if (this.#waiting.length >= WAITING_MAX) settle(null, "full");
      else this.#waiting.push({ id, svg, settle });
      this.#next();
    });
  }

  /** Whoever waits goes without. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end("failed");
  }

  #next(): void {
    if (this.#present !== null) return;
    this.#present = this.#waiting.shift() ?? null;
    if (this.#present === null) return;
    const { id, svg } = this.#present;
    this.#thread ??= this.#start();
    this.#thread.postMessage({ id, svg } satisfies PaintJob);
  }

  #start(): Worker {
    const thread = new Worker(this.#options.entry ?? new URL(ENTRY, import.meta.url));
    // An idle painter does not keep the process alive.
    thread.unref();
    thread.on("message", (answer: PaintAnswer) => this.#onAnswer(answer));
    thread.on("error", (error) => {
      if (this.#thread === thread) this.#onBroken(error.message);
    });
    return thread;
  }

  #onAnswer(answer: PaintAnswer): void {
    if (answer.id !== this.#present?.id) return;
    const { settle } = this.#present;
    this.#present = null;
    if ("png" in answer) settle(answer.png, "painted");
    else {
      this.#options.log.warn({ reason: answer.reason }, "A picture could not be painted");
      settle(null, "failed");
    }
    this.#next();
  }

  #onLate(id: number): void {
    const at = this.#waiting.findIndex((one) => one.id === id);
    for (const { settle } of at < 0 ? [] : this.#waiting.splice(at, 1)) settle(null, "late");
    if (this.#present?.id !== id) return;
    // A thread that hangs is ended; the next picture gets a new one.
    this.#present.settle(null, "late");
    this.#present = null;
    void this.#thread?.terminate();
    this.#thread = null;
    this.#next();
  }

  #onBroken(reason: string): void {
    const { log, runtime } = this.#options;
    log.warn({ reason }, "Pictures cannot be painted; messages and replies go without");
    this.#brokenUntilMs = runtime.monotonicMs() + BROKEN_MS;
    void this.#end("failed");
  }

  async #end(outcome: PaintOutcome): Promise<void> {
    const thread = this.#thread;
    const left = [this.#present, ...this.#waiting.splice(0)];
    this.#present = null;
    this.#thread = null;
    for (const one of left) one?.settle(null, outcome);
    await thread?.terminate();
  }
}
