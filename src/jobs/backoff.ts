/** Full jitter: a random wait below a doubling bound, so that many retries do not march in step. */

export const BACKOFF_BASE_MS = 500;
export const BACKOFF_CAP_MS = 60_000;

/**
 * Wait before the try after the given one (1 = the first), in ms; `random` in [0, 1).
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, random: number): number {
  const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.max(0, attempt - 1));
  return Math.floor(random * bound);
}
