/**
 * The read model of the running daemon: what the page, the API and the commands ask. Figures are
 * read from the engine when they are asked for; lists of stored rows come from the store.
 */
import type { Decision } from "./alert.ts";
import type { Coverage } from "./coverage.ts";
import { conditionOf, type FeedStatus, isSeen, reasonOf } from "./feeds/feed-status.ts";
import type { Venue } from "./feeds/venue.ts";
import type { Liquidation, VenueId } from "./liquidation.ts";
import { DURABILITY, namedTotals, recentOf, suspectFeed, totalsOf } from "./live/figures.ts";
import { IncidentList } from "./live/incident-list.ts";
import { ParkedList } from "./live/parked-list.ts";
import { RunCounts } from "./live/run-counts.ts";
import { type Questions, StoredLists } from "./live/stored-lists.ts";
import { type ClockView, VenueBook } from "./live/venue-book.ts";
import type {
  DaemonRole,
  DaemonStatus,
  DayTotals,
  FeedState,
  IncidentState,
  Mute,
  Queries,
  RecentLiquidation,
  RunSummary,
  ShortWindow,
  TotalsAnswer,
  TotalsQuery,
} from "./queries.ts";
import type { Rule } from "./rule.ts";
import type { Admitted } from "./severity/admission.ts";
import type { CoverageBook } from "./severity/coverage-book.ts";
import type { Engine, EngineInput } from "./severity/engine.ts";
import type { MuteBook } from "./severity/mutes.ts";
import type { CommitResult, StoreEvent } from "./store/store.ts";
import type { OverrideState } from "./thresholds.ts";
import type { VenueFacts } from "./venue-facts.ts";
import { DAY_MS } from "./windows/day-total.ts";

const RECENT_MAX = 100;
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
  readonly mutes: MuteBook;
  readonly overrides: () => readonly OverrideState[];
  readonly coverage: Pick<CoverageBook, "ofWindow" | "sinceMs">;
  readonly questions: Questions;
  readonly store: DaemonStatus["store"];
  readonly startedAtMs: number;
  /** Errors said to the log so far. */
  readonly errors: () => number;
}

export class LiveQueries extends StoredLists implements Queries {
  readonly label: "SIMULATION" | null;
  role: DaemonRole = "starting";
  /** Known rejects of all feeds; counted per venue in the feed's own status. */
  rejected = 0;
  readonly #options: LiveQueriesOptions;
  readonly #recent: Liquidation[] = [];
  readonly #incidents: IncidentList;
  readonly #venues = new VenueBook();
  readonly #counts = new RunCounts();
  readonly parked = new ParkedList();
  #storeTrouble: string | null = null;
  #assets: { readonly names: readonly string[]; readonly atMs: number } | null = null;

  constructor(options: LiveQueriesOptions) {
    super({
      questions: options.questions,
      nowMs: () => options.engine.nowMs,
      venues: options.venues,
    });
    this.#options = options;
    this.#incidents = new IncidentList(options.engine);
    this.label = options.label;
  }

  onStep(input: EngineInput, accepted: readonly Admitted[], decisions: readonly Decision[]): void {
    if (input.type === "rows" && input.rows.length > 0) this.#venues.note(input.rows, accepted);
    for (const { row } of accepted) this.#recent.push(row);
    if (this.#recent.length > RECENT_MAX * 2) {
      this.#recent.splice(0, this.#recent.length - RECENT_MAX);
    }
    this.#counts.decided(decisions);
    for (const decision of decisions) this.#incidents.note(decision);
    this.#venues.lookAtClock(this.#nowMs);
  }

  /** What the log said before this start, newest first. */
  restoreIncidents(logged: Parameters<IncidentList["restore"]>[0]): void {
    this.#incidents.restore(logged);
  }

  onRulesChanged(): void {
    this.#incidents.forgetGone();
  }

  /** Messages that an earlier run left to be sent. */
  onBacklog(messages: number): void {
    this.#counts.drafted(messages);
  }

  /** A commit is done: the store can be used. */
  onCommit({ incidentNumbers, newDeliveries }: CommitResult): void {
    this.#storeTrouble = null;
    this.#counts.drafted(newDeliveries);
    this.#incidents.onNumbers(incidentNumbers);
  }

  onStoreTrouble(reason: string): void {
    this.#storeTrouble = reason;
  }

  onStoreEvent(event: StoreEvent): void {
    if (event.type === "delivery") this.#counts.delivered(event);
    if (event.type === "target") this.parked.on(event);
    if (event.type === "target") this.#counts.drafted(event.resent);
    if (event.type === "trouble" && event.part === "database") this.onStoreTrouble(event.message);
    if (event.type === "recovered" && event.part === "database") this.#storeTrouble = null;
  }

  /** Whether our own clock can be right. */
  get clock(): ClockView {
    return this.#venues.clock(this.#nowMs);
  }

