/**
 * `replay` read plainly from SPEC 1, 3, 4, 11 and 12, independent of the engine and much slower:
 * every row is kept, every window is filtered anew. The engine is tested against it.
 */
import { CASCADE_LIMITS, type CascadeLimits } from "../../src/cascade.ts";
import type { Rule } from "../../src/rule.ts";
import { TICK_MS } from "../../src/rule.ts";
import {
  dayFigures,
  figuresByName,
  type PlainDayFigures,
  type PlainTotalFigures,
  rowsOfDay,
  totalFigures,
} from "./day-and-totals.ts";
import { fractionOf, isLess } from "./fraction.ts";
import {
  evaluate,
  type Moment,
  type PlainAlert,
  type ScopeState,
  startOf,
} from "./incident-reading.ts";
import { type AssetLookup, type PlainRow, readLine } from "./line-reading.ts";
import { isExempt, PlainCascades } from "./market-reading.ts";
import { nextChangeMs, tickAfter, tickAtOrAfter } from "./tick-reading.ts";
import type { TakenRow } from "./window-reading.ts";

export interface PlainInputCounts {
  frames: number;
  liquidations: number;
  duplicates: number;
  late: number;
  history: number;
  quarantined: number;
  rejected: number;
  unpriced: number;
  otherKinds: number;
}

export interface PlainReport {
  readonly input: PlainInputCounts;
  readonly totals: {
    readonly all: PlainTotalFigures;
    readonly byAsset: Record<string, PlainTotalFigures>;
    readonly byVenue: Record<string, PlainTotalFigures>;
  };
  readonly day: {
    readonly asOfMs: number | null;
    readonly all: PlainDayFigures;
    readonly byAsset: Record<string, PlainDayFigures>;
  };
  readonly alerts: readonly PlainAlert[];
}

export interface PlainReplayOptions {
  readonly atEnd?: "resolve";
  readonly assetOf?: AssetLookup;
  /**
   * SPEC 1: "A row older than that [25 h] enters no window"; SPEC 4: the `window` of a resolved row
   * is "rows with windowTime in (S - D - W, T]". False here takes the first sentence at its word;
   * true reads it as a consequence (no window is longer than 24 h) that says nothing of incidents.
   */
  readonly ancientRowsEnterIncidents?: boolean;
  readonly cascade?: CascadeLimits;
  /** Skips no tick: for the test that skipping changes nothing. */
  readonly everyTick?: boolean;
}

const LATE_AFTER_MS = 10_000;
const NEVER_MS = Number.POSITIVE_INFINITY;
const TOO_OLD_AFTER_MS = 25 * 3_600_000;

export function plainReplay(
  lines: readonly string[],
  rules: readonly Rule[],
  options: PlainReplayOptions = {},
): PlainReport {
  const replay = new PlainReplay(rules, options);
  for (const line of lines) replay.take(line);
  if (options.atEnd === "resolve") replay.tickToTheEnd();
  return replay.report();
}

