/**
 * The contract of the store: what the decide loop, the delivery jobs and the queries may ask of
 * it. The same contract is the boundary between the threads (and later between processes).
 */
import type {
  BlockMoney,
  CommitBatch,
  Decision,
  DeliveryCount,
  DeliveryDraft,
  Gap,
  ScopeRecord,
  UsualMoney,
  WatchHistory,
} from "../alert.ts";
import type { CascadeLimits } from "../cascade.ts";
import type { DeliveryAttempt } from "../delivery-log.ts";
import type { Liquidation, VenueId } from "../liquidation.ts";
import type { Mute, MuteSubject } from "../mute.ts";
import type { ParkedTarget } from "../notice.ts";
import type { TargetSettings } from "../notifiers/notifier.ts";
import type { LiquidationsQuery, Page } from "../queries.ts";
import type { Rule, Severity } from "../rule.ts";
import type { StoryRecord } from "../story.ts";
import type { ThresholdChange } from "../thresholds.ts";
import type { BucketParts, BucketQuery } from "./buckets.ts";
import type { DeliveryRow } from "./delivery-store.ts";
import type { OpsState } from "./notices.ts";

/** Most rows that one chunk of `liquidationsSince` holds. */
export const CHUNK_ROWS_MAX = 5_000;

/** Most rows that a list asked of the store holds; a larger wish is cut to this. */
export const LIST_ROWS_MAX = 1_000;

/** One stored liquidation with the mark that the engine gave it. */
export interface StoredLiquidation {
  readonly row: Liquidation;
  readonly countsOrder: boolean;
}

/** What one commit made true. */
export interface CommitResult {
  /** Dedupe keys that were not stored before this commit, in the order of the batch. */
  readonly acceptedKeys: readonly string[];
  /**
   * Running number per told incident of the batch, for messages: 20417 of A-20417. Asset and
   * market incidents count apart; an incident that is only suppressed so far has none.
   */
  readonly incidentNumbers: Readonly<Record<string, number>>;
}

/** What a restart needs before anything is evaluated. */
export interface WarmStart {
  /** The engine's clock at the last commit; null for an empty store. */
  readonly engineNowMs: number | null;
  readonly scopes: readonly ScopeRecord[];
  /** Stories that run, and those that may go on yet. */
  readonly stories: readonly Pick<StoryRecord, "story" | "keptUntilMs">[];
  /** Gaps that were open when the process ended. */
  readonly openGaps: readonly Gap[];
  /** Verdicts on the sides of venues, as they were committed last; undefined = none. */
  readonly verdicts?: unknown;
}

/** The writer's side, held by the one process that decides. */
export interface Store {
  warmStart(): Promise<WarmStart>;
  /** Rows with windowTime >= `sinceMs`, in order of arrival, in chunks of at most 5,000. */
  liquidationsSince(sinceMs: number): AsyncIterable<readonly StoredLiquidation[]>;
  /** One transaction; resolves when it is durable; a repeated batch changes nothing. */
  commit(batch: CommitBatch): Promise<CommitResult>;
  /** Every stored mute, ended ones included. */
  mutes(): Promise<readonly Mute[]>;
  /** Replaces an earlier mute of the same asset; `nowMs` is the engine's clock. */
  writeMute(mute: Mute, nowMs: number): Promise<void>;
  /** `asset` null = the mute of everything. */
  deleteMute(subject: MuteSubject): Promise<void>;
}

/** What the operator is told, written by the process that decides. */
export interface NoticeStore {
  /** What was told, as the fold of notices keeps it; null before the first notice. */
  opsState(): Promise<OpsState | null>;
  /** Messages for the operator and the memory of them, together. */
  writeNotices(drafts: readonly DeliveryDraft[], state: OpsState): Promise<void>;
}

/** Thresholds that admins changed, for the process that decides. */
export interface ThresholdStore {
  /** The newest change of every rule that something holds over. */
  thresholdOverrides(): Promise<readonly ThresholdChange[]>;
  /** All or none. */
  writeThresholdChanges(changes: readonly ThresholdChange[]): Promise<void>;
  /** Newest first. */
  thresholdChanges(limit: number): Promise<readonly ThresholdChange[]>;
}

export interface NewestRows {
  readonly chunks: AsyncIterable<readonly StoredLiquidation[]>;
  /** True when older rows were left out. */
  readonly isCut: boolean;
}

/** Two sets of rules over the stored rows of the 24 h before `nowMs`. */
export interface PreviewQuery {
  readonly present: readonly Rule[];
  readonly wanted: readonly Rule[];
  readonly nowMs: number;
  /** Absent = those of SPEC 5.2. */
  readonly cascade?: CascadeLimits | undefined;
  /** What routing knows of the targets. */
  readonly targets: readonly Pick<TargetSettings, "name" | "minSeverity" | "purpose">[];
}

/**
 * What a process may ask besides: lists and figures for pages and commands; newest first unless
 * said. A standby may ask as soon as the schema is there.
 */