  status(): DaemonStatus {
    const { engine, store, startedAtMs } = this.#options;
    return {
      role: this.role,
      startedAtMs,
      engineNowMs: engine.nowMs,
      store,
      durability: DURABILITY[store],
      storeTrouble: this.#storeTrouble,
      clockWarning: this.#venues.clockWarning(this.#nowMs),
      parkedTargets: this.parked.list(),
    };
  }

  feeds(): readonly FeedState[] {
    const { engine, feeds } = this.#options;
    const byVenue = engine.series.day.byVenue({ nowMs: this.#nowMs, windowMs: DAY_MS });
    return feeds().map(({ venue, status }) => {
      const sums = byVenue.get(venue.id);
      return {
        venue: venue.id,
        title: venue.title,
        condition: conditionOf(status),
        sinceMs: status.sinceMs,
        reason: status.state === "subscribed" ? null : reasonOf(status),
        lastRowAtMs: status.lastRowMs,
        lagMs: this.#venues.lagMs(venue.id),
        rows: status.rows,
        dayCents: sums === undefined ? 0 : sums.longCents + sums.shortCents,
        shows: venue.completenessShort,
        reconnects: status.reconnects,
        ...{ degraded: status.degraded, suspect: suspectFeed(engine.sides, venue.id) },
      };
    });
  }

  venueFacts(): readonly VenueFacts[] {
    return this.#options.feeds().map(({ venue, status }) => ({
      venue: venue.id,
      completeness: venue.completeness,
      completenessNote: venue.completenessNote,
      sideRule: venue.sideRule,
      frames: status.frames,
      rows: this.#venues.counts(venue.id),
      rejects: status.rejects,
    }));
  }

  dayTotals(): DayTotals {
    const { day } = this.#options.engine.series;
    const nowMs = this.#nowMs;
    const total = (hours: number) => totalsOf(day.total({ nowMs, windowMs: hours * HOUR_MS }));
    return {
      hour1: total(1),
      hour4: total(4),
      hour12: total(12),
      hour24: total(24),
      byAsset: namedTotals(day.byAsset({ nowMs, windowMs: DAY_MS })),
      byVenue: namedTotals(day.byVenue({ nowMs, windowMs: DAY_MS })),
      watchedSinceMs: this.#options.coverage.sinceMs,
    };
  }

  totals(query: TotalsQuery): TotalsAnswer {
    const { windowMs, asset, venue } = query;
    const asOfMs = this.#nowMs;
    const { day } = this.#options.engine.series;
    const { total, byAsset, byVenue } = day.breakdown({ nowMs: asOfMs, windowMs, asset, venue });
    const feeds = this.#options.feeds();
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

  samples(): readonly VenueId[] {
    return this.#options.samples;
  }

  coverage(query: TotalsQuery): Coverage {
    return this.#options.coverage.ofWindow(query, this.#nowMs);
  }

  venues(): readonly VenueId[] {
    return this.#options.venues;
  }

  shortWindows(asset: string): readonly ShortWindow[] | null {
    const { engine } = this.#options;
    const windows = engine.series.windowsOf(asset, SHORT_WINDOWS_MS, this.#nowMs);
    if (windows === null) return null;
    return SHORT_WINDOWS_MS.flatMap((windowMs, index) => {
      const window = windows[index];
      if (window === undefined) return [];
      const { rows, largestCents, liqVwap, priceChangePct, byVenue } = window;
      const figures = { rows, largestCents: largestCents ?? 0, liqVwap, priceChangePct, byVenue };
      return [{ windowMs, ...totalsOf(window), ...figures }];
    });
  }

  assets(): readonly string[] {
    const atMs = this.#nowMs;
    if (this.#assets === null || atMs - this.#assets.atMs >= ASSETS_MS_MAX || atMs === 0) {
      const { engine, listedAssets } = this.#options;
      const names = new Set([...listedAssets(), ...engine.series.day.assets()]);
      this.#assets = { names: [...names].sort(), atMs };
    }
    return this.#assets.names;
  }

  rules(): readonly Rule[] {
    return this.#options.engine.rules.map(({ rule }) => rule);
  }

  overrides(): readonly OverrideState[] {
    return this.#options.overrides();
  }

  mutes(): readonly Mute[] {
    return this.#options.mutes.list(this.#nowMs);
  }

  recentLiquidations(limit: number): readonly RecentLiquidation[] {
    return this.#recent.slice(-limit).reverse().map(recentOf);
  }

  incidents(limit: number): readonly IncidentState[] {
    return this.#incidents.list(limit);
  }

  summary(): RunSummary {
    const { engine, feeds, errors } = this.#options;
    const { liquidations, duplicates, quarantined } = engine.admission.counts;
    const frames = feeds().reduce((sum, { status }) => sum + status.frames, 0);
    return {
      frames,
      liquidations,
      duplicates,
      quarantined,
      rejected: this.rejected,
      alerts: { ...this.#counts.alerts },
      deliveries: this.#counts.deliveries(),
      errors: errors(),
    };
  }

  /** The engine's clock; 1970 before its first input, when every window is empty. */
  get #nowMs(): number {
    return this.#options.engine.nowMs ?? 0;
  }
}
