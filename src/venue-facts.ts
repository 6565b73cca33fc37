/** What is known of a venue besides the state of its feed: for lists of venues and for metrics. */
import type { RejectReason, VenueId } from "./liquidation.ts";

/** What became of the rows that a feed handed on; refused ones never became rows. */
export const ROW_OUTCOMES = ["accepted", "duplicate", "quarantined"] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** A feed whose messages are not understood: its liquidations are missing from every figure. */
export interface DegradedFeed {
  /** Receipt of the first of these messages. */
  readonly sinceMs: number;
  /** Messages since then of which nothing was understood. */
  readonly frames: number;
  /** Why the newest of them was refused. */
  readonly detail: string;
}

/** A feed that hangs up again and again: it is not well until one of its connections has held. */
export interface UnsteadyFeed {
  /** The first hang-up of this row of them. */
  readonly sinceMs: number;
  /** Connections in a row that were subscribed and ended within a minute. */
  readonly hangUps: number;
  /** Why the newest of them ended. */
  readonly reason: string;
}

/** A feed whose longs and shorts seem exchanged: in totals and lists, and in no rule. */
export interface SuspectFeed {
  readonly sinceMs: number;
  /** `its sides fit only 12 of the last 50 moves of the price`. */
  readonly detail: string;
}

export interface VenueFacts {
  readonly venue: VenueId;
  readonly completeness: "complete" | "sampled" | "delayed" | "partial" | "sample";
  /** One sentence for people: what this feed does not show. */
  readonly completenessNote: string;
  /** The sentence that decides whose position was closed, and where it stands. */
  readonly sideRule: { readonly rule: string; readonly sentence: string; readonly link: string };
  /** Messages since start, heartbeats and answers included. */
  readonly frames: number;
  /** Rows since start. */
  readonly rows: Readonly<Record<RowOutcome, number>>;
  readonly rejects: Readonly<Partial<Record<RejectReason, number>>>;
}
