/** Money as people read it: three digits from a million up, whole thousands below. Pure. */

interface Step {
  /** One step of the last digit shown, in integer cents. */
  readonly unitCents: number;
  readonly decimals: number;
  readonly suffix: string;
  /** Units from here on belong to the next step: 999,500 is $1.00M, never $1000K. */
  readonly unitsMax: number;
}

const STEPS: readonly Step[] = [
  { unitCents: 100, decimals: 0, suffix: "", unitsMax: 1_000 },
  { unitCents: 1e4, decimals: 1, suffix: "K", unitsMax: 100 },
  { unitCents: 1e5, decimals: 0, suffix: "K", unitsMax: 1_000 },
  { unitCents: 1e6, decimals: 2, suffix: "M", unitsMax: 1_000 },
  { unitCents: 1e7, decimals: 1, suffix: "M", unitsMax: 1_000 },
  { unitCents: 1e8, decimals: 0, suffix: "M", unitsMax: 1_000 },
  { unitCents: 1e9, decimals: 2, suffix: "B", unitsMax: 1_000 },
  { unitCents: 1e10, decimals: 1, suffix: "B", unitsMax: 1_000 },
  { unitCents: 1e11, decimals: 0, suffix: "B", unitsMax: Number.POSITIVE_INFINITY },
];

/** Integer cents, not negative, as `$7.42M`, `$610K`, `$3.2K`, `$95`; rounded half up. */
export function formatUsd(cents: number): string {
  if (cents > 0 && cents < 50) return "<$1";
  for (const step of STEPS) {
    const shifted = cents + step.unitCents / 2;
    const units = (shifted - (shifted % step.unitCents)) / step.unitCents;
    if (units < step.unitsMax) {
      return `$${(units / 10 ** step.decimals).toFixed(step.decimals)}${step.suffix}`;
    }
  }
  return "$?";
}

/** USD of a decision's `value` as integer cents. */
export function centsOfUsd(usd: number): number {
  return Math.round(usd * 100);
}

/** USD per second as `$58K/s`. */
export function formatUsdPerSecond(usdPerSecond: number): string {
  return `${formatUsd(centsOfUsd(usdPerSecond))}/s`;
}
