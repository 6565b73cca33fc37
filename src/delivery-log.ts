/** What became of the messages that tell an alert, as people may ask for it. */
import type { DeliveryState as State } from "./alert.ts";

export const ATTEMPT_OUTCOMES = ["delivered", "edited", "retry", "parked", "lost"] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One attempt at one message: a row of the log. */
export interface DeliveryAttempt {
  /** From 1 on; a message that is changed later goes on counting. */
  readonly attempt: number;
  /** When its outcome was known. */
  readonly atMs: number;
  readonly outcome: AttemptOutcome;
  /** In the service's words, scrubbed; null = delivered. */
  readonly reason: string | null;
  /** From the claim to the outcome; null = not known. */
  readonly latencyMs: number | null;
  /** Its answer came after a later attempt had begun, and changed nothing. */
  readonly isOvertaken: boolean;
}

/** One message of an alert at one target. */
export interface DeliveryState {
  readonly target: string;
  readonly messageNumber: number;
  readonly state: State;
  readonly attempts: number;
  readonly lastReason: string | null;
  /** Oldest first, at most the newest 100. */
  readonly log: readonly DeliveryAttempt[];
}
