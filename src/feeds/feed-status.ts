/** The read model of a feed, for `/venues`, the page and metrics. Times are wall clock, ms. */
import type { Reject, RejectReason, VenueId } from "../liquidation.ts";
import type { FeedCondition } from "../queries.ts";
import type { UnsteadyFeed } from "../venue-facts.ts";
import type { Degraded } from "./legibility.ts";

export type FeedState = "connecting" | "subscribed" | "down";

export interface FeedCounts {
  /** Messages that arrived, heartbeats and answers included. */
  readonly frames: number;
  /** Liquidations handed on, duplicates included: the engine dedupes. */
  readonly rows: number;
  readonly rejects: Readonly<Partial<Record<RejectReason, number>>>;
  readonly lastByteMs: number | null;
  readonly lastPongMs: number | null;
  readonly lastRowMs: number | null;
}

export interface ConnectionStatus extends FeedCounts {
  /** `bybit/linear#2`: one socket. */
  readonly connection: string;
  /** `linear/0`: the place that socket fills; its replacement has the same. */
  readonly shard: string;
  readonly state: FeedState;
  readonly sinceMs: number;
  /** Topics that the venue acknowledged. */
  readonly topics: number;
  /** Why it is down; null otherwise. */
  readonly reason: string | null;
}

export interface FeedStatus extends FeedCounts {
  readonly venue: VenueId;
  /** `subscribed` when every shard is, `down` when no shard has a socket that is up or coming up. */
  readonly state: FeedState;
  /** Since when it is subscribed, or since when it is not. */
  readonly sinceMs: number;
  /** True once every shard was subscribed: what is not subscribed now is down, not new. */
  readonly wasSubscribed: boolean;
  /** Sockets opened again after an earlier one of the same shard ended. */
  readonly reconnects: number;
  readonly refusedTopics: readonly string[];
  /** Set when the venue is off for good (HTTP 451); null otherwise. */
  readonly disabledReason: string | null;
  /** Set while what arrives is not understood; null while it is. */
  readonly degraded: Degraded | null;
  /** Set while it hangs up again and again; null while its connections hold. */
  readonly unsteady: UnsteadyFeed | null;
  readonly connections: readonly ConnectionStatus[];
}

/** Counts of one connection or one venue while it runs. */
export class FeedMeter implements FeedCounts {
  frames = 0;
  rows = 0;
  readonly rejects: Partial<Record<RejectReason, number>> = {};
  lastByteMs: number | null = null;
  lastPongMs: number | null = null;
  lastRowMs: number | null = null;
  readonly #whole: FeedMeter | null;

  /** What is counted here is counted in `whole` too. */
  constructor(whole: FeedMeter | null) {
    this.#whole = whole;
  }

  heard(nowMs: number): void {
    this.lastByteMs = nowMs;
    this.#whole?.heard(nowMs);
  }

  pong(nowMs: number): void {
    this.lastPongMs = nowMs;
    this.#whole?.pong(nowMs);
  }

  frame(): void {
    this.frames += 1;
    this.#whole?.frame();
  }

  took(rows: number, nowMs: number): void {
    this.rows += rows;
    this.lastRowMs = nowMs;
    this.#whole?.took(rows, nowMs);
  }

  rejected(rejects: readonly Reject[]): void {
    for (const { reason } of rejects) this.rejects[reason] = (this.rejects[reason] ?? 0) + 1;
    this.#whole?.rejected(rejects);
  }

  counts(): FeedCounts {
    const { frames, rows, lastByteMs, lastPongMs, lastRowMs } = this;
    return { frames, rows, rejects: { ...this.rejects }, lastByteMs, lastPongMs, lastRowMs };
  }
}

/** Why it is not subscribed, in the venue's or the socket's words; null = nobody said. */
export function reasonOf(status: FeedStatus): string | null {
  if (status.disabledReason !== null) return status.disabledReason;
  return status.connections.find((connection) => connection.reason !== null)?.reason ?? null;
}

/** Between two tries an outage stays an outage. */
export function conditionOf({ state, wasSubscribed }: FeedStatus): FeedCondition {
  if (state === "subscribed") return "subscribed";
  return wasSubscribed ? "down" : "connecting";
}

/** What it sends is heard, and understood. */
export function isSeen({ state, degraded }: FeedStatus): boolean {
  return state === "subscribed" && degraded === null;
}
