/**
 * What each venue's frames say, read once more in the plainest way: JSON.parse, regular expressions,
 * no shared code with src. Used as the oracle of the mutation tests.
 */
import { backpack } from "./plain/backpack.ts";
import { binance } from "./plain/binance.ts";
import { bitfinex } from "./plain/bitfinex.ts";
import { bitget } from "./plain/bitget.ts";
import { bitmex } from "./plain/bitmex.ts";
import { bybit } from "./plain/bybit.ts";
import { coinex } from "./plain/coinex.ts";
import { deribit } from "./plain/deribit.ts";
import { dydx } from "./plain/dydx.ts";
import type { Anything, PlainEntry } from "./plain/entry.ts";
import { gate } from "./plain/gate.ts";
import { htx } from "./plain/htx.ts";
import { hyperliquid } from "./plain/hyperliquid.ts";
import { krakenFutures } from "./plain/kraken-futures.ts";
import { lighter } from "./plain/lighter.ts";
import { okx } from "./plain/okx.ts";
import { orderly } from "./plain/orderly.ts";
import { paradex } from "./plain/paradex.ts";

const READINGS: Readonly<Record<string, (root: Anything) => readonly PlainEntry[]>> = {
  binance,
  bybit,
  lighter,
  "kraken-futures": krakenFutures,
  dydx,
  hyperliquid,
  okx,
  gate,
  bitget,
  htx,
  // The same frames; read alike, because Aster may follow Binance's changes.
  aster: binance,
  bitmex,
  deribit,
  bitfinex,
  backpack,
  orderly,
  paradex,
  coinex,
};

/** Every entry of a frame in order; null when the text is not JSON. */
export function plainReading(venue: string, text: string): readonly PlainEntry[] | null {
  let root: Anything;
  try {
    root = JSON.parse(text);
  } catch {
    return null;
  }
  return READINGS[venue]?.(root) ?? [];
}
