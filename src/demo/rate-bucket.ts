/** A fixed window as both services count: it starts with the first request in it. Pure. */

export interface RateBucket {
  readonly limit: number;
  /** Takes one request, or says how long until one is taken again (ms). */
  take(nowMs: number): {
    readonly isAllowed: boolean;
    readonly remaining: number;
    readonly resetMs: number;
  };
}

export function createRateBucket(limit: number, windowMs: number): RateBucket {
  let startMs = Number.NEGATIVE_INFINITY;
  let used = 0;
  return {
    limit,
    take(nowMs) {
      if (nowMs - startMs >= windowMs) {
        startMs = nowMs;
        used = 0;
      }
      const isAllowed = used < limit;
      if (isAllowed) used += 1;
      return { isAllowed, remaining: limit - used, resetMs: startMs + windowMs - nowMs };
    },
  };
}
