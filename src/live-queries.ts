/**
 * The read model of the running daemon: what the page and the API ask, answered from memory. Lists
 * are short and bounded; figures are read from the engine when they are asked for.
 */
import type { Decision, DecisionKind } from "./alert.ts";
import type { FeedStatus } from "./feeds/feed-status.ts";
import type { Venue } from "./feeds/venue.ts";
import type { Liquidation } from "./liquidation.ts";
import type {
  DaemonRole,
  DaemonStatus,
  DayTotals,
  FeedCondition,
  FeedState,
  IncidentState,
  NamedTotals,
  Queries,
  RecentLiquidation,
  RunSummary,
  Totals,
} from "./queries.ts";
import type { Admitted } from "./severity/admission.ts";
import { metricValue } from "./severity/classify.ts";
import type { Engine } from "./severity/engine.ts";
import type { CommitResult, LoggedAlert, StoreEvent } from "./store/store.ts";
import { DAY_MS } from "./windows/day-total.ts";
import type { SecondSums } from "./windows/second-totals.ts";

const RECENT_MAX = 100;
const INCIDENTS_MAX = 100;
const HOUR_MS = 3_600_000;

export interface LiveQueriesOptions {
  readonly label: "SIMULATION" | null;
  readonly engine: Engine;
  /** The venues that are listened to, and what their feeds know of themselves. */
  readonly feeds: () => readonly { readonly venue: Venue; readonly status: FeedStatus }[];
  readonly store: "embedded" | "postgres";
  readonly startedAtMs: number;
  /** Errors said to the log so far. */
  readonly errors: () => number;
}

interface LiveIncident extends Omit<IncidentState, "number"> {
  readonly isMarket: boolean;
}

