/**
 * Adds up rows into a snapshot: of a window at one moment, or of a whole incident row by row as it
 * goes on. The result does not depend on the order in which rows are added, except for the last
 * binary digit of the size sum.
 */
import type { LargestRow, Part, Snapshot } from "../alert.ts";
import type { VenueId } from "../liquidation.ts";
import type { RowGroup, TableRow } from "./row-table.ts";

/** First and last price of one group, in order of window time and then of arrival. */
interface PricePath {
  rows: number;
  first: PricePoint;
  last: PricePoint;
}
interface PricePoint {
  readonly timeMs: number;
  readonly arrival: number;
  readonly price: number;
}
interface GroupTally {
  readonly group: RowGroup;
  cents: number;
  orders: number;
  path: PricePath | null;
}

export interface TallyState {
  readonly orders: number;
  readonly rows: number;
  readonly longCents: number;
  readonly shortCents: number;
  readonly largest: LargestRow | null;
  readonly sizedCents: number;
  readonly size: readonly [sum: number, compensation: number];
  readonly groups: readonly GroupTally[];
}

/** Which parts of a snapshot a series can know. */
export interface TallyDetail {
  /** One asset alone: average and change of price mean something. */
  readonly hasPrices: boolean;
  /** False for windows exact to the second, which keep no rows. */
  readonly hasRows: boolean;
}

export class Tally {
  #orders = 0;
  #rows = 0;
  #longCents = 0;
  #shortCents = 0;
  #largest: TableRow | null = null;
  #restoredLargest: LargestRow | null = null;
  /** Money and size of the rows that have notional, price and size: the two halves of liqVwap. */
  #sizedCents = 0;
  #sizeSum = 0;
  #sizeLost = 0;
  readonly #groups = new Map<RowGroup, GroupTally>();

  add(row: TableRow): void {
    if (row.countsOrder) this.#orders += 1;
    this.#rows += 1;
    if (row.positionSide === "long") this.#longCents += row.cents;
    else this.#shortCents += row.cents;
    if (row.isPriced && this.#isLargest(row)) this.#largest = row;
    if (row.isPriced && row.price !== null && row.size !== null)
      this.#addSized(row.cents, row.size);
    this.#addToGroup(row);
  }

  /** Adds figures that have no rows behind them: whole seconds of a long window. */
  addSums(sums: Pick<Snapshot, "orders" | "rows" | "longCents" | "shortCents">): void {
    this.#orders += sums.orders;
    this.#rows += sums.rows;
    this.#longCents += sums.longCents;
    this.#shortCents += sums.shortCents;
  }

  snapshot(detail: TallyDetail): Snapshot {
    const change = detail.hasPrices && detail.hasRows ? this.#priceChange() : null;
    return {
      orders: this.#orders,
      rows: this.#rows,
      longCents: this.#longCents,
      shortCents: this.#shortCents,
      largestCents: detail.hasRows ? Math.max(0, this.#largestCents()) : null,
      largest: detail.hasRows ? this.#largestRow() : null,
      liqVwap: detail.hasPrices && detail.hasRows ? this.#liqVwap() : null,
      priceChangePct: change === null ? null : (change.last / change.first - 1) * 100,
      priceFirst: change?.first ?? null,
      priceLast: change?.last ?? null,
      priceSource: change === null ? null : `liquidations:${change.venue}`,
      byVenue: detail.hasRows ? this.#parts((group) => group.venue) : [],
      byAsset: detail.hasRows ? this.#parts((group) => group.asset ?? "unknown") : [],
    };
  }

  save(): TallyState {
    return {
      orders: this.#orders,
      rows: this.#rows,
      longCents: this.#longCents,
      shortCents: this.#shortCents,
      largest: this.#largestRow(),
      sizedCents: this.#sizedCents,
      size: [this.#sizeSum, this.#sizeLost],
      groups: [...this.#groups.values()].map(copyOf),
    };
  }

  /** `groupOf` finds the live group of the same names. */
  static restore(state: TallyState, groupOf: (names: RowGroup) => RowGroup): Tally {
    const tally = new Tally();
    tally.addSums(state);
    tally.#restoredLargest = state.largest;
    tally.#sizedCents = state.sizedCents;
    [tally.#sizeSum, tally.#sizeLost] = state.size;
    for (const saved of state.groups) {
      const group = groupOf(saved.group);
      tally.#groups.set(group, { ...copyOf(saved), group });
    }
    return tally;
  }

  /** Of equally large rows the earliest counts, also when it comes late. */
  #isLargest(row: TableRow): boolean {
    const cents = this.#largestCents();
    if (row.cents !== cents) return row.cents > cents;
    return row.timeMs < (this.#largest?.timeMs ?? this.#restoredLargest?.atMs ?? 0);
  }

  #largestCents(): number {
    return this.#largest?.cents ?? this.#restoredLargest?.notionalCents ?? -1;
  }

  #largestRow(): LargestRow | null {
    const row = this.#largest;
    if (row === null) return this.#restoredLargest;
    return {
      venue: row.group.venue,
      asset: row.group.asset,
      positionSide: row.positionSide,
      notionalCents: row.cents,
      price: row.price,
      priceKind: row.group.priceKind,
      atMs: row.timeMs,
    };
  }

  /** Neumaier's sum: sizes of one asset span many magnitudes, and nine digits are printed. */
  #addSized(cents: number, size: number): void {
    this.#sizedCents += cents;
    const sum = this.#sizeSum + size;
    this.#sizeLost +=
      this.#sizeSum >= size ? this.#sizeSum - sum + size : size - sum + this.#sizeSum;
    this.#sizeSum = sum;
  }

  #liqVwap(): number | null {
    const size = this.#sizeSum + this.#sizeLost;
    return size > 0 ? this.#sizedCents / 100 / size : null;
  }

  #addToGroup(row: TableRow): void {
    let tally = this.#groups.get(row.group);
    if (tally === undefined) {
      tally = { group: row.group, cents: 0, orders: 0, path: null };
      this.#groups.set(row.group, tally);
    }
    tally.cents += row.cents;
    if (row.countsOrder) tally.orders += 1;
    if (row.price === null) return;
    const { path } = tally;
    if (path !== null) path.rows += 1;
    if (path !== null && !isBefore(row, path.first) && !isBefore(path.last, row)) return;
    const point = { timeMs: row.timeMs, arrival: row.arrival, price: row.price };
    if (path === null) tally.path = { rows: 1, first: point, last: point };
    else if (isBefore(point, path.first)) path.first = point;
    else path.last = point;
  }

