/** When to try a service again: full jitter, as everywhere. Pure. */

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CAP_MS = 60_000;
const DOUBLINGS_MAX = 6;

/**
 * The wait after `failures` in a row, ms; never below a tenth of its bound, so that a service that
 * refuses at once is not asked in a tight loop. `random` in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  const doublings = Math.min(DOUBLINGS_MAX, Math.max(0, failures - 1));
  const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** doublings);
  return Math.floor(bound * (0.1 + 0.9 * random));
}
