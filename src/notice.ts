/** What people are told about the daemon itself, and the operator about targets that refuse. */

export const NOTICE_TOPICS = [
  /** A venue is not subscribed, for longer than a reconnect takes. */
  "venue-down",
  /** A venue hangs up again and again. */
  "venue-unsteady",
  /** A venue refuses this place for good (HTTP 451). */
  "venue-off",
  /** A venue sends liquidations that cannot be read. */
  "decoding",
  /** A venue's longs and shorts seem exchanged. */
  "suspect",
  /** Our own clock cannot be right. */
  "clock",
  /** The database was away; told when it is back, because before it nothing can be stored. */
  "database",
  /** A target is parked. */
  "target",
  /** A changed configuration was refused. */
  "configuration",
  /** Venues with half of the usual volume are dark: alerts and totals are of little use. */
  "blind",
  /** This daemon stood by and decides now. */
  "takeover",
] as const;
export type NoticeTopic = (typeof NOTICE_TOPICS)[number];

/** Told to everybody: who reads alerts must know when their absence means nothing. */
const PUBLIC_TOPICS: readonly NoticeTopic[] = ["blind"];

export function isPublic({ topic }: Pick<Notice, "topic">): boolean {
  return PUBLIC_TOPICS.includes(topic);
}

/** One message for the operator, or for everybody; what it says is made of this when it is sent. */
export interface Notice {
  readonly topic: NoticeTopic;
  /** As the configuration spells it: `bybit`, a target's name; empty for the daemon itself. */
  readonly subject: string;
  /** As people write it: `Bybit`. */
  readonly title: string;
  /** False when it began, true when it has ended. */
  readonly isOver: boolean;
  readonly sinceMs: number;
  /** When it was found, or found to be over. */
  readonly atMs: number;
  /** Why, in the words of who refused: no secrets, bounded. A configuration has one per mistake. */
  readonly reasons: readonly string[];
  /** How often it happened since the last notice of it, without being told. */
  readonly untold: number;
}

/** A target that gets nothing, because its service refuses us: 401, 403, 404, 410. */
export interface ParkedTarget {
  readonly target: string;
  readonly sinceMs: number;
  /** In the service's words, scrubbed. */
  readonly reason: string;
}

/** What became of a TEST message. Reasons come scrubbed from the notifier. */
export interface TargetTest {
  readonly target: string;
  /** Of the service; null when it gives none, and when nothing was delivered. */
  readonly remoteId: string | null;
  /** null = delivered. */
  readonly refusal: { readonly reason: string; readonly detail: string } | null;
  readonly latencyMs: number;
  /** The target was parked and takes messages again. */
  readonly isRearmed: boolean;
  /** Messages that waited for the target and are sent now. */
  readonly resent: number;
}
