/** Turns for sending: one text frame per interval, first come, first served. */
export class SendPace {
  readonly #everyMs: number;
  #freeAtMs = Number.NEGATIVE_INFINITY;

  constructor(sendsPerSecond: number) {
    this.#everyMs = 1000 / sendsPerSecond;
  }

  /** Takes the next turn and returns how long until it comes, ms; 0 = send now. */
  reserve(nowMs: number): number {
    const turnMs = Math.max(nowMs, this.#freeAtMs);
    this.#freeAtMs = turnMs + this.#everyMs;
    return turnMs - nowMs;
  }
}
