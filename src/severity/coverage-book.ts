/** The coverage of a figure (SPEC 2): usual shares times the part of the time that was watched. */
import type { Gap, UsualMoney, WatchHistory } from "../alert.ts";
import type { Coverage, CoverageQuery } from "../coverage.ts";
import type { VenueId } from "../liquidation.ts";
import type { TotalsQuery } from "../queries.ts";
import { readDelayMs } from "../rule.ts";
import {
  mainVenues,
  mixShares,
  moneyOf,
  type PublishedShares,
  type VenueShare,
  type VenueShares,
} from "./venue-shares.ts";
import { WATCH_MS_MAX, type WatchSpan, WatchTimes } from "./watch-times.ts";

/** SPEC 2: the main venues are the fewest with this part of an asset's usual volume. */
const MAIN_PART = 0.8;
/** A dark venue with less of the figure's usual volume than this is not worth a word. */
const MATTERS_PART = 0.05;
/** A venue is measured when it was watched for this part of 7 days. */
const MEASURED_PART_MIN = 0.9;

export interface CoverageBookOptions {
  /** Those that are listened to and have a usual share: samples have none. */
  readonly venues: readonly VenueId[];
  readonly published: PublishedShares;
}

export class CoverageBook {
  readonly #options: CoverageBookOptions;
  #shardsOf: (venue: VenueId) => readonly string[] = () => [];
  readonly #times = new WatchTimes((venue) => this.#shardsOf(venue));
  #money: readonly UsualMoney[] = [];
  #measured: ReadonlySet<VenueId> = new Set();
  /** By asset; forgotten when the money changes. */
  readonly #shares = new Map<string | null, VenueShares>();

  constructor(options: CoverageBookOptions) {
    this.#options = options;
  }

  /** What was watched before this run, and which connections the venues have from now on. */
  begin(history: WatchHistory, shardsOf: (venue: VenueId) => readonly string[]): void {
    this.#times.restore(history);
    this.#shardsOf = shardsOf;
  }

  note(gap: Gap): void {
    this.#times.note(gap);
  }

  /** Stored money of the 7 days before `nowMs`: venues that were watched in them are measured by it. */
  measure(money: readonly UsualMoney[], nowMs: number): void {
    const span = { fromMs: nowMs - WATCH_MS_MAX, toMs: nowMs };
    this.#measured = new Set(
      this.#options.venues.filter((venue) => {
        const firstMs = this.#times.firstMs(venue);
        const isLong = firstMs !== null && firstMs <= span.fromMs;
        return isLong && this.#times.watchedPart(venue, span) >= MEASURED_PART_MIN;
      }),
    );
    this.#money = money;
    this.#shares.clear();
  }

  /** When the first of the venues was first watched; null = none was yet. */
  get sinceMs(): number | null {
    const firsts = this.#options.venues.flatMap((venue) => this.#times.firstMs(venue) ?? []);
    return firsts.length === 0 ? null : Math.min(...firsts);
  }

  /** Usual shares of all venues, among each other. */
  shares(asset: string | null): VenueShares {
    let shares = this.#shares.get(asset);
    if (shares === undefined) {
      const money = moneyOf(this.#money, asset);
      const measured = new Map([...this.#measured].map((venue) => [venue, money.get(venue) ?? 0]));
      shares = mixShares(this.#options.venues, this.#options.published, measured);
      this.#shares.set(asset, shares);
    }
    return shares;
  }

  /** The part of the usual volume that was watched, 0 to 1. */
  watchedPart(span: WatchSpan): number {
    let sum = 0;
    for (const [venue, { share }] of this.shares(null)) {
      sum += share * this.#times.watchedPart(venue, span);
    }
    return sum;
  }

  /** The part of the usual volume that saw nothing in all of that time, 0 to 1. */
  darkPart(span: WatchSpan): number {
    let sum = 0;
    for (const [venue, { share }] of this.shares(null)) {
      sum += share * this.#times.darkPart(venue, span);
    }
    return sum;
  }

  /** Of a window that is read at the clock `nowMs`. */
  ofWindow({ windowMs, asset, venue }: TotalsQuery, nowMs: number): Coverage {
    const toMs = nowMs - readDelayMs(windowMs);
    const venues = venue === undefined ? [] : [venue];
    return this.coverage({ asset: asset ?? null, venues, fromMs: toMs - windowMs, toMs });
  }

  readonly coverage = ({ asset, venues, fromMs, toMs }: CoverageQuery): Coverage => {
    const shares = sharesAmong(this.shares(asset), venues);
    const times = this.#times;
    const isDark = (venue: VenueId) => times.isDark(venue, toMs);
    const parts = [...shares].map(([venue, { share, isAssumed }]) => {
      return { share, isAssumed, watched: times.watchedPart(venue, { fromMs, toMs }) };
    });
    const isFull = parts.length > 0 && parts.every(({ watched }) => watched === 1);
    const seen = parts.reduce((sum, { share, watched }) => sum + share * watched, 0);
    const main = mainVenues(shares, MAIN_PART);
    return {
      pct: parts.length === 0 ? null : isFull ? 100 : percentOf(seen),
      isAssumed: parts.length > 1 && parts.some(({ isAssumed }) => isAssumed),
      isFull,
      isBlind: main.length > 0 && main.every(isDark),
      missing: mainVenues(shares, 1).filter((venue) => {
        return (shares.get(venue)?.share ?? 0) >= MATTERS_PART && isDark(venue);
      }),
    };
  };
}

/** Cut, not rounded, to a tenth; what misses anything is never all. */
function percentOf(part: number): number {
  return Math.min(99.9, Math.floor(part * 1_000 + 1e-9) / 10);
}

/** The shares of some venues among each other; of one alone it is everything. */
function sharesAmong(shares: VenueShares, venues: readonly VenueId[]): VenueShares {
  if (venues.length === 0) return shares;
  const among = [...shares].filter(([venue]) => venues.includes(venue));
  const whole = among.reduce((sum, [, { share }]) => sum + share, 0);
  return new Map(
    among.map(([venue, one]): [VenueId, VenueShare] => {
      return [venue, { ...one, share: whole > 0 ? one.share / whole : 1 / among.length }];
    }),
  );
}
