/**
 * Notices that a venue changed its format: many frames in a row of which nothing was understood. A
 * single bad row, or a bad frame among good ones, is no such sign.
 */
import type { Liquidation, Reject } from "../liquidation.ts";
import type { Log } from "../log.ts";
import type { RefusedFrames } from "./refused-frames.ts";
import type { FeedSink } from "./sink.ts";
import type { Control, Venue } from "./venue.ts";

/** So many frames of one channel in a row, refused in whole, and the venue counts as degraded. */
export const UNREADABLE_FRAMES_MIN = 20;

/** A venue whose frames cannot be read just now, or those of one of its channels. */
export interface Degraded {
  /** Receipt of the first of these frames, ms. */
  readonly sinceMs: number;
  /** Frames since then of which nothing was understood. */
  readonly frames: number;
  /** Why the newest of them was refused. */
  readonly detail: string;
}

/** One frame as it arrived. */
export interface HeardFrame {
  /** `bybit/linear#2`. */
  readonly connection: string;
  readonly receivedAtMs: number;
  /** null when it never became text: too long, or packed in another way. */
  readonly text: string | null;
}

/** What was made of it. */
export interface FrameMeaning {
  readonly liquidations: readonly Liquidation[];
  readonly rejects: readonly Reject[];
  readonly control: Control | null;
}

export interface LegibilityOptions {
  readonly venue: Pick<Venue, "id" | "needles">;
  readonly log: Log;
  /** Told when messages are no longer understood, and when they are again. */
  readonly sink: Pick<FeedSink, "legible">;
  /** Where refused frames are kept for a report; null = nowhere. */
  readonly samples: RefusedFrames | null;
}

export class Legibility {
  readonly #options: LegibilityOptions;
  /** By channel: two sockets of one channel carry the same format. Understood ones are not here. */
  readonly #runs = new Map<string, Degraded>();
  #isDegraded = false;

  constructor(options: LegibilityOptions) {
    this.#options = options;
  }

  /** null while the frames are understood, and until so many were not. */
  get degraded(): Degraded | null {
    const runs = [...this.#runs.values()].filter(({ frames }) => frames >= UNREADABLE_FRAMES_MIN);
    return runs.toSorted((left, right) => left.sinceMs - right.sinceMs)[0] ?? null;
  }

  saw(frame: HeardFrame, meaning: FrameMeaning): void {
    if (meaning.rejects.length > 0) this.#options.samples?.keep(frame, meaning.rejects);
    // Almost every frame ends here.
    else if (this.#runs.size === 0) return;
    const channel = channelOf(frame.connection);
    if (this.#isUnderstood(meaning)) this.#runs.delete(channel);
    else if (isRefused(meaning)) this.#lengthen(channel, frame.receivedAtMs, meaning.rejects);
    this.#tellChange(frame.receivedAtMs);
  }

  #lengthen(channel: string, receivedAtMs: number, rejects: readonly Reject[]): void {
    const { sinceMs = receivedAtMs, frames = 0 } = this.#runs.get(channel) ?? {};
    const [first] = rejects;
    const detail = first === undefined ? "" : `${first.reason}: ${first.detail}`;
    this.#runs.set(channel, { sinceMs, frames: frames + 1, detail });
  }

  /**
   * Heartbeats and answers prove the connection and not the format, and among the trades of a feed
   * of trades only a liquidation proves that liquidations are still recognised.
   */
  #isUnderstood({ liquidations, rejects, control }: FrameMeaning): boolean {
    if (liquidations.length > 0) return true;
    const isKnown = rejects.length === 0 && (control === null || control.type === "other");
    return isKnown && this.#options.venue.needles.length === 0;
  }

  #tellChange(atMs: number): void {
    const { degraded } = this;
    const isDegraded = degraded !== null;
    if (isDegraded === this.#isDegraded) return;
    this.#isDegraded = isDegraded;
    const { venue, sink, log, samples } = this.#options;
    sink.legible?.({ venue: venue.id, unreadSinceMs: degraded?.sinceMs ?? null, atMs });
    if (degraded === null) {
      log.info({}, "Messages are understood again");
      return;
    }
    const { frames, detail } = degraded;
    log.error(
      { code: "LIQ_DECODE", frames, detail, file: samples?.file ?? null },
      "Messages are no longer understood: the venue may have changed its format; please report it with the file",
    );
  }
}

/** Whatever the reason: a field that was renamed is refused as the price that is missing. */
function isRefused({ liquidations, rejects, control }: FrameMeaning): boolean {
  const isAnswer = control !== null && control.type !== "other";
  return liquidations.length === 0 && rejects.length > 0 && !isAnswer;
}

/** `bybit/linear` of `bybit/linear#2`. */
function channelOf(connection: string): string {
  const end = connection.indexOf("#");
  return end < 0 ? connection : connection.slice(0, end);
}
