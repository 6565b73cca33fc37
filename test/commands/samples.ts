/** A daemon's answers with chosen figures, for the replies of commands. */

import type { Decision, HeldBack } from "../../src/alert.ts";
import type { VenueId } from "../../src/liquidation.ts";
import { type Mute, type MuteSubject, muteKey } from "../../src/mute.ts";
import type { ParkedTarget } from "../../src/notice.ts";
import { STILL } from "../../src/pace.ts";
import type { AssetLevels } from "../../src/price-level.ts";
import type {
  Controls,
  FeedState,
  IncidentState,
  LoggedDecision,
  Queries,
  RecentLiquidation,
  ShortWindow,
  Totals,
  TotalsAnswer,
  TotalsQuery,
} from "../../src/queries.ts";
import type { Rule } from "../../src/rule.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { ThresholdControls, ThresholdPreview } from "../../src/thresholds.ts";
import type { Usual } from "../../src/usual.ts";
import { LEARNING } from "../level-samples.ts";
import { cascadeAnswers } from "../live/cascade-sample.ts";
import { contextAnswers } from "../live/context-sample.ts";
import { bookOf, gapOf } from "../severity/coverage-samples.ts";
import { counts, type ThresholdScene, thresholdScene } from "./threshold-samples.ts";

export const NOW_MS = Date.UTC(2026, 10, 20, 14, 6, 12);
const HOUR_MS = 3_600_000;

/** Longs and shorts in USD with cents. */
export function totals(longUsd: number, shortUsd: number, orders = 3): Totals {
  const longCents = Math.round(longUsd * 100);
  const shortCents = Math.round(shortUsd * 100);
  return { orders, longCents, shortCents, totalCents: longCents + shortCents };
}

export const NO_MONEY = totals(0, 0, 0);

export function feed(venue: VenueId, over: Partial<FeedState> = {}): FeedState {
  const title = { binance: "Binance", bybit: "Bybit", okx: "OKX" }[String(venue)] ?? venue;
  return {
    ...{ venue, title, condition: "subscribed", sinceMs: NOW_MS - 10 * HOUR_MS, reason: null },
    ...{ lastRowAtMs: NOW_MS - 4_000, lagMs: 400, rows: 12, dayCents: 112_500_000_00 },
    ...{
      shows: "every liquidation, bankruptcy prices",
      reconnects: 0,
      degraded: null,
      unsteady: null,
      suspect: null,
    },
    ...over,
  };
}

export const FEEDS: readonly FeedState[] = [
  feed("binance", { dayCents: 84_300_000_00, lagMs: 1_000, shows: "max 1 per symbol per second" }),
  feed("bybit"),
  feed("okx", { dayCents: 53_100_000_00, shows: "not the total" }),
];

export function row(over: Partial<RecentLiquidation> = {}): RecentLiquidation {
  return {
    ...{ key: "k", venue: "okx", symbol: "BTC-USDT-SWAP", asset: "BTC", positionSide: "long" },
    ...{ kind: "liquidation", price: 66_930.5, priceKind: "bankruptcy" },
    ...{ notionalCents: 6_300_000_49, occurredAtMs: NOW_MS - 5 * HOUR_MS },
    ...over,
  };
}

