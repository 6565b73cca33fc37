/** The gauge of each metric: a new metric is one line here and the file that it names. */
import type { Metric } from "../rule.ts";
import { metricValue, type WindowMetric } from "./classify.ts";
import type { Gauge, GaugedScope, MakeGauge } from "./gauge.ts";
import { MarketWideGauge } from "./market-wide.ts";
import { NormalGauge } from "./normal-gauge.ts";
import { OpenInterestGauge } from "./open-interest-gauge.ts";
import { RiskScoreGauge } from "./risk-gauge.ts";
import { CascadeScoreGauge } from "./score-gauge.ts";

/** Reads the rule's own window and nothing else. */
class WindowGauge implements Gauge {
  readonly readsContext = false;
  readonly #metric: WindowMetric;
  readonly #scope: GaugedScope;

  constructor(metric: WindowMetric, scope: GaugedScope) {
    this.#metric = metric;
    this.#scope = scope;
  }

  read(): number {
    const { window, compiled } = this.#scope;
    return metricValue(this.#metric, window, compiled.rule.windowMs);
  }

  /** These figures fall when rows leave: only a row that enters can raise them. */
  nextRiseMs(): number {
    return this.#scope.window.nextEntryMs();
  }

  nextChangeMs(): number {
    return this.#scope.window.nextChangeMs();
  }
}

function ofWindow(metric: WindowMetric): MakeGauge {
  return (scope) => new WindowGauge(metric, scope);
}

export function gaugeOf(scope: GaugedScope): Gauge {
  const { metric, marketWide } = scope.compiled.rule;
  return marketWide === undefined ? GAUGES[metric](scope) : new MarketWideGauge(marketWide, scope);
}

const GAUGES: Readonly<Record<Metric, MakeGauge>> = {
  notionalUsd: ofWindow("notionalUsd"),
  count: ofWindow("count"),
  largestUsd: ofWindow("largestUsd"),
  usdPerSecond: ofWindow("usdPerSecond"),
  openInterestDropPct: (scope) => new OpenInterestGauge(scope),
  timesNormal: (scope) => new NormalGauge(scope),
  cascadeScore: (scope) => new CascadeScoreGauge(scope),
  riskScore: (scope) => new RiskScoreGauge(scope),
};
