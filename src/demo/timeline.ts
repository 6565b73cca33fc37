/** What a script of the demo is made of. Types only. */
import type { PositionSide, VenueId } from "../liquidation.ts";
import type { Chance } from "./chance.ts";
import type { Envelope } from "./envelope.ts";
import type { Listings } from "./listings.ts";
import type { PricePath } from "./price-path.ts";

/** One invented liquidation; `offsetMs` counts from the start of the script. */
export interface ScenarioEvent {
  readonly offsetMs: number;
  readonly venue: VenueId;
  /** The venue's own spelling. */
  readonly symbol: string;
  readonly asset: string;
  readonly positionSide: PositionSide;
  /** USD per coin, multiplier removed. */
  readonly price: number;
  /** Money of the position, USD. */
  readonly notionalUsd: number;
}

/** A connection loss: every socket of the venue is cut and the next tries to connect are refused. */
export interface ScenarioDrop {
  readonly offsetMs: number;
  readonly venue: VenueId;
  readonly refusals: number;
}

export interface Scenario {
  /** In order of `offsetMs`. */
  readonly events: readonly ScenarioEvent[];
  readonly drops: readonly ScenarioDrop[];
  readonly lengthMs: number;
}

/** What every act of the script is made from. */
export interface ActOptions {
  readonly chance: Chance;
  readonly envelope: Envelope;
  readonly listings: Listings;
  readonly path: PricePath;
}
