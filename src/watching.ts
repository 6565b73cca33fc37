/** Starts what knows how much is seen: gaps as they happen, what was watched before, usual shares. */
import type { Gap } from "./alert.ts";
import { bundledShares } from "./config/venue-shares.ts";
import { GapKeeper } from "./feeds/gap-keeper.ts";
import { VENUES } from "./feeds/index.ts";
import type { Venue } from "./feeds/venue.ts";
import { startMeasuring } from "./live/measured-shares.ts";
import type { Log } from "./log.ts";
import type { Runtime } from "./runtime.ts";
import { CoverageBook } from "./severity/coverage-book.ts";
import type { Engine } from "./severity/engine.ts";
import type { UsualVolumeOf } from "./severity/normal-book.ts";
import { SEEN_MS } from "./severity/seen-set.ts";
import { publishedVolumes } from "./severity/venue-shares.ts";
import { WATCH_MS_MAX } from "./severity/watch-times.ts";
import type { Shutdown } from "./shutdown.ts";
import type { StoreQueries, WarmStart } from "./store/store.ts";
import { BLOCK_MS } from "./windows/watched-blocks.ts";

/** A sample adds nothing to totals that could be missed. */
export function coverageBook(venues: readonly Venue[]): CoverageBook {
  const counted = venues.filter(({ completeness }) => completeness !== "sample");
  return new CoverageBook({ venues: counted.map(({ id }) => id), published: bundledShares() });
}

/** How much each venue usually has: time without the large ones tells nothing usual. */
export function usualVolumes(): UsualVolumeOf {
  const samples = VENUES.filter(({ completeness }) => completeness === "sample");
  return publishedVolumes(
    bundledShares(),
    samples.map(({ id }) => id),
  );
}

export interface WatchOptions {
  readonly venues: readonly Venue[];
  readonly engine: Pick<Engine, "normal">;
  readonly coverage: CoverageBook;
  readonly thread: { readonly queries: StoreQueries };
  readonly runtime: Runtime;
  readonly log: Log;
  readonly shutdown: Shutdown;
}

/** What was watched before is known again; from now on every gap counts as it happens. */
export async function beginWatch(
  { venues, engine, coverage, thread, runtime, log, shutdown }: WatchOptions,
  { openGaps, engineNowMs }: Pick<WarmStart, "openGaps" | "engineNowMs">,
): Promise<GapKeeper> {
  const startMs = engineNowMs ?? runtime.nowMs();
  const history = await thread.queries.watchHistory(runtime.nowMs() - WATCH_MS_MAX);
  coverage.begin(history, (venue) => keeper.shardsOf(venue));
  const onGap = (gap: Gap) => coverage.note(gap);
  const watched = venues.map(({ id }) => id);
  const keeper = new GapKeeper(watched, startMs, { earlier: openGaps, onGap });
  if (engineNowMs !== null) await recallNormal({ engine, coverage, thread }, engineNowMs);
  const stopMeasuring = startMeasuring({ book: coverage, store: thread.queries, runtime, log });
  shutdown.add("venue shares", async () => stopMeasuring());
  return keeper;
}

/** What is usual is known again: rows of the last 25 h were read back, older ones are summed up. */
async function recallNormal(
  { engine, coverage, thread }: Pick<WatchOptions, "engine" | "coverage" | "thread">,
  nowMs: number,
): Promise<void> {
  const reach = { fromMs: nowMs - WATCH_MS_MAX - BLOCK_MS, toMs: nowMs - SEEN_MS };
  const blocks = await thread.queries.blockMoney({ ...reach, lagMsMax: SEEN_MS });
  const watchedPart = (fromMs: number, toMs: number) => coverage.watchedPart({ fromMs, toMs });
  engine.normal.recall({ blocks, nowMs, watchedPart });
}
