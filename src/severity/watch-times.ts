/**
 * When each venue was watched, out of its gaps: those of the store after a restart, those of the
 * connections as they happen. Before its first gap a venue was not watched; every run begins with one.
 */
import type { Gap, WatchHistory } from "../alert.ts";
import type { VenueId } from "../liquidation.ts";

/** Usual shares are those of this long; older gaps say nothing any more. */
export const WATCH_MS_MAX = 7 * 86_400_000;
/** Gaps kept per connection; a venue that flaps more often counts as watched since the oldest kept. */
const SPANS_MAX = 10_000;

/** The connections of gaps that are the whole venue's: nothing is connected, or understood. */
export const WHOLE_VENUE = "all";
const UNREAD = "unread";

export interface WatchSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Dark {
  readonly fromMs: number;
  /** Infinity while it lasts. */
  toMs: number;
}

interface VenueTimes {
  firstMs: number;
  readonly byShard: Map<string, Dark[]>;
}

export class WatchTimes {
  readonly #venues = new Map<VenueId, VenueTimes>();
  readonly #shardsOf: (venue: VenueId) => readonly string[];

  /** `shardsOf`: the connections that a venue has now; none = those that its gaps name. */
  constructor(shardsOf: (venue: VenueId) => readonly string[] = () => []) {
    this.#shardsOf = shardsOf;
  }

  restore({ first, gaps }: WatchHistory): void {
    for (const { venue, atMs } of first) {
      const times = this.#of(venue, atMs);
      times.firstMs = Math.min(times.firstMs, atMs);
    }
    for (const gap of gaps.toReversed()) this.note(gap);
  }

  /** A gap that began, or the same one when it ended. */
  note({ venue, connection, fromMs, toMs }: Gap): void {
    const times = this.#of(venue, fromMs);
    let spans = times.byShard.get(connection);
    if (spans === undefined) {
      spans = [];
      times.byShard.set(connection, spans);
    }
    // Nearly always it is the last one: spans stand in the order of their beginnings.
    let at = spans.length - 1;
    while (at >= 0 && (spans[at]?.fromMs ?? fromMs) > fromMs) at -= 1;
    const known = spans[at];
    if (known?.fromMs === fromMs) known.toMs = toMs ?? known.toMs;
    else spans.splice(at + 1, 0, { fromMs, toMs: toMs ?? Number.POSITIVE_INFINITY });
    while (spans.length > 0 && (spans[0]?.toMs ?? fromMs) < fromMs - WATCH_MS_MAX) spans.shift();
    if (spans.length > SPANS_MAX) times.firstMs = spans.shift()?.toMs ?? times.firstMs;
  }

  /** Since when anything is known of the venue; null = it was never watched. */
  firstMs(venue: VenueId): number | null {
    return this.#venues.get(venue)?.firstMs ?? null;
  }

  /** The part of the time in which the venue was watched, 0 to 1; each connection is an equal part. */
  watchedPart(venue: VenueId, span: WatchSpan): number {
    const lengthMs = span.toMs - span.fromMs;
    const dark = this.#darkMs(venue, span);
    if (lengthMs <= 0) return dark.length > 0 && !this.isDark(venue, span.toMs) ? 1 : 0;
    const darkMs = dark.reduce((sum, oneMs) => sum + oneMs, 0);
    return darkMs === 0 ? 1 : 1 - darkMs / (lengthMs * dark.length);
  }

  /** The part of the venue's connections that saw nothing in all of that time, 0 to 1. */
  darkPart(venue: VenueId, span: WatchSpan): number {
    const dark = this.#darkMs(venue, span);
    return dark.filter((darkMs) => darkMs >= span.toMs - span.fromMs).length / dark.length;
  }

  /** True when no connection of the venue is watched at `atMs`. */
  isDark(venue: VenueId, atMs: number): boolean {
    return this.darkPart(venue, { fromMs: atMs - 1, toMs: atMs }) === 1;
  }

  /** Per connection, how much of the span it saw nothing; at least one entry. */
  #darkMs(venue: VenueId, { fromMs, toMs }: WatchSpan): readonly number[] {
    const times = this.#venues.get(venue);
    if (times === undefined) return [Math.max(0, toMs - fromMs)];
    const { firstMs, byShard } = times;
    const always: Dark[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: firstMs }];
    always.push(...(byShard.get(WHOLE_VENUE) ?? []), ...(byShard.get(UNREAD) ?? []));
    return this.#shardNames(venue, byShard).map((shard) =>
      covered([...always, ...(byShard.get(shard) ?? [])], { fromMs, toMs }),
    );
  }

  #shardNames(venue: VenueId, byShard: ReadonlyMap<string, unknown>): readonly string[] {
    const live = this.#shardsOf(venue);
    if (live.length > 0) return live;
    const named = [...byShard.keys()].filter((name) => name !== WHOLE_VENUE && name !== UNREAD);
    return named.length > 0 ? named : [WHOLE_VENUE];
  }

  #of(venue: VenueId, firstMs: number): VenueTimes {
    let times = this.#venues.get(venue);
    if (times === undefined) {
      times = { firstMs, byShard: new Map() };
      this.#venues.set(venue, times);
    }
    return times;
  }
}

/** How much of [fromMs, toMs) the spans cover together. */
function covered(spans: readonly Dark[], { fromMs, toMs }: WatchSpan): number {
  const inside = spans.filter((span) => span.fromMs < toMs && span.toMs > fromMs);
  let sumMs = 0;
  let edgeMs = fromMs;
  for (const span of inside.sort((a, b) => a.fromMs - b.fromMs)) {
    const endMs = Math.min(span.toMs, toMs);
    sumMs += Math.max(0, endMs - Math.max(span.fromMs, edgeMs));
    edgeMs = Math.max(edgeMs, endMs);
  }
  return sumMs;
}
