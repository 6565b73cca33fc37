/**
 * What one venue said about one asset: the latest, and a day of it. Open interest is kept as
 * positions (coins of linear contracts, USD of inverse ones), so that a fall of the price alone is no
 * fall of open interest. Pure.
 */
import {
  type AssetReading,
  FUNDING_HOURS,
  type Funding,
  MISSED_POLLS_MAX,
} from "../market-context.ts";
import { PointRing } from "../windows/point-ring.ts";

/** Every round of the last seven minutes, at most one in five seconds: changes over 1 and 5 min. */
const FINE = { stepMs: 5_000, points: 84, width: 3 } as const;
/** SPEC 6: 288 points of 5 min, and the running one. */
export const POINT_MS = 300_000;
export const POINTS = 288;
const COARSE = { stepMs: POINT_MS, points: POINTS + 1, width: 3 } as const;
/** The fine ring is asked for what is no longer ago than this, ms. */
const FINE_MS = 390_000;

const COINS = 0;
const INVERSE_USD = 1;
const RATE_8H = 2;

/** Positions at one moment. */
export interface Positions {
  readonly atMs: number;
  readonly coins: number;
  readonly inverseUsd: number;
}

export interface HistoryState {
  readonly everyMs: number;
  readonly atMs: number;
  readonly reading: AssetReading;
  readonly openInterestAtMs: number;
  readonly fundingAtMs: number;
  readonly priceAtMs: number;
  readonly settledRate8h: number | null;
  readonly fine: ReturnType<PointRing["save"]>;
  readonly coarse: ReturnType<PointRing["save"]>;
}

const NEVER_MS = 0;
const NOTHING: AssetReading = { openInterest: null, funding: null, price: null };

export class VenueHistory {
  everyMs = 0;
  /** The latest answer, usable or not. */
  atMs = NEVER_MS;
  #reading: AssetReading = NOTHING;
  #openInterestAtMs = NEVER_MS;
  #fundingAtMs = NEVER_MS;
  #priceAtMs = NEVER_MS;
  #settledRate8h: number | null = null;
  readonly #fine = new PointRing(FINE);
  readonly coarse = new PointRing(COARSE);

