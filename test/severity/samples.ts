/** Rows and rules of the usual kind: a test names only what matters to it. */
import type { Snapshot } from "../../src/alert.ts";
import type { Liquidation } from "../../src/liquidation.ts";
import type { Rule, RuleFilter } from "../../src/rule.ts";

/** A whole second, a whole tick. */
export const T0 = 1_790_000_000_000;

export type RuleOver = Partial<Omit<Rule, "filter" | "resolve">> & {
  readonly filter?: Partial<RuleFilter>;
  readonly resolve?: Partial<Rule["resolve"]>;
};

/** By asset, 60 s, USD 100, 200, 400, 800; quiet for a minute, over after ten seconds. */
export function ruleOf({ filter, resolve, ...over }: RuleOver = {}): Rule {
  return {
    name: "minute",
    scope: "asset",
    filter: {
      assets: [],
      excludeAssets: [],
      venues: [],
      sides: [],
      minNotionalUsd: 0,
      ...filter,
    },
    metric: "notionalUsd",
    windowMs: 60_000,
    floorUsd: 0,
    thresholds: { low: 100, medium: 200, high: 400, critical: 800 },
    cooldownMs: 60_000,
    resolve: { belowPctOfLow: 50, forMs: 10_000, reopenWithinMs: 0, ...resolve },
    notify: null,
    ...over,
  };
}

/** A liquidated long of USD 100 in BTC, received the moment it occurred. */
export function rowOf(over: Partial<Liquidation> = {}): Liquidation {
  const { receivedAtMs = T0, occurredAtMs = receivedAtMs } = over;
  const dedupeKey = over.dedupeKey ?? JSON.stringify(over);
  return {
    venue: "binance",
    symbol: "BTCUSDT",
    market: "BTC/USDT:USDT",
    asset: "BTC",
    positionSide: "long",
    kind: "liquidation",
    price: null,
    priceKind: null,
    size: null,
    notionalCents: 10_000,
    history: false,
    ...over,
    occurredAtMs,
    receivedAtMs,
    dedupeKey,
    orderKey: over.orderKey ?? dedupeKey,
  };
}

export function snapshotOf(over: Partial<Snapshot> = {}): Snapshot {
  return {
    orders: 0,
    rows: 0,
    longCents: 0,
    shortCents: 0,
    largestCents: 0,
    largest: null,
    liqVwap: null,
    priceChangePct: null,
    priceFirst: null,
    priceLast: null,
    priceSource: null,
    byVenue: [],
    byAsset: [],
    ...over,
  };
}
