/**
 * What is usual for each asset (SPEC 5.3), and since when nothing was as large. Rows enter as they
 * enter the series of rules: no history, nothing of a suspect venue, nothing that came more than
 * 25 h late, where only the store knows duplicates. Time that was not watched tells nothing.
 */
import type { BlockMoney } from "../alert.ts";
import { type Liquidation, type VenueId, windowTimeMs } from "../liquidation.ts";
import type { LargestSince, Usual } from "../usual.ts";
import { Baseline, type BaselineState, BLOCKS_MIN } from "../windows/baseline.ts";
import {
  BLOCK_MS,
  BLOCKS_KEPT,
  blockOf,
  WatchedBlocks,
  type WatchedState,
} from "../windows/watched-blocks.ts";
import { SEEN_MS } from "./seen-set.ts";
import type { Watch } from "./watch.ts";

/** SPEC 5.3: what was watched for less than this is still being learned. */
export const LEARNING_MS = 86_400_000;
/** Beyond it the asset that was silent for longest is forgotten; all venues list some hundred. */
const ASSETS_MAX = 2_000;
/** "Largest since" an hour ago is no news. */
const SINCE_MS_MIN = 6 * 3_600_000;

/** What a store remembers of the 7 days before the clock `nowMs`. */
export interface Recalled {
  /** Of rows more than 25 h old. */
  readonly blocks: readonly BlockMoney[];
  readonly nowMs: number;
  /** The part of the usual volume that was watched, 0 to 1. */
  readonly watchedPart: (fromMs: number, toMs: number) => number;
}

export interface NormalState {
  readonly watched: WatchedState;
  readonly assets: readonly (readonly [asset: string, BaselineState])[];
}

/** A venue's usual volume in any unit; only the proportions count. */
export type UsualVolumeOf = (venue: VenueId) => number;

export class NormalBook {
  readonly #watched = new WatchedBlocks();
  readonly #assets = new Map<string, Baseline>();
  readonly #volumeOf: UsualVolumeOf;
  readonly #isWatched = (block: number): boolean => this.#watched.isWatched(block);

  /** Without venues that should be watched (files of bare rows) all time is watched. */
  constructor(watch: Watch, volumeOf: UsualVolumeOf = () => 1) {
    this.#volumeOf = volumeOf;
    this.#watched.begin(this.#shareOf(watch));
  }

  /** Adds a row that was let in at the clock `nowMs`, or that is read back at it. */
  add(row: Liquidation, nowMs: number): void {
    if (row.history || row.asset === null) return;
    const timeMs = windowTimeMs(row);
    if (nowMs - timeMs > SEEN_MS) return;
    const running = this.#watched.advance(nowMs);
    this.#addTo(row.asset, { block: blockOf(timeMs), cents: row.notionalCents ?? 0 }, running);
  }

  /** A venue came or went. */
  onWatch(watch: Watch, nowMs: number): void {
    this.#watched.setShare(this.#shareOf(watch), nowMs);
  }

  /** The clock moved: an engine that hears nothing watches all the same. */
  advance(nowMs: number): void {
    this.#watched.advance(nowMs);
  }

