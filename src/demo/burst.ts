/** The opening act: longs of one asset are closed faster and faster, then it is over. Pure. */
import type { Chance } from "./chance.ts";
import type { Listings } from "./listings.ts";
import { START_PRICES } from "./prices.ts";
import type { ScenarioEvent } from "./timeline.ts";

const ROWS = 130;
/** Well over the demo's CRITICAL, because Binance shows only one row per symbol and second. */
const TOTAL_USD = 14_000_000;
/** No single row reaches the demo's `whale` rule: one asset, one rule, one story. */
const ROW_USD_MAX = 900_000;
const TAIL = 0.7;
const LONG_SHARE = 0.94;
/** The price gives way by this share while it lasts. */
const FALL = 0.018;
const NOISE = 0.0008;

export interface BurstOptions {
  readonly chance: Chance;
  readonly listings: Listings;
  readonly asset: string;
  readonly fromMs: number;
  readonly lengthMs: number;
}

export function burst(options: BurstOptions): ScenarioEvent[] {
  const { chance, listings, asset, fromMs, lengthMs } = options;
  const startPrice = START_PRICES[asset] ?? 1;
  const events: ScenarioEvent[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    // The square root makes the pace grow linearly, so each severity is reached on its own.
    const progress = Math.sqrt((row + chance.next()) / ROWS);
    const contract = listings.pick(chance, asset);
    if (contract === null) continue;
    const notionalUsd = (TOTAL_USD / ROWS) * chance.heavyTail(TAIL);
    events.push({
      offsetMs: Math.floor(fromMs + progress * lengthMs),
      venue: contract.venue,
      symbol: contract.symbol,
      asset,
      positionSide: chance.next() < LONG_SHARE ? "long" : "short",
      price: startPrice * (1 - FALL * progress) * (1 + chance.between(-NOISE, NOISE)),
      notionalUsd: Math.min(ROW_USD_MAX, notionalUsd),
    });
  }
  return events;
}
