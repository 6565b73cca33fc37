/** The contract of the delivery jobs: rows that are the truth, jobs only wake. */
import type { Decision, DeliveryDraft, DeliveryState } from "../alert.ts";
import type { Notice, ParkedTarget } from "../notice.ts";
import type { Story } from "../story.ts";

/** One delivery row as the delivery jobs see it. */
export interface DeliveryRow extends Omit<DeliveryDraft, "isEnd"> {
  readonly state: DeliveryState;
  readonly attempts: number;
  /**
   * Claims since the last settled attempt, this one included: each but the last ended with the
   * process. A claim raises it, whatever is recorded of an attempt sets it to 0.
   */
  readonly unmarkedClaims: number;
  /** Revision that the target should show; `shownRevision` is what it shows (0 = nothing). */
  readonly wantedRevision: number;
  readonly shownRevision: number;
  /** How many of `alertIds`, from the first on, the target has seen. */
  readonly shownAlerts: number;
  /** The story goes on in a later message. */
  readonly isContinued: boolean;
  /** null = not sent, or lost: it cannot be edited. */
  readonly remoteId: string | null;
  /** Not before this time; null = at once. */
  readonly nextAttemptAtMs: number | null;
  readonly lastReason: string | null;
  /** null = the message tells alerts. */
  readonly notice: Notice | null;
  /** What it tells; null for notices, digests and messages from before there were stories. */
  readonly about: Story | null;
  /** What a digest or an overflow message stands for, the most severe first. */
  readonly parts: readonly CollectedPart[];
  /** The alerts that an alert's message tells, oldest first; none in a digest. */
  readonly decisions: readonly Decision[];
  /** Running numbers of the incidents, by id. */
  readonly incidentNumbers: Readonly<Record<string, number>>;
  /** Messages of the story that the target had before this one. */
  readonly earlier: number;
  /** The first of them, which this one answers; null = none, or it cannot be told. */
  readonly replyTo: string | null;
}

/** One message that another one tells. */
export interface CollectedPart {
  readonly story: Story;
  /** How many alerts of it would have been told. */
  readonly alerts: number;
}

/** What waits for one target. `due` ones have settled; counted ones are part of the budget. */
export interface TargetQueue {
  /** Messages that nobody has seen. */
  readonly waiting: number;
  readonly due: number;
  readonly counted: number;
  readonly critical: number;
  /** Of the counted ones. */
  readonly summaries: number;
  /** When the next of them settles; null = none waits for that. */
  readonly settlesAtMs: number | null;
  /** When the next change that tells something may be shown; null = nothing is untold. */
  readonly editAtMs: number | null;
  /** The same for changes of mere figures. */
  readonly figuresAtMs: number | null;
  /** The service asked us to wait until then, or we do after a failure; null = neither. */
  readonly retryAtMs: number | null;
  /** Messages shown in the last hour and day that are part of the budget; 0 while none is due. */
  readonly shownInHour: number;
  readonly shownInDay: number;
}

/** `message` = one that nobody has seen, the most severe first; `edit` = the longest unchanged. */
export type Claimed = "message" | "edit" | "oldest";

/** What an attempt that arrived has shown. */
export interface Shown {
  readonly id: string;
  readonly attempt: number;
  readonly revision: number;
  readonly alerts: number;
  readonly remoteId: string | null;
  readonly isEdit: boolean;
  readonly nowMs: number;
}

/** The worker's side of deliveries: level-triggered, the row is the truth and jobs only wake. */
export interface DeliveryStore {
  look(target: string, nowMs: number): Promise<TargetQueue>;
  /** When each message of the target was last shown, from `sinceMs` on. */
  shownSince(target: string, sinceMs: number): Promise<readonly number[]>;
  /** A due row of the target, claimed by raising its attempt; null when there is none. */
  claim(target: string, nowMs: number, what: Claimed): Promise<DeliveryRow | null>;
  /** Makes one message of everything due that nobody has seen; returns how many became one. */
  merge(target: string, into: "digest" | "overflow", nowMs: number): Promise<number>;
  markShown(shown: Shown): Promise<void>;
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
  /** The message cannot be edited any more: what it should tell yet becomes a new one. */
  markLost(id: string, attempt: number, reason: string, nowMs: number): Promise<void>;
  parkedTargets(): Promise<readonly ParkedTarget[]>;
  /** One that is parked already keeps its beginning. */
  parkTarget(parked: ParkedTarget): Promise<void>;
  /** The target is no longer configured: what waits for it stays as it is. */
  forgetParked(target: string): Promise<void>;
  /** The target is no longer parked; what waited for it since then is pending: how many. */
  rearmTarget(target: string, waitingSinceMs: number): Promise<number>;
  /** The target stays parked; the oldest that waited for it since then is pending: 1 or 0. */
  retryOldest(target: string, waitingSinceMs: number): Promise<number>;
  /** Targets with pending rows, and the time at which one of each may be tried. */
  pendingTargets(
    nowMs: number,
  ): Promise<
    readonly { readonly target: string; readonly dueAtMs: number; readonly pending: number }[]
  >;
}
