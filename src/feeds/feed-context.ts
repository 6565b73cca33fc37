/** What all connections of one venue share while its feed runs. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import type { FeedMeter } from "./feed-status.ts";
import type { Intake } from "./intake.ts";
import type { Legibility } from "./legibility.ts";
import type { SendPace } from "./pace.ts";
import type { FeedSink } from "./sink.ts";
import type { Dial } from "./socket.ts";
import type { Venue } from "./venue.ts";

export interface FeedContext {
  readonly venue: Venue;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly sink: FeedSink;
  readonly dial: Dial;
  readonly meter: FeedMeter;
  readonly legibility: Legibility;
  /** Where a venue counts frames over all connections; null = each connection has its own pace. */
  readonly sharedPace: SendPace | null;
  /** A fresh intake: decoder state is thrown away with its connection. */
  readonly startIntake: () => Intake;
  onAccepted(topics: readonly string[]): void;
  onRefused(topics: readonly string[], reason: string): void;
  onUnknownSymbol(symbol: string): void;
  /** A socket came up, was acknowledged or ended. */
  onStateChange(): void;
}
