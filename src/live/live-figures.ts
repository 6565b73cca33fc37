/** The read model's figures: read from the running engine when they are asked for. */

import type { AssetScores, CascadeLimits, CascadeState } from "../cascade.ts";
import type { ChartFigures, ChartQuery } from "../chart.ts";
import type { Coverage } from "../coverage.ts";
import { type FeedStatus, isSeen } from "../feeds/feed-status.ts";
import type { Venue } from "../feeds/venue.ts";
import type { VenueId } from "../liquidation.ts";
import type { ContextQueries } from "../market-context.ts";
import type { Mute } from "../mute.ts";
import type { AssetLevels } from "../price-level.ts";
import type {
  DaemonStatus,
  DayTotals,
  ShortWindow,
  TotalsAnswer,
  TotalsQuery,
} from "../queries.ts";
import { type Rule, readDelayMs } from "../rule.ts";
import type { CascadeProfile } from "../score.ts";
import type { CoverageBook } from "../severity/coverage-book.ts";
import type { Engine } from "../severity/engine.ts";
import type { Holds } from "../severity/holds.ts";
import { priced } from "../severity/priced.ts";
import { windowsOf } from "../severity/window-view.ts";
import type { OverrideState } from "../thresholds.ts";
import type { Usual } from "../usual.ts";
import { DAY_MS } from "../windows/day-total.ts";
import { CascadeView } from "./cascade-view.ts";
import { chartFigures, peakOf } from "./chart-figures.ts";
import { ContextView, type ContextViewOptions } from "./context-view.ts";
import { namedTotals, totalsOf } from "./figures.ts";
import { type Questions, StoredLists } from "./stored-lists.ts";

const HOUR_MS = 3_600_000;
/** SPEC 3: the windows that are kept row by row. */
const SHORT_WINDOWS_MS = [100, 500, 2_000, 10_000, 60_000, 300_000] as const;
/** Contracts are listed once an hour: new assets may be known a little later. */
const ASSETS_MS_MAX = 10_000;

export interface LiveQueriesOptions {
  readonly label: "SIMULATION" | null;
  readonly engine: Engine;
  readonly venues: readonly VenueId[];
  /** Those of them whose completeness is `sample`. */
  readonly samples: readonly VenueId[];
  /** Those that are listened to by now, and what their feeds know of themselves. */
  readonly feeds: () => readonly { readonly venue: Venue; readonly status: FeedStatus }[];
  /** Assets of every contract known. */
  readonly listedAssets: () => Iterable<string>;
  readonly mutes: Pick<Holds, "list">;
  readonly overrides: () => readonly OverrideState[];
  readonly coverage: Pick<CoverageBook, "coverage" | "ofWindow" | "sinceMs">;
  readonly questions: Questions;
  readonly store: DaemonStatus["store"];
  readonly startedAtMs: number;
  readonly contextSources: ContextViewOptions["contextSources"];
  /** How a score is computed where no rule in force asks for one. */
  readonly cascadeProfile: CascadeProfile;
  /** Errors said to the log so far. */
  readonly errors: () => number;
}

export class LiveFigures extends StoredLists implements ContextQueries {
  protected readonly options: LiveQueriesOptions;
  readonly #cascades: CascadeView;
  readonly #context: ContextView;
  #assets: { readonly names: readonly string[]; readonly atMs: number } | null = null;

  constructor(options: LiveQueriesOptions) {
    super({
      questions: options.questions,
      nowMs: () => options.engine.nowMs,
      venues: options.venues,
    });
    this.options = options;
    this.#context = new ContextView(options);
    this.#cascades = new CascadeView(options.engine, options.cascadeProfile);
  }

  /** The engine's clock; 1970 before its first input, when every window is empty. */
  protected get nowMs(): number {
    return this.options.engine.nowMs ?? 0;
  }

  dayTotals(): DayTotals {
    const { day } = this.options.engine.series;
    const nowMs = this.nowMs;
    const total = (hours: number) => totalsOf(day.total({ nowMs, windowMs: hours * HOUR_MS }));
    return {
      hour1: total(1),
      hour4: total(4),
      hour12: total(12),
      hour24: total(24),
      byAsset: namedTotals(day.byAsset({ nowMs, windowMs: DAY_MS })),
      byVenue: namedTotals(day.byVenue({ nowMs, windowMs: DAY_MS })),
      watchedSinceMs: this.options.coverage.sinceMs,
    };
  }

