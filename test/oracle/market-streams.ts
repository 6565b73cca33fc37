/** Random event files in which several assets fall at once, under small limits for cascades. */
import { CASCADE_LIMITS, type CascadeLimits, MARKET_WIDE } from "../../src/cascade.ts";
import { type Rule, readDelayMs } from "../../src/rule.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { ORACLE_VENUES, randomRules } from "./rule-lists.ts";
import type { OracleCase } from "./streams.ts";

export interface MarketCase extends OracleCase {
  readonly cascade: CascadeLimits;
}

const ASSETS = ["BTC", "ETH", "SOL", "XRP", "DOGE"];
const START_MS = 1_790_000_000_000;
const LINES_MAX = 16;
const CASCADE_WINDOWS_MS = [500, 2_000, 10_000, 10_100, 60_000, 60_000];
const MARKET_WINDOWS_MS = [1_000, 10_000, 60_000, 60_000, 300_000];

export function randomMarketCase(seed: number): MarketCase {
  const chance = chanceOf(seed);
  const cascade: CascadeLimits = {
    ...CASCADE_LIMITS,
    windowMs: chance.pick(CASCADE_WINDOWS_MS),
    orders: chance.integer(1, 2),
    floorUsd: chance.pick([0.01, 100, 250.5]),
  };
  const market = marketRule(chance);
  const rules = [...randomRules(chance).slice(0, 2).map(soon), market];
  const stream: Stream = { chance, market, cascade, rules, clockMs: START_MS, ids: 0 };
  const lines = Array.from({ length: chance.integer(4, LINES_MAX) }, () => nextLine(stream));
  return { seed, lines, rules, cascade, atEnd: chance.in100(70) ? "resolve" : undefined };
}

/** Scopes of assets that a few hundred dollars reach: there must be something to inhibit. */
function soon(rule: Rule): Rule {
  const isAsset = rule.scope !== "market";
  const low = rule.metric === "count" ? 1 : 100;
  const thresholds = { low, medium: low * 2, high: low * 4, critical: low * 8 };
  const filter = { ...rule.filter, assets: [], excludeAssets: [], minNotionalUsd: 0 };
  return { ...rule, ...(isAsset && { thresholds }), filter, floorUsd: 0 };
}

function marketRule(chance: Chance): Rule {
  const low = chance.pick([300, 1_000, 2_000]);
  return {
    name: MARKET_WIDE,
    scope: "market",
    filter: { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
    metric: "notionalUsd",
    windowMs: chance.pick(MARKET_WINDOWS_MS),
    floorUsd: 0,
    thresholds: { low, medium: low * 2, high: low * 3, critical: low * 5 },
    cooldownMs: chance.pick([0, 100, 5_000, 60_000]),
    resolve: {
      belowPctOfLow: chance.pick([10, 50, 100]),
      forMs: chance.pick([100, 300, 3_000, 10_000]),
      reopenWithinMs: chance.pick([0, 1_000, 60_000]),
    },
    notify: [],
    marketWide: {
      assets: chance.integer(1, 4),
      othersThanMajors: chance.integer(0, 2),
      floorUsd: chance.pick([0.01, 400, 1_000]),
      oneSidePct: chance.pick([50, 60, 70, 70, 100]),
    },
  };
}

interface Stream {
  readonly chance: Chance;
  readonly market: Rule;
  readonly cascade: CascadeLimits;
  readonly rules: readonly Rule[];
  clockMs: number;
  ids: number;
}

function nextLine(stream: Stream): string {
  const { chance } = stream;
  stream.clockMs += stepMs(stream);
  stream.ids += 1;
  const lagMs = chance.in100(85) ? 0 : chance.pick([900, 2_000, stream.cascade.windowMs]);
  const asset = chance.in100(97) ? chance.pick(ASSETS) : null;
  return JSON.stringify({
    venue: chance.pick(ORACLE_VENUES),
    asset,
    symbol: `${asset ?? "UNHEARD"}USDT`,
    positionSide: chance.pick(["long", "long", "long", "short"]),
    notionalUsd: chance.pick([50, 100, 100, 125.25, 400, 1_000]),
    occurredAtMs: stream.clockMs - lagMs,
    receivedAtMs: stream.clockMs,
    history: chance.in100(3),
    dedupeKey: `event-${stream.ids}`,
    ...(chance.in100(10) && { orderKey: `order-${chance.integer(1, 3)}` }),
  });
}

/** Mostly bursts, and steps to just where a window, a cooldown or a calm ends. */
function stepMs({ chance, market, cascade, rules }: Stream): number {
  if (chance.in100(45)) return chance.integer(0, 40);
  if (chance.in100(40)) return chance.pick([100, 500, 1_000, 2_500]);
  const { windowMs, cooldownMs, resolve } = chance.pick([market, market, ...rules]);
  const spans = [cascade.windowMs, cascade.windowMs + readDelayMs(cascade.windowMs), windowMs];
  const edge = chance.pick([...spans, cooldownMs, resolve.forMs, resolve.reopenWithinMs]);
  return Math.max(0, Math.min(edge, 400_000) + chance.pick([-100, -1, 0, 0, 1, 100]));
}
