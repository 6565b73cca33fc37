/**
 * Every stretch in which a shard of a venue was not subscribed, with its reason. Pure bookkeeping
 * over connection events: a replacement that is subscribed before the old socket goes leaves no gap.
 */
import type { Gap } from "../alert.ts";
import type { VenueId } from "../liquidation.ts";
import type { ConnectionEvent, LegibilityChange } from "./sink.ts";

/** A shard that was left without topics: nothing is missed when its connection goes. */
const RETIRED = "retired";

/** Why a shard went with the process. */
const STOPPED = "stopped";

/** A shard that is first heard of later than this after the start is new: it missed nothing before. */
const STARTING_MS = 600_000;

/** The name under which a venue is kept until its first shard is known. */
const WHOLE_VENUE = "all";

/** The name of gaps in which a venue was heard and not understood. */
const UNREAD = "unread";

export class GapKeeper {
  readonly #startMs: number;
  readonly #subscribed = new Map<string, Set<string>>();
  readonly #open = new Map<string, Gap>();
  readonly #onGap: (gap: Gap) => void;
  #news: Gap[] = [];

  /**
   * From `startMs` on `venues` should be watched; gaps that an earlier run left open go on. `onGap`
   * is told of each that opens and ends, at once.
   */
  constructor(
    venues: readonly VenueId[],
    startMs: number,
    {
      earlier = [],
      onGap = () => {},
    }: { readonly earlier?: readonly Gap[]; readonly onGap?: (gap: Gap) => void } = {},
  ) {
    this.#startMs = startMs;
    this.#onGap = onGap;
    for (const gap of earlier) this.#open.set(keyOf(gap.venue, gap.connection), gap);
    // Whether it is understood now is found out anew; until then it is not running.
    for (const venue of venues) this.#end(venue, UNREAD, startMs);
    // A run that stopped in order has closed every shard; one that was killed left those that worked
    // without a word.
    const closed = [...this.#open.values()].filter(({ reason }) => reason === STOPPED);
    const dark = new Set(closed.map(({ venue }) => venue));
    for (const venue of venues) {
      if (!dark.has(venue)) this.#begin(venue, WHOLE_VENUE, startMs, "not running");
    }
  }

  on(event: ConnectionEvent): void {
    const { venue, connection, receivedAtMs } = event;
    const shard = event.shard ?? connection.replace(/#\d+$/, "");
    const key = keyOf(venue, shard);
    let subscribed = this.#subscribed.get(key);
    if (subscribed === undefined) {
      subscribed = new Set();
      this.#subscribed.set(key, subscribed);
      // What a shard missed before its first word is as long as the venue was expected.
      const isNew = receivedAtMs - this.#startMs > STARTING_MS;
      const fromMs = isNew ? receivedAtMs : this.#startMs;
      if (event.event !== "subscribed") this.#begin(venue, shard, fromMs, "connecting");
    }
    if (event.event === "subscribed") {
      subscribed.add(connection);
      this.#end(venue, shard, receivedAtMs);
      this.#end(venue, WHOLE_VENUE, receivedAtMs);
    }
    if (event.event !== "closed") return;
    const wasSubscribed = subscribed.delete(connection);
    if (subscribed.size > 0) return;
    if (event.reason === RETIRED) {
      this.#subscribed.delete(key);
      this.#end(venue, shard, receivedAtMs);
    } else if (wasSubscribed) {
      this.#begin(venue, shard, receivedAtMs, event.reason ?? "closed");
    }
  }

  /** What arrives without being understood is missed as if nothing arrived. */
  onLegible({ venue, unreadSinceMs, atMs }: LegibilityChange): void {
    if (unreadSinceMs === null) this.#end(venue, UNREAD, atMs);
    else this.#begin(venue, UNREAD, unreadSinceMs, "not understood");
  }

  /** The shards that the venue has now. */
  shardsOf(venue: VenueId): readonly string[] {
    const start = keyOf(venue, "");
    return [...this.#subscribed.keys()]
      .filter((key) => key.startsWith(start))
      .map((key) => key.slice(start.length));
  }

  /** Gaps that opened or ended since the last call. */
  take(): readonly Gap[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  #begin(venue: VenueId, connection: string, fromMs: number, reason: string): void {
    const key = keyOf(venue, connection);
    if (this.#open.has(key)) return;
    const gap: Gap = { venue, connection, fromMs, toMs: null, reason };
    this.#open.set(key, gap);
    this.#tell(gap);
  }

  #end(venue: VenueId, connection: string, toMs: number): void {
    const gap = this.#open.get(keyOf(venue, connection));
    if (gap === undefined) return;
    this.#open.delete(keyOf(venue, connection));
    this.#tell({ ...gap, toMs });
  }

  #tell(gap: Gap): void {
    this.#news.push(gap);
    this.#onGap(gap);
  }
}

function keyOf(venue: VenueId, connection: string): string {
  return `${venue}|${connection}`;
}
