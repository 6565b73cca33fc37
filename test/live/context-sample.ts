/** What three venues said of BTC and ETH over two hours, as questions read it. */
import type { VenueId } from "../../src/liquidation.ts";
import { ContextView } from "../../src/live/context-view.ts";
import type { AssetReading, ContextQueries, ContextSourceState } from "../../src/market-context.ts";
import { ContextBook } from "../../src/severity/context-book.ts";

const MINUTE_MS = 60_000;
const EVERY_MS = 60_000;

/** Coins at each venue; Bybit's shrink by 2 % in the last 5 minutes. */
const COINS = { bybit: 60_000, binance: 80_000, hyperliquid: 30_000 } as const;

function readingOf(venue: VenueId, minutesAgo: number, coins: number, price: number): AssetReading {
  const shrunk = venue === "bybit" && minutesAgo < 5 ? 0.98 : 1;
  const isHourly = venue === "hyperliquid";
  return {
    openInterest: { coins: coins * shrunk, inverseUsd: 0, contracts: 1 },
    funding: {
      ...{ rate: isHourly ? 0.00001 : 0.00012, intervalHours: isHourly ? 1 : 8 },
      ...{ nextRate: null, settledRate: 0.0001, settlesAtMs: null },
    },
    price: price * (1 + minutesAgo / 10_000),
  };
}

const SOURCES: readonly ContextSourceState[] = [
  {
    ...{ venue: "bybit", everyMs: EVERY_MS, lastAtMs: null, failures: 0, trouble: null },
    openInterest: { factor: 0.5, note: "published two-sided; one side is counted" },
  },
  {
    ...{ venue: "okx", everyMs: EVERY_MS, lastAtMs: null, failures: 3, trouble: "HTTP 503" },
    openInterest: { factor: 1, note: "published one-sided" },
  },
];

export function sampleContext(nowMs: number, isAsked = true): ContextQueries {
  const context = new ContextBook();
  for (let minutesAgo = 120; isAsked && minutesAgo >= 0; minutesAgo -= 1) {
    for (const venue of ["bybit", "binance", "hyperliquid"] as const) {
      const coins = COINS[venue];
      const assets = {
        BTC: readingOf(venue, minutesAgo, coins, 67_000),
        ETH: readingOf(venue, minutesAgo, coins * 10, 3_500),
      };
      context.take(nowMs - minutesAgo * MINUTE_MS, { venue, everyMs: EVERY_MS, assets });
    }
  }
  const sources = isAsked ? SOURCES : [];
  return new ContextView({ engine: { context, nowMs }, contextSources: () => sources });
}

/** The methods by name, for answers that are put together of parts. */
export function contextAnswers(nowMs: number, isAsked = true): ContextQueries {
  const view = sampleContext(nowMs, isAsked);
  return {
    context: (asset) => view.context(asset),
    contextPoints: (asset) => view.contextPoints(asset),
    contextLines: (limit) => view.contextLines(limit),
    contextSources: () => view.contextSources(),
  };
}
