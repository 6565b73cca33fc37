/**
 * What arrives, by venue: rows by outcome, the lag of the last ones, and from all lags together
 * whether our own clock can be right. Pure: every time comes in as a number.
 */
import { isQuarantined, type Liquidation, type VenueId } from "../liquidation.ts";
import type { RowOutcome } from "../venue-facts.ts";

/** SPEC 2: a venue's lag is the median of its last 20 rows. */
const LAG_ROWS = 20;

/** SPEC 2: with the smallest lag of all venues outside of this for a minute our clock is wrong. */
const CLOCK_AHEAD_MS = 2_000;
const CLOCK_BEHIND_MS = -1_000;
const CLOCK_OFF_MS_MIN = 60_000;
/** Medians move slowly: looking at them once a second is enough. */
const CLOCK_LOOK_MS = 1_000;

interface VenueRows {
  readonly counts: Record<RowOutcome, number>;
  readonly lagsMs: number[];
}

/** `unknown` = too few rows, or too short a time, to say anything about our clock. */
export type ClockView =
  | "right"
  | "unknown"
  | { readonly sinceMs: number; readonly warning: string };

export class VenueBook {
  readonly #venues = new Map<VenueId, VenueRows>();
  #hasLags = false;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Since when, and by how much, our clock seems off. */
  #off: { readonly sinceMs: number; lagMs: number } | null = null;

  /** One frame's rows and those of them that were let in. */
  note(rows: readonly Liquidation[], accepted: readonly { readonly row: Liquidation }[]): void {
    for (const { row } of accepted) {
      const { counts, lagsMs } = this.#of(row.venue);
      counts.accepted += 1;
      if (row.history) continue;
      lagsMs.push(row.receivedAtMs - row.occurredAtMs);
      if (lagsMs.length > LAG_ROWS) lagsMs.shift();
    }
    if (accepted.length === rows.length) return;
    const taken = new Set(accepted.map(({ row }) => row));
    for (const row of rows) {
      if (taken.has(row)) continue;
      this.#of(row.venue).counts[isQuarantined(row) ? "quarantined" : "duplicate"] += 1;
    }
  }

  counts(venue: VenueId): Readonly<Record<RowOutcome, number>> {
    return { ...this.#of(venue).counts };
  }

  /** null before the first row. */
  lagMs(venue: VenueId): number | null {
    return median(this.#of(venue).lagsMs);
  }

  /** To be called as time goes on; cheap. */
  lookAtClock(nowMs: number): void {
    if (nowMs - this.#lookedAtMs < CLOCK_LOOK_MS) return;
    this.#lookedAtMs = nowMs;
    const lags = [...this.#venues.values()].map(({ lagsMs }) => median(lagsMs));
    const known = lags.filter((lagMs) => lagMs !== null);
    this.#hasLags = known.length > 0;
    const lagMs = known.length === 0 ? 0 : Math.min(...known);
    if (lagMs <= CLOCK_AHEAD_MS && lagMs >= CLOCK_BEHIND_MS) this.#off = null;
    else if (this.#off === null) this.#off = { sinceMs: nowMs, lagMs };
    else this.#off.lagMs = lagMs;
  }

  /** A sentence, or null while nothing speaks against our clock. */
  clockWarning(nowMs: number): string | null {
    const clock = this.clock(nowMs);
    return typeof clock === "string" ? null : clock.warning;
  }

  clock(nowMs: number): ClockView {
    if (this.#off === null) return this.#hasLags ? "right" : "unknown";
    const { lagMs, sinceMs } = this.#off;
    if (nowMs - sinceMs < CLOCK_OFF_MS_MIN) return "unknown";
    const seconds = (Math.abs(lagMs) / 1_000).toFixed(1);
    const way = lagMs > 0 ? "ahead of" : "behind";
    const warning = `Our clock seems ${seconds} s ${way} that of every venue: set it by NTP`;
    return { sinceMs, warning };
  }

  #of(venue: VenueId): VenueRows {
    let rows = this.#venues.get(venue);
    if (rows === undefined) {
      rows = { counts: { accepted: 0, duplicate: 0, quarantined: 0 }, lagsMs: [] };
      this.#venues.set(venue, rows);
    }
    return rows;
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
