/**
 * The 24 h figures (and 15 min, 1 h, 4 h, 12 h) by asset and venue, history rows included. One cell
 * of whole seconds per asset and venue; wider figures are sums of cells, so they cannot disagree.
 */
import { type Liquidation, type VenueId, windowTimeMs } from "../liquidation.ts";
import { SECOND_WINDOWS_MS } from "../rule.ts";
import { addTo, emptySums, type SecondSums, SecondTotals } from "./second-totals.ts";

export const DAY_MS = 86_400_000;

/** The cell name of rows whose asset is unknown: in the market and their venue, in no asset. */
const UNKNOWN_ASSET = "";

const NO_CELLS: ReadonlyMap<VenueId, SecondTotals> = new Map();

export interface DayQuery {
  readonly nowMs: number;
  readonly windowMs: number;
  readonly asset?: string | undefined;
  readonly venue?: VenueId | undefined;
}

/** Money of [fromMs, fromMs + the bar's width). */
export interface DayBar {
  readonly fromMs: number;
  longCents: number;
  shortCents: number;
}

export class DayTotals {
  readonly #cells = new Map<string, Map<VenueId, SecondTotals>>();

  /** `asset` null = unknown: in the market and its venue, in no asset. */
  add(
    row: { readonly asset: string | null; readonly venue: VenueId },
    sums: Readonly<SecondSums> & { readonly timeMs: number },
  ): void {
    this.cell(row.asset, row.venue).add(sums.timeMs, sums);
  }

  /**
   * A row that stands here without asset and money has them now: it moves to its asset, so that it is
   * counted once and its money enters once.
   */
  reprice({
    row,
    countsOrder,
  }: {
    readonly row: Liquidation;
    readonly countsOrder: boolean;
  }): void {
    if (row.kind !== "liquidation") return;
    const cents = row.notionalCents ?? 0;
    const isLong = row.positionSide === "long";
    const timeMs = windowTimeMs(row);
    const orders = countsOrder ? 1 : 0;
    const gone = { timeMs, orders: -orders, rows: -1, longCents: 0, shortCents: 0 };
    this.add({ asset: null, venue: row.venue }, gone);
    const money = { longCents: isLong ? cents : 0, shortCents: isLong ? 0 : cents };
    this.add(row, { timeMs, orders, rows: 1, ...money });
  }

  /** Where rows of this asset and venue are added: for whoever keeps it at hand. */
  cell(asset: string | null, venue: VenueId): SecondTotals {
    const name = asset ?? UNKNOWN_ASSET;
    const venues = this.#cells.get(name) ?? new Map<VenueId, SecondTotals>();
    const cell = venues.get(venue) ?? new SecondTotals(SECOND_WINDOWS_MS);
    this.#cells.set(name, venues);
    venues.set(venue, cell);
    return cell;
  }

  /** The venues of which rows of this asset were ever added, with their cells. */
  venuesOf(asset: string): Iterable<readonly [VenueId, SecondTotals]> {
    return this.#cells.get(asset) ?? NO_CELLS;
  }

  total(query: DayQuery): SecondSums {
    const sum = emptySums();
    for (const [asset, venues] of this.#cells) {
      if (query.asset === undefined || asset === query.asset) addCells(sum, venues, query);
    }
    return sum;
  }

  /** Assets with at least one row in the window, in the order in which they were first seen. */
  byAsset(query: Omit<DayQuery, "asset">): Map<string, SecondSums> {
    const sums = new Map<string, SecondSums>();
    for (const [asset, venues] of this.#cells) {
      if (asset === UNKNOWN_ASSET) continue;
      const sum = emptySums();
      addCells(sum, venues, query);
      if (sum.rows > 0) sums.set(asset, sum);
    }
    return sums;
  }

