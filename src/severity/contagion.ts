/**
 * Contagion (SPEC 5.1, classic): how alike the venues' money of one asset went over the last 60 whole
 * seconds. It is settled once per second, from the rows that had arrived before that second began: so
 * it costs the same however many rows come, and is the same however often it is asked for.
 */
import type { RowRing } from "../windows/ring.ts";

const SECONDS = 60;

/** The series of an asset by venue; places of venues without rows are empty. */
type Venues = readonly ({ readonly ring: RowRing } | undefined)[];

interface Settled {
  readonly second: number;
  readonly value: number;
}

export type SavedContagion = readonly [asset: string, second: number, value: number];

interface AssetVenues {
  readonly asset: string;
  readonly venues: Venues;
}

export class ContagionBook {
  readonly #settled = new Map<string, Settled>();
  readonly #isAsked: boolean;

  /** `isAsked`: a rule asks for it, so that it must be known of every second. */
  constructor(isAsked: boolean) {
    this.#isAsked = isAsked;
  }

  /** False when nobody ever asked: rows then need not be told of. */
  get isNeeded(): boolean {
    return this.#isAsked || this.#settled.size > 0;
  }

  /** A row is about to enter. One that a restart puts back arrived before the second of the clock. */
  arrive(
    { asset, venues }: { readonly asset: string | null; readonly venues: Venues },
    { arrivedMs, nowMs }: { readonly arrivedMs: number; readonly nowMs: number },
  ): void {
    if (asset === null || (!this.#isAsked && !this.#settled.has(asset))) return;
    const second = Math.floor(nowMs / 1_000);
    if (Math.floor(arrivedMs / 1_000) === second) this.read({ asset, venues }, second);
  }

  /** Of this second of the clock. */
  read({ asset, venues }: AssetVenues, second: number): number {
    const known = this.#settled.get(asset);
    if (known !== undefined && known.second >= second) return known.value;
    const value = contagionOf(venues, second);
    this.#settled.set(asset, { second, value });
    return value;
  }

  save(): readonly SavedContagion[] {
    return [...this.#settled].map(([asset, { second, value }]) => [asset, second, value]);
  }

  restore(saved: readonly SavedContagion[]): void {
    for (const [asset, second, value] of saved) this.#settled.set(asset, { second, value });
  }
}

/**
 * Mean of Pearson's correlation over all pairs of venues that had money and not the same each second;
 * a pair that goes against each other counts as 0. 0 with fewer than two such venues.
 */
export function contagionOf(venues: Venues, second: number): number {
  const moves = venues.flatMap((venue) => (venue && deviationsOf(venue.ring, second)) ?? []);
  if (moves.length < 2) return 0;
  let [sum, pairs] = [0, 0];
  for (const [index, one] of moves.entries()) {
    for (const other of moves.slice(index + 1)) {
      sum += Math.max(0, productOf(one, other));
      pairs += 1;
    }
  }
  // Rounding may carry the correlation of equals a digit over 1.
  return Math.min(1, sum / pairs);
}

/** Money of each second less the mean, scaled to length 1; null without money or without variance. */
function deviationsOf(ring: RowRing, second: number): Float64Array | null {
  const cents = new Float64Array(SECONDS);
  const firstSecond = second - SECONDS;
  const end = ring.firstAfter(second * 1_000 - 1);
  let total = 0;
  for (let at = ring.firstAfter(firstSecond * 1_000 - 1); at < end; at += 1) {
    const slot = Math.floor(ring.timeAt(at) / 1_000) - firstSecond;
    const ofRow = ring.centsAt(at);
    cents[slot] = (cents[slot] as number) + ofRow;
    total += ofRow;
  }
  if (cents.every((one) => one === cents[0])) return null;
  const mean = total / SECONDS;
  const deviations = cents.map((one) => one - mean);
  const length = Math.sqrt(productOf(deviations, deviations));
  return deviations.map((one) => one / length);
}

function productOf(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < SECONDS; at += 1) sum += (one[at] as number) * (other[at] as number);
  return sum;
}
