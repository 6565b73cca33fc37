/** Durations as people write them: an integer and a unit. */

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

/** The shape of a duration; nine digits are three months in milliseconds and millennia in days. */
export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

export const DURATION_EXPECTED = "a duration: an integer and ms, s, m, h or d, such as 30s";

/** No setting and no run is longer than ten years. */
export const DURATION_MS_MAX = 3_653 * UNIT_MS.d;

/** Milliseconds of `30s`, or null for anything that is not a duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const durationMs = Number(match[1]) * UNIT_MS[match[2] as Unit];
  return durationMs <= DURATION_MS_MAX ? durationMs : null;
}

/** The shortest exact text: 300000 is `5m`, 1500 is `1500ms`. */
export function formatDuration(durationMs: number): string {
  const units = Object.entries(UNIT_MS).reverse();
  // 24 h stays 24h: nobody calls that window "1d".
  const fitting = units.find(([unit, ms]) => {
    const isWhole = durationMs % ms === 0 && durationMs > 0;
    return isWhole && (unit !== "d" || durationMs > ms);
  });
  if (fitting === undefined) return durationMs === 0 ? "0s" : `${durationMs}ms`;
  return `${durationMs / fitting[1]}${fitting[0]}`;
}
