/** Answers of the small daemon that come from its store, and those about venues and windows. */

import type { Gap } from "../../src/alert.ts";
import type { CascadeQueries } from "../../src/cascade.ts";
import type { Coverage } from "../../src/coverage.ts";
import type { DeliveryState } from "../../src/delivery-log.ts";
import { LiqError } from "../../src/errors.ts";
import type { ContextQueries } from "../../src/market-context.ts";
import { type Pace, STILL, type WindowPace } from "../../src/pace.ts";
import type {
  LiquidationsQuery,
  LoggedDecision,
  Queries,
  RecentLiquidation,
  ShortWindow,
  Totals,
  TotalsAnswer,
  TotalsQuery,
} from "../../src/queries.ts";
import type { VenueFacts } from "../../src/venue-facts.ts";
import { btcLevels, LEARNING } from "../level-samples.ts";
import { cascadeAnswers } from "../live/cascade-sample.ts";
import { contextAnswers } from "../live/context-sample.ts";
import { decision, snapshot } from "../render/samples.ts";

export const NOW_MS = Date.UTC(2026, 10, 20, 14, 6, 12);

export const ALERT_ID = "00112233445566aa";

const FACTS: Omit<VenueFacts, "venue"> = {
  completeness: "partial",
  completenessNote: "Not the total",
  sideRule: { rule: "posSide", sentence: "The position's side", link: "https://example.org/okx" },
  frames: 9,
  rows: { accepted: 7, duplicate: 2, quarantined: 1 },
  rejects: { json: 3 },
};

const GAP: Gap = {
  venue: "okx",
  connection: "public/0",
  fromMs: NOW_MS - 90_000,
  toMs: null,
  reason: "closed by the venue",
};

export function sampleRow(index: number, over: Partial<RecentLiquidation> = {}): RecentLiquidation {
  return {
    key: `key-${index}`,
    venue: "bybit",
    symbol: "BTCUSDT",
    asset: "BTC",
    positionSide: "long",
    kind: "liquidation",
    price: 66_930.5,
    priceKind: "bankruptcy",
    notionalCents: index === 1 ? null : 1_120_000_49,
    occurredAtMs: NOW_MS - index * 1_000,
    ...over,
  };
}

export const COVERAGE: Coverage = {
  ...{ pct: 43.2, isAssumed: true, isFull: false, isBlind: false, missing: ["okx"] },
};

const SLOWING: Pace = {
  ...{ ordersPerSecond: 1 / 3, usdPerSecond: 66.6, ordersPerSecond2: -0.01, usdPerSecond2: -4.5 },
};
const PACE: WindowPace = {
  ...{ ...SLOWING, long: SLOWING, short: STILL, leadingVenue: "bybit" },
  byVenue: [{ venue: "bybit", ...SLOWING }],
};

function shortWindow(totals: Totals): ShortWindow {
  const byVenue = [{ name: "bybit" as const, notionalCents: totals.totalCents, orders: 3 }];
  const change = { priceChangePct: null, priceSource: null };
  const figures = { rows: 4, largestCents: 500_05, liqVwap: 66_900.5, ...change };
  const prices = { min: 66_800, max: 67_001.5, volatility: 0.0012 };
  return { windowMs: 10_000, ...totals, ...figures, byVenue, prices, pace: PACE };
}

const LOGGED: readonly LoggedDecision[] = [
  { decision: decision({ alertId: ALERT_ID }), number: "A-4" },
  {
    decision: decision({
      alertId: "00112233445566bb",
      decision: "suppressed",
      window: snapshot({ largestCents: null }),
      suppression: { reason: "mute", untilMs: NOW_MS, count: 2 },
    }),
    number: null,
  },
];

const DELIVERY: DeliveryState = {
  ...{ target: "discord", messageNumber: 1, state: "delivered", attempts: 2, lastReason: null },
  log: [
    {
      ...{ attempt: 1, atMs: NOW_MS, outcome: "retry", reason: "rate-limited: 429" },
      ...{ latencyMs: 180, isOvertaken: false },
    },
    {
      ...{ attempt: 2, atMs: NOW_MS + 1_250, outcome: "delivered", reason: null },
      ...{ latencyMs: 95, isOvertaken: false },
    },
  ],
};

/** What was asked of the store, for asserting. */
export const asked: { liquidations: LiquidationsQuery | null } = { liquidations: null };

type Answers = Pick<
  Queries,
  | "venueFacts"
  | "totals"
  | keyof ContextQueries
  | keyof CascadeQueries
  | "coverage"
  | "venues"
  | "samples"
  | "storedTotals"
  | "storedAssets"
  | "shortWindows"
  | "levels"
  | "levelAssets"
  | "usual"
  | "assets"
  | "rules"
  | "mutes"
  | "liquidations"
  | "largest"
  | "totalsBefore"
  | "alerts"
  | "deliveries"
  | "deliveryCounts"
  | "gaps"
>;

const ASSETS = Array.from({ length: 30 }, (_, index) => `A${index}`).concat(
  "BTC",
  "ETH",
  "PEPE",
  "SOL",
);

/** `totals` of any money, so that all lists agree. */
export function sampleAnswers(totals: () => Totals): Answers {
  const figures = (query: TotalsQuery): TotalsAnswer => ({
    ...{ query, asOfMs: NOW_MS, rows: 4, ...totals() },
    byAsset: query.asset === undefined ? [{ name: "BTC", ...totals() }] : [],
    byVenue: query.venue === undefined ? [{ name: "bybit", ...totals() }] : [],
    ...{ coverage: COVERAGE, darkVenues: ["okx"] },
  });
  return {
    ...contextAnswers(NOW_MS),
    ...cascadeAnswers(NOW_MS),
    coverage: () => COVERAGE,
    venueFacts: () => [
      { venue: "bybit", ...FACTS, completeness: "complete" },
      { venue: "okx", ...FACTS },
    ],
    totals: (query) => figures(query),
    venues: () => ["bybit", "okx"],
    samples: () => [],
    storedTotals: async (query, nowMs) => ({ ...figures(query), rows: null, asOfMs: nowMs }),
    storedAssets: async () => ["BTC", "NEWCOIN"],
    levels: (asset) => (asset === "BTC" ? btcLevels(NOW_MS) : null),
    levelAssets: () => ["BTC"],
    usual: () => LEARNING,
    shortWindows: (asset) => (asset === "BTC" ? [shortWindow(totals())] : null),
    assets: () => ASSETS,
    rules: () => [],
    mutes: () => [{ asset: "PEPE", untilMs: NOW_MS + 60_000, by: "telegram:4711" }],
    async liquidations(query) {
      asked.liquidations = query;
      if (query.cursor === "bad") {
        throw new LiqError("LIQ_COMMAND", "Cursor bad is none that this list gave");
      }
      return { items: [sampleRow(0), sampleRow(1)].slice(0, query.limit), next: "bmV4dA" };
    },
    largest: async () => [],
    totalsBefore: async () => null,
    async alerts({ suppressed, limit }) {
      const isAsked = (logged: LoggedDecision) =>
        (logged.decision.decision === "suppressed") === suppressed;
      return { items: LOGGED.filter(isAsked).slice(0, limit), next: null };
    },
    async deliveries(alertId) {
      if (alertId !== ALERT_ID) return null;
      return [DELIVERY];
    },
    deliveryCounts: async () => [
      { target: "discord", state: "pending", count: 2 },
      { target: "discord", state: "parked", count: 1 },
    ],
    gaps: async () => [GAP],
  };
}
