/** Levels and what is usual, as a daemon would tell them. */
import type { AssetLevels, PriceLevel } from "../src/price-level.ts";
import type { Usual } from "../src/usual.ts";

/** Three prices of BTC, two of them with both sides, in the hour before `nowMs`. */
export function btcLevels(nowMs: number): AssetLevels {
  const at = (from: number, over: Partial<PriceLevel>): PriceLevel => ({
    ...{ edge: String(from), from, to: from + 100, positionSide: "long", orders: 3, rows: 4 },
    ...{ notionalCents: 120_000_000, venues: ["bybit"] },
    ...{ firstMs: nowMs - 1_800_000, lastMs: nowMs - 60_000 },
    ...over,
  });
  return {
    width: "100",
    levels: [
      at(67_400, { notionalCents: 31_250_000, venues: ["binance", "okx"] }),
      at(67_400, { positionSide: "short", notionalCents: 90_000, orders: 1, lastMs: nowMs }),
      at(66_900, {}),
      at(66_800, { positionSide: "short", orders: 1_200, notionalCents: 5_000_00 }),
    ],
  };
}

export const LEARNING: Usual = { type: "learning", watchedMs: 34_560_000, neededMs: 86_400_000 };
