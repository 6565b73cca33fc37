/** How things are with the daemon at one moment: what the fold of notices is shown. */
import { type FeedStatus, reasonOf } from "../feeds/feed-status.ts";
import type { Degraded } from "../feeds/legibility.ts";
import type { ParkedTarget } from "../notice.ts";

export interface VenueSight {
  readonly id: string;
  /** As people write it: `Bybit`. */
  readonly title: string;
  /** `off` = the venue refuses this place for good (HTTP 451). */
  readonly watch: "watched" | "unwatched" | "off";
  /** Since when it is watched, or not. */
  readonly sinceMs: number;
  /** Why it is not watched, in the venue's or the socket's words; null = nobody said. */
  readonly reason: string | null;
  /** Liquidations since start: as long as there is none, nobody knows whether they can be read. */
  readonly rows: number;
  /** Set while its messages are not understood. */
  readonly degraded: Degraded | null;
}

/** `unknown` = nothing speaks for or against our clock yet. */
export type ClockSight =
  | "right"
  | "unknown"
  | { readonly sinceMs: number; readonly warning: string };

export interface Sight {
  readonly venues: readonly VenueSight[];
  readonly clock: ClockSight;
  /** Why the database cannot be used; null while it can. */
  readonly databaseTrouble: string | null;
  /** Every target that is configured, and those of them that are parked. */
  readonly targets: readonly string[];
  readonly parked: readonly ParkedTarget[];
  /** What was wrong with the configuration when it was last read; null = nothing. */
  readonly refusal: { readonly atMs: number; readonly mistakes: readonly string[] } | null;
  /** When this daemon went on where another one ended; null = it did not. */
  readonly tookOverAtMs: number | null;
}

export function venueSight(title: string, status: FeedStatus): VenueSight {
  const { venue: id, state, disabledReason, sinceMs, rows, degraded } = status;
  const watched = state === "subscribed" ? "watched" : "unwatched";
  const watch = disabledReason === null ? watched : "off";
  const reason = watch === "watched" ? null : reasonOf(status);
  return { id, title, watch, sinceMs, reason, rows, degraded };
}
