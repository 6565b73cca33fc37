/** Which way the price of a coin went before a row: the samples that sides are judged by. */
import type { ReferencePrices } from "./engine-input.ts";
import { PRICED_ASSETS_MAX, PRICED_OFTEN } from "./reference-book.ts";

/** The price of a row is compared with the one this long before it, ms. */
export const LOOK_BACK_MS = 30_000;
/** An older sample is no price of a moment: a round of 15 s that took its time, ms. */
export const SAMPLE_AGE_MS_MAX = 20_000;
/** Rows that come later than this are not judged: their prices are forgotten, ms. */
const SAMPLES_MS = 300_000;
/** Bounds for hostile files: samples of an asset, and assets. */
const SAMPLES_MAX = 512;
const ASSETS_MAX = PRICED_ASSETS_MAX;

interface Sample {
  readonly atMs: number;
  readonly price: number;
}

export type SidePricesState = readonly (readonly [asset: string, samples: readonly Sample[]])[];

/** How a price moved over the look-back. */
export interface PriceMove {
  /**
   * The step of the fastest look at prices in which the later of its two samples was taken, ms since
   * 1970. Rows that were compared with the same two samples have the same step; so have all coins
   * looked at within it, since coins fall and rise together.
   */
  readonly stepMs: number;
  readonly isFall: boolean;
}

export class SidePrices {
  readonly #samples = new Map<string, Sample[]>();

  /** Samples come in order of time; an older one, and what is no price, is left out. */
  take(atMs: number, prices: ReferencePrices): void {
    for (const [asset, price] of Object.entries(prices)) {
      if (!(price > 0) || !Number.isFinite(price)) continue;
      const samples = this.#samples.get(asset) ?? [];
      if (samples.length === 0 && this.#samples.size >= ASSETS_MAX) continue;
      if (atMs <= (samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)) continue;
      samples.push({ atMs, price });
      const kept = samples.findIndex((sample) => sample.atMs > atMs - SAMPLES_MS);
      samples.splice(0, Math.max(kept, samples.length - SAMPLES_MAX));
      this.#samples.set(asset, samples);
    }
  }

  forget(assets: readonly string[]): void {
    for (const asset of assets) this.#samples.delete(asset);
  }

  /** Over the look-back before `timeMs`; null without a price at either end, and when it stood still. */
  moveBefore(asset: string, timeMs: number): PriceMove | null {
    const samples = this.#samples.get(asset);
    if (samples === undefined) return null;
    const first = sampleAt(samples, timeMs - LOOK_BACK_MS);
    const last = sampleAt(samples, timeMs);
    if (first === null || last === null || first.price === last.price) return null;
    const stepMs = Math.floor(last.atMs / PRICED_OFTEN.everyMs) * PRICED_OFTEN.everyMs;
    return { stepMs, isFall: last.price < first.price };
  }

  save(): SidePricesState {
    return [...this.#samples].map(([asset, samples]) => [asset, [...samples]]);
  }

  restore(state: SidePricesState): void {
    for (const [asset, samples] of state) this.#samples.set(asset, [...samples]);
  }
}

/** The newest sample at or before `atMs`; null when there is none that is fresh enough. */
function sampleAt(samples: readonly Sample[], atMs: number): Sample | null {
  // From the end: rows are young.
  for (let at = samples.length - 1; at >= 0; at -= 1) {
    const sample = samples[at];
    if (sample === undefined || sample.atMs > atMs) continue;
    return atMs - sample.atMs > SAMPLE_AGE_MS_MAX ? null : sample;
  }
  return null;
}
