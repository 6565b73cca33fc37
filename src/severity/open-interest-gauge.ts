/**
 * How much the open interest of an asset fell over the rule's window, percent of what it was; 0 when
 * it rose. Context inputs change it, and venues whose answers become too old.
 */
import type { Gauge, GaugedScope, Surroundings } from "./gauge.ts";

const NEVER = Number.POSITIVE_INFINITY;

export class OpenInterestGauge implements Gauge {
  readonly readsContext = true;
  readonly #scope: GaugedScope;
  #untilMs = NEVER;

  constructor(scope: GaugedScope) {
    this.#scope = scope;
  }

  read(nowMs: number, { context }: Surroundings): number | null {
    const { asset, compiled } = this.#scope;
    if (asset === null) return null;
    this.#untilMs = context.openInterestUntilMs(asset, nowMs);
    const change = context.openInterestChange(asset, compiled.rule.windowMs, nowMs);
    return change === null ? null : Math.max(0, -change.pct);
  }

  /** A scope without rows is asleep: what then changes is looked at when a row comes. */
  nextRiseMs(): number {
    return this.#scope.window.nextChangeMs() === NEVER ? NEVER : this.nextChangeMs();
  }

  nextChangeMs(): number {
    return this.#untilMs + 1;
  }
}
