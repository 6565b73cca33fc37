/** Random rule lists: every scope, metric and length of window, with limits that small streams reach. */
import type { PositionSide, VenueId } from "../../src/liquidation.ts";
import { isSecondWindow, type Metric, type Rule, type RuleFilter, SCOPES } from "../../src/rule.ts";
import { WINDOW_METRICS } from "../../src/severity/classify.ts";
import type { Chance } from "./chance.ts";

export const ORACLE_VENUES: readonly VenueId[] = ["binance", "bybit", "okx", "lighter"];
export const ORACLE_ASSETS: readonly string[] = ["BTC", "ETH", "PEPE", "SOL"];

const ROW_WINDOWS_MS = [
  100, 500, 700, 1_000, 2_000, 3_300, 9_900, 10_000, 10_100, 60_000, 120_000, 300_000,
];
const SECOND_WINDOWS_MS = [900_000, 3_600_000, 14_400_000, 86_400_000];
const COOLDOWNS_MS = [0, 100, 1_234, 5_000, 30_000, 60_000, 300_000, 1_800_000, 21_600_000];
const RESOLVE_FOR_MS = [100, 100, 250, 300, 1_000, 1_000, 3_000, 10_000, 60_000, 600_000];
const REOPEN_WITHIN_MS = [0, 0, 100, 1_000, 2_500, 5_000, 60_000, 900_000];
const BELOW_PCT = [1, 10, 33, 50, 50, 50, 75, 99, 100, 100];
const LOW_USD = [0.015, 12.34, 1_000, 1_000, 1_000, 10_000, 33_333.33, 1_000_000];
const LOW_USD_PER_SECOND = [0.7, 33.33, 100, 1_000, 12_345.678];

export function randomRules(chance: Chance): Rule[] {
  const count = chance.integer(1, 4);
  const rules = Array.from({ length: count }, (_, at) => randomRule(chance, `rule-${at + 1}`));
  const [model] = rules;
  return model !== undefined && chance.in100(20) ? familyOf(chance, model) : rules;
}

/** Rules on one series that differ in their windows: what an engine may want to share, it may mix up. */
function familyOf(chance: Chance, model: Rule): Rule[] {
  const windows = isSecondWindow(model.windowMs) ? SECOND_WINDOWS_MS : ROW_WINDOWS_MS;
  return Array.from({ length: chance.integer(2, 4) }, (_, at) => ({
    ...model,
    name: `rule-${at + 1}`,
    windowMs: chance.pick(windows),
  }));
}

function randomRule(chance: Chance, name: string): Rule {
  const metric = chance.pick(WINDOW_METRICS);
  const takesSeconds = metric === "notionalUsd" || metric === "count";
  const windows = takesSeconds && chance.in100(40) ? SECOND_WINDOWS_MS : ROW_WINDOWS_MS;
  const low = lowOf(chance, metric);
  return {
    name,
    scope: chance.pick(SCOPES),
    filter: randomFilter(chance, low),
    metric,
    windowMs: chance.pick(windows),
    floorUsd: chance.in100(80) ? 0 : chance.pick([0.01, 500, 2_500.5, 20_000]),
    thresholds: thresholdsFrom(chance, metric, low),
    cooldownMs: chance.pick(COOLDOWNS_MS),
    resolve: {
      belowPctOfLow: chance.pick(BELOW_PCT),
      forMs: chance.pick(RESOLVE_FOR_MS),
      reopenWithinMs: chance.pick(REOPEN_WITHIN_MS),
    },
    notify: [],
  };
}

function lowOf(chance: Chance, metric: Metric): number {
  if (metric === "count") return chance.integer(1, 4);
  return chance.pick(metric === "usdPerSecond" ? LOW_USD_PER_SECOND : LOW_USD);
}

function thresholdsFrom(chance: Chance, metric: Metric, low: number): Rule["thresholds"] {
  if (metric === "count") {
    return { low, medium: low + 1, high: low + chance.integer(2, 3), critical: low + 5 };
  }
  const factor = chance.pick([1.5, 2, 3, 10]);
  return { low, medium: low * factor, high: low * factor * 2, critical: low * factor * 10 };
}

function randomFilter(chance: Chance, low: number): RuleFilter {
  const some = <Item>(items: readonly Item[]): Item[] =>
    chance.in100(80) ? [] : items.filter(() => chance.in100(50));
  const positionSides: readonly PositionSide[] = ["long", "short"];
  return {
    assets: some(ORACLE_ASSETS),
    excludeAssets: some(ORACLE_ASSETS),
    venues: some(ORACLE_VENUES),
    sides: some(positionSides),
    minNotionalUsd: chance.in100(85) ? 0 : chance.pick([0.01, 0.5, low, 1_000]),
  };
}