  /** `asset` null = of no asset: only whether enough was watched. */
  usualOf(asset: string | null, nowMs: number): Usual {
    const running = this.#watched.advance(nowMs);
    const watchedMs = this.#watched.coveredMs;
    if (watchedMs < LEARNING_MS) return { type: "learning", watchedMs, neededMs: LEARNING_MS };
    const baseline = asset === null ? undefined : this.#assets.get(asset);
    baseline?.settle(running, this.#isWatched);
    const p95Cents = baseline?.p95Cents() ?? null;
    if (p95Cents !== null) return { type: "known", p95Cents };
    return { type: "rare", windows: baseline?.counted ?? 0, windowsMin: BLOCKS_MIN };
  }

  /** How often `cents` hold what 5 min of the asset usually do; null while that is not known. */
  timesNormal(asset: string, cents: number, nowMs: number): number | null {
    const running = this.#watched.advance(nowMs);
    if (this.#watched.coveredMs < LEARNING_MS) return null;
    const baseline = this.#assets.get(asset);
    if (baseline === undefined) return null;
    baseline.settle(running, this.#isWatched);
    // Windows of unpriced rows alone: nothing can be so many times nothing.
    const p95Cents = baseline.p95Cents() ?? 0;
    return p95Cents === 0 ? null : cents / p95Cents;
  }

  /** The first clock after `nowMs` at which what is usual can change with no input. */
  nextChangeMs(nowMs: number): number {
    return blockOf(nowMs) * BLOCK_MS + 1;
  }

  /** null when that is no news, or when something as large may have been missed since. */
  largestSince(asset: string, cents: number, nowMs: number): LargestSince | null {
    const running = this.#watched.advance(nowMs);
    const oldest = running - BLOCKS_KEPT;
    const found = this.#assets.get(asset)?.lastAtLeast(cents, running) ?? null;
    const last = found === null || found < oldest ? null : found;
    const atMs = (last ?? oldest - 1) * BLOCK_MS;
    if (nowMs - atMs < SINCE_MS_MIN) return null;
    for (let block = (last ?? oldest - 1) + 1; block < running; block += 1) {
      if (!this.#isWatched(block)) return null;
    }
    return { atMs, isLonger: last === null };
  }

  /** What a restart knows besides the rows that it reads back: those are at most 25 h old. */
  recall({ blocks, nowMs, watchedPart }: Recalled): void {
    this.#watched.recall(nowMs, (fromMs, toMs) => (toMs - fromMs) * watchedPart(fromMs, toMs));
    const running = blockOf(nowMs);
    for (const { asset, ...columns } of blocks) {
      for (const [at, block] of columns.blocks.entries()) {
        this.#addTo(asset, { block, cents: columns.cents[at] ?? 0 }, running);
      }
    }
    for (const baseline of this.#assets.values()) baseline.unsettle();
  }

  save(): NormalState {
    const assets = [...this.#assets].map(([asset, one]) => [asset, one.save()] as const);
    return { watched: this.#watched.save(), assets };
  }

  restore({ watched, assets }: NormalState): void {
    this.#watched.restore(watched);
    for (const [asset, { blocks, cents }] of assets) {
      const baseline = new Baseline();
      for (const [at, block] of blocks.entries()) {
        baseline.add(block, cents[at] ?? 0, this.#isWatched);
      }
      this.#assets.set(asset, baseline);
    }
  }

  #addTo(asset: string, one: { readonly block: number; readonly cents: number }, running: number) {
    if (one.block < running - BLOCKS_KEPT) return;
    const baseline = this.#assets.get(asset) ?? this.#newBaseline(asset);
    baseline.settle(running, this.#isWatched);
    baseline.add(one.block, one.cents, this.#isWatched);
  }

  #newBaseline(asset: string): Baseline {
    const baseline = new Baseline();
    if (this.#assets.size >= ASSETS_MAX) this.#forgetOne();
    this.#assets.set(asset, baseline);
    return baseline;
  }

  #forgetOne(): void {
    let silent: string | null = null;
    let newest = Number.POSITIVE_INFINITY;
    for (const [asset, baseline] of this.#assets) {
      if (baseline.newest >= newest) continue;
      silent = asset;
      newest = baseline.newest;
    }
    if (silent !== null) this.#assets.delete(silent);
  }

  #shareOf(watch: Watch): { readonly watched: number; readonly all: number } {
    const { watched, dark } = watch.note();
    const all = this.#volumeOfAll([...watched, ...dark.map(({ venue }) => venue)]);
    // Nobody is expected to be watched, or samples alone.
    return all === 0 ? { watched: 1, all: 1 } : { watched: this.#volumeOfAll(watched), all };
  }

  #volumeOfAll(venues: readonly VenueId[]): number {
    return venues.reduce((sum, venue) => sum + this.#volumeOf(venue), 0);
  }
}
