/** What the engine is fed, and what a step gives. */
import type { Decision } from "../alert.ts";
import type { Liquidation } from "../liquidation.ts";
import type { VenueReading } from "../market-context.ts";
import type { Admitted } from "./admission.ts";
import type { WatchEvent } from "./watch.ts";

export type EngineInput =
  | {
      /** One frame, or one line of an event file: its rows are evaluated together. */
      readonly type: "rows";
      /** null moves no clock. Rejected and duplicate inputs move it all the same. */
      readonly receivedAtMs: number | null;
      readonly rows: readonly Liquidation[];
    }
  | { readonly type: "clock"; readonly nowMs: number }
  /** Rows taken in earlier without asset and money, as they are known now. Moves no clock. */
  | { readonly type: "repriced"; readonly rows: readonly Admitted[] }
  | {
      readonly type: "context";
      /** When it was received. */
      readonly atMs: number;
      /** Of the venue that is asked most often, see `PRICED_OFTEN`. */
      readonly referencePrices: ReferencePrices;
      /** What one venue said in one round of open interest, funding and mark prices. */
      readonly reading?: VenueReading;
    }
  | { readonly type: "connection"; readonly event: WatchEvent };

/** USD per coin by asset, all of one moment. */
export type ReferencePrices = Readonly<Record<string, number>>;

export interface StepResult {
  readonly accepted: readonly Admitted[];
  readonly decisions: readonly Decision[];
}
