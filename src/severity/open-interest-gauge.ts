/**
 * How much the open interest of an asset fell over the rule's window, percent of what it was; 0 when
 * it rose. Context inputs change it, and venues whose answers become too old.
 */
import type { Gauge, GaugedScope, Surroundings } from "./gauge.ts";

const NEVER = Number.POSITIVE_INFINITY;

export class OpenInterestGauge implements Gauge {
  readonly readsContext = true;
  readonly #scope: GaugedScope;
  /** Worked out once for all rows between two answers. */
  #value: number | null = null;
  #news = -1;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(scope: GaugedScope) {
    this.#scope = scope;
  }

  read(nowMs: number, { context, news }: Surroundings): number | null {
    const { asset, compiled } = this.#scope;
    if (asset === null) return null;
    if (news === this.#news && nowMs <= this.#untilMs) return this.#value;
    this.#news = news;
    this.#untilMs = context.openInterestUntilMs(asset, nowMs);
    const change = context.openInterestChange(asset, compiled.rule.windowMs, nowMs);
    this.#value = change === null ? null : Math.max(0, -change.pct);
    return this.#value;
  }

  /** A scope without rows is asleep: what then changes is looked at when a row comes. */
  nextRiseMs(): number {
    return this.#scope.window.nextChangeMs() === NEVER ? NEVER : this.nextChangeMs();
  }

  nextChangeMs(): number {
    return this.#untilMs + 1;
  }
}
