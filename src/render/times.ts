/** Times and durations as people read them, UTC. Pure: every instant comes in as a number. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const DAY_MONTH = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
});

const pad = (value: number): string => String(value).padStart(2, "0");

/** A window's length: `500 ms`, `10 s`, `5 min`, `4 h`. */
export function formatWindow(windowMs: number): string {
  if (windowMs % HOUR_MS === 0) return `${windowMs / HOUR_MS} h`;
  if (windowMs % MINUTE_MS === 0) return `${windowMs / MINUTE_MS} min`;
  if (windowMs % SECOND_MS === 0) return `${windowMs / SECOND_MS} s`;
  return windowMs < SECOND_MS ? `${windowMs} ms` : `${windowMs / SECOND_MS} s`;
}

/** The same in few letters, for titles that would be too long: `5m`. */
export function formatWindowShort(windowMs: number): string {
  return formatWindow(windowMs).replace(" min", "m").replace(" ", "");
}

/** How long something took, to the precision that matters: `41 s`, `29 min`, `2 h 5 min`, `3 d`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < MINUTE_MS) return `${Math.max(0, Math.round(durationMs / SECOND_MS))} s`;
  if (durationMs < HOUR_MS) return `${Math.round(durationMs / MINUTE_MS)} min`;
  if (durationMs >= 2 * DAY_MS) return `${Math.round(durationMs / DAY_MS)} d`;
  const minutes = Math.round(durationMs / MINUTE_MS);
  const rest = minutes % 60;
  return `${(minutes - rest) / 60} h${rest === 0 ? "" : ` ${rest} min`}`;
}

/** `14:06`, without the zone. */
export function formatClock(timeMs: number): string {
  const minutes = Math.floor(timeMs / MINUTE_MS) % 1440;
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** `14:06:12 UTC`. */
export function formatClockSeconds(timeMs: number): string {
  return `${formatClock(timeMs)}:${pad(Math.floor(timeMs / SECOND_MS) % 60)} UTC`;
}

/** `14:06 UTC`, or `18 Nov 14:06 UTC` when `nearMs` is on another day. */
export function formatInstant(timeMs: number, nearMs: number): string {
  const isSameDay = Math.floor(timeMs / DAY_MS) === Math.floor(nearMs / DAY_MS);
  return `${isSameDay ? "" : `${DAY_MONTH.format(timeMs)} `}${formatClock(timeMs)} UTC`;
}

/** Shorter spans are shown with seconds: `14:46 – 14:46` would say nothing. */
const SECONDS_SPAN_MS = 2 * MINUTE_MS;

/** `14:02 – 14:31 UTC`, with the days when the span crosses midnight, with seconds when short. */
export function formatSpan(fromMs: number, toMs: number): string {
  const isShort = toMs - fromMs < SECONDS_SPAN_MS;
  const instant = (timeMs: number, nearMs: number) =>
    isShort
      ? formatInstant(timeMs, nearMs).replace(/\d\d:\d\d UTC$/, formatClockSeconds(timeMs))
      : formatInstant(timeMs, nearMs);
  return `${instant(fromMs, toMs).replace(" UTC", "")} – ${instant(toMs, fromMs)}`;
}
