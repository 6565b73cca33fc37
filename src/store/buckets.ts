/**
 * Minute buckets: money and orders per asset, minute, venue and position side, kept for 25 h. They
 * answer rolling windows to the second without an engine in memory. What is kept is a copy; the
 * stored liquidations are the truth, followed in order of arrival, so that a crash between a commit
 * and its copying, an outage and an emptied Redis are one case: go on from where the copy ends.
 */
import { LiqError } from "../errors.ts";
import type { VenueId } from "../liquidation.ts";
import { numberOf } from "./postgres/rows.ts";
import type { Sql } from "./postgres/sql.ts";

export const MINUTE_MS = 60_000;

/** SPEC 10: a bucket expires this long after the start of its minute. */
export const BUCKET_KEPT_MS = 90_000_000;

/** The longest window that can be asked for; an hour of what is kept is room for clocks. */
export const BUCKET_WINDOW_MS_MAX = 86_400_000;

/** The series of all assets together; no asset has an empty name. */
export const MARKET_SERIES = "";

/** As SPEC 3 reads windows from 15 min on: whole seconds, history rows included. */
export interface BucketQuery {
  /** The window's last second is the one that this falls into. */
  readonly nowMs: number;
  /** Whole seconds, at most 24 h. */
  readonly windowMs: number;
  /** Canonical asset; absent = all together, rows of unknown assets included. */
  readonly asset?: string | undefined;
  readonly venue?: VenueId | undefined;
}

/** Rows without money count as orders only. */
export interface BucketTotal {
  readonly orders: number;
  readonly longCents: number;
  readonly shortCents: number;
}

/** A window with its parts: those of one series add up to the total. */
export interface BucketParts {
  readonly total: BucketTotal;
  /** Parts with an order or money in the window. */
  readonly byVenue: ReadonlyMap<VenueId, BucketTotal>;
  /** The same per asset, without rows of unknown assets; empty where the query names one. */
  readonly byAsset: ReadonlyMap<string, BucketTotal>;
}

export interface Buckets {
  /**
   * Takes over every row committed before the call. Repeats and several processes at once are
   * harmless: an event counts once.
   */
  follow(): Promise<void>;
  /**
   * Equal to a sum over the rows committed before the call (of later ones, some).
   *
   * @throws LiqError LIQ_COMMAND for a window that is no whole seconds, longer than 24 h, or begins
   *   before what is kept
   */
  parts(query: BucketQuery): Promise<BucketParts>;
  /** Forgets everything and reads the last 25 h from the stored rows. */
  rebuild(): Promise<void>;
  /** Resolves when nothing runs any more; calls that wait fail. */
  close(): Promise<void>;
}

/** Seconds since 1970: [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The seconds of a window. `wallMs` is the clock by which buckets expire.
 *
 * @throws LiqError LIQ_COMMAND; see `Buckets.parts`
 */
export function spanOf({ nowMs, windowMs }: BucketQuery, wallMs: number): Span {
  if (!(windowMs % 1_000 === 0 && windowMs > 0 && windowMs <= BUCKET_WINDOW_MS_MAX)) {
    throw new LiqError(
      "LIQ_COMMAND",
      `Window of ${windowMs} ms is not whole seconds up to ${BUCKET_WINDOW_MS_MAX / 1_000} s`,
    );
  }
  const to = Math.floor(nowMs / 1_000) + 1;
  const from = to - windowMs / 1_000;
  if (!(expiresAtMs(Math.floor(from / 60)) > wallMs)) {
    throw new LiqError(
      "LIQ_COMMAND",
      `Window that ends at ${nowMs} ms begins before the ${BUCKET_KEPT_MS / 3_600_000} h kept`,
    );
  }
  return { from, to };
}

/** When the bucket of a minute (counted since 1970) expires. */
export function expiresAtMs(minute: number): number {
  return minute * MINUTE_MS + BUCKET_KEPT_MS;
}

/** The first window time whose minute has not expired at `wallMs`. */
export function keptSinceMs(wallMs: number): number {
  return (Math.floor((wallMs - BUCKET_KEPT_MS) / MINUTE_MS) + 1) * MINUTE_MS;
}

/** The arrival number of the newest stored row; 0 = none. Commits of rows are one after another. */
export async function lastArrival(sql: Sql): Promise<number> {
  const [row = {}] = await sql.query(
    "select coalesce(max(arrival), 0)::bigint as arrival from liqwatch.liquidations",
  );
  return numberOf(row, "arrival");
}
