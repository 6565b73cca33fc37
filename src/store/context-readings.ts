/** Market context that a restart puts back. A reading is a text here: only who wrote it reads it. */
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import { numberOf, oneOf, textOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";
import { sqlText } from "./postgres/sql.ts";

/** How much is kept of what steps: eight minutes one by one, a day in steps of five. */
const RINGS = [
  { stepMs: 60_000, slots: 8 },
  { stepMs: 300_000, slots: 289 },
] as const;
/** Older readings are no use to anybody, ms. */
export const CONTEXT_KEPT_MS = 86_700_000;

export interface StoredReading {
  readonly venue: VenueId;
  readonly atMs: number;
  readonly text: string;
}

/** Market context, for the process that decides. */
export interface ContextStore {
  /** Takes the place of the reading of the same venue and step. */
  writeContext(reading: StoredReading): Promise<void>;
  /** Readings at [fromMs, toMs), oldest first; one that stands for two steps comes once. */
  contextReadings(fromMs: number, toMs: number): Promise<readonly StoredReading[]>;
}

const INSERT = `
insert into liqwatch.context_readings (venue, step_ms, slot, at_ms, reading)
values ($1, $2, $3, $4, $5)
on conflict (venue, step_ms, slot) do update set at_ms = excluded.at_ms, reading = excluded.reading
where context_readings.at_ms <= excluded.at_ms`;

export async function writeContext(sql: Sql, { venue, atMs, text }: StoredReading): Promise<void> {
  for (const { stepMs, slots } of RINGS) {
    const slot = Math.floor(atMs / stepMs) % slots;
    await sql.query(INSERT, [venue, stepMs, slot, atMs, sqlText(text)]);
  }
}

export async function contextReadings(
  sql: Sql,
  fromMs: number,
  toMs: number,
): Promise<readonly StoredReading[]> {
  const rows = await sql.query(
    `select distinct on (at_ms, venue) venue, at_ms, reading from liqwatch.context_readings
     where at_ms >= $1 and at_ms < $2 order by at_ms, venue`,
    [fromMs, toMs],
  );
  return rows.map((row) => ({
    venue: oneOf(row, "venue", VENUE_IDS),
    atMs: numberOf(row, "at_ms"),
    text: textOf(row, "reading"),
  }));
}
