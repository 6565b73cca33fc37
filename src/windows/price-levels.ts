/**
 * Where positions were liquidated (SPEC 5.4): per asset and side, orders and money by price level.
 * A level lives for an hour after its last event; an asset keeps its width while it has a live level.
 */
import { type Liquidation, type PositionSide, VENUE_IDS, type VenueId } from "../liquidation.ts";
import type { AssetLevels, PriceLevel } from "../price-level.ts";
import { edgeOf, type LevelWidth, levelOf, widthFor, widthOf } from "./level-width.ts";

/** A level lives for this long after its last event. */
export const LEVEL_MS = 3_600_000;
/** Levels of one asset, both sides; beyond it those whose last event is oldest are dropped. */
const LEVELS_MAX = 2_000;
/** Dropping that many at once keeps the cost of a full book low. */
const LEVELS_KEPT = 1_500;
/** Assets; those of which no level lives go first, then those that were silent for longest. */
const ASSETS_MAX = 2_000;

const VENUE_BITS = new Map<VenueId, number>(VENUE_IDS.map((venue, at) => [venue, 1 << at]));

/** What a row adds to a level. */
export type LevelRow = Pick<Liquidation, "asset" | "positionSide" | "price" | "notionalCents"> &
  Pick<Liquidation, "venue" | "receivedAtMs">;

interface Level {
  readonly positionSide: PositionSide;
  readonly number: number;
  orders: number;
  rows: number;
  cents: number;
  /** One bit per venue, in the order of VENUE_IDS. */
  venues: number;
  firstMs: number;
  lastMs: number;
}

interface AssetBook {
  readonly width: LevelWidth;
  lastMs: number;
  readonly long: Map<number, Level>;
  readonly short: Map<number, Level>;
}

export interface PriceLevelsState {
  readonly nowMs: number;
  readonly assets: readonly (readonly [asset: string, width: string, levels: readonly Level[]])[];
}

export class PriceLevels {
  readonly #widths: ReadonlyMap<string, LevelWidth>;
  readonly #assets = new Map<string, AssetBook>();
  /** The largest time of receipt of a row: what a restart, which reads rows back, knows as well. */
  #nowMs = Number.NEGATIVE_INFINITY;

  /** `widths`: by asset, those that a configuration sets. */
  constructor(widths: ReadonlyMap<string, LevelWidth> = new Map()) {
    this.#widths = widths;
  }

  /** Adds a row of kind liquidation, whatever its age; without asset or price it has no level. */
  add(row: LevelRow, timeMs: number, countsOrder: boolean): void {
    const { asset, price } = row;
    this.#nowMs = Math.max(this.#nowMs, row.receivedAtMs);
    if (asset === null || price === null) return;
    const oldestMs = this.#nowMs - LEVEL_MS;
    const book = this.#bookOf(asset, { price, timeMs, oldestMs });
    const number = book === null ? null : levelOf(price, book.width);
    if (book === null || number === null) return;
    const level = this.#levelOf(book[row.positionSide], { ...row, timeMs, oldestMs, number });
    if (level === null) return;
    level.orders += countsOrder ? 1 : 0;
    level.rows += 1;
    level.cents += row.notionalCents ?? 0;
    level.venues |= VENUE_BITS.get(row.venue) ?? 0;
    level.firstMs = Math.min(level.firstMs, timeMs);
    level.lastMs = Math.max(level.lastMs, timeMs);
    book.lastMs = Math.max(book.lastMs, timeMs);
    if (book.long.size + book.short.size > LEVELS_MAX) thin(book, oldestMs);
  }

  /** Levels that live at the clock `nowMs`; null when there are none. Nothing is kept or moved. */
  of(asset: string, nowMs: number): AssetLevels | null {
    const book = this.#assets.get(asset);
    const oldestMs = nowMs - LEVEL_MS;
    if (book === undefined || book.lastMs <= oldestMs) return null;
    const live = [...book.long.values(), ...book.short.values()].filter((level) => {
      return level.lastMs > oldestMs;
    });
    live.sort((a, b) => b.number - a.number || (a.positionSide < b.positionSide ? -1 : 1));
    const levels = live.map((level) => shown(level, book.width));
    return { width: edgeOf(1, book.width), levels };
  }

