/** Round steps for the axes of a chart. Pure. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const TIME_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR_MS),
];

/** The largest 1, 2 or 5 times a power of ten that is not above `value`, and at least `min`. */
export function roundStep(value: number, min = 0): number {
  if (!(value > min)) return min;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [5, 2, 1].find((factor) => factor * power <= value * (1 + 1e-9)) ?? 1;
  return Math.max(min, step * power);
}

/** Whole multiples of `step` in [from, to]. */
export function multiples(step: number, from: number, to: number): readonly number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => (first + index) * step,
  );
}

/** Round times inside a span, at most `max` of them, with their step. */
export function timeTicks(
  fromMs: number,
  toMs: number,
  max: number,
): { readonly stepMs: number; readonly ticksMs: readonly number[] } {
  const fits = TIME_STEPS_MS.find((stepMs) => (toMs - fromMs) / stepMs <= max);
  const stepMs = fits ?? 12 * HOUR_MS;
  return { stepMs, ticksMs: multiples(stepMs, fromMs, toMs) };
}