export const RULE: Rule = {
  ...{ name: "majors", scope: "asset", metric: "notionalUsd", windowMs: 300_000, floorUsd: 0 },
  filter: { assets: ["BTC", "ETH"], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
  thresholds: { low: 1_500_000, medium: 5_000_000, high: 20_000_000, critical: 60_000_000 },
  cooldownMs: 600_000,
  resolve: { belowPctOfLow: 50, forMs: 600_000, reopenWithinMs: 900_000 },
  notify: null,
};

export function logged(over: Partial<Decision> = {}, number: string | null = "A-20417") {
  const decision: Decision = {
    ...{ alertId: "a1", decision: "opened", rule: "majors", scope: "asset", scopeKey: "BTC" },
    ...{ metric: "notionalUsd", windowMs: 300_000, severity: "HIGH", value: 7_420_000.1 },
    ...{ atMs: NOW_MS - 60_000, incidentId: "i1", incidentStartMs: NOW_MS - 90_000, telling: 1 },
    window: {
      ...{ orders: 1, rows: 1, longCents: 1, shortCents: 0, largestCents: null, largest: null },
      ...{ liqVwap: null, priceChangePct: null, priceFirst: null, priceLast: null },
      ...{ priceSource: null, byVenue: [], byAsset: [] },
    },
    coverage: { watched: [], dark: [] },
    suppression: null,
    ...over,
  };
  return { decision, number } satisfies LoggedDecision;
}

export interface SampleOptions {
  readonly feeds?: readonly FeedState[];
  readonly samples?: readonly VenueId[];
  /** A second venue with money in figures over all venues. */
  readonly sharedBy?: VenueId;
  readonly day?: (query: TotalsQuery) => Totals;
  readonly before?: Totals | null;
  readonly largest?: readonly RecentLiquidation[];
  readonly short?: readonly ShortWindow[] | null;
  readonly alerts?: readonly LoggedDecision[];
  readonly held?: readonly HeldBack[];
  readonly incidents?: readonly IncidentState[];
  readonly role?: "starting" | "deciding" | "standby";
  readonly label?: "SIMULATION" | null;
  readonly watchedSinceMs?: number;
  /** False = nobody is asked for open interest and funding. */
  readonly hasContext?: boolean;
  readonly parkedTargets?: readonly ParkedTarget[];
  readonly store?: () => Promise<void>;
  readonly rules?: readonly Rule[];
  readonly preview?: ThresholdPreview;
  /** Of BTC. */
  readonly levels?: AssetLevels;
  readonly usual?: Usual;
}

/** 17 messages where the wish leaves 8. */
export const PREVIEW: ThresholdPreview = {
  ...{ sinceMs: NOW_MS - 24 * HOUR_MS, rows: 41_207, isCut: false },
  present: {
    byRule: { majors: counts([12, 3, 1], [0, 1]) },
    byTarget: { discord: 17, telegram: 5 },
  },
  wanted: {
    byRule: { majors: counts([3, 3, 1], [0, 1]) },
    byTarget: { discord: 8, telegram: 5 },
  },
};

export const ASSETS = ["1INCH", "ARB", "BTC", "DOGE", "ETH", "KAS", "PEPE", "SOL", "XRP"];

export function shortWindow(over: Partial<ShortWindow> = {}): ShortWindow {
  return {
    ...{ windowMs: 300_000, rows: 4, ...totals(210_000.1, 0, 4), largestCents: 90_000_00 },
    ...{ liqVwap: 66_000, priceChangePct: -0.81, priceSource: "liquidations:bybit" },
    byVenue: [{ name: "bybit", notionalCents: 210_000_10, orders: 4 }],
    prices: { min: 65_800, max: 66_200, volatility: 0.0018 },
    pace: { ...STILL, long: STILL, short: STILL, byVenue: [], leadingVenue: "bybit" },
    ...over,
  };
}

/** By hours: 1, 4, 12, 24. */
const DAY: Readonly<Record<number, Totals>> = {
  0.25: totals(1_000_000, 0, 9),
  1: totals(4_000_000, 2_200_000.05, 40),
  4: totals(21_900_000, 16_100_000, 200),
  12: totals(104_200_000, 37_100_000, 900),
  24: totals(231_200_000.1, 81_200_000.57, 1_402),
};

/** Records what admins change. */
export class SampleDaemon implements Controls {
  readonly mutes: Mute[] = [];
  readonly queries: Queries;
  readonly scene: ThresholdScene;
  readonly thresholds: ThresholdControls;

  constructor(options: SampleOptions = {}) {
    this.scene = thresholdScene({
      ...{ rules: options.rules ?? [RULE], preview: options.preview ?? PREVIEW },
      runtime: { ...nodeRuntime, nowMs: () => NOW_MS - 67_000, random: () => 0.3603 },
    });
    this.thresholds = this.scene.thresholds;
    this.queries = queriesOf(options, this.mutes, this.scene);
  }

  async mute(mute: Mute): Promise<void> {
    this.mutes.push(mute);
  }

  async unmute(subject: MuteSubject): Promise<boolean> {
    const at = this.mutes.findIndex((mute) => muteKey(mute) === muteKey(subject));
    if (at >= 0) this.mutes.splice(at, 1);
    return at >= 0;
  }

  async testAlert(): Promise<never> {
    throw new Error("No command of the bots sends a TEST message");
  }
}

/** As the feeds say: what is not subscribed is dark since it is not. */
function coverageFrom(feeds: readonly FeedState[], sinceMs: number): Queries["coverage"] {
  const dark = feeds.filter(({ condition }) => condition !== "subscribed");
  const gaps = dark.map((one) => gapOf(one.venue, one.sinceMs));
  const book = bookOf(
    feeds.map(({ venue }) => venue),
    { sinceMs, gaps },
  );
  return (query) => book.ofWindow(query, NOW_MS);
}

function queriesOf(options: SampleOptions, mutes: readonly Mute[], scene: ThresholdScene): Queries {
  const { feeds = FEEDS, role = "deciding", label = null } = options;
  const day = options.day ?? (({ windowMs }) => DAY[windowMs / HOUR_MS] ?? NO_MONEY);
  const parts = (whole: Totals) =>
    whole.totalCents === 0
      ? []
      : [
          { ...whole, name: "BTC" },
          { ...totals(50_000, 1_000), name: "ETH" },
        ];
  const venueParts = (whole: Totals) => [
    { ...whole, name: "bybit" as const },
    ...(options.sharedBy === undefined ? [] : [{ ...totals(900, 100), name: options.sharedBy }]),
  ];
  const loaded = async <Value>(value: Value) => {
    await options.store?.();
    return value;
  };
  const watchedSinceMs = options.watchedSinceMs ?? NOW_MS - 26 * HOUR_MS;
  const coverage = coverageFrom(feeds, watchedSinceMs);
  const figures = (query: TotalsQuery): TotalsAnswer => ({
    ...{ ...day(query), query, asOfMs: NOW_MS, rows: 1, coverage: coverage(query), darkVenues: [] },
    byAsset: query.asset === undefined ? parts(day(query)) : [],
    byVenue: query.venue === undefined ? venueParts(day(query)) : [],
  });
  return {
    ...contextAnswers(NOW_MS, options.hasContext),
    ...cascadeAnswers(NOW_MS),
    label,
    status: () => ({
      ...{ role, startedAtMs: NOW_MS - 26 * HOUR_MS, engineNowMs: NOW_MS, store: "embedded" },
      ...{
        durability: "Embedded database: survives a crash",
        clockWarning: null,
        storeTrouble: null,
        parkedTargets: options.parkedTargets ?? [],
      },
    }),
    feeds: () => feeds,
    dayTotals: () => ({
      ...{ hour1: day({ windowMs: HOUR_MS }), hour4: day({ windowMs: 4 * HOUR_MS }) },
      ...{ hour12: day({ windowMs: 12 * HOUR_MS }), hour24: day({ windowMs: 24 * HOUR_MS }) },
      ...{ byAsset: parts(day({ windowMs: 24 * HOUR_MS })), byVenue: [] },
      watchedSinceMs,
    }),
    totals: figures,
    coverage,
    venues: () => feeds.map(({ venue }) => venue),
    samples: () => options.samples ?? [],
    storedTotals: (query) => loaded(figures(query)),
    storedAssets: () => loaded(ASSETS),
    levels: (asset) => (asset === "BTC" ? (options.levels ?? null) : null),
    levelAssets: () => (options.levels === undefined ? [] : ["BTC"]),
    usual: () => options.usual ?? LEARNING,
    shortWindows: (asset) => (asset === "BTC" ? (options.short ?? null) : null),
    assets: () => ASSETS,
    rules: () => scene.rules(),
    overrides: () => scene.thresholds.states(),
    mutes: () => mutes,
    recentLiquidations: () => [],
    incidents: () => options.incidents ?? [],
    heldBack: (limit) => (options.held ?? []).slice(0, limit),
    summary: () => ({
      ...{ frames: 5, liquidations: 4_321, duplicates: 3, quarantined: 2, rejected: 1 },
      alerts: { opened: 1, escalated: 2, reopened: 0, suppressed: 7, resolved: 1 },
      deliveries: { delivered: 4, edited: 0, retried: 0, parked: 0, pending: 1, byNotifier: {} },
      errors: 0,
    }),
    liquidations: () => loaded({ items: [], next: null }),
    largest: ({ limit }) => loaded((options.largest ?? [row()]).slice(0, limit)),
    totalsBefore: () => loaded(options.before ?? null),
    alerts: ({ suppressed, limit }) => {
      const found = (options.alerts ?? []).filter(
        ({ decision }) => (decision.decision === "suppressed") === suppressed,
      );
      return loaded({ items: found.slice(0, limit), next: null });
    },
    deliveries: () => loaded([]),
    deliveryCounts: () => loaded([]),
    gaps: () => loaded([]),
    venueFacts: () => [],
  };
}
