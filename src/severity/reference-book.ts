/**
 * What each asset costs, of one named venue: the price behind `priceChangePct` (SPEC 3) and behind
 * the check of sides. Venues differ by more than a price moves in seconds, so that both ends of a
 * change always come from the same one; when the venue changes, the history begins anew. Pure.
 */
import type { PricePoint } from "../chart.ts";
import type { VenueId } from "../liquidation.ts";
import { MISSED_POLLS_MAX, type ReferencePrice } from "../market-context.ts";
import { PointRing } from "../windows/point-ring.ts";
import type { ReferencePrices } from "./engine-input.ts";

/** Every look of the last seven minutes, at most one in five seconds: windows up to 5 min. */
const FINE = { stepMs: 5_000, points: 84, width: 1 } as const;
/** A point a minute for a day: whole incidents, and the day's change. */
const MINUTES = { stepMs: 60_000, points: 1_441, width: 1 } as const;
/** A bound for hostile recordings; venues list some 1,000 assets. */
export const PRICED_ASSETS_MAX = 1_500;
/** While a source is this young a better one may take its place: at a start all answer at once, ms. */
const SETTLING_MS = 60_000;

/** The venue that is asked for the prices of BTC and ETH alone, far more often than for all of them. */
export const PRICED_OFTEN = { venue: "bybit", everyMs: 5_000 } as const;

/** Which venue is asked first what an asset costs: those that list most and mark by an index. */
const PREFERENCE: readonly VenueId[] = [
  ...(["bybit", "okx", "binance", "bitget", "gate", "hyperliquid"] as const),
];

interface PricedAsset {
  venue: VenueId;
  everyMs: number;
  /** Since when the price comes from that venue. */
  sinceMs: number;
  readonly fine: PointRing;
  readonly minutes: PointRing;
}

export interface PriceChange {
  readonly first: number;
  readonly last: number;
  readonly pct: number;
  /** `mark:bybit`. */
  readonly source: string;
}

export type ReferenceState = readonly {
  readonly asset: string;
  readonly venue: VenueId;
  readonly everyMs: number;
  readonly sinceMs: number;
  readonly fine: ReturnType<PointRing["save"]>;
  readonly minutes: ReturnType<PointRing["save"]>;
}[];

export interface PriceLook {
  readonly atMs: number;
  readonly venue: VenueId;
  readonly everyMs: number;
}

export class ReferenceBook {
  readonly #assets = new Map<string, PricedAsset>();

  /**
   * Takes what one venue said. `fresh` are the prices that stand for their asset; `changed` the
   * assets whose venue is another one from now on: what came before must not be compared with it.
   */
  take(
    look: PriceLook,
    prices: ReferencePrices,
  ): { readonly fresh: ReferencePrices; readonly changed: readonly string[] } {
    const fresh: Record<string, number> = {};
    const changed: string[] = [];
    for (const [asset, price] of Object.entries(prices)) {
      if (!(price > 0) || !Number.isFinite(price)) continue;
      const known = this.#assets.get(asset);
      const priced = known ?? this.#begin(asset, look);
      if (priced === null) continue;
      if (priced.venue !== look.venue) {
        if (!isBetter(priced, look)) continue;
        Object.assign(priced, { venue: look.venue, sinceMs: look.atMs });
        priced.fine.clear();
        priced.minutes.clear();
        changed.push(asset);
      }
      priced.everyMs = look.everyMs;
      priced.fine.add(look.atMs, [price]);
      priced.minutes.add(look.atMs, [price]);
      fresh[asset] = price;
    }
    return { fresh, changed };
  }

  /**
   * From the price at `fromMs` to the price at `toMs`. null when the venue was not asked often
   * enough for a change over so short a time: both ends need a price of their own, no older than half
   * of it.
   */
  change(asset: string, fromMs: number, toMs: number): PriceChange | null {
    const priced = this.#assets.get(asset);
    if (priced === undefined || !(toMs > fromMs)) return null;
    const oldMsMax = Math.min(MISSED_POLLS_MAX * priced.everyMs, (toMs - fromMs) / 2);
    const first = pointAt(priced, fromMs, oldMsMax);
    const last = pointAt(priced, toMs, oldMsMax);
    if (first === null || last === null || first.atMs === last.atMs) return null;
    const pct = ((last.price - first.price) / first.price) * 100;
    return { first: first.price, last: last.price, pct, source: `mark:${priced.venue}` };
  }

