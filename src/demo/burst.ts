/** The opening act: longs of one asset are closed faster and faster, then it is over. Pure. */
import type { ActOptions, ScenarioEvent } from "./timeline.ts";
import type { Span } from "./waves.ts";

const ROWS = 130;
/** Well over the demo's CRITICAL, because Binance shows only one row per symbol and second. */
const TOTAL_USD = 14_000_000;
/** No single row reaches the demo's `whale` rule: one asset, one rule, one story. */
const ROW_USD_MAX = 900_000;
const TAIL = 0.7;
const LONG_SHARE = 0.94;

export interface BurstOptions extends ActOptions, Span {
  readonly asset: string;
}

export function burst(options: BurstOptions): ScenarioEvent[] {
  const { chance, listings, path, asset, fromMs, lengthMs } = options;
  const events: ScenarioEvent[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    // The square root makes the pace grow linearly, so each severity is reached on its own.
    const offsetMs = Math.floor(fromMs + Math.sqrt((row + chance.next()) / ROWS) * lengthMs);
    const contract = listings.pick(chance, asset);
    const price = path.at(chance, asset, offsetMs);
    if (contract === null || price === null) continue;
    const notionalUsd = (TOTAL_USD / ROWS) * chance.heavyTail(TAIL);
    events.push({
      offsetMs,
      venue: contract.venue,
      symbol: contract.symbol,
      asset,
      positionSide: chance.next() < LONG_SHARE ? "long" : "short",
      price,
      notionalUsd: Math.min(ROW_USD_MAX, notionalUsd),
    });
  }
  return events;
}
