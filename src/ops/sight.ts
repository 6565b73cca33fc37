/** How things are with the daemon at one moment: what the fold of notices is shown. */
import type { Coverage, CoverageQuery } from "../coverage.ts";
import { type FeedStatus, reasonOf } from "../feeds/feed-status.ts";
import type { Degraded } from "../feeds/legibility.ts";
import type { VenueId } from "../liquidation.ts";
import type { ParkedTarget } from "../notice.ts";
import type { SuspectFeed, UnsteadyFeed } from "../venue-facts.ts";

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
  /** Set while it hangs up again and again. */
  readonly unsteady: UnsteadyFeed | null;
  /** Set while its sides seem wrong. */
  readonly suspect: SuspectFeed | null;
}

/** `unknown` = nothing speaks for or against our clock yet. */
export type ClockSight =
  | "right"
  | "unknown"
  | { readonly sinceMs: number; readonly warning: string };

/** With half of the usual volume dark for so long, everybody is told that we are blind. */
export const BLIND_MS_MIN = 300_000;

/** What is not seen, as parts of the usual volume of all venues, 0 to 1. */
export interface Darkness {
  readonly nowPart: number;
  /** What was dark for the whole of `BLIND_MS_MIN`; null before this process has watched so long. */
  readonly longPart: number | null;
  /** The dark venues that matter, as people write them. */
  readonly venues: readonly string[];
}

export interface Sight {
  readonly venues: readonly VenueSight[];
  readonly darkness: Darkness;
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

export function venueSight(
  title: string,
  status: FeedStatus,
  suspect: SuspectFeed | null,
): VenueSight {
  const { venue: id, state, disabledReason, sinceMs, rows, degraded, unsteady } = status;
  const watched = state === "subscribed" ? "watched" : "unwatched";
  const watch = disabledReason === null ? watched : "off";
  const reason = watch === "watched" ? null : reasonOf(status);
  return { id, title, watch, sinceMs, reason, rows, degraded, unsteady, suspect };
}

/** The part of the usual volume that saw nothing in all of a time, and which venues. */
interface DarkBook {
  darkPart(span: { readonly fromMs: number; readonly toMs: number }): number;
  coverage(query: CoverageQuery): Coverage;
}

/** As the gaps say; what a process missed before it began is not its blindness. */
export function darknessOf(
  book: DarkBook,
  at: {
    readonly sinceMs: number;
    readonly nowMs: number;
    readonly titles: ReadonlyMap<VenueId, string>;
  },
): Darkness {
  const { sinceMs, nowMs, titles } = at;
  const present = { fromMs: nowMs - 1, toMs: nowMs };
  const long = { fromMs: nowMs - BLIND_MS_MIN, toMs: nowMs };
  const { missing } = book.coverage({ asset: null, venues: [], ...present });
  return {
    nowPart: book.darkPart(present),
    longPart: long.fromMs < sinceMs ? null : book.darkPart(long),
    venues: missing.map((venue) => titles.get(venue) ?? venue),
  };
}
