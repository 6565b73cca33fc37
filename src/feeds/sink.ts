/** What the feeds hand on: the inputs of the engine, already normalized, one call per frame. */
import type { Liquidation, Reject, VenueId } from "../liquidation.ts";

/** One frame's worth of meaning. A frame that held no rows and no rejects is not handed on. */
export interface FeedFrame {
  readonly venue: VenueId;
  /** Unique per socket within a run: `binance/market#3`. */
  readonly connection: string;
  readonly receivedAtMs: number;
  readonly liquidations: readonly Liquidation[];
  readonly rejects: readonly Reject[];
}

export type ConnectionEventKind = "open" | "subscribed" | "closed";

export interface ConnectionEvent {
  readonly venue: VenueId;
  readonly connection: string;
  readonly receivedAtMs: number;
  readonly event: ConnectionEventKind;
  readonly reason: string | null;
  /** The place this socket fills (`linear/0`): its replacement has the same; not in recordings. */
  readonly shard?: string;
}

/** Whether what a venue sends is understood. */
export interface LegibilityChange {
  readonly venue: VenueId;
  /** Receipt of the first message that was not understood; null = they are again. */
  readonly unreadSinceMs: number | null;
  readonly atMs: number;
}

export interface FeedSink {
  frame(frame: FeedFrame): void;
  connection(event: ConnectionEvent): void;
  legible?(change: LegibilityChange): void;
  /** Every raw text frame, before decoding: counters, and later the recorder. */
  raw?(venue: VenueId, connection: string, receivedAtMs: number, text: string): void;
}
