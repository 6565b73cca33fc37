/** All series of rows: the market, each asset, each asset and venue, and the scopes of the rules. */
import { type Liquidation, VENUE_IDS, windowTimeMs } from "../liquidation.ts";
import { ROW_WINDOW_MS_MAX } from "../rule.ts";
import { DayTotals } from "../windows/day-total.ts";
import { RowRing } from "../windows/ring.ts";
import { type RowGroup, RowTable } from "../windows/row-table.ts";
import type { SecondSums } from "../windows/second-totals.ts";
import type { Admitted } from "./admission.ts";
import { type CompiledRule, scopeKeyOf, slotOf } from "./rules.ts";
import { ScopeState } from "./scope.ts";

const VENUE_SLOTS = new Map<string, number>(VENUE_IDS.map((venue, slot) => [venue, slot]));

/** What of a row decides where it belongs and what it adds. */
export type SeriesRow = Pick<
  Liquidation,
  "venue" | "symbol" | "asset" | "priceKind" | "price" | "size" | "positionSide" | "notionalCents"
>;

/** The series of one asset, and its scopes by rule and slot. */
interface AssetSeries {
  readonly ring: RowRing;
  readonly venues: (RowRing | undefined)[];
  readonly scopes: (ScopeState | undefined)[][];
}

/** The key under which rows of an unknown asset meet market-wide rules. */
const NO_ASSET = "";

export class SeriesSet {
  readonly table = new RowTable();
  readonly day = new DayTotals();
  readonly market = new RowRing();
  readonly #rules: readonly CompiledRule[];
  readonly #assets = new Map<string, AssetSeries>();
  readonly #marketScopes: (ScopeState | undefined)[];
  /** The last group looked up: rows of one frame mostly share theirs. */
  #group: RowGroup | null = null;

  constructor(rules: readonly CompiledRule[]) {
    this.#rules = rules;
    this.#marketScopes = rules.map(() => undefined);
  }

  /** Puts an accepted row where it belongs and calls `touch` for every scope that took it. */
  enter(admitted: Admitted, nowMs: number, touch: (scope: ScopeState) => void): void {
    const { row, countsOrder } = admitted;
    const timeMs = windowTimeMs(row);
    const sums = sumsOf(row, countsOrder);
    this.day.add({ asset: row.asset, venue: row.venue, timeMs }, sums);
    if (row.history) return;
    const entry = this.#addToTable(row, { timeMs, nowMs, sums });
    for (const compiled of this.#rules) {
      if (!compiled.accepts(row)) continue;
      const scope = this.#scopeFor(compiled, row, nowMs);
      if (scope.ownsRing) enterRing(scope.ring, entry);
      scope.seconds?.totals.add(timeMs, sums);
      scope.tallyRow(entry.ref, nowMs);
      touch(scope);
    }
  }

  /** Puts a resident row back into the rings only: sums, seconds and tallies are saved apart. */
  replace(
    row: SeriesRow,
    at: { readonly timeMs: number; readonly countsOrder: boolean; readonly nowMs: number },
  ): void {
    const sums = sumsOf(row, at.countsOrder);
    const entry = this.#addToTable(row, { timeMs: at.timeMs, nowMs: at.nowMs, sums });
    for (const compiled of this.#rules) {
      if (!compiled.accepts(row)) continue;
      const scope = this.#scopeFor(compiled, row, at.nowMs);
      if (scope.ownsRing) enterRing(scope.ring, entry);
    }
  }

