/**
 * What a rule's metric measures at a scope, and when that can change with no input: the engine looks
 * at a scope only when a row touches it or when its gauge says so, which must find the same as
 * looking at every tick would.
 */
import type { Rule } from "../rule.ts";
import type { Score } from "../score.ts";
import type { PriceLevels } from "../windows/price-levels.ts";
import type { RowRing } from "../windows/ring.ts";
import type { CascadeBook } from "./cascades.ts";
import type { Measured } from "./classify.ts";
import type { ContextBook } from "./context-book.ts";
import type { NormalBook } from "./normal-book.ts";
import type { SeriesSet } from "./series.ts";
import type { Watch } from "./watch.ts";

/** What a gauge may read beyond the rows of its scope. Handed in at each look and never kept. */
export interface Surroundings {
  readonly series: SeriesSet;
  readonly watch: Watch;
  readonly context: ContextBook;
  readonly normal: NormalBook;
  /** Looked at before the rules of the same moment. */
  readonly cascades: CascadeBook;
  /** Goes up whenever context, connections or the venues of an asset changed: for whoever remembers. */
  readonly news: number;
  readonly levels: PriceLevels;
}

/** The window of a rule, brought to the clock by the engine before its gauge is read. */
export interface GaugedWindow extends Measured {
  nextEntryMs(): number;
  nextChangeMs(): number;
}

/** What a gauge is made for. */
export interface GaugedScope {
  readonly compiled: { readonly rule: Rule };
  readonly key: string;
  /** null for scopes of the market. */
  readonly asset: string | null;
  readonly ring: RowRing;
  readonly window: GaugedWindow;
}

export interface Gauge {
  /**
   * Where severity asks for more than a figure, whether that held at the last `read`: an incident
   * only begins while it does, is at least MEDIUM and is not over.
   */
  readonly isMet?: boolean;
  /** True when the figure depends on context or on who is watched: when these change, the scope wakes. */
  readonly readsContext: boolean;
  /** The metric's figure at the clock `nowMs`; null while it cannot be known: no severity then. */
  read(nowMs: number, around: Surroundings): number | null;
  /** Of a score: what it is made of at the clock `nowMs`. */
  describe?(nowMs: number, around: Surroundings): Score | null;
  /** After `read`: the next clock at which the figure can rise with no input; Infinity = never. */
  nextRiseMs(nowMs: number): number;
  /** After `read`: the next clock at which it can change at all with no input; Infinity = never. */
  nextChangeMs(nowMs: number): number;
}

export type MakeGauge = (scope: GaugedScope) => Gauge;
