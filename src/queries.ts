/**
 * What the page, the HTTP API and later the commands may ask of a running daemon. Types only.
 * Money is integer cents and times are ms since 1970, as everywhere inside; every answer is read
 * from the engine's memory, so a question never waits and never disturbs the decide loop.
 */
import type { Decision, DecisionKind, DeliveryCount, Gap, HeldBack, Part } from "./alert.ts";
import type { CascadeQueries } from "./cascade.ts";
import type { Coverage } from "./coverage.ts";
import type { DeliveryState } from "./delivery-log.ts";
import type { LiquidationKind, PositionSide, PriceKind, VenueId } from "./liquidation.ts";
import type { ContextQueries } from "./market-context.ts";
import type { Mute, MuteSubject } from "./mute.ts";
import type { ParkedTarget, TargetTest } from "./notice.ts";
import type { PriceSpread, WindowPace } from "./pace.ts";
import type { AssetLevels } from "./price-level.ts";
import type { Metric, Rule, Severity } from "./rule.ts";
import type { OverrideState, ThresholdControls } from "./thresholds.ts";
import type { Usual } from "./usual.ts";
import type { DegradedFeed, SuspectFeed, UnsteadyFeed, VenueFacts } from "./venue-facts.ts";

/** `connecting` = never subscribed yet; `down` = was subscribed and is not now. */
export type FeedCondition = "subscribed" | "connecting" | "down";

/** One venue's feed. Subscribed without rows is quiet and healthy; `down` sees nothing at all. */
export interface FeedState {
  readonly venue: VenueId;
  /** As people write it: `Bybit`. */
  readonly title: string;
  readonly condition: FeedCondition;
  /** Since when the condition holds. */
  readonly sinceMs: number;
  /** Why the feed is not subscribed, in the venue's or the socket's words; null while it is. */
  readonly reason: string | null;
  /** Receipt of the newest row; null before the first. */
  readonly lastRowAtMs: number | null;
  /** Median lag of the last 20 rows of the last minute; null when there was none. */
  readonly lagMs: number | null;
  /** Accepted rows since start. */
  readonly rows: number;
  /** Money of the last 24 h. */
  readonly dayCents: number;
  /** What the feed shows, in a few words: `max 1 per symbol per second`. */
  readonly shows: string;
  readonly reconnects: number;
  /** Set while what arrives cannot be read; null while it can. */
  readonly degraded: DegradedFeed | null;
  /** Set while it hangs up again and again, until a connection has held. */
  readonly unsteady: UnsteadyFeed | null;
  /** Set while its sides seem wrong; null while they do not, or cannot be judged. */
  readonly suspect: SuspectFeed | null;
}

/** Money and orders of one window; long + short = total, to the cent. */
export interface Totals {
  readonly orders: number;
  readonly totalCents: number;
  readonly longCents: number;
  readonly shortCents: number;
}

export interface NamedTotals<Name extends string = string> extends Totals {
  readonly name: Name;
}

/** The rolling figures; always "at least", because venues show less than they liquidate. */
export interface DayTotals {
  readonly hour1: Totals;
  readonly hour4: Totals;
  readonly hour12: Totals;
  readonly hour24: Totals;
  /** Parts of the 24 h figure, descending by money. */
  readonly byAsset: readonly NamedTotals[];
  readonly byVenue: readonly NamedTotals<VenueId>[];
  /** When a venue was watched for the first time, earlier runs included; null = not yet. */
  readonly watchedSinceMs: number | null;
}

/** One accepted row, as a list shows it. */
export interface RecentLiquidation {
  /** The row's dedupe key. */
  readonly key: string;
  readonly venue: VenueId;
  readonly symbol: string | null;
  readonly asset: string | null;
  readonly positionSide: PositionSide;
  readonly kind: LiquidationKind;
  readonly price: number | null;
  readonly priceKind: PriceKind | null;
  /** null = the instrument is unknown, so the money is too. */
  readonly notionalCents: number | null;
  readonly occurredAtMs: number;
}