  /** Assets with a live level, in no order. */
  assets(nowMs: number): readonly string[] {
    const live = [...this.#assets].filter(([, { lastMs }]) => lastMs > nowMs - LEVEL_MS);
    return live.map(([asset]) => asset);
  }

  /**
   * The part of the money of `rows` that stands in one level of one side, 0 to 1: the densest. Rows
   * without a price stand in none, and count in the whole. 0 without money or without a width.
   */
  densestShare(
    asset: string,
    rows: Iterable<{
      readonly positionSide: PositionSide;
      readonly price: number | null;
      readonly cents: number;
    }>,
  ): number {
    const width = this.#assets.get(asset)?.width;
    if (width === undefined) return 0;
    const sums = { long: new Map<number, number>(), short: new Map<number, number>() };
    let whole = 0;
    let densest = 0;
    for (const { positionSide, price, cents } of rows) {
      whole += cents;
      const level = price === null ? null : levelOf(price, width);
      if (level === null) continue;
      const sum = (sums[positionSide].get(level) ?? 0) + cents;
      sums[positionSide].set(level, sum);
      if (sum > densest) densest = sum;
    }
    return whole === 0 ? 0 : densest / whole;
  }

  save(): PriceLevelsState {
    const assets = [...this.#assets].map(([asset, { width, long, short }]) => {
      const levels = [...long.values(), ...short.values()].map((level) => ({ ...level }));
      return [asset, edgeOf(1, width), levels] as const;
    });
    return { nowMs: Math.max(0, this.#nowMs), assets };
  }

  restore({ nowMs, assets }: PriceLevelsState): void {
    this.#nowMs = nowMs;
    for (const [asset, text, levels] of assets) {
      const width = widthOf(text);
      if (width === null) continue;
      const lastMs = Math.max(...levels.map((level) => level.lastMs));
      const book: AssetBook = { width, lastMs, long: new Map(), short: new Map() };
      for (const level of levels) book[level.positionSide].set(level.number, { ...level });
      this.#assets.set(asset, book);
    }
  }

  /** The book of an asset, begun anew when none of its levels lives; null when this row begins none. */
  #bookOf(
    asset: string,
    row: { readonly price: number; readonly timeMs: number; readonly oldestMs: number },
  ): AssetBook | null {
    const known = this.#assets.get(asset);
    if (known !== undefined && known.lastMs > row.oldestMs) return known;
    if (row.timeMs <= row.oldestMs) return null;
    const width = this.#widths.get(asset) ?? widthFor(row.price);
    if (width === null) return null;
    const begun = { width, lastMs: row.timeMs, long: new Map(), short: new Map() };
    if (known === undefined && this.#assets.size >= ASSETS_MAX) this.#forgetSome(row.oldestMs);
    this.#assets.set(asset, begun);
    return begun;
  }

  /** The live level of this number, made if need be; null when the row is too old to begin one. */
  #levelOf(
    levels: Map<number, Level>,
    row: {
      readonly positionSide: PositionSide;
      readonly number: number;
      readonly timeMs: number;
      readonly oldestMs: number;
    },
  ): Level | null {
    const { positionSide, number, timeMs, oldestMs } = row;
    const known = levels.get(number);
    if (known !== undefined && known.lastMs > oldestMs) return known;
    if (timeMs <= oldestMs) return null;
    const nothing = { orders: 0, rows: 0, cents: 0, venues: 0 };
    const begun: Level = { positionSide, number, ...nothing, firstMs: timeMs, lastMs: timeMs };
    levels.set(number, begun);
    return begun;
  }

  #forgetSome(oldestMs: number): void {
    let silent: string | null = null;
    let lastMs = Number.POSITIVE_INFINITY;
    for (const [asset, book] of this.#assets) {
      if (book.lastMs <= oldestMs) this.#assets.delete(asset);
      else if (book.lastMs < lastMs) {
        silent = asset;
        lastMs = book.lastMs;
      }
    }
    if (this.#assets.size >= ASSETS_MAX && silent !== null) this.#assets.delete(silent);
  }
}

/** Drops levels that no longer live, then the oldest. */
function thin({ long, short }: AssetBook, oldestMs: number): void {
  const all = [...long.values(), ...short.values()].sort((a, b) => b.lastMs - a.lastMs);
  for (const [at, { positionSide, number, lastMs }] of all.entries()) {
    if (at < LEVELS_KEPT && lastMs > oldestMs) continue;
    (positionSide === "long" ? long : short).delete(number);
  }
}

function shown({ number, cents, venues, ...level }: Level, width: LevelWidth): PriceLevel {
  const edge = edgeOf(number, width);
  return {
    ...level,
    ...{ edge, from: Number(edge), to: Number(edgeOf(number + 1, width)) },
    notionalCents: cents,
    venues: VENUE_IDS.filter((venue) => (venues & (VENUE_BITS.get(venue) ?? 0)) !== 0),
  };
}
