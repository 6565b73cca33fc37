/** All series of rows: the market, each asset, each asset and venue, and the scopes of the rules. */
import { type Liquidation, venueSlot, windowTimeMs } from "../liquidation.ts";
import { ROW_KEPT_MS } from "../rule.ts";
import { DAY_MS, DayTotals } from "../windows/day-total.ts";
import { type RingRow, RowRing } from "../windows/ring.ts";
import { type RowGroup, RowTable, type TableRow } from "../windows/row-table.ts";
import type { SecondSums, SecondTotals } from "../windows/second-totals.ts";
import type { Admitted } from "./admission.ts";
import { ContagionBook } from "./contagion.ts";
import { type CompiledRule, type ScopeNames, scopeKeyOf, scopeNames, slotOf } from "./rules.ts";
import { ScopeState } from "./scope.ts";
import { readsContagion } from "./score-gauge.ts";
import { SEEN_MS } from "./seen-set.ts";

/** What of a row decides where it belongs and what it adds. */
export type SeriesRow = Pick<
  Liquidation,
  "venue" | "symbol" | "asset" | "priceKind" | "price" | "size" | "positionSide" | "notionalCents"
>;

/** The series of one asset, its scopes by rule and slot, and the groups its rows belong to. */
interface AssetSeries {
  readonly ring: RowRing;
  readonly venues: (VenueSeries | undefined)[];
  /** Rules whose filter lets the asset through. */
  readonly takers: readonly CompiledRule[];
  readonly scopes: (ScopeState | undefined)[][];
  readonly groups: RowGroup[];
}

/** What one venue adds to an asset: its rows, and its cell of the day's totals. */
interface VenueSeries {
  readonly ring: RowRing;
  readonly day: SecondTotals;
}

const DAY_SECONDS = DAY_MS / 1_000;

/** The key under which rows of an unknown asset meet market-wide rules. */
const NO_ASSET = "";

/** More groups than this (symbols of unknown assets share a list) are found by their key. */
const GROUPS_LOOKED_THROUGH = 8;

/** One row in the shapes of table, ring and sums at once: made once per row, on the hot path. */
interface Entry extends TableRow, RingRow, SecondSums {
  /** The running number, twice: known once the table has taken the row. */
  arrival: number;
  ref: number;
  readonly orders: number;
  readonly longCents: number;
  readonly shortCents: number;
}

