/**
 * The read model of the running daemon: what the page, the API and the commands ask. Figures are
 * read from the engine when they are asked for; lists of stored rows come from the store.
 */
import type { Decision, HeldBack } from "./alert.ts";
import { conditionOf, reasonOf } from "./feeds/feed-status.ts";
import type { Liquidation } from "./liquidation.ts";
import { DURABILITY, recentOf, suspectFeed } from "./live/figures.ts";
import { heldBackBy } from "./live/held-list.ts";
import { IncidentList } from "./live/incident-list.ts";
import { LiveFigures, type LiveQueriesOptions } from "./live/live-figures.ts";
import { ParkedList } from "./live/parked-list.ts";
import { RunCounts } from "./live/run-counts.ts";
import { type ClockView, VenueBook } from "./live/venue-book.ts";
import type {
  DaemonRole,
  DaemonStatus,
  FeedState,
  IncidentState,
  Queries,
  RecentLiquidation,
  RunSummary,
} from "./queries.ts";
import type { Admitted } from "./severity/admission.ts";
import type { EngineInput } from "./severity/engine.ts";
import type { CommitResult, StoreEvent } from "./store/store.ts";
import type { VenueFacts } from "./venue-facts.ts";
import { DAY_MS } from "./windows/day-total.ts";

const RECENT_MAX = 100;

export class LiveQueries extends LiveFigures implements Queries {
  readonly label: "SIMULATION" | null;
  role: DaemonRole = "starting";
  /** Known rejects of all feeds; counted per venue in the feed's own status. */
  rejected = 0;
  readonly #recent: Liquidation[] = [];
  readonly #incidents: IncidentList;
  readonly #venues = new VenueBook();
  readonly #counts = new RunCounts();
  readonly parked = new ParkedList();
  #storeTrouble: string | null = null;

  constructor(options: LiveQueriesOptions) {
    super(options);
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
    this.#venues.lookAtClock(this.nowMs);
  }

  /** What the log said before this start, newest first. */
  restoreIncidents(logged: Parameters<IncidentList["restore"]>[0]): void {
    this.#incidents.restore(logged);
  }

  onRulesChanged(): void {
    this.#incidents.forgetGone();
  }

  /** A commit is done: the store can be used. */
  onCommit({ incidentNumbers }: CommitResult): void {
    this.#storeTrouble = null;
    this.#incidents.onNumbers(incidentNumbers);
  }

  onStoreTrouble(reason: string): void {
    this.#storeTrouble = reason;
  }

  onStoreEvent(event: StoreEvent): void {
    if (event.type === "delivery") this.#counts.delivered(event);
    if (event.type === "target") this.parked.on(event);
    if (event.type === "waiting") this.#counts.waits(event);
    if (event.type === "trouble" && event.part === "database") this.onStoreTrouble(event.message);
    if (event.type === "recovered" && event.part === "database") this.#storeTrouble = null;
  }

  /** Whether our own clock can be right. */
  get clock(): ClockView {
    return this.#venues.clock(this.nowMs);
  }

  status(): DaemonStatus {
    const { engine, store, startedAtMs } = this.options;
    return {
      role: this.role,
      startedAtMs,
      engineNowMs: engine.nowMs,
      store,
      durability: DURABILITY[store],
      storeTrouble: this.#storeTrouble,
      clockWarning: this.#venues.clockWarning(this.nowMs),
      parkedTargets: this.parked.list(),
    };
  }

  feeds(): readonly FeedState[] {
    const { engine, feeds } = this.options;
    const byVenue = engine.series.day.byVenue({ nowMs: this.nowMs, windowMs: DAY_MS });
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
        ...{ degraded: status.degraded, unsteady: status.unsteady },
        ...{ suspect: suspectFeed(engine.sides, venue.id) },
      };
    });
  }

  venueFacts(): readonly VenueFacts[] {
    return this.options.feeds().map(({ venue, status }) => ({
      venue: venue.id,
      completeness: venue.completeness,
      completenessNote: venue.completenessNote,
      sideRule: venue.sideRule,
      frames: status.frames,
      rows: this.#venues.counts(venue.id),
      rejects: status.rejects,
    }));
  }

  recentLiquidations(limit: number): readonly RecentLiquidation[] {
    return this.#recent.slice(-limit).reverse().map(recentOf);
  }

  incidents(limit: number): readonly IncidentState[] {
    return this.#incidents.list(limit);
  }

  heldBack(limit: number): readonly HeldBack[] {
    return heldBackBy(this.options.engine, limit);
  }

  summary(): RunSummary {
    const { engine, feeds, errors } = this.options;
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
}