export interface StoreQueries {
  recentLiquidations(limit: number): Promise<readonly StoredLiquidation[]>;
  /** Rows of the alert log: the suppressed ones alone, or all others. */
  recentAlerts(
    limit: number,
    options: { readonly suppressed: boolean },
  ): Promise<readonly LoggedAlert[]>;
  openIncidents(): Promise<readonly IncidentRow[]>;
  deliveryCounts(): Promise<readonly DeliveryCount[]>;
  /** By name, those that are no longer configured included. */
  parkedTargets(): Promise<readonly ParkedTarget[]>;
  /** Every message that tells this alert, by target and message number. */
  deliveriesFor(alertId: string): Promise<readonly DeliveryRow[]>;
  /** The log of attempts by delivery id, oldest first. */
  attemptsOf(
    deliveryIds: readonly string[],
  ): Promise<Readonly<Record<string, readonly DeliveryAttempt[]>>>;
  openGaps(): Promise<readonly Gap[]>;
  /** Gaps that lasted into the time from `sinceMs` on. */
  gapsSince(sinceMs: number): Promise<readonly Gap[]>;
  /** @throws LiqError LIQ_COMMAND for a cursor of another list */
  liquidationList(query: LiquidationsQuery): Promise<Page<StoredLiquidation>>;
  largestLiquidations(query: LargestQuery): Promise<readonly StoredLiquidation[]>;
  /** null when none of `venues` was watched in that time. */
  sumsBetween(query: SumsQuery): Promise<StoredSums | null>;
  /** @throws LiqError LIQ_COMMAND for a cursor of another list */
  alertList(query: AlertsQuery): Promise<Page<LoggedAlert>>;
  /** True when the log holds this alert. */
  isLogged(alertId: string): Promise<boolean>;
  /**
   * Rolling figures from the minute buckets, exact to the second and to the last commit of whoever
   * decides.
   *
   * @throws LiqError LIQ_COMMAND; see `Buckets.parts`
   */
  bucketParts(query: BucketQuery): Promise<BucketParts>;
  /** Every asset that a stored row names, sorted. */
  storedAssets(): Promise<readonly string[]>;
  /** Since when each venue is watched, and the gaps that lasted into the time from `sinceMs` on. */
  watchHistory(sinceMs: number): Promise<WatchHistory>;
  /** By venue, since the hour of `sinceMs`: of all assets together, and of the largest ones. */
  usualMoney(sinceMs: number): Promise<readonly UsualMoney[]>;
  /** By asset and 5 min window, what the series of rules took: no history, nothing too late. */
  blockMoney(query: BlockMoneyQuery): Promise<readonly BlockMoney[]>;
}

export interface LargestQuery {
  /** By window time. */
  readonly sinceMs: number;
  readonly limit: number;
  readonly asset?: string | undefined;
  readonly venue?: VenueId | undefined;
}

/** Window times in [fromMs, toMs). */
export interface BlockMoneyQuery {
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows that took longer than this entered no series. */
  readonly lagMsMax: number;
}

/** Window times in [fromMs, toMs). */
export interface SumsQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly asset?: string | undefined;
  readonly venue?: VenueId | undefined;
  /** Whose watch counts: those that this process listens to. */
  readonly venues: readonly VenueId[];
}

export interface StoredSums {
  readonly orders: number;
  readonly rows: number;
  readonly longCents: number;
  readonly shortCents: number;
}

export interface AlertsQuery {
  /** The suppressed ones alone, or all others. */
  readonly suppressed: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One row of the append-only log. */
export interface LoggedAlert {
  readonly decision: Decision;
  /** null while the incident was never told. */
  readonly incidentNumber: number | null;
}

export interface IncidentRow {
  readonly incidentId: string;
  readonly number: number;
  /** `asset` is shown as A-n, `market` as M-n. */
  readonly kind: "asset" | "market";
  readonly rule: string;
  readonly scopeKey: string;
  readonly startedAtMs: number;
  readonly resolvedAtMs: number | null;
  /** The highest severity told. */
  readonly severity: Severity;
  readonly state: "open" | "resolved";
}

/** What became of one attempt of one delivery row, as the worker thread tells the main thread. */
export interface DeliveryEvent {
  readonly type: "delivery";
  readonly deliveryId: string;
  readonly target: string;
  /** `delivered` = a new message, `edited` = one was changed, `lost` = it cannot be any more. */
  readonly outcome: "delivered" | "edited" | "retry" | "parked" | "lost";
  readonly alertIds: readonly string[];
  readonly atMs: number;
  /** From the claim to the answer. */
  readonly latencyMs: number;
  /** Why it was not delivered; null when it was. */
  readonly reason: string | null;
}

/** A target was parked, or works again and is sent what waited for it. */
export interface TargetEvent {
  readonly type: "target";
  readonly target: string;
  /** null = it works again. */
  readonly parked: ParkedTarget | null;
  /** Messages that waited and are pending again. */
  readonly resent: number;
}

/** How many messages wait for a target that nobody has seen; told when that changes. */
export interface WaitingEvent {
  readonly type: "waiting";
  readonly target: string;
  readonly messages: number;
}

/** What the store's thread tells the main thread without being asked. */
export type StoreEvent =
  | DeliveryEvent
  | WaitingEvent
  | TargetEvent
  /** The database or the queue cannot be reached; work waits and goes on by itself. */
  | { readonly type: "trouble"; readonly part: "database" | "queue"; readonly message: string }
  | { readonly type: "recovered"; readonly part: "database" | "queue" }
  /** What was too old is gone. */
  | { readonly type: "cleared"; readonly cleared: Cleared; readonly atMs: number }
  /** `standby` = another process decides; `lost` = another took over, this one must stop. */
  | { readonly type: "role"; readonly role: "deciding" | "standby" | "lost" };

/** Rows deleted, by what they were. */
export interface Cleared {
  readonly liquidations: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly stories: number;
  readonly gaps: number;
  readonly hours: number;
}

export interface ClearRequest {
  /** The name of the day that is done afterwards. */
  readonly slot: string;
  readonly nowMs: number;
  /** How long liquidations and settled deliveries are kept. */
  readonly eventsMs: number;
  /** How long hourly sums and gaps are kept. */
  readonly rollupsMs: number;
}

/** The worker's side of what is too old. */
export interface RetentionStore {
  /** The day that was cleared last; null before the first. */
  lastSlot(): Promise<string | null>;
  /** Repeats are harmless; aborting leaves the rest for the next time. */
  clear(request: ClearRequest, signal: AbortSignal): Promise<Cleared>;
}
