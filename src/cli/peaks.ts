/** `peaks` of a replay report: the highest that figures of each asset reached at any evaluation. */
import type { Metric, Rule } from "../rule.ts";
import { type CascadeProfile, SCORE_WINDOWS_MS } from "../score.ts";
import type { Engine } from "../severity/engine.ts";
import { significant } from "./report.ts";

interface Peak {
  readonly name: string;
  readonly rule: Rule;
  print(highest: number): number;
}

/**
 * Internal rules that only watch: no threshold can be reached. They are looked at when rows touch
 * their asset and when their figure can rise, which finds the same as looking at every tick.
 */
export class Peaks {
  readonly #peaks: readonly Peak[];

  /** `cascadeMs`: the window of a cascade, which a risk score looks at. */
  constructor({ profile, cascadeMs }: { profile: CascadeProfile; cascadeMs: number }) {
    const scoreMs = SCORE_WINDOWS_MS[profile];
    this.#peaks = [
      { name: "notionalUsd5m", rule: watching("notionalUsd", 300_000), print: (usd) => usd },
      {
        name: "ordersPerSecond10s",
        rule: watching("count", 10_000),
        print: (orders) => significant(orders / 10),
      },
      { name: "cascadeScore", rule: watching("cascadeScore", scoreMs), print: significant },
      { name: "riskScore", rule: watching("riskScore", cascadeMs), print: significant },
    ];
  }

  /** To be evaluated beside a file's rules. */
  get rules(): readonly Rule[] {
    return this.#peaks.map(({ rule }) => rule);
  }

  /** By asset; what no evaluation raised above 0 is 0. */
  of(engine: Engine): Readonly<Record<string, Readonly<Record<string, number>>>> {
    const peaks = new Map<string, Record<string, number>>();
    for (const scope of engine.series.scopes()) {
      const peak = this.#peaks.find(({ rule }) => rule === scope.compiled.rule);
      if (peak === undefined || scope.asset === null) continue;
      const ofAsset = peaks.get(scope.asset) ?? {};
      ofAsset[peak.name] = peak.print(scope.highest);
      peaks.set(scope.asset, ofAsset);
    }
    return Object.fromEntries(peaks);
  }
}

function watching(metric: Metric, windowMs: number): Rule {
  const never = Number.POSITIVE_INFINITY;
  return {
    name: `peaks of ${metric} in ${windowMs} ms`,
    scope: "asset",
    filter: { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
    metric,
    windowMs,
    floorUsd: 0,
    thresholds: { low: never, medium: never, high: never, critical: never },
    cooldownMs: 0,
    resolve: { belowPctOfLow: 50, forMs: 100, reopenWithinMs: 0 },
    notify: [],
  };
}
