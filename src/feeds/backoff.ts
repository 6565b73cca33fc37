/**
 * When to try again: full jitter, so that many clients cut at once do not come back at once.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
 */

/** Upper end of the first wait, ms. */
export const BACKOFF_BASE_MS = 500;
/** No wait is longer than this, ms. */
export const BACKOFF_CAP_MS = 30_000;
/** A connection counts as good only after being subscribed for this long, ms: `open` proves nothing. */
export const HEALTHY_MS = 60_000;

/** Failures in a row that are all told; a minute of them. */
const TOLD_ONE_BY_ONE = 8;
/** Later ones are told once in so many: about every five minutes at the longest waits. */
const TOLD_EVERY = 20;

/** After HTTP 429 without a usable Retry-After, ms. */
export const TOO_MANY_WAIT_MS = 60_000;
/** After HTTP 403, ms. Bybit: "403, access too frequent": wait 10 minutes. */
export const FORBIDDEN_WAIT_MS = 600_000;
/** No Retry-After is believed beyond this, ms. */
export const RETRY_AFTER_MS_MAX = 3_600_000;
/** Why a venue is switched off. */
export const UNAVAILABLE_HERE = "HTTP 451: the venue may not be used from this address";

/** Doubling further than this changes nothing: base x 2^6 is above the cap. */
const DOUBLINGS_MAX = 6;

/** The wait before the next try: `random` in [0, 1) of min(cap, base x 2^(failures - 1)). */
export function backoffDelayMs(failures: number, random: number): number {
  const doublings = Math.min(DOUBLINGS_MAX, Math.max(0, failures - 1));
  return Math.floor(random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** doublings));
}

/** Failures in a row, counting the one that just happened to a connection subscribed for `healthyMs`. */
export function failuresAfter(failures: number, healthyMs: number): number {
  return healthyMs >= HEALTHY_MS ? 1 : failures + 1;
}

/** Whether a failure is worth a warning: a venue that is away for a day is a line now and then. */
export function isTold(failures: number): boolean {
  return failures <= TOLD_ONE_BY_ONE || failures % TOLD_EVERY === 0;
}

/** How long a venue asks for rest with this answer, ms; 0 = it does not. Binance bans with 418. */
export function askedWaitMs(http: {
  readonly status: number;
  readonly retryAfter: string | null;
}): number {
  const { status, retryAfter } = http;
  if (status !== 429 && status !== 418 && status !== 403) return 0;
  const askedMs = Number(retryAfter ?? Number.NaN) * 1000;
  const leastMs = status === 403 ? FORBIDDEN_WAIT_MS : TOO_MANY_WAIT_MS;
  return askedMs > 0 ? Math.min(RETRY_AFTER_MS_MAX, Math.max(leastMs, askedMs)) : leastMs;
}
