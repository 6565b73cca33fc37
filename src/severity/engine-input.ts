/** What the engine is fed, and what a step gives. */
import type { Decision } from "../alert.ts";
import type { Liquidation } from "../liquidation.ts";
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
      /** When the prices were received. */
      readonly atMs: number;
      readonly referencePrices: ReferencePrices;
    }
  | { readonly type: "connection"; readonly event: WatchEvent };

/** USD per coin by asset, all of one moment. */
export type ReferencePrices = Readonly<Record<string, number>>;

export interface StepResult {
  readonly accepted: readonly Admitted[];
  readonly decisions: readonly Decision[];
}
