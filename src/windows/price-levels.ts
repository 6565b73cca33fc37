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
    const { asset, price, positionSide } = row;
    if (row.receivedAtMs > this.#nowMs) this.#nowMs = row.receivedAtMs;
    if (asset === null || price === null) return;
    const oldestMs = this.#nowMs - LEVEL_MS;
    const known = this.#assets.get(asset);
    const isLive = known !== undefined && known.lastMs > oldestMs;
    // A row that is too old begins neither a level nor an asset.
    if (!isLive && timeMs <= oldestMs) return;
    const book = isLive ? known : this.#begin(asset, price, oldestMs);
    const number = book === null ? null : levelOf(price, book.width);
    if (book === null || number === null) return;
    const levels = book[positionSide];
    let level = levels.get(number);
    if (level === undefined || level.lastMs <= oldestMs) {
      if (timeMs <= oldestMs) return;
      level = newLevel(positionSide, number, timeMs);
      levels.set(number, level);
    }
    addTo(level, row, timeMs);
    if (countsOrder) level.orders += 1;
    if (timeMs > book.lastMs) book.lastMs = timeMs;
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

  /** How wide the levels of an asset are; null when it has none. */
  widthOf(asset: string): LevelWidth | null {
    return this.#assets.get(asset)?.width ?? null;
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

  /** The book of an asset of which no level lives: its width follows from this price. */
  #begin(asset: string, price: number, oldestMs: number): AssetBook | null {
    const width = this.#widths.get(asset) ?? widthFor(price);
    if (width === null) return null;
    if (!this.#assets.has(asset) && this.#assets.size >= ASSETS_MAX) this.#forgetSome(oldestMs);
    const begun = { width, lastMs: oldestMs, long: new Map(), short: new Map() };
    this.#assets.set(asset, begun);
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

function newLevel(positionSide: PositionSide, number: number, timeMs: number): Level {
  const nothing = { orders: 0, rows: 0, cents: 0, venues: 0 };
  return { positionSide, number, ...nothing, firstMs: timeMs, lastMs: timeMs };
}

function addTo(level: Level, row: LevelRow, timeMs: number): void {
  level.rows += 1;
  level.cents += row.notionalCents ?? 0;
  level.venues |= VENUE_BITS.get(row.venue) ?? 0;
  if (timeMs < level.firstMs) level.firstMs = timeMs;
  if (timeMs > level.lastMs) level.lastMs = timeMs;
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
