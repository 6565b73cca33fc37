/**
 * A second reading of SPEC 6 for the tests: every answer of every venue is kept in a list, and each
 * figure is worked out from all of them.
 */
import type { VenueId } from "../../src/liquidation.ts";
import type { AssetReading, VenueReading } from "../../src/market-context.ts";

interface Said {
  readonly atMs: number;
  readonly everyMs: number;
  readonly reading: AssetReading;
}

interface Ends {
  readonly now: Said;
  readonly before: Said;
}

const MINUTE_MS = 60_000;

export class PlainContext {
  readonly #said = new Map<string, Map<VenueId, Said[]>>();

  take(atMs: number, { venue, everyMs, assets }: VenueReading): void {
    for (const [asset, reading] of Object.entries(assets)) {
      const venues = this.#said.get(asset) ?? new Map<VenueId, Said[]>();
      this.#said.set(asset, venues);
      venues.set(venue, [...(venues.get(venue) ?? []), { atMs, everyMs, reading }]);
    }
  }

  openInterestUsd(asset: string, nowMs: number): number | null {
    const parts = this.#venues(asset).flatMap((said) => {
      const usd = usdOf(said, lastWith(said, "openInterest", nowMs), nowMs);
      return usd === null ? [] : [usd];
    });
    return parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0);
  }

  changePct(asset: string, windowMs: number, nowMs: number): number | null {
    let [before, now] = [0, 0];
    for (const said of this.#venues(asset)) {
      const ends = endsOf(said, windowMs, nowMs);
      if (ends === null) continue;
      const was = usdOf(said, ends.before, nowMs);
      const is = usdOf(said, ends.now, nowMs);
      if (was === null || is === null) continue;
      before += was;
      now += is;
    }
    return before > 0 ? ((now - before) / before) * 100 : null;
  }

  funding8h(asset: string, nowMs: number): number | null {
    let [sum, whole] = [0, 0];
    for (const said of this.#venues(asset)) {
      const usd = usdOf(said, lastWith(said, "openInterest", nowMs), nowMs);
      const funding = lastWith(said, "funding", nowMs)?.reading.funding ?? null;
      if (usd === null || usd <= 0 || funding === null) continue;
      sum += usd * funding.rate * (8 / funding.intervalHours);
      whole += usd;
    }
    return whole > 0 ? sum / whole : null;
  }

  #venues(asset: string): readonly (readonly Said[])[] {
    return [...(this.#said.get(asset)?.values() ?? [])];
  }
}

/** The last answer that holds such a value, if it is no older than three rounds. */
function lastWith(said: readonly Said[], what: keyof AssetReading, nowMs: number): Said | null {
  const last = said.filter(({ reading }) => reading[what] !== null).at(-1);
  if (last === undefined) return null;
  return nowMs - last.atMs > 3 * (said.at(-1)?.everyMs ?? 0) ? null : last;
}

/** Positions of `of` at the price of now. */
function usdOf(said: readonly Said[], of: Said | null, nowMs: number): number | null {
  const openInterest = of?.reading.openInterest ?? null;
  if (openInterest === null) return null;
  const price = lastWith(said, "price", nowMs)?.reading.price ?? null;
  if (openInterest.coins === 0) return openInterest.inverseUsd;
  return price === null ? null : openInterest.coins * price + openInterest.inverseUsd;
}

/** The present positions, and those nearest to so long before with the same contracts ever since. */
function endsOf(said: readonly Said[], windowMs: number, nowMs: number): Ends | null {
  const now = lastWith(said, "openInterest", nowMs);
  if (now === null) return null;
  const counted = said.filter(({ reading }) => reading.openInterest !== null);
  const contracts = now.reading.openInterest?.contracts;
  const since = counted.findLastIndex(
    ({ reading }) => reading.openInterest?.contracts !== contracts,
  );
  const comparable = counted.slice(since + 1);
  const { everyMs } = now;
  const isFine = windowMs <= 390_000 - everyMs;
  const stepMs = isFine ? 5_000 : 5 * MINUTE_MS;
  const awayMsMax = isFine ? everyMs : 2.5 * MINUTE_MS + everyMs;
  // Of each step the last answer is remembered, whatever it held.
  const kept = said.filter((one, at) => {
    const next = said[at + 1];
    return next === undefined || Math.floor(next.atMs / stepMs) !== Math.floor(one.atMs / stepMs);
  });
  const wantedMs = now.atMs - windowMs;
  const nearest = kept.toSorted((left, right) => {
    return (
      Math.abs(left.atMs - wantedMs) - Math.abs(right.atMs - wantedMs) || left.atMs - right.atMs
    );
  })[0];
  if (nearest === undefined || Math.abs(nearest.atMs - wantedMs) > awayMsMax) return null;
  return comparable.includes(nearest) ? { now, before: nearest } : null;
}