  /**
   * SPEC 3: among rows with a price the venue with most of them (ties: first by name), its rows with
   * symbol and price kind of the first of them; last against first if there are two or more.
   */
  #priceChange(): { venue: VenueId; first: number; last: number } | null {
    const rows = new Map<VenueId, number>();
    for (const { group, path } of this.#groups.values()) {
      if (path !== null) rows.set(group.venue, (rows.get(group.venue) ?? 0) + path.rows);
    }
    const [venue] = [...rows].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0] ?? [];
    if (venue === undefined) return null;
    const path = this.#firstPathOf(venue);
    if (path === null || path.rows < 2) return null;
    return { venue, first: path.first.price, last: path.last.price };
  }

  #firstPathOf(venue: VenueId): PricePath | null {
    let first: PricePath | null = null;
    for (const { group, path } of this.#groups.values()) {
      if (group.venue !== venue || path === null) continue;
      if (first === null || isBefore(path.first, first.first)) first = path;
    }
    return first;
  }

  #parts<Name extends string>(nameOf: (group: RowGroup) => Name): Part<Name>[] {
    const parts = new Map<Name, { name: Name; notionalCents: number; orders: number }>();
    for (const { group, cents, orders } of this.#groups.values()) {
      const name = nameOf(group);
      const part = parts.get(name) ?? { name, notionalCents: 0, orders: 0 };
      part.notionalCents += cents;
      part.orders += orders;
      parts.set(name, part);
    }
    return [...parts.values()].sort(
      (a, b) => b.notionalCents - a.notionalCents || (a.name < b.name ? -1 : 1),
    );
  }
}

function copyOf(tally: GroupTally): GroupTally {
  return { ...tally, path: tally.path && { ...tally.path } };
}

function isBefore(
  left: Pick<PricePoint, "timeMs" | "arrival">,
  right: Pick<PricePoint, "timeMs" | "arrival">,
): boolean {
  return (
    left.timeMs < right.timeMs || (left.timeMs === right.timeMs && left.arrival < right.arrival)
  );
}
