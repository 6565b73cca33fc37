/**
 * How often one venue may be dialled, over all its connections. A token bucket: a few connects at
 * once (a venue's shards at start), then a steady trickle, so that no five minutes ever hold more
 * than the allowance.
 */

/** The span that venues' connection limits speak of, ms. */
export const BUDGET_SPAN_MS = 300_000;
/** Connects at once. OKX allows three per second and address. */
export const CONNECT_BURST = 3;

export class ConnectBudget {
  readonly #burst: number;
  readonly #refillPerMs: number;
  #tokens: number;
  #countedAtMs: number;
  #closedUntilMs = Number.NEGATIVE_INFINITY;

  /** `connectsPer5Min` is the allowance; burst and trickle together stay within it. */
  constructor(connectsPer5Min: number, nowMs: number) {
    this.#burst = Math.max(1, Math.min(CONNECT_BURST, Math.floor(connectsPer5Min / 2)));
    this.#refillPerMs = Math.max(1, connectsPer5Min - this.#burst) / BUDGET_SPAN_MS;
    this.#tokens = this.#burst;
    this.#countedAtMs = nowMs;
  }

  /** Takes one connect and returns 0, or takes nothing and returns the ms after which to ask again. */
  take(nowMs: number): number {
    const refilled = this.#tokens + (nowMs - this.#countedAtMs) * this.#refillPerMs;
    this.#tokens = Math.min(this.#burst, refilled);
    this.#countedAtMs = nowMs;
    if (nowMs < this.#closedUntilMs) return this.#closedUntilMs - nowMs;
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / this.#refillPerMs);
    this.#tokens -= 1;
    return 0;
  }

  /** The venue asked for rest (HTTP 429 or 403): nobody connects before `untilMs`. */
  closeUntil(untilMs: number): void {
    this.#closedUntilMs = Math.max(this.#closedUntilMs, untilMs);
  }
}
