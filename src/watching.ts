/** Starts what knows how much is seen: gaps as they happen, what was watched before, usual shares. */
import type { Gap } from "./alert.ts";
import { bundledShares } from "./config/venue-shares.ts";
import { GapKeeper } from "./feeds/gap-keeper.ts";
import type { Venue } from "./feeds/venue.ts";
import { startMeasuring } from "./live/measured-shares.ts";
import type { Log } from "./log.ts";
import type { Runtime } from "./runtime.ts";
import { CoverageBook } from "./severity/coverage-book.ts";
import { WATCH_MS_MAX } from "./severity/watch-times.ts";
import type { Shutdown } from "./shutdown.ts";
import type { StoreQueries, WarmStart } from "./store/store.ts";

/** A sample adds nothing to totals that could be missed. */
export function coverageBook(venues: readonly Venue[]): CoverageBook {
  const counted = venues.filter(({ completeness }) => completeness !== "sample");
  return new CoverageBook({ venues: counted.map(({ id }) => id), published: bundledShares() });
}

export interface WatchOptions {
  readonly venues: readonly Venue[];
  readonly coverage: CoverageBook;
  readonly thread: { readonly queries: StoreQueries };
  readonly runtime: Runtime;
  readonly log: Log;
  readonly shutdown: Shutdown;
}

/** What was watched before is known again; from now on every gap counts as it happens. */
export async function beginWatch(
  { venues, coverage, thread, runtime, log, shutdown }: WatchOptions,
  { openGaps, engineNowMs }: Pick<WarmStart, "openGaps" | "engineNowMs">,
): Promise<GapKeeper> {
  const startMs = engineNowMs ?? runtime.nowMs();
  const history = await thread.queries.watchHistory(runtime.nowMs() - WATCH_MS_MAX);
  coverage.begin(history, (venue) => keeper.shardsOf(venue));
  const onGap = (gap: Gap) => coverage.note(gap);
  const watched = venues.map(({ id }) => id);
  const keeper = new GapKeeper(watched, startMs, { earlier: openGaps, onGap });
  const stopMeasuring = startMeasuring({ book: coverage, store: thread.queries, runtime, log });
  shutdown.add("venue shares", async () => stopMeasuring());
  return keeper;
}