  /** Venues with at least one row in the window. */
  byVenue(query: Omit<DayQuery, "venue">): Map<VenueId, SecondSums> {
    const sums = new Map<VenueId, SecondSums>();
    for (const [asset, venues] of this.#cells) {
      if (query.asset !== undefined && asset !== query.asset) continue;
      for (const [venue, cell] of venues) {
        const read = cell.read(query.windowMs, query.nowMs);
        if (read.rows === 0) continue;
        const sum = sums.get(venue) ?? emptySums();
        addTo(sum, read);
        sums.set(venue, sum);
      }
    }
    return sums;
  }

  /** One window with its parts, from one look at every cell; parts without rows are left out. */
  breakdown(query: DayQuery): {
    readonly total: SecondSums;
    readonly byAsset: ReadonlyMap<string, SecondSums>;
    readonly byVenue: ReadonlyMap<VenueId, SecondSums>;
  } {
    const total = emptySums();
    const byAsset = new Map<string, SecondSums>();
    const byVenue = new Map<VenueId, SecondSums>();
    for (const [asset, venues] of this.#cells) {
      if (query.asset !== undefined && asset !== query.asset) continue;
      const ofAsset = emptySums();
      for (const [venue, cell] of venues) {
        if (query.venue !== undefined && venue !== query.venue) continue;
        const read = cell.read(query.windowMs, query.nowMs);
        if (read.rows === 0) continue;
        addTo(ofAsset, read);
        const ofVenue = byVenue.get(venue) ?? emptySums();
        addTo(ofVenue, read);
        byVenue.set(venue, ofVenue);
      }
      addTo(total, ofAsset);
      if (ofAsset.rows > 0 && asset !== UNKNOWN_ASSET) byAsset.set(asset, ofAsset);
    }
    return { total, byAsset, byVenue };
  }

  /**
   * The money of a window second by second, in bars that stand on whole multiples of `barMs` (whole
   * seconds); oldest first, without empty ones. Together they are `total` of the same query.
   */
  bars(query: Omit<DayQuery, "venue">, barMs: number): readonly DayBar[] {
    const last = Math.floor(query.nowMs / 1000);
    const found = new Map<number, DayBar>();
    const visit = (second: number, longCents: number, shortCents: number): void => {
      const fromMs = Math.floor((second * 1000) / barMs) * barMs;
      const bar = found.get(fromMs) ?? { fromMs, longCents: 0, shortCents: 0 };
      bar.longCents += longCents;
      bar.shortCents += shortCents;
      found.set(fromMs, bar);
    };
    for (const [asset, venues] of this.#cells) {
      if (query.asset !== undefined && asset !== query.asset) continue;
      for (const cell of venues.values()) cell.each(last - query.windowMs / 1000, last, visit);
    }
    return [...found.values()]
      .filter(({ longCents, shortCents }) => longCents > 0 || shortCents > 0)
      .sort((one, other) => one.fromMs - other.fromMs);
  }

  /** Assets of which rows were seen in the last 24 h and a while before. */
  assets(): readonly string[] {
    return [...this.#cells.keys()].filter((asset) => asset !== UNKNOWN_ASSET);
  }

  /** Every second still kept, for saving; feeding them to `add` again restores the same figures. */
  *entries(): IterableIterator<{
    asset: string | null;
    venue: VenueId;
    timeMs: number;
    sums: SecondSums;
  }> {
    for (const [asset, venues] of this.#cells) {
      for (const [venue, cell] of venues) {
        for (const { second, ...sums } of cell.after(Number.NEGATIVE_INFINITY)) {
          yield { asset: asset || null, venue, timeMs: second * 1000, sums };
        }
      }
    }
  }
}

function addCells(
  sum: SecondSums,
  venues: ReadonlyMap<VenueId, SecondTotals>,
  query: Omit<DayQuery, "asset">,
): void {
  for (const [venue, cell] of venues) {
    if (query.venue === undefined || venue === query.venue) {
      addTo(sum, cell.read(query.windowMs, query.nowMs));
    }
  }
}