/** An incident that people were told of: open, or calmed a while ago. */
export interface IncidentState {
  readonly incidentId: string;
  /** Shown as A-n (asset) or M-n (market); null until the store has numbered it. */
  readonly number: string | null;
  readonly rule: string;
  /** `market`, `BTC`, `BTC:long`, `BTC@binance`. */
  readonly scopeKey: string;
  readonly windowMs: number;
  /** The present severity while open, the peak's once calmed. */
  readonly severity: Severity;
  /** The rule's figure; USD for money metrics, else a plain number. */
  readonly value: number;
  readonly metric: Metric;
  readonly longCents: number;
  readonly shortCents: number;
  readonly startedAtMs: number;
  /** null while it is open. */
  readonly calmedAtMs: number | null;
  /** Of the last decision that was told. */
  readonly coverage: Coverage;
}

/** The run summary of SPEC 12. */
export interface RunSummary {
  readonly frames: number;
  readonly liquidations: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly rejected: number;
  readonly alerts: Readonly<Record<DecisionKind, number>>;
  readonly deliveries: {
    readonly delivered: number;
    readonly edited: number;
    readonly retried: number;
    readonly parked: number;
    readonly pending: number;
    readonly byNotifier: Readonly<Record<string, number>>;
  };
  readonly errors: number;
}

/** `starting` = the store is being read back; `standby` = another daemon decides. */
export type DaemonRole = "starting" | "deciding" | "standby";

export interface DaemonStatus {
  readonly role: DaemonRole;
  readonly startedAtMs: number;
  /** The engine's clock; null before its first input. */
  readonly engineNowMs: number | null;
  readonly store: "embedded" | "postgres";
  /** One sentence: what a crash or a power loss may cost. */
  readonly durability: string;
  /** Why the database cannot be used just now; null while it can. */
  readonly storeTrouble: string | null;
  /** Set when our own clock seems wrong, as a sentence. */
  readonly clockWarning: string | null;
  /** Targets that get nothing, because their service refuses us. */
  readonly parkedTargets: readonly ParkedTarget[];
}

/** A figure asked for: a window, and whose money. */
export interface TotalsQuery {
  /** 15 min, 1 h, 4 h, 12 h or 24 h. */
  readonly windowMs: number;
  /** Canonical asset; absent = all. */
  readonly asset?: string | undefined;
  readonly venue?: VenueId | undefined;
}

export interface TotalsAnswer extends Totals {
  readonly query: TotalsQuery;
  readonly asOfMs: number;
  /** null from the minute buckets, which count orders alone. */
  readonly rows: number | null;
  /** Parts with money in the window, descending; empty where the query names the part. */
  readonly byAsset: readonly NamedTotals[];
  readonly byVenue: readonly NamedTotals<VenueId>[];
  /** How much of the usual volume was seen in the window. */
  readonly coverage: Coverage;
  /** Enabled venues not subscribed now, or not understood; a figure over all venues misses them. */
  readonly darkVenues: readonly VenueId[];
}

/** One of the windows kept row by row: 100 ms to 5 min. */
export interface ShortWindow extends Totals {
  readonly windowMs: number;
  readonly rows: number;
  readonly largestCents: number;
  readonly liqVwap: number | null;
  readonly priceChangePct: number | null;
  /** Where the change comes from: `mark:bybit`, `liquidations:okx`. */
  readonly priceSource: string | null;
  readonly byVenue: readonly Part<VenueId>[];
  /** null when no row has a price. */
  readonly prices: PriceSpread | null;
  readonly pace: WindowPace;
}

/** A page of stored rows, newest first. `next` asks for the page behind it; null = the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface LiquidationsQuery {
  readonly asset?: string | undefined;
  readonly venue?: VenueId | undefined;
  readonly positionSide?: PositionSide | undefined;
  readonly minNotionalCents?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly limit: number;
  /** As given by `Page.next`. */
  readonly cursor?: string | undefined;
}

