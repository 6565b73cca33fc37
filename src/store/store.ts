/**
 * The contract of the store: what the decide loop, the delivery jobs and the queries may ask of
 * it. The same contract is the boundary between the threads (and later between processes).
 */
import type {
  CommitBatch,
  Decision,
  DeliveryDraft,
  DeliveryState,
  Gap,
  ScopeRecord,
} from "../alert.ts";
import type { Liquidation } from "../liquidation.ts";

/** One stored liquidation with the mark that the engine gave it. */
export interface StoredLiquidation {
  readonly row: Liquidation;
  readonly countsOrder: boolean;
}

/** What one commit made true. */
export interface CommitResult {
  /** Dedupe keys that were not stored before this commit, in the order of the batch. */
  readonly acceptedKeys: readonly string[];
  /** Running number per incident id, for messages: 20417. */
  readonly incidentNumbers: Readonly<Record<string, number>>;
}

/** What a restart needs before anything is evaluated. */
export interface WarmStart {
  /** The engine's clock at the last commit; null for an empty store. */
  readonly engineNowMs: number | null;
  readonly scopes: readonly ScopeRecord[];
  /** Gaps that were open when the process ended. */
  readonly openGaps: readonly Gap[];
}

/** The writer's side, held by the one process that decides. */
export interface Store {
  warmStart(): Promise<WarmStart>;
  /** Rows with windowTime >= `sinceMs`, in order of arrival, in chunks of at most 5,000. */
  liquidationsSince(sinceMs: number): AsyncIterable<readonly StoredLiquidation[]>;
  /** One transaction; resolves when it is durable; a repeated batch changes nothing. */
  commit(batch: CommitBatch): Promise<CommitResult>;
  /** Unpriced rows of a now known symbol get their money, once; returns how many changed. */
  reprice(rows: readonly RepricedRow[]): Promise<number>;
  unpriced(): Promise<readonly Liquidation[]>;
}

export interface RepricedRow {
  readonly dedupeKey: string;
  readonly market: string;
  readonly asset: string;
  readonly price: number | null;
  readonly size: number | null;
  readonly notionalCents: number;
}

/** One delivery row as the delivery jobs see it. */
export interface DeliveryRow extends DeliveryDraft {
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Revision that the target should show; `shownRevision` is what it shows (0 = nothing). */
  readonly wantedRevision: number;
  readonly shownRevision: number;
  readonly remoteId: string | null;
  /** Not before this time; null = at once. */
  readonly nextAttemptAtMs: number | null;
  readonly lastReason: string | null;
  /** The decisions that the message tells, oldest first, with the incident's running number. */
  readonly decisions: readonly Decision[];
  readonly incidentNumber: number;
}

/** The worker's side of deliveries: level-triggered, the row is the truth and jobs only wake. */
export interface DeliveryStore {
  /** Oldest pending row of the target that may be tried now, claimed by raising its attempt. */
  claimNext(target: string, nowMs: number): Promise<DeliveryRow | null>;
  markDelivered(
    id: string,
    attempt: number,
    revision: number,
    remoteId: string | null,
    nowMs: number,
  ): Promise<void>;
  markRetry(
    id: string,
    attempt: number,
    reason: string,
    nextAttemptAtMs: number,
    nowMs: number,
  ): Promise<void>;
  markParked(id: string, attempt: number, reason: string, nowMs: number): Promise<void>;
  /** Targets with pending rows, and the earliest time at which each may be tried. */
  pendingTargets(
    nowMs: number,
  ): Promise<
    readonly { readonly target: string; readonly dueAtMs: number; readonly pending: number }[]
  >;
}
