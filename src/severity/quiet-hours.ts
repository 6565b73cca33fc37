/** Hours in which a channel sleeps, by the wall clock of a time zone. Pure: the clock is handed in. */
import type { QuietHours } from "../mute.ts";
import { SEVERITIES, type Severity } from "../rule.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** Longer than a day with the clock put back, so that the end is always found. */
const LOOK_AHEAD_MINUTES = DAY_MINUTES + 180;

/** True when `severity` waits until the hours end; null = under every threshold. */
export function waitsInQuiet(hours: QuietHours, severity: Severity | null): boolean {
  if (hours.breaksThrough === null || severity === null) return true;
  return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(hours.breaksThrough);
}

/** Where the clock stands with respect to quiet hours; one boundary is looked for at a time. */
export class QuietClock {
  readonly #hours: QuietHours;
  readonly #format: Intl.DateTimeFormat;
  /** What holds in [since, until). */
  #known = { sinceMs: 0, untilMs: 0, isQuiet: false };

  /** @throws RangeError for a zone that this system does not know */
  constructor(hours: QuietHours) {
    this.#hours = hours;
    this.#format = new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone: hours.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    });
  }

  /** When the quiet that holds now ends; null = it is not quiet. */
  untilMs(nowMs: number): number | null {
    if (nowMs < this.#known.sinceMs || nowMs >= this.#known.untilMs) this.#look(nowMs);
    return this.#known.isQuiet ? this.#known.untilMs : null;
  }

  /** Minute by minute, as a change of the clock moves the end; twice a day that costs little. */
  #look(nowMs: number): void {
    const isQuiet = this.#isQuietAt(nowMs);
    let untilMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    for (let step = 0; step < LOOK_AHEAD_MINUTES; step += 1) {
      untilMs += MINUTE_MS;
      if (this.#isQuietAt(untilMs) !== isQuiet) break;
    }
    this.#known = { sinceMs: nowMs, untilMs, isQuiet };
  }

  #isQuietAt(atMs: number): boolean {
    const { fromMinute, toMinute } = this.#hours;
    const [hour = "0", minute = "0"] = this.#format.format(atMs).split(":");
    const local = Number(hour) * 60 + Number(minute);
    if (fromMinute < toMinute) return local >= fromMinute && local < toMinute;
    return local >= fromMinute || local < toMinute;
  }
}
