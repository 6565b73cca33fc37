/** What is known of a venue besides the state of its feed: for lists of venues and for metrics. */
import type { RejectReason, VenueId } from "./liquidation.ts";

/** What became of the rows that a feed handed on; refused ones never became rows. */
export const ROW_OUTCOMES = ["accepted", "duplicate", "quarantined"] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

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
