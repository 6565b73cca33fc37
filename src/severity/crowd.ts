/** What a score reads of an asset besides its rows: who could see it, open interest and funding. */
import type { Surroundings } from "./gauge.ts";

const DAY_SECONDS = 86_400;
/** SPEC 5.1: the fall of open interest that a score looks at, ms. */
const CHANGE_MS = 300_000;

/** Read anew only when something was heard, or when time alone changes it. */
export class Crowd {
  readonly #asset: string;
  #news = -1;
  /** The clock up to which, this one left out, nothing here changes by itself. */
  #untilMs = Number.NEGATIVE_INFINITY;
  liveVenues = 0;
  openInterestUsd: number | null = null;
  openInterestChangePct: number | null = null;
  fundingRate8h: number | null = null;

  constructor(asset: string) {
    this.#asset = asset;
  }

  get untilMs(): number {
    return this.#untilMs;
  }

  look(nowMs: number, around: Surroundings): void {
    if (around.news === this.#news && nowMs < this.#untilMs) return;
    const { context } = around;
    this.#news = around.news;
    this.openInterestUsd = context.openInterestUsd(this.#asset, nowMs);
    this.openInterestChangePct =
      context.openInterestChange(this.#asset, CHANGE_MS, nowMs)?.pct ?? null;
    this.fundingRate8h = context.fundingRate8h(this.#asset, nowMs);
    this.#untilMs = Math.min(
      this.#countVenues(nowMs, around),
      // Values hold at this clock, too.
      context.openInterestUntilMs(this.#asset, nowMs) + 1,
    );
  }

  /** Counts venues that are watched and had a row in the last 24 h; gives when the first leaves. */
  #countVenues(nowMs: number, { series, watch }: Surroundings): number {
    let untilMs = Number.POSITIVE_INFINITY;
    this.liveVenues = 0;
    for (const [venue, { newestSecond }] of series.day.venuesOf(this.#asset)) {
      const leavesMs = (newestSecond + DAY_SECONDS) * 1_000;
      if (leavesMs <= nowMs || !watch.isLive(venue)) continue;
      this.liveVenues += 1;
      untilMs = Math.min(untilMs, leavesMs);
    }
    return untilMs;
  }
}
