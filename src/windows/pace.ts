/** Velocity and acceleration of a window, of its sides and its venues, from its rows and those before. */
import type { PositionSide, VenueId } from "../liquidation.ts";
import type { Pace, PriceSpread, VenuePace, WindowPace } from "../pace.ts";
import type { TableRow } from "./row-table.ts";

/** What a velocity is made of: integers. */
interface Sums {
  orders: number;
  cents: number;
}

/** The same of a window and of the window of the same length just before it. */
interface Pair {
  readonly now: Sums;
  readonly before: Sums;
}

/**
 * @param rows those of the window
 * @param earlier those of the window of the same length that ends where it begins
 */
export function paceOf(
  rows: readonly TableRow[],
  earlier: readonly TableRow[],
  windowMs: number,
): WindowPace {
  const all = newPair();
  const sides: Readonly<Record<PositionSide, Pair>> = { long: newPair(), short: newPair() };
  const venues = new Map<VenueId, Pair>();
  const add = (when: keyof Pair, row: TableRow): void => {
    const { venue } = row.group;
    const ofVenue = venues.get(venue) ?? newPair();
    venues.set(venue, ofVenue);
    for (const pair of [all, sides[row.positionSide], ofVenue]) addRow(pair[when], row);
  };
  for (const row of rows) add("now", row);
  for (const row of earlier) add("before", row);
  const byVenue = [...venues]
    .map(([venue, pair]): VenuePace => ({ venue, ...speedOf(pair, windowMs) }))
    .sort(fastestFirst);
  const present = new Set(rows.map((row) => row.group.venue));
  return {
    ...speedOf(all, windowMs),
    long: speedOf(sides.long, windowMs),
    short: speedOf(sides.short, windowMs),
    byVenue,
    leadingVenue: byVenue.find(({ venue }) => present.has(venue))?.venue ?? null,
  };
}

/** Each figure is one division of integers, so that it is rounded once. */
function speedOf({ now, before }: Pair, windowMs: number): Pace {
  return {
    ordersPerSecond: (now.orders * 1_000) / windowMs,
    // Cents / 100 in windowMs / 1000 seconds; below once more by windowMs / 1000.
    usdPerSecond: (now.cents * 10) / windowMs,
    ordersPerSecond2: ((now.orders - before.orders) * 1e6) / (windowMs * windowMs),
    usdPerSecond2: ((now.cents - before.cents) * 1e4) / (windowMs * windowMs),
  };
}

/** SPEC 3: highest USD/s, then orders/s, then name. */
function fastestFirst(a: VenuePace, b: VenuePace): number {
  return (
    b.usdPerSecond - a.usdPerSecond ||
    b.ordersPerSecond - a.ordersPerSecond ||
    (a.venue < b.venue ? -1 : 1)
  );
}

/** null when no row has a price. Two passes: a deviation from a mean that is still moving drifts. */
export function priceSpreadOf(rows: readonly TableRow[]): PriceSpread | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const { price } of rows) {
    if (price === null) continue;
    min = Math.min(min, price);
    max = Math.max(max, price);
  }
  return min > max ? null : { min, max, volatility: volatilityOf(rows) };
}

function volatilityOf(rows: readonly TableRow[]): number | null {
  let [size, moment, cents] = [0, 0, 0];
  const sized = rows.flatMap(({ isPriced, price, size: ofRow, cents: money }) => {
    return isPriced && price !== null && ofRow !== null ? [{ price, size: ofRow, money }] : [];
  });
  for (const row of sized) {
    size += row.size;
    moment += row.size * row.price;
    cents += row.money;
  }
  // Rows of less than half a cent have a size and no money.
  if (size === 0 || cents === 0) return null;
  const mean = moment / size;
  let squares = 0;
  for (const row of sized) squares += row.size * (row.price - mean) ** 2;
  return Math.sqrt(squares / size) / (cents / 100 / size);
}

function newPair(): Pair {
  return { now: { orders: 0, cents: 0 }, before: { orders: 0, cents: 0 } };
}

function addRow(sums: Sums, row: TableRow): void {
  sums.cents += row.cents;
  if (row.countsOrder) sums.orders += 1;
}