  /** Rounds come in order of time; an older one is left out. */
  take(atMs: number, everyMs: number, reading: AssetReading): void {
    if (atMs < this.atMs) return;
    this.atMs = atMs;
    this.everyMs = everyMs;
    const known = this.#reading;
    const { price, openInterest, funding } = reading;
    if (price !== null) this.#priceAtMs = atMs;
    if (openInterest !== null) {
      // A contract that expired or was listed is no movement of positions.
      if (known.openInterest?.contracts !== openInterest.contracts) this.#forgetPositions();
      this.#openInterestAtMs = atMs;
    }
    if (funding !== null) {
      this.#settledRate8h = settledAfter(known.funding, funding, this.#settledRate8h);
      this.#fundingAtMs = atMs;
    }
    this.#reading = {
      openInterest: openInterest ?? known.openInterest,
      funding: funding ?? known.funding,
      price: price ?? known.price,
    };
    const { coins, inverseUsd } = openInterest ?? { coins: Number.NaN, inverseUsd: Number.NaN };
    const point = [coins, inverseUsd, funding === null ? Number.NaN : rate8h(funding)];
    this.#fine.add(atMs, point);
    this.coarse.add(atMs, point);
  }

  /** Positions that are young enough to be used. */
  positions(nowMs: number): Positions | null {
    const { openInterest } = this.#reading;
    if (openInterest === null || !this.#isFresh(this.#openInterestAtMs, nowMs)) return null;
    const { coins, inverseUsd } = openInterest;
    return { atMs: this.#openInterestAtMs, coins, inverseUsd };
  }

  funding(nowMs: number): Funding | null {
    return this.#isFresh(this.#fundingAtMs, nowMs) ? this.#reading.funding : null;
  }

  get settledRate8h(): number | null {
    return this.#settledRate8h;
  }

  price(nowMs: number): number | null {
    return this.#isFresh(this.#priceAtMs, nowMs) ? this.#reading.price : null;
  }

  /** USD of positions at the present price; null while one of the two is unknown. */
  openInterestUsd(nowMs: number): number | null {
    const positions = this.positions(nowMs);
    return positions === null ? null : this.usdOf(positions, nowMs);
  }

  usdOf({ coins, inverseUsd }: Positions, nowMs: number): number | null {
    if (coins === 0) return inverseUsd;
    const price = this.price(nowMs);
    return price === null ? null : coins * price + inverseUsd;
  }

  /** The positions nearest to so long before the present ones, at most one round or point away. */
  positionsBefore(now: Positions, windowMs: number): Positions | null {
    const isFine = windowMs <= FINE_MS - this.everyMs;
    const ring = isFine ? this.#fine : this.coarse;
    const awayMsMax = isFine ? this.everyMs : POINT_MS / 2 + this.everyMs;
    const index = ring.nearest(now.atMs - windowMs, awayMsMax);
    return index < 0 ? null : positionsAt(ring, index);
  }

  /** Positions and funding of the point of five minutes that begins at `startMs`, if it has one. */
  point(startMs: number): {
    readonly positions: Positions | null;
    readonly rate8h: number | null;
  } | null {
    const index = this.coarse.atOrBefore(startMs + POINT_MS - 1);
    if (index < 0 || this.coarse.atMs(index) < startMs) return null;
    const rate = this.coarse.value(index, RATE_8H);
    const known = Number.isNaN(rate) ? null : rate;
    return { positions: positionsAt(this.coarse, index), rate8h: known };
  }

  /** The last clock at which everything used at `nowMs` is used without a newer answer, ms. */
  untilMs(nowMs: number): number {
    let untilMs = Number.POSITIVE_INFINITY;
    for (const atMs of [this.#openInterestAtMs, this.#fundingAtMs, this.#priceAtMs]) {
      const lastMs = atMs + MISSED_POLLS_MAX * this.everyMs;
      if (lastMs >= nowMs) untilMs = Math.min(untilMs, lastMs);
    }
    return untilMs;
  }

  save(): HistoryState {
    return {
      everyMs: this.everyMs,
      atMs: this.atMs,
      reading: this.#reading,
      openInterestAtMs: this.#openInterestAtMs,
      fundingAtMs: this.#fundingAtMs,
      priceAtMs: this.#priceAtMs,
      settledRate8h: this.#settledRate8h,
      fine: this.#fine.save(),
      coarse: this.coarse.save(),
    };
  }

  restore(state: HistoryState): void {
    this.everyMs = state.everyMs;
    this.atMs = state.atMs;
    this.#reading = state.reading;
    this.#openInterestAtMs = state.openInterestAtMs;
    this.#fundingAtMs = state.fundingAtMs;
    this.#priceAtMs = state.priceAtMs;
    this.#settledRate8h = state.settledRate8h;
    this.#fine.restore(state.fine);
    this.coarse.restore(state.coarse);
  }

  #isFresh(atMs: number, nowMs: number): boolean {
    return nowMs - atMs <= MISSED_POLLS_MAX * this.everyMs;
  }

  #forgetPositions(): void {
    for (const ring of [this.#fine, this.coarse]) ring.forget([COINS, INVERSE_USD]);
  }
}

export function rate8h({ rate, intervalHours }: Pick<Funding, "rate" | "intervalHours">): number {
  return (rate * FUNDING_HOURS) / intervalHours;
}

/** What was paid last: as the venue says, else the rate that stood when its time came. */
function settledAfter(
  known: Funding | null,
  next: Funding,
  settled8h: number | null,
): number | null {
  if (next.settledRate !== null) {
    return rate8h({ rate: next.settledRate, intervalHours: next.intervalHours });
  }
  if (known?.settlesAtMs == null || next.settlesAtMs === null) return settled8h;
  return next.settlesAtMs > known.settlesAtMs ? rate8h(known) : settled8h;
}

function positionsAt(ring: PointRing, index: number): Positions | null {
  const coins = ring.value(index, COINS);
  const inverseUsd = ring.value(index, INVERSE_USD);
  if (Number.isNaN(coins) || Number.isNaN(inverseUsd)) return null;
  return { atMs: ring.atMs(index), coins, inverseUsd };
}