export class LiveQueries implements Queries {
  readonly label: "SIMULATION" | null;
  role: DaemonRole = "starting";
  watchedSinceMs: number | null = null;
  /** Known rejects of all feeds; counted per venue in the feed's own status. */
  rejected = 0;
  readonly #options: LiveQueriesOptions;
  readonly #recent: Liquidation[] = [];
  readonly #incidents = new Map<string, LiveIncident>();
  readonly #numbers = new Map<string, number>();
  readonly #alerts: Record<DecisionKind, number> = {
    opened: 0,
    escalated: 0,
    reopened: 0,
    resolved: 0,
    suppressed: 0,
  };
  readonly #deliveries = { delivered: 0, edited: 0, retried: 0, parked: 0 };
  readonly #byNotifier = new Map<string, number>();
  #drafts = 0;

  constructor(options: LiveQueriesOptions) {
    this.#options = options;
    this.label = options.label;
  }

  onStep(accepted: readonly Admitted[], decisions: readonly Decision[]): void {
    for (const { row } of accepted) this.#recent.push(row);
    if (this.#recent.length > RECENT_MAX * 2)
      this.#recent.splice(0, this.#recent.length - RECENT_MAX);
    for (const decision of decisions) {
      this.#alerts[decision.decision] += 1;
      if (decision.decision !== "suppressed") this.#noteIncident(decision);
    }
  }

  /**
   * What an earlier run told, newest first: its incidents are shown on, and not counted again. One
   * of a rule that is gone would stay open for ever.
   */
  restore(alerts: readonly LoggedAlert[]): void {
    const rules = new Set(this.#options.engine.rules.map(({ rule }) => rule.name));
    for (const { decision, incidentNumber } of alerts.toReversed()) {
      if (!rules.has(decision.rule)) continue;
      this.#noteIncident(decision);
      if (incidentNumber !== null) this.#numbers.set(decision.incidentId, incidentNumber);
    }
  }

  /** Messages that an earlier run left to be sent. */
  onBacklog(messages: number): void {
    this.#drafts += messages;
  }

  onCommit({ incidentNumbers, newDeliveries }: CommitResult): void {
    this.#drafts += newDeliveries;
    for (const [incidentId, number] of Object.entries(incidentNumbers))
      this.#numbers.set(incidentId, number);
  }

  onStoreEvent(event: StoreEvent): void {
    if (event.type !== "delivery") return;
    const outcome = event.outcome === "retry" ? "retried" : event.outcome;
    this.#deliveries[outcome] += 1;
    if (outcome !== "delivered") return;
    this.#byNotifier.set(event.target, (this.#byNotifier.get(event.target) ?? 0) + 1);
  }

  status(): DaemonStatus {
    const { engine, store, startedAtMs } = this.#options;
    const durability =
      store === "embedded"
        ? "Embedded database: survives a crash of the process, not a loss of power"
        : "Postgres: as durable as the server is set up to be";
    return {
      role: this.role,
      startedAtMs,
      engineNowMs: engine.nowMs,
      store,
      durability,
      clockWarning: null,
    };
  }

  feeds(): readonly FeedState[] {
    const { engine, feeds } = this.#options;
    const nowMs = engine.nowMs ?? 0;
    const byVenue = engine.series.day.byVenue({ nowMs, windowMs: DAY_MS });
    return feeds().map(({ venue, status }) => ({
      venue: venue.id,
      title: venue.title,
      condition: conditionOf(status),
      sinceMs: status.sinceMs,
      reason: status.state === "subscribed" ? null : reasonOf(status),
      lastRowAtMs: status.lastRowMs,
      lagMs: engine.lags.medianMs(venue.id, nowMs),
      rows: status.rows,
      dayCents: totalCents(byVenue.get(venue.id)),
      shows: venue.completenessShort,
      reconnects: status.reconnects,
    }));
  }

  dayTotals(): DayTotals {
    const { engine } = this.#options;
    const nowMs = engine.nowMs ?? 0;
    const { day } = engine.series;
    const total = (hours: number) => totalsOf(day.total({ nowMs, windowMs: hours * HOUR_MS }));
    return {
      hour1: total(1),
      hour4: total(4),
      hour12: total(12),
      hour24: total(24),
      byAsset: named(day.byAsset({ nowMs, windowMs: DAY_MS })),
      byVenue: named(day.byVenue({ nowMs, windowMs: DAY_MS })),
      watchedSinceMs: this.watchedSinceMs,
    };
  }

  recentLiquidations(limit: number): readonly RecentLiquidation[] {
    return this.#recent.slice(-limit).reverse().map(recentOf);
  }

  incidents(limit: number): readonly IncidentState[] {
    const all = [...this.#incidents.values()].sort(
      (a, b) =>
        Number(a.calmedAtMs !== null) - Number(b.calmedAtMs !== null) ||
        b.startedAtMs - a.startedAtMs,
    );
    const present = this.#presentFigures();
    return all.slice(0, limit).map(({ isMarket, ...incident }) => {
      const number = this.#numbers.get(incident.incidentId);
      const name = number === undefined ? null : `${isMarket ? "M" : "A"}-${number}`;
      return { ...incident, ...present.get(incident.incidentId), number: name };
    });
  }

  /** What the windows of open incidents hold now: the last decision may be minutes old. */
  #presentFigures(): Map<string, Pick<IncidentState, "value" | "longCents" | "shortCents">> {
    const figures = new Map<string, Pick<IncidentState, "value" | "longCents" | "shortCents">>();
    for (const scope of this.#options.engine.series.scopes()) {
      const { incident } = scope.machine;
      if (incident === null || incident.isSilent) continue;
      const { longCents, shortCents } = scope.window;
      const { metric, windowMs } = scope.compiled.rule;
      const value = metricValue(metric, scope.window, windowMs);
      figures.set(incident.id, { value, longCents, shortCents });
    }
    return figures;
  }

  summary(): RunSummary {
    const { engine, feeds, errors } = this.#options;
    const { liquidations, duplicates, quarantined } = engine.admission.counts;
    const frames = feeds().reduce((sum, { status }) => sum + status.frames, 0);
    const { delivered, edited, retried, parked } = this.#deliveries;
    return {
      frames,
      liquidations,
      duplicates,
      quarantined,
      rejected: this.rejected,
      alerts: { ...this.#alerts },
      deliveries: {
        delivered,
        edited,
        retried,
        parked,
        pending: Math.max(0, this.#drafts - delivered - parked),
        byNotifier: Object.fromEntries(this.#byNotifier),
      },
      errors: errors(),
    };
  }

  #noteIncident(decision: Decision): void {
    const { window } = decision;
    this.#incidents.set(decision.incidentId, {
      incidentId: decision.incidentId,
      rule: decision.rule,
      scopeKey: decision.scopeKey,
      windowMs: decision.windowMs,
      severity: decision.severity,
      value: decision.value,
      isMoney: decision.metric === "notionalUsd" || decision.metric === "largestUsd",
      longCents: window.longCents,
      shortCents: window.shortCents,
      startedAtMs: decision.incidentStartMs,
      calmedAtMs: decision.decision === "resolved" ? decision.atMs : null,
      isMarket: decision.scope === "market",
    });
    if (this.#incidents.size <= INCIDENTS_MAX) return;
    for (const [id, incident] of this.#incidents) {
      if (incident.calmedAtMs === null) continue;
      this.#incidents.delete(id);
      this.#numbers.delete(id);
      return;
    }
  }
}

/** Between two tries an outage stays an outage. */
function conditionOf({ state, wasSubscribed }: FeedStatus): FeedCondition {
  if (state === "subscribed") return "subscribed";
  return wasSubscribed ? "down" : "connecting";
}

function reasonOf(status: FeedStatus): string | null {
  if (status.disabledReason !== null) return status.disabledReason;
  return status.connections.find((connection) => connection.reason !== null)?.reason ?? null;
}

function recentOf(row: Liquidation): RecentLiquidation {
  const { dedupeKey: key, venue, symbol, asset, positionSide, kind, price, priceKind } = row;
  const { notionalCents, occurredAtMs } = row;
  return {
    key,
    venue,
    symbol,
    asset,
    positionSide,
    kind,
    price,
    priceKind,
    notionalCents,
    occurredAtMs,
  };
}

function named<Name extends string>(
  sums: ReadonlyMap<Name, SecondSums>,
): readonly NamedTotals<Name>[] {
  return [...sums]
    .map(([name, sum]) => ({ name, ...totalsOf(sum) }))
    .sort((a, b) => b.totalCents - a.totalCents || (a.name < b.name ? -1 : 1));
}

function totalsOf(sums: Readonly<SecondSums>): Totals {
  const { orders, longCents, shortCents } = sums;
  return { orders, longCents, shortCents, totalCents: longCents + shortCents };
}

function totalCents(sums: Readonly<SecondSums> | undefined): number {
  return sums === undefined ? 0 : sums.longCents + sums.shortCents;
}
