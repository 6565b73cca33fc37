/** The words of how unusual something is (SPEC 5.3). Types only. */

/** What 5 min of an asset usually hold, or how far we are from knowing it. */
export type Usual =
  | { readonly type: "known"; readonly p95Cents: number }
  /** Watched time, and how much is needed, in ms. */
  | { readonly type: "learning"; readonly watchedMs: number; readonly neededMs: number }
  /** Windows with liquidations, and how many are needed. */
  | { readonly type: "rare"; readonly windows: number; readonly windowsMin: number };

/** Since when no 5 min of an asset held as much. */
export interface LargestSince {
  /** The end of the last window that held as much, or the beginning of what is remembered. */
  readonly atMs: number;
  /** True when no window of the last 7 days held as much. */
  readonly isLonger: boolean;
}
