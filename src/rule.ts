/** The domain words of what matters: rules as the engine reads them, every list already resolved. */
import type { MarketWideLimits } from "./cascade.ts";
import type { PositionSide, VenueId } from "./liquidation.ts";

export const SEVERITIES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SCOPES = ["market", "asset", "asset+side", "asset+venue"] as const;
export type Scope = (typeof SCOPES)[number];

/** Metrics that this version computes. */
export const METRICS = [
  "notionalUsd",
  "count",
  "largestUsd",
  "usdPerSecond",
  "openInterestDropPct",
  "timesNormal",
  "cascadeScore",
  "riskScore",
] as const;
export type Metric = (typeof METRICS)[number];

export interface RuleFilter {
  /** Empty lists let everything through. */
  readonly assets: readonly string[];
  readonly excludeAssets: readonly string[];
  readonly venues: readonly VenueId[];
  readonly sides: readonly PositionSide[];
  /** Rows of at least this many USD; unpriced rows pass only at 0. */
  readonly minNotionalUsd: number;
}

/** Where the alerts of a rule go, and which of them. */
export interface NotifyRoute {
  readonly target: string;
  readonly minSeverity: Severity | null;
  readonly assets: readonly string[];
  readonly venues: readonly VenueId[];
  readonly sides: readonly PositionSide[];
}

export interface Rule {
  readonly name: string;
  readonly scope: Scope;
  readonly filter: RuleFilter;
  readonly metric: Metric;
  /** A multiple of 100 ms up to 5 min, or 15 min, 1 h, 4 h, 12 h, 24 h. */
  readonly windowMs: number;
  /** Nothing under this window notional gets a severity. */
  readonly floorUsd: number;
  readonly thresholds: {
    readonly low: number;
    readonly medium: number;
    readonly high: number;
    readonly critical: number;
  };
  /** In place of the four for single assets; those that are not there stay. Absent = for none. */
  readonly thresholdsByAsset?: Readonly<Record<string, Partial<Rule["thresholds"]>>>;
  readonly cooldownMs: number;
  readonly resolve: {
    readonly belowPctOfLow: number;
    readonly forMs: number;
    /** 0 = an incident never reopens. */
    readonly reopenWithinMs: number;
  };
  /** null = every public target. */
  readonly notify: readonly NotifyRoute[] | null;
  /** Only of the built-in rule `market-wide`: no severity without these, at least MEDIUM with them. */
  readonly marketWide?: MarketWideLimits;
}

/** The rule as it is for one asset; null = for the market. */
export function ruleFor(rule: Rule, asset: string | null): Rule {
  const { thresholdsByAsset: byAsset } = rule;
  if (byAsset === undefined || asset === null || !Object.hasOwn(byAsset, asset)) return rule;
  return { ...rule, thresholds: { ...rule.thresholds, ...byAsset[asset] } };
}

/** Ticks stand at whole multiples of this. */
export const TICK_MS = 100;

/** The longest window kept row by row; longer ones are exact to the second. */
export const ROW_WINDOW_MS_MAX = 300_000;

/** How long rows are resident: the longest window, and the one before it for its acceleration. */
export const ROW_KEPT_MS = 2 * ROW_WINDOW_MS_MAX;

/** Windows up to this length are read `READ_DELAY_MS` behind the clock. */
export const DELAYED_WINDOW_MS_MAX = 10_000;

/** Read delay of short windows: the venues' own delay is about one second (Binance). */
export const READ_DELAY_MS = 2_000;

/** Windows longer than five minutes that a rule may ask for. */
export const SECOND_WINDOWS_MS = [900_000, 3_600_000, 14_400_000, 43_200_000, 86_400_000] as const;

/** Windows over which a fall of open interest may be asked for. */
export const OPEN_INTEREST_WINDOWS_MS = [60_000, 300_000, 3_600_000] as const;

/** How far behind the clock a window of this length is read. */
export function readDelayMs(windowMs: number): number {
  return windowMs <= DELAYED_WINDOW_MS_MAX ? READ_DELAY_MS : 0;
}

/** True for windows that are exact to the second and not to the row. */
export function isSecondWindow(windowMs: number): boolean {
  return windowMs > ROW_WINDOW_MS_MAX;
}
