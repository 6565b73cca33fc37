/** The list of venues: a new venue is one file, one fixture and one line here. */
import type { Venue } from "./venue.ts";
import { aster } from "./venues/aster.ts";
import { backpack } from "./venues/backpack.ts";
import { binance } from "./venues/binance.ts";
import { bitfinex } from "./venues/bitfinex.ts";
import { bitget } from "./venues/bitget.ts";
import { bitmex } from "./venues/bitmex.ts";
import { bybit } from "./venues/bybit.ts";
import { coinex } from "./venues/coinex.ts";
import { deribit } from "./venues/deribit.ts";
import { dydx } from "./venues/dydx.ts";
import { gate } from "./venues/gate.ts";
import { htx } from "./venues/htx.ts";
import { hyperliquid } from "./venues/hyperliquid.ts";
import { krakenFutures } from "./venues/kraken-futures.ts";
import { lighter } from "./venues/lighter.ts";
import { okx } from "./venues/okx.ts";
import { orderly } from "./venues/orderly.ts";
import { paradex } from "./venues/paradex.ts";

export { bundledInstruments } from "./instruments.ts";

/** Erased to the shape that the driver handles: it passes a venue's state back and never looks. */
export const VENUES: readonly Venue[] = [
  binance,
  bybit,
  okx,
  gate,
  bitget,
  htx,
  aster,
  lighter,
  krakenFutures,
  dydx,
  backpack,
  bitmex,
  deribit,
  bitfinex,
  hyperliquid,
  orderly,
  paradex,
  coinex,
];

/** The venue with this id, or null when this version does not listen to it. */
export function venueById(id: string): Venue | null {
  return VENUES.find((venue) => venue.id === id) ?? null;
}