export interface LoggedDecision {
  readonly decision: Decision;
  /** `A-20417`, `M-118`; null while the incident was never told. */
  readonly number: string | null;
}

/** What may be asked. Questions about windows are answered from memory, lists from the store. */
export interface Queries extends ContextQueries, CascadeQueries {
  /** Put before everything people see; null for real venues. */
  readonly label: "SIMULATION" | null;
  status(): DaemonStatus;
  feeds(): readonly FeedState[];
  /** The venues of `feeds()`, in the same order. */
  venueFacts(): readonly VenueFacts[];
  dayTotals(): DayTotals;
  totals(query: TotalsQuery): TotalsAnswer;
  /** How much of the usual volume was seen in a window of any length that ends now. */
  coverage(query: TotalsQuery): Coverage;
  /** The venues that are listened to, or will be once this process decides. */
  venues(): readonly VenueId[];
  /** Those of them that show only a sample: figures that may hold their money must say so. */
  samples(): readonly VenueId[];
  /** The windows of one asset; null when no row of it is remembered. */
  shortWindows(asset: string): readonly ShortWindow[] | null;
  /** Where positions of an asset were liquidated, an hour back; null when nowhere. */
  levels(asset: string): AssetLevels | null;
  /** Assets with such levels, sorted. */
  levelAssets(): readonly string[];
  /** What 5 min of an asset usually hold; null = only whether enough was watched to know it. */
  usual(asset: string | null): Usual;
  /** Every asset that an instrument or a row has named, sorted. */
  assets(): readonly string[];
  /** As they are in force. */
  rules(): readonly Rule[];
  /** What holds over the file's thresholds, or would. */
  overrides(): readonly OverrideState[];
  mutes(): readonly Mute[];
  /** Newest first, at most `limit`. */
  recentLiquidations(limit: number): readonly RecentLiquidation[];
  /** Open ones first, then the newest calmed ones; at most `limit`. */
  incidents(limit: number): readonly IncidentState[];
  /** Stretches that run in this process, newest first; the log has them when they end. */
  heldBack(limit: number): readonly HeldBack[];
  summary(): RunSummary;
  /** Stored rows, newest first. */
  liquidations(query: LiquidationsQuery): Promise<Page<RecentLiquidation>>;
  /** The largest stored rows since `sinceMs`, descending by money. */
  largest(query: {
    sinceMs: number;
    limit: number;
    asset?: string;
    venue?: VenueId;
  }): Promise<readonly RecentLiquidation[]>;
  /** `totals` from what is stored up to the last commit: for a standby, of unknown coverage. */
  storedTotals(query: TotalsQuery, nowMs: number): Promise<TotalsAnswer>;
  /** Every asset that a stored row names, sorted. */
  storedAssets(): Promise<readonly string[]>;
  /** The window before the asked one, from the store; null when it was not watched at all. */
  totalsBefore(query: TotalsQuery): Promise<Totals | null>;
  alerts(query: {
    suppressed: boolean;
    limit: number;
    cursor?: string;
  }): Promise<Page<LoggedDecision>>;
  /** null when the log holds no such alert. */
  deliveries(alertId: string): Promise<readonly DeliveryState[] | null>;
  deliveryCounts(): Promise<readonly DeliveryCount[]>;
  /** Stretches not watched that lasted into the time from `sinceMs` on, newest first. */
  gaps(sinceMs: number): Promise<readonly Gap[]>;
}

/** What admins may change. Every change is stored and named in the log with who asked. */
export interface Controls {
  /** Replaces an earlier mute of the same asset. */
  mute(mute: Mute): Promise<void>;
  /** False when there was nothing to end. */
  unmute(subject: MuteSubject, by: string): Promise<boolean>;
  readonly thresholds: ThresholdControls;
  /**
   * A TEST message to a target through the daemon's own notifier: one attempt. One that arrives
   * re-arms a parked target.
   * @throws LiqError LIQ_COMMAND for a target that is not configured
   */
  testAlert(target: string, by: string): Promise<TargetTest>;
}