  totals(query: TotalsQuery): TotalsAnswer {
    const { windowMs, asset, venue } = query;
    const asOfMs = this.nowMs;
    const { day } = this.options.engine.series;
    const { total, byAsset, byVenue } = day.breakdown({ nowMs: asOfMs, windowMs, asset, venue });
    const feeds = this.options.feeds();
    const asked = feeds.filter((feed) => (venue ?? feed.venue.id) === feed.venue.id);
    const dark = asked.filter(({ status }) => !isSeen(status));
    return {
      ...totalsOf(total),
      query,
      asOfMs,
      rows: total.rows,
      byAsset: asset === undefined ? namedTotals(byAsset) : [],
      byVenue: venue === undefined ? namedTotals<VenueId>(byVenue) : [],
      coverage: this.coverage(query),
      darkVenues: dark.map((feed) => feed.venue.id),
    };
  }

  /** What a chart shows now; bars and totals are of one moment. */
  async chart(query: ChartQuery): Promise<ChartFigures> {
    const { engine, coverage } = this.options;
    const figures = chartFigures(query, { day: engine.series.day, coverage, nowMs: this.nowMs });
    const { asset } = query;
    const sinceMs = figures.toMs - query.windowMs;
    const wanted = { sinceMs, limit: 1, ...(asset === undefined ? {} : { asset }) };
    // A chart without its largest row is better than none.
    const rows = await this.largest(wanted).catch(() => []);
    const { fromMs, toMs } = figures;
    const { references } = engine.context;
    const prices = asset === undefined ? [] : references.between(asset, fromMs, toMs);
    return { ...figures, largest: peakOf(rows[0], figures), prices };
  }

  samples(): readonly VenueId[] {
    return this.options.samples;
  }

  coverage(query: TotalsQuery): Coverage {
    return this.options.coverage.ofWindow(query, this.nowMs);
  }

  venues(): readonly VenueId[] {
    return this.options.venues;
  }

  shortWindows(asset: string): readonly ShortWindow[] | null {
    const { engine } = this.options;
    const at = { windowsMs: SHORT_WINDOWS_MS, nowMs: this.nowMs };
    const windows = windowsOf(engine.series, asset, at);
    if (windows === null) return null;
    return SHORT_WINDOWS_MS.flatMap((windowMs, index) => {
      const window = windows[index];
      if (window === undefined) return [];
      const { snapshot, pace, prices } = window;
      const toMs = this.nowMs - readDelayMs(windowMs);
      const span = { asset, fromMs: toMs - windowMs, toMs };
      const { priceChangePct, priceSource } = priced(snapshot, engine.context.references, span);
      const { rows, largestCents, liqVwap, byVenue } = snapshot;
      const figures = { rows, largestCents: largestCents ?? 0, liqVwap, byVenue };
      const change = { priceChangePct, priceSource };
      return [{ windowMs, ...totalsOf(snapshot), ...figures, ...change, pace, prices }];
    });
  }

  levels(asset: string): AssetLevels | null {
    return this.options.engine.levels.of(asset, this.nowMs);
  }

  levelAssets(): readonly string[] {
    return [...this.options.engine.levels.assets(this.nowMs)].sort();
  }

  usual(asset: string | null): Usual {
    return this.options.engine.normal.usualOf(asset, this.nowMs);
  }

  assets(): readonly string[] {
    const atMs = this.nowMs;
    if (this.#assets === null || atMs - this.#assets.atMs >= ASSETS_MS_MAX || atMs === 0) {
      const { engine, listedAssets } = this.options;
      const names = new Set([...listedAssets(), ...engine.series.day.assets()]);
      this.#assets = { names: [...names].sort(), atMs };
    }
    return this.#assets.names;
  }

  context(asset: string): ReturnType<ContextQueries["context"]> {
    return this.#context.context(asset);
  }

  contextPoints(asset: string): ReturnType<ContextQueries["contextPoints"]> {
    return this.#context.contextPoints(asset);
  }

  contextLines(limit: number): ReturnType<ContextQueries["contextLines"]> {
    return this.#context.contextLines(limit);
  }

  contextSources(): ReturnType<ContextQueries["contextSources"]> {
    return this.#context.contextSources();
  }

  cascade(asset: string): CascadeState {
    return this.#cascades.cascade(asset);
  }

  cascades(limit: number): readonly CascadeState[] {
    return this.#cascades.cascades(limit);
  }

  scores(asset: string): AssetScores | null {
    return this.#cascades.scores(asset);
  }

  cascadeLimits(): CascadeLimits {
    return this.#cascades.cascadeLimits();
  }

  rules(): readonly Rule[] {
    return this.options.engine.rules.map(({ rule }) => rule);
  }

  overrides(): readonly OverrideState[] {
    return this.options.overrides();
  }

  mutes(): readonly Mute[] {
    return this.options.mutes.list(this.nowMs);
  }
}
