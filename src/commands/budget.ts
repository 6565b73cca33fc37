/** How often somebody may ask, and how much a service may be answered. Pure: time comes in. */

export interface Limit {
  readonly count: number;
  readonly withinMs: number;
}

/** One question per 5 s, ten in 5 min, for each person. */
export const USER_LIMITS: readonly Limit[] = [
  { count: 1, withinMs: 5_000 },
  { count: 10, withinMs: 300_000 },
];

/**
 * Replies into one chat: half of what Telegram allows a group (20 per minute), so that questions
 * never take the place of alerts.
 */
export const CHAT_LIMITS: readonly Limit[] = [{ count: 10, withinMs: 60_000 }];

/** All replies of one bot: a third of the 30 messages a second that Telegram names. */
export const BOT_LIMITS: readonly Limit[] = [{ count: 10, withinMs: 1_000 }];

/** Askers remembered; the one that asked longest ago leaves first. */
const KEYS_MAX = 10_000;

export class Budget {
  readonly #limits: readonly Limit[];
  /** Times of what was let through, oldest first, by whose it was; in order of last use. */
  readonly #taken = new Map<string, number[]>();

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
  }

  /** Takes one: 0 = let through, else how long until the next would be, ms. */
  take(key: string, nowMs: number): number {
    const taken = this.#taken.get(key) ?? [];
    const waitMs = Math.max(0, ...this.#limits.map((limit) => waitFor(taken, limit, nowMs)));
    if (waitMs > 0) return waitMs;
    const keepMs = Math.max(...this.#limits.map(({ withinMs }) => withinMs));
    const kept = taken.filter((atMs) => nowMs - atMs < keepMs);
    kept.push(nowMs);
    // Deleted first, so that the map stays in order of last use.
    this.#taken.delete(key);
    this.#taken.set(key, kept);
    this.#forget();
    return 0;
  }

  get size(): number {
    return this.#taken.size;
  }

  #forget(): void {
    for (const key of this.#taken.keys()) {
      if (this.#taken.size <= KEYS_MAX) return;
      this.#taken.delete(key);
    }
  }
}

function waitFor(taken: readonly number[], { count, withinMs }: Limit, nowMs: number): number {
  const oldest = taken[taken.length - count];
  return oldest === undefined ? 0 : Math.max(0, oldest + withinMs - nowMs);
}
