/** The words of where positions were liquidated (SPEC 5.4), not a forecast. Types only. */
import type { PositionSide, VenueId } from "./liquidation.ts";

/** Liquidations of one side whose prices stand from `from` to below `to`. */
export interface PriceLevel {
  /** The lower edge, a plain decimal in quote per base. */
  readonly edge: string;
  /** The lower edge and the next one, as doubles. */
  readonly from: number;
  readonly to: number;
  readonly positionSide: PositionSide;
  readonly orders: number;
  readonly rows: number;
  readonly notionalCents: number;
  readonly venues: readonly VenueId[];
  /** Window times of its first and last row. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The live levels of an asset, highest price first, longs before shorts at one price. */
export interface AssetLevels {
  /** A plain decimal in quote per base. */
  readonly width: string;
  readonly levels: readonly PriceLevel[];
}
