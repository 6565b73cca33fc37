/** How a polled feed stands: its state, what it reports of it, and what it shows. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { UNAVAILABLE_HERE } from "./backoff.ts";
import type { FeedCounts, FeedState, FeedStatus } from "./feed-status.ts";
import type { Degraded } from "./legibility.ts";
import type { ConnectionEventKind, FeedSink } from "./sink.ts";
import type { Venue } from "./venue.ts";

/** A venue is polled as one: there are no shards to lose apart. */
const SHARD = "poll/0";

export interface PollStandingOptions {
  readonly venue: Pick<Venue, "id">;
  readonly sink: FeedSink;
  readonly runtime: Pick<Runtime, "nowMs">;
  readonly log: Log;
}

export class PollStanding {
  /** The same from start to end: no socket comes and goes. */
  readonly connection: string;
  readonly #options: PollStandingOptions;
  #state: FeedState = "connecting";
  #sinceMs: number;
  #isOpen = false;
  #wasSubscribed = false;
  #reconnects = 0;
  #topicCount = 0;
  #reason: string | null = null;
  #disabledReason: string | null = null;

  constructor(options: PollStandingOptions) {
    this.#options = options;
    this.#sinceMs = options.runtime.nowMs();
    this.connection = `${options.venue.id}/poll#1`;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isSubscribed(): boolean {
    return this.#state === "subscribed";
  }

  get isDisabled(): boolean {
    return this.#disabledReason !== null;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#turn("connecting", null);
    this.#report("open", null);
  }

  /** A round was answered for so many topics. */
  subscribe(topicCount: number): void {
    this.#topicCount = topicCount;
    if (this.isSubscribed) return;
    this.#turn("subscribed", null);
    this.#wasSubscribed = true;
    this.#report("subscribed", null);
  }

  close(reason: string): void {
    if (this.#state === "down") return;
    if (this.#isOpen) this.#reconnects += 1;
    this.#isOpen = false;
    this.#topicCount = 0;
    this.#turn("down", reason);
    this.#report("closed", reason);
  }

  /** For good: HTTP 451. */
  disable(): void {
    this.#disabledReason = UNAVAILABLE_HERE;
    const fields = { code: "LIQ_REFUSED", reason: UNAVAILABLE_HERE };
    this.#options.log.error(fields, "The venue is switched off");
    this.close(UNAVAILABLE_HERE);
  }

  status(more: {
    readonly counts: FeedCounts;
    readonly refusedTopics: readonly string[];
    readonly degraded: Degraded | null;
  }): FeedStatus {
    const { counts, refusedTopics, degraded } = more;
    const shown = { ...counts, state: this.#state, sinceMs: this.#sinceMs };
    const one = { connection: this.connection, shard: SHARD, reason: this.#reason };
    return {
      ...{ venue: this.#options.venue.id, ...shown, refusedTopics, degraded },
      // It counts as down after a minute without an answer: what was down, held before.
      unsteady: null,
      wasSubscribed: this.#wasSubscribed,
      reconnects: this.#reconnects,
      disabledReason: this.#disabledReason,
      connections: [{ ...one, ...shown, topics: this.#topicCount }],
    };
  }

  /** An outage is one stretch, however often it is tried to end. */
  #turn(state: FeedState, reason: string | null): void {
    const hasTurned = (state === "subscribed") !== this.isSubscribed;
    if (hasTurned) this.#sinceMs = this.#options.runtime.nowMs();
    this.#state = state;
    this.#reason = reason;
  }

  #report(event: ConnectionEventKind, reason: string | null): void {
    const { venue, sink, runtime } = this.#options;
    const { connection } = this;
    const receivedAtMs = runtime.nowMs();
    sink.connection({ venue: venue.id, connection, receivedAtMs, event, reason, shard: SHARD });
  }
}
