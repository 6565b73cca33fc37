/** The contract of the delivery jobs: rows that are the truth, jobs only wake. */
import type { Decision, DeliveryDraft, DeliveryState } from "../alert.ts";
import type { Notice, ParkedTarget } from "../notice.ts";

/** One delivery row as the delivery jobs see it. */
export interface DeliveryRow extends DeliveryDraft {
  readonly state: DeliveryState;
  readonly attempts: number;
  /**
   * Claims since the last `markRetry`, this one included: each but the last ended with the process.
   * `claimNext` raises it, `markRetry` sets it to 0.
   */
  readonly unmarkedClaims: number;
  /** Revision that the target should show; `shownRevision` is what it shows (0 = nothing). */
  readonly wantedRevision: number;
  readonly shownRevision: number;
  readonly remoteId: string | null;
  /** Not before this time; null = at once. */
  readonly nextAttemptAtMs: number | null;
  readonly lastReason: string | null;
  /** null = the message tells alerts. */
  readonly notice: Notice | null;
  /** The decisions that the message tells, oldest first, with the incident's running number. */
  readonly decisions: readonly Decision[];
  readonly incidentNumber: number;
}

/** The worker's side of deliveries: level-triggered, the row is the truth and jobs only wake. */
export interface DeliveryStore {
  /**
   * The oldest pending row of the target, claimed by raising its attempt; null when there is none
   * or when it may not be tried yet. A row that waits holds back those behind it: order is kept.
   */
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
  /** `waitsForTarget` = parked because its target is: sent when that works again. */
  markParked(
    id: string,
    attempt: number,
    reason: string,
    nowMs: number,
    waitsForTarget: boolean,
  ): Promise<void>;
  parkedTargets(): Promise<readonly ParkedTarget[]>;
  /** One that is parked already keeps its beginning. */
  parkTarget(parked: ParkedTarget): Promise<void>;
  /** The target is no longer configured: what waits for it stays as it is. */
  forgetParked(target: string): Promise<void>;
  /** The target is no longer parked; what waited for it since then is pending: how many. */
  rearmTarget(target: string, waitingSinceMs: number): Promise<number>;
  /** The target stays parked; the oldest that waited for it since then is pending: 1 or 0. */
  retryOldest(target: string, waitingSinceMs: number): Promise<number>;
  /** Targets with pending rows, and the time at which the oldest row of each may be tried. */
  pendingTargets(
    nowMs: number,
  ): Promise<
    readonly { readonly target: string; readonly dueAtMs: number; readonly pending: number }[]
  >;
}
