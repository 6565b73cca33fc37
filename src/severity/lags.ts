/**
 * How late each venue's rows come (SPEC 2): the median over its last 20 rows of the last minute,
 * against the limit of the venue. History rows say nothing about it.
 */
import type { VenueId } from "../liquidation.ts";

const ROWS_MAX = 20;
const AGE_MS_MAX = 60_000;

interface LagPoint {
  readonly atMs: number;
  readonly lagMs: number;
}

export class Lags {
  readonly #limits: ReadonlyMap<VenueId, number>;
  readonly #points = new Map<VenueId, LagPoint[]>();

  /** A venue without a limit is never behind. */
  constructor(limits: ReadonlyMap<VenueId, number>) {
    this.#limits = limits;
  }

  add(venue: VenueId, lagMs: number, atMs: number): void {
    if (!this.#limits.has(venue)) return;
    const points = this.#points.get(venue) ?? [];
    points.push({ atMs, lagMs });
    if (points.length > ROWS_MAX) points.shift();
    this.#points.set(venue, points);
  }

  /** The median at the clock `nowMs`; null when no row of the last minute tells it. */
  medianMs(venue: VenueId, nowMs: number): number | null {
    const points = this.#points.get(venue) ?? [];
    return medianOf(points.filter(({ atMs }) => nowMs - atMs <= AGE_MS_MAX));
  }

  /** Venues whose median is above their limit at the clock `nowMs`, by name. */
  behind(nowMs: number): readonly { readonly venue: VenueId; readonly lagMs: number }[] {
    const behind: { venue: VenueId; lagMs: number }[] = [];
    for (const [venue, limitMs] of this.#limits) {
      const lagMs = this.medianMs(venue, nowMs);
      if (lagMs !== null && lagMs > limitMs) behind.push({ venue, lagMs });
    }
    return behind.sort((a, b) => (a.venue < b.venue ? -1 : 1));
  }
}

function medianOf(points: readonly LagPoint[]): number | null {
  const sorted = points.map(({ lagMs }) => lagMs).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