class PlainReplay {
  readonly #rules: readonly Rule[];
  readonly #options: PlainReplayOptions;
  readonly #states: Map<string, ScopeState>[];
  readonly #cascades: PlainCascades;
  readonly #seenKeys = new Set<string>();
  readonly #seenOrders = new Set<string>();
  readonly #taken: TakenRow[] = [];
  readonly #alerts: PlainAlert[] = [];
  readonly #counts: PlainInputCounts = {
    frames: 0,
    liquidations: 0,
    duplicates: 0,
    late: 0,
    history: 0,
    quarantined: 0,
    rejected: 0,
    unpriced: 0,
    otherKinds: 0,
  };
  #nowMs: number | null = null;
  #asOfMs: number | null = null;

  constructor(rules: readonly Rule[], options: PlainReplayOptions) {
    this.#rules = rules;
    this.#options = options;
    this.#states = rules.map(() => new Map());
    this.#cascades = new PlainCascades(options.cascade ?? CASCADE_LIMITS);
  }

  take(line: string): void {
    const { clockMs, outcome } = readLine(line, this.#options.assetOf ?? (() => null));
    if (clockMs !== null) this.#moveClock(clockMs);
    if (outcome === "rejected") this.#counts.rejected += 1;
    else if (outcome === "quarantined") this.#counts.quarantined += 1;
    else this.#takeRow(outcome, this.#nowMs ?? outcome.receivedAtMs);
  }

  /** Ticks until no row will enter or leave a window and no incident or stretch is open. */
  tickToTheEnd(): void {
    if (this.#nowMs !== null) this.#runTicks(this.#nowMs, Number.POSITIVE_INFINITY);
  }

  #moveClock(clockMs: number): void {
    if (this.#nowMs !== null) this.#runTicks(this.#nowMs, clockMs);
    this.#nowMs = Math.max(clockMs, this.#nowMs ?? clockMs);
    this.#asOfMs = this.#nowMs;
  }

  /** The ticks in (fromMs, toMs]. */
  #runTicks(fromMs: number, toMs: number): void {
    const lastTickMs = Math.floor(toMs / TICK_MS) * TICK_MS;
    let tickMs = tickAfter(fromMs);
    while (tickMs <= lastTickMs) {
      const wasOpen = this.#isMarketOpen();
      const assets = new Set(this.#taken.map(({ asset }) => asset));
      for (const asset of assets) if (asset !== null) this.#lookAtCascade(asset, tickMs);
      for (const states of this.#states) {
        const byName = [...states.values()].sort((a, b) => (a.scopeKey < b.scopeKey ? -1 : 1));
        for (const state of byName) {
          this.#alerts.push(...evaluate(state, this.#momentOf(state, tickMs, true)));
        }
      }
      const changeMs = this.#nextChangeMs(tickMs);
      const isOver = changeMs === null && wasOpen === this.#isMarketOpen();
      if (isOver && lastTickMs === Number.POSITIVE_INFINITY) return;
      const worthMs = changeMs === null ? lastTickMs : tickAtOrAfter(changeMs) - TICK_MS;
      // What begins or ends to inhibit is seen at the tick after it.
      const isPatient = this.#options.everyTick === true || wasOpen !== this.#isMarketOpen();
      const nextMs = isPatient ? 0 : Math.min(worthMs, lastTickMs);
      tickMs = Math.max(tickMs + TICK_MS, nextMs);
    }
  }

  #nextChangeMs(nowMs: number): number | null {
    const ofStates = nextChangeMs(this.#allStates(), nowMs);
    if (this.#market === null) return ofStates;
    let nextMs = ofStates ?? NEVER_MS;
    for (const row of this.#taken) {
      for (const edgeMs of row.history ? [] : this.#cascades.edgesOf(row)) {
        if (edgeMs > nowMs && edgeMs < nextMs) nextMs = edgeMs;
      }
    }
    return nextMs === NEVER_MS ? null : nextMs;
  }

  /** The rule of the whole market; null = there is none. */
  get #market(): Rule | null {
    return this.#rules.find(({ marketWide }) => marketWide !== undefined) ?? null;
  }

  #lookAtCascade(asset: string, nowMs: number): void {
    if (this.#market !== null) this.#cascades.look(asset, this.#taken, nowMs);
  }

  #momentOf({ rule, series }: ScopeState, nowMs: number, isTick: boolean): Moment {
    const limits = rule.marketWide;
    if (limits !== undefined) {
      const isMet = this.#cascades.isMarketWide(limits, this.#taken, nowMs);
      return { nowMs, isTick, isMet };
    }
    const asset = rule.scope === "market" ? null : (series[0]?.asset ?? null);
    const isOpen = this.#isMarketOpen();
    return { nowMs, isTick, isInhibited: (severity) => isOpen && !isExempt(asset, severity) };
  }

  /** What was told of the whole market inhibits; what was not does not. */
  #isMarketOpen(): boolean {
    const at = this.#rules.findIndex(({ marketWide }) => marketWide !== undefined);
    const incident = this.#states[at]?.get("market")?.incident ?? null;
    return incident !== null && !incident.isSilent;
  }

  *#allStates(): Generator<ScopeState> {
    for (const states of this.#states) yield* states.values();
  }

  #takeRow(row: PlainRow, nowMs: number): void {
    if (this.#seenKeys.has(row.dedupeKey)) {
      this.#counts.duplicates += 1;
      return;
    }
    this.#seenKeys.add(row.dedupeKey);
    if (row.kind !== "liquidation") {
      this.#counts.otherKinds += 1;
      return;
    }
    const order = JSON.stringify([row.venue, row.orderKey]);
    const countsOrder = !this.#seenOrders.has(order);
    this.#seenOrders.add(order);
    const isAncient = nowMs - row.windowTimeMs > TOO_OLD_AFTER_MS;
    const isTooOld = isAncient && this.#options.ancientRowsEnterIncidents !== true;
    const taken: TakenRow = { ...row, countsOrder, isTooOld };
    this.#taken.push(taken);
    this.#count(taken);
    if (!row.history) this.#evaluateSeriesOf(taken, nowMs);
  }

  #count(row: TakenRow): void {
    const isLate = !row.history && row.receivedAtMs - row.occurredAtMs > LATE_AFTER_MS;
    this.#counts.liquidations += 1;
    if (row.history) this.#counts.history += 1;
    if (isLate) this.#counts.late += 1;
    if (row.cents === null) this.#counts.unpriced += 1;
  }

  #evaluateSeriesOf(row: TakenRow, nowMs: number): void {
    if (row.asset !== null) this.#lookAtCascade(row.asset, nowMs);
    for (const [index, rule] of this.#rules.entries()) {
      const scopeKey = passes(rule, row) ? scopeKeyOf(rule, row) : null;
      if (scopeKey === null) continue;
      const states = this.#states[index];
      const state = states?.get(scopeKey) ?? startOf(rule, scopeKey);
      states?.set(scopeKey, state);
      state.series.push(row);
      this.#alerts.push(...evaluate(state, this.#momentOf(state, nowMs, false)));
    }
  }

  report(): PlainReport {
    const rows = this.#taken;
    const ofDay = this.#asOfMs === null ? [] : rowsOfDay(rows, this.#asOfMs);
    const assetOf = (row: TakenRow): string | null => row.asset;
    return {
      input: this.#counts,
      totals: {
        all: totalFigures(rows),
        byAsset: figuresByName(rows, assetOf, totalFigures),
        byVenue: figuresByName(rows, (row) => row.venue, totalFigures),
      },
      day: {
        asOfMs: this.#asOfMs,
        all: dayFigures(ofDay),
        byAsset: figuresByName(ofDay, assetOf, dayFigures),
      },
      alerts: this.#alerts,
    };
  }
}

function passes({ filter }: Rule, row: TakenRow): boolean {
  const isListed = <Name>(names: readonly Name[], name: Name | null): boolean =>
    names.length === 0 || (name !== null && names.includes(name));
  if (!isListed(filter.assets, row.asset) || !isListed(filter.venues, row.venue)) return false;
  if (!isListed(filter.sides, row.positionSide)) return false;
  if (row.asset !== null && filter.excludeAssets.includes(row.asset)) return false;
  if (row.cents === null) return filter.minNotionalUsd === 0;
  return !isLess({ n: BigInt(row.cents), d: 100n }, fractionOf(filter.minNotionalUsd));
}

/** `market`, `BTC`, `BTC:long`, `BTC@binance`; null for a row of unknown asset in an asset's scope. */
function scopeKeyOf(rule: Rule, row: TakenRow): string | null {
  if (rule.scope === "market") return "market";
  if (row.asset === null) return null;
  if (rule.scope === "asset") return row.asset;
  return rule.scope === "asset+side"
    ? `${row.asset}:${row.positionSide}`
    : `${row.asset}@${row.venue}`;
}