  /** The scope of this name, made if need be: for restoring what a store or a file remembers. */
  scopeNamed(compiled: CompiledRule, key: string, nowMs: number): ScopeState {
    const [, asset = "", mark = "", rest = ""] = /^(.*?)(?:([:@])([^:@]*))?$/.exec(key) ?? [];
    const isMarket = compiled.rule.scope === "market";
    const positionSide = mark === ":" && rest === "short" ? "short" : "long";
    const venue = VENUE_IDS.find((id) => mark === "@" && id === rest) ?? "binance";
    const names = { asset: isMarket ? null : asset, positionSide, venue } as const;
    return this.#scopeFor(compiled, names, nowMs);
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

  /** Into the table of rows, and into the series that every row belongs to whatever the rules. */
  #addToTable(
    row: SeriesRow,
    at: { readonly timeMs: number; readonly nowMs: number; readonly sums: SecondSums },
  ): RingEntry {
    const oldestMs = at.nowMs - ROW_WINDOW_MS_MAX;
    this.table.evictThrough(oldestMs);
    const ref = this.table.add({
      timeMs: at.timeMs,
      cents: row.notionalCents ?? 0,
      isPriced: row.notionalCents !== null,
      positionSide: row.positionSide,
      countsOrder: at.sums.orders === 1,
      price: row.price,
      size: row.size,
      group: this.#groupOf(row),
    });
    const entry = { timeMs: at.timeMs, ref, sums: at.sums, oldestMs };
    enterRing(this.market, entry);
    if (row.asset !== null) {
      const series = this.#seriesOf(row.asset);
      enterRing(series.ring, entry);
      enterRing(venueRing(series, row.venue), entry);
    }
    return entry;
  }

  #groupOf(row: SeriesRow): RowGroup {
    const last = this.#group;
    if (
      last !== null &&
      last.symbol === row.symbol &&
      last.venue === row.venue &&
      last.asset === row.asset &&
      last.priceKind === row.priceKind
    ) {
      return last;
    }
    const { venue, symbol, asset, priceKind } = row;
    this.#group = this.table.group({ venue, symbol, asset, priceKind });
    return this.#group;
  }

  #seriesOf(asset: string): AssetSeries {
    let series = this.#assets.get(asset);
    if (series === undefined) {
      series = { ring: new RowRing(), venues: [], scopes: this.#rules.map(() => []) };
      this.#assets.set(asset, series);
    }
    return series;
  }

  #scopeFor(
    compiled: CompiledRule,
    row: Pick<Liquidation, "asset" | "positionSide" | "venue">,
    nowMs: number,
  ): ScopeState {
    const { rule, index } = compiled;
    if (rule.scope === "market") {
      const made = this.#marketScopes[index] ?? this.#newScope(compiled, row, nowMs);
      this.#marketScopes[index] = made;
      return made;
    }
    const slots = this.#seriesOf(row.asset ?? NO_ASSET).scopes[index] ?? [];
    const slot = slotOf(rule, row);
    const made = slots[slot] ?? this.#newScope(compiled, row, nowMs);
    slots[slot] = made;
    return made;
  }

  #newScope(
    compiled: CompiledRule,
    row: Pick<Liquidation, "asset" | "positionSide" | "venue">,
    startMs: number,
  ): ScopeState {
    const { scope } = compiled.rule;
    const series = this.#seriesOf(row.asset ?? NO_ASSET);
    const byAsset = scope === "asset+venue" ? venueRing(series, row.venue) : series.ring;
    return new ScopeState(compiled, {
      key: scopeKeyOf(compiled.rule, row),
      asset: scope === "market" ? null : row.asset,
      shared: scope === "market" ? this.market : byAsset,
      table: this.table,
      startMs,
    });
  }
}

interface RingEntry {
  readonly timeMs: number;
  readonly ref: number;
  readonly sums: SecondSums;
  readonly oldestMs: number;
}

/** A row too late for every window enters no ring; its scopes are looked at all the same. */
function enterRing(ring: RowRing, entry: RingEntry): void {
  if (entry.timeMs <= entry.oldestMs) return;
  ring.evictThrough(entry.oldestMs);
  ring.insert({
    timeMs: entry.timeMs,
    longCents: entry.sums.longCents,
    shortCents: entry.sums.shortCents,
    orders: entry.sums.orders,
    ref: entry.ref,
  });
}

function venueRing(series: AssetSeries, venue: string): RowRing {
  const slot = VENUE_SLOTS.get(venue) ?? 0;
  const ring = series.venues[slot] ?? new RowRing();
  series.venues[slot] = ring;
  return ring;
}

function sumsOf(row: SeriesRow, countsOrder: boolean): SecondSums {
  const cents = row.notionalCents ?? 0;
  return {
    orders: countsOrder ? 1 : 0,
    rows: 1,
    longCents: row.positionSide === "long" ? cents : 0,
    shortCents: row.positionSide === "short" ? cents : 0,
  };
}
