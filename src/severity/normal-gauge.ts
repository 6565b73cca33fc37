/** `timesNormal` (SPEC 5.3): the money of a rule's 5 min window against what is usual for its asset. */
import type { Gauge, GaugedScope, Surroundings } from "./gauge.ts";

export class NormalGauge implements Gauge {
  readonly readsContext = false;
  readonly #scope: GaugedScope;
  /** When what is usual can change next with no input. */
  #turnMs = Number.POSITIVE_INFINITY;

  constructor(scope: GaugedScope) {
    this.#scope = scope;
  }

  read(nowMs: number, { normal }: Surroundings): number | null {
    const { asset, window } = this.#scope;
    this.#turnMs = normal.nextChangeMs(nowMs);
    return asset === null ? null : normal.timesNormal(asset, window.notionalCents, nowMs);
  }

  /** An empty window is no times the usual, whatever that is. */
  nextRiseMs(): number {
    return this.#isEmpty ? Number.POSITIVE_INFINITY : this.#turnMs;
  }

  nextChangeMs(): number {
    return this.nextRiseMs();
  }

  get #isEmpty(): boolean {
    return this.#scope.window.nextChangeMs() === Number.POSITIVE_INFINITY;
  }
}
