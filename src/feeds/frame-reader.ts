/** From the bytes of one connection to rows in the sink: count, unpack, filter, decode, hand on. */
import { gunzipSync } from "node:zlib";
import { messageOf } from "../errors.ts";
import { REJECT_DETAIL_CHARS_MAX, type Reject, type RejectReason } from "../liquidation.ts";
import type { FeedContext } from "./feed-context.ts";
import { FeedMeter } from "./feed-status.ts";
import { FrameGate } from "./frame-gate.ts";
import type { Intake } from "./intake.ts";
import type { FrameMeaning } from "./legibility.ts";
import type { Control } from "./venue.ts";

/** What a reader needs of its feed, whether that feed listens or polls. */
export type ReaderContext = Pick<
  FeedContext,
  "venue" | "runtime" | "log" | "sink" | "meter" | "legibility" | "startIntake" | "onUnknownSymbol"
>;

export class FrameReader {
  readonly #context: ReaderContext;
  readonly #connection: string;
  readonly #intake: Intake;
  readonly #gate: FrameGate;
  readonly meter: FeedMeter;

  constructor(context: ReaderContext, connection: string) {
    this.#context = context;
    this.#connection = connection;
    this.#intake = context.startIntake();
    this.#gate = new FrameGate(context.venue.needles);
    this.meter = new FeedMeter(context.meter);
  }

  /** Rows that occurred before `atMs` are history where a venue replays on subscribe. */
  subscribed(atMs: number): void {
    this.#intake.subscribed(atMs);
  }

  /**
   * Takes one frame and returns what it says besides liquidations. While requests wait for their
   * answer every frame is parsed.
   */
  take(packed: Buffer, isAwaitingAnswer: boolean): Control | null {
    this.meter.frame();
    const bytes = this.#unpack(packed);
    if (bytes === null) return null;
    const verdict = this.#gate.judge(bytes, isAwaitingAnswer);
    if (verdict === "drop") return null;
    const { runtime, venue, sink } = this.#context;
    const receivedAtMs = runtime.nowMs();
    const text = bytes.toString("utf8");
    sink.raw?.(venue.id, this.#connection, receivedAtMs, text);
    const meaning = this.#read(text, receivedAtMs);
    this.#saw(meaning, receivedAtMs, text);
    if (verdict === "canary" && meaning.liquidations.length > 0) this.#loseNeedles();
    this.#handOn(meaning, receivedAtMs);
    return meaning.control;
  }

  /** Frames are small (HTX: under 1 KB), so unpacking at once is cheaper than a trip to a thread. */
  #unpack(packed: Buffer): Buffer | null {
    const { compression, limits } = this.#context.venue;
    if (compression === undefined) return packed;
    try {
      return gunzipSync(packed, { maxOutputLength: limits.frameBytesMax });
    } catch (thrown) {
      if (isTooLong(thrown))
        this.refuseTooLarge(`more than ${limits.frameBytesMax} bytes unpacked`);
      else this.#refuse("shape", `not ${compression}: ${messageOf(thrown)}`);
      return null;
    }
  }

  /** A frame longer than the venue's limit never became a message; it is counted all the same. */
  refuseTooLarge(detail: string): void {
    this.#refuse("too-large", detail);
  }

  #refuse(reason: RejectReason, detail: string): void {
    const rejects: Reject[] = [{ reason, detail: detail.slice(0, REJECT_DETAIL_CHARS_MAX) }];
    const meaning = { liquidations: [], rejects, control: null };
    const receivedAtMs = this.#context.runtime.nowMs();
    this.#saw(meaning, receivedAtMs, null);
    this.#handOn(meaning, receivedAtMs);
  }

  #saw(meaning: FrameMeaning, receivedAtMs: number, text: string | null): void {
    this.#context.legibility.saw({ connection: this.#connection, receivedAtMs, text }, meaning);
  }

  #handOn({ liquidations, rejects }: FrameMeaning, receivedAtMs: number): void {
    if (liquidations.length === 0 && rejects.length === 0) return;
    const { venue, sink, onUnknownSymbol } = this.#context;
    this.meter.rejected(rejects);
    if (liquidations.length > 0) this.meter.took(liquidations.length, receivedAtMs);
    const connection = this.#connection;
    sink.frame({ venue: venue.id, connection, receivedAtMs, liquidations, rejects });
    for (const { asset, symbol } of liquidations) {
      if (asset === null && symbol !== null) onUnknownSymbol(symbol);
    }
  }

  /** A decoder must not throw; should one do so, it costs this frame and not the feed. */
  #read(text: string, receivedAtMs: number): FrameMeaning {
    try {
      return this.#intake.frame(text, receivedAtMs);
    } catch (thrown) {
      const detail = messageOf(thrown).slice(0, REJECT_DETAIL_CHARS_MAX);
      this.#context.log.error(
        { code: "LIQ_DECODE", connection: this.#connection, error: detail },
        "Reading a frame threw an error; the frame is dropped",
      );
      const rejects: Reject[] = [{ reason: "shape", detail }];
      return { liquidations: [], rejects, control: null };
    }
  }

  #loseNeedles(): void {
    this.#gate.disable();
    this.#context.log.error(
      { code: "LIQ_DECODE", connection: this.#connection, needles: this.#context.venue.needles },
      "A frame without the expected bytes held liquidations; every frame is parsed from now on",
    );
  }
}

function isTooLong(thrown: unknown): boolean {
  return thrown instanceof RangeError && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE";
}