export class SeriesSet {
  readonly table = new RowTable();
  readonly day = new DayTotals();
  readonly market = new RowRing();
  readonly #rules: readonly CompiledRule[];
  readonly #assets = new Map<string, AssetSeries>();
  readonly #marketScopes: (ScopeState | undefined)[];
  /** Scopes whose figure depends on more than their rows. */
  readonly readers: ScopeState[] = [];
  /** How often a venue had a row of an asset after a day or more without one: a clock of what is live. */
  appearances = 0;
  readonly contagions: ContagionBook;

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = rules;
    this.#marketScopes = rules.map(() => undefined);
    this.contagions = new ContagionBook(rules.some(({ rule }) => readsContagion(rule)));
  }

  /**
   * Puts an accepted row where it belongs and calls `touch` for every scope that took it. A row that
   * is put back by a restart arrived at an earlier clock than now. null = it was history.
   */
  enter(
    admitted: Admitted,
    nowMs: number,
    touch: (scope: ScopeState) => void,
    arrivedMs = nowMs,
  ): TableRow | null {
    const { row, countsOrder } = admitted;
    const timeMs = windowTimeMs(row);
    const series = this.#seriesOf(row.asset ?? NO_ASSET);
    if (this.contagions.isNeeded) {
      this.contagions.arrive({ asset: row.asset, venues: series.venues }, { arrivedMs, nowMs });
    }
    const entry = this.#entryOf(row, { timeMs, countsOrder, series });
    const ofVenue = this.#venueOf(series, row);
    if (ofVenue.day.newestSecond <= nowMs / 1_000 - DAY_SECONDS) this.appearances += 1;
    ofVenue.day.add(timeMs, entry);
    if (row.history) return null;
    this.#addToSeries(row, { entry, series, ofVenue, nowMs });
    // SPEC 1: beyond the reach of the seen-set a row enters no window, a whole incident's neither.
    const isAncient = arrivedMs - timeMs > SEEN_MS;
    for (const compiled of series.takers) {
      if (compiled.acceptsRow !== null && !compiled.acceptsRow(row)) continue;
      const scope = this.#scopeFor(compiled, row, { series, nowMs });
      if (scope.ownsRing) enterRing(scope.ring, entry, nowMs);
      scope.seconds?.totals.add(timeMs, entry);
      if (!isAncient) scope.tallyRow(entry, nowMs);
      touch(scope);
    }
    return entry;
  }

  /** A row of an unknown contract moves to its asset. */
  reprice(priced: Admitted): void {
    this.appearances += 1;
    this.day.reprice(priced);
  }

  /** SPEC 5.1, classic: settled at the beginning of this second. */
  contagionOf(asset: string, second: number): number {
    return this.contagions.read({ asset, ...this.#seriesOf(asset) }, second);
  }

  /** Puts a resident row back into the rings only: sums, seconds and tallies are saved apart. */
  replace(
    row: SeriesRow,
    at: { readonly timeMs: number; readonly countsOrder: boolean; readonly nowMs: number },
  ): void {
    const series = this.#seriesOf(row.asset ?? NO_ASSET);
    const { timeMs, countsOrder, nowMs } = at;
    const entry = this.#entryOf(row, { timeMs, countsOrder, series });
    this.#addToSeries(row, { entry, series, ofVenue: this.#venueOf(series, row), nowMs });
    for (const compiled of series.takers) {
      if (compiled.acceptsRow !== null && !compiled.acceptsRow(row)) continue;
      const scope = this.#scopeFor(compiled, row, { series, nowMs });
      if (scope.ownsRing) enterRing(scope.ring, entry, nowMs);
    }
  }

  /** The scope of this name, made if need be: for restoring what a store or a file remembers. */
  scopeNamed(compiled: CompiledRule, key: string, nowMs: number): ScopeState {
    const names = scopeNames(compiled.rule.scope, key);
    return this.#scopeFor(compiled, names, {
      series: this.#seriesOf(names.asset ?? NO_ASSET),
      nowMs,
    });
  }

  *scopes(): IterableIterator<ScopeState> {
    for (const scope of this.#marketScopes) if (scope !== undefined) yield scope;
    for (const { scopes } of this.#assets.values()) {
      for (const slots of scopes) for (const scope of slots) if (scope !== undefined) yield scope;
    }
  }

  ringOf(asset: string): RowRing | null {
    return this.#assets.get(asset)?.ring ?? null;
  }

  /** The series of an asset whether or not a row of it ever came. */
  ringFor(asset: string): RowRing {
    return this.#seriesOf(asset).ring;
  }

  /** The scope of a rule about the whole market; null before its first row. */
  marketScope({ index }: CompiledRule): ScopeState | null {
    return this.#marketScopes[index] ?? null;
  }

  #entryOf(
    row: SeriesRow,
    at: { readonly timeMs: number; readonly countsOrder: boolean; readonly series: AssetSeries },
  ): Entry {
    const cents = row.notionalCents ?? 0;
    const isLong = row.positionSide === "long";
    return {
      timeMs: at.timeMs,
      arrival: 0,
      ref: 0,
      orders: at.countsOrder ? 1 : 0,
      rows: 1,
      longCents: isLong ? cents : 0,
      shortCents: isLong ? 0 : cents,
      cents,
      isPriced: row.notionalCents !== null,
      positionSide: row.positionSide,
      countsOrder: at.countsOrder,
      price: row.price,
      size: row.size,
      group: this.#groupOf(row, at.series),
    };
  }

  /** Into the table of rows, and into the series that every row belongs to whatever the rules. */
  #addToSeries(
    row: SeriesRow,
    at: {
      readonly entry: Entry;
      readonly series: AssetSeries;
      readonly ofVenue: VenueSeries;
      readonly nowMs: number;
    },
  ): void {
    const { entry, series, ofVenue, nowMs } = at;
    this.table.evictThrough(nowMs - ROW_KEPT_MS);
    entry.arrival = this.table.add(entry);
    entry.ref = entry.arrival;
    enterRing(this.market, entry, nowMs);
    if (row.asset === null) return;
    enterRing(series.ring, entry, nowMs);
    enterRing(ofVenue.ring, entry, nowMs);
  }

  /** An asset has a handful of groups: looking through a few is quicker than making a key. */
  #groupOf(row: SeriesRow, { groups }: AssetSeries): RowGroup {
    for (const group of groups) {
      if (
        group.symbol === row.symbol &&
        group.venue === row.venue &&
        group.asset === row.asset &&
        group.priceKind === row.priceKind
      ) {
        return group;
      }
    }
    const { venue, symbol, asset, priceKind } = row;
    const group = this.table.group({ venue, symbol, asset, priceKind });
    if (groups.length < GROUPS_LOOKED_THROUGH) groups.push(group);
    return group;
  }

  #seriesOf(asset: string): AssetSeries {
    let series = this.#assets.get(asset);
    if (series === undefined) {
      const name = asset === NO_ASSET ? null : asset;
      const takers = this.#rules.filter((compiled) => compiled.acceptsAsset(name));
      const scopes = this.#rules.map(() => []);
      series = { ring: new RowRing(), venues: [], takers, scopes, groups: [] };
      this.#assets.set(asset, series);
    }
    return series;
  }

  /** Every row asks for it, hence the slot instead of a map of names. */
  #venueOf(
    series: AssetSeries,
    { asset, venue }: Pick<Liquidation, "asset" | "venue">,
  ): VenueSeries {
    const slot = venueSlot(venue);
    const known = series.venues[slot];
    if (known !== undefined) return known;
    const made = { ring: new RowRing(), day: this.day.cell(asset, venue) };
    series.venues[slot] = made;
    return made;
  }

  #scopeFor(
    compiled: CompiledRule,
    row: ScopeNames,
    at: { readonly series: AssetSeries; readonly nowMs: number },
  ): ScopeState {
    const { rule, index } = compiled;
    if (rule.scope === "market") {
      const known = this.#marketScopes[index];
      if (known !== undefined) return known;
      const made = this.#newScope(compiled, row, at);
      this.#marketScopes[index] = made;
      return made;
    }
    const slots = at.series.scopes[index] ?? [];
    const slot = slotOf(rule, row);
    const known = slots[slot];
    if (known !== undefined) return known;
    const made = this.#newScope(compiled, row, at);
    slots[slot] = made;
    return made;
  }

  #newScope(
    compiled: CompiledRule,
    row: ScopeNames,
    { series, nowMs: startMs }: { readonly series: AssetSeries; readonly nowMs: number },
  ): ScopeState {
    const { scope } = compiled.rule;
    const byAsset = scope === "asset+venue" ? this.#venueOf(series, row).ring : series.ring;
    const made = new ScopeState(compiled, {
      key: scopeKeyOf(compiled.rule, row),
      asset: scope === "market" ? null : row.asset,
      shared: scope === "market" ? this.market : byAsset,
      table: this.table,
      startMs,
    });
    if (made.gauge.readsContext) this.readers.push(made);
    return made;
  }
}

/** A row too late for every window enters no ring; its scopes are looked at all the same. */
function enterRing(ring: RowRing, entry: Entry, nowMs: number): void {
  const oldestMs = nowMs - ROW_KEPT_MS;
  if (entry.timeMs <= oldestMs) return;
  ring.evictThrough(oldestMs);
  ring.insert(entry);
}