  /** The newest price, and how it changed over these windows; null when it is too old. */
  latest(asset: string, windowsMs: readonly number[], nowMs: number): ReferencePrice | null {
    const priced = this.#assets.get(asset);
    if (priced === undefined) return null;
    const point = pointAt(priced, nowMs, MISSED_POLLS_MAX * priced.everyMs);
    if (point === null) return null;
    const changes = windowsMs.flatMap((windowMs) => {
      const change = this.change(asset, nowMs - windowMs, nowMs);
      return change === null ? [] : [{ windowMs, pct: change.pct }];
    });
    return { venue: priced.venue, ...point, changes };
  }

  /** Every price known of a time in [fromMs, toMs), oldest first: for drawing. */
  between(asset: string, fromMs: number, toMs: number): readonly PricePoint[] {
    const priced = this.#assets.get(asset);
    if (priced === undefined) return [];
    const { fine, minutes } = priced;
    const ring = fine.length > 0 && fine.atMs(0) <= fromMs ? fine : minutes;
    const points: PricePoint[] = [];
    for (let index = ring.atOrBefore(fromMs - 1) + 1; index < ring.length; index += 1) {
      const atMs = ring.atMs(index);
      if (atMs >= toMs) break;
      points.push({ atMs, price: ring.value(index, 0) });
    }
    return points;
  }

  /** The price of about that time, whatever its age; null before the first. */
  about(asset: string, ms: number): number | null {
    const minutes = this.#assets.get(asset)?.minutes;
    const index = minutes?.nearest(ms, Number.POSITIVE_INFINITY) ?? -1;
    return minutes === undefined || index < 0 ? null : minutes.value(index, 0);
  }

  save(): ReferenceState {
    return [...this.#assets].map(([asset, { venue, everyMs, sinceMs, fine, minutes }]) => {
      return { asset, venue, everyMs, sinceMs, fine: fine.save(), minutes: minutes.save() };
    });
  }

  restore(state: ReferenceState): void {
    for (const { asset, fine, minutes, ...named } of state) {
      const priced = { ...named, fine: new PointRing(FINE), minutes: new PointRing(MINUTES) };
      priced.fine.restore(fine);
      priced.minutes.restore(minutes);
      this.#assets.set(asset, priced);
    }
  }

  #begin(asset: string, { venue, everyMs, atMs }: PriceLook): PricedAsset | null {
    if (this.#assets.size >= PRICED_ASSETS_MAX) return null;
    const rings = { fine: new PointRing(FINE), minutes: new PointRing(MINUTES) };
    const priced = { venue, everyMs, sinceMs: atMs, ...rings };
    this.#assets.set(asset, priced);
    return priced;
  }
}

/** The present venue has fallen silent, or it was only the first to answer after a start. */
function isBetter(priced: PricedAsset, { venue, atMs }: PriceLook): boolean {
  const lastMs = priced.fine.atMs(priced.fine.newest);
  if (atMs - lastMs > MISSED_POLLS_MAX * priced.everyMs) return true;
  return rankOf(venue) < rankOf(priced.venue) && atMs - priced.sinceMs < SETTLING_MS;
}

function rankOf(venue: VenueId): number {
  const at = PREFERENCE.indexOf(venue);
  return at < 0 ? PREFERENCE.length : at;
}

/** The newest price at or before `ms` that is no older than allowed; a minute's point may be a minute older. */
function pointAt(
  { fine, minutes }: PricedAsset,
  ms: number,
  oldMsMax: number,
): { readonly atMs: number; readonly price: number } | null {
  const isFine = fine.length > 0 && fine.atMs(0) <= ms;
  const ring = isFine ? fine : minutes;
  const index = ring.atOrBefore(ms);
  if (index < 0) return null;
  const atMs = ring.atMs(index);
  const allowedMs = isFine ? oldMsMax : oldMsMax + MINUTES.stepMs;
  return ms - atMs > allowedMs ? null : { atMs, price: ring.value(index, 0) };
}
