/**
 * SPEC 5.1 and 5.2 read plainly: every figure by filtering all rows anew. Shares no code with the
 * engine; that is what makes it a second reading.
 */
import type { Liquidation, VenueId } from "../../src/liquidation.ts";
import type { Admitted } from "../../src/severity/admission.ts";

/** A row that was let in, and the clock at which it was. */
export interface ArrivedRow extends Admitted {
  readonly arrivedMs: number;
}

/** What is known besides rows; null = unknown. */
export interface PlainContext {
  readonly openInterestUsd: number | null;
  readonly changePct: number | null;
  readonly fundingRate8h: number | null;
}

export interface PlainMoment {
  readonly nowMs: number;
  readonly rows: readonly ArrivedRow[];
  readonly isLive: (venue: VenueId) => boolean;
  readonly context: PlainContext;
}

const timeOf = ({ row }: ArrivedRow): number => Math.min(row.occurredAtMs, row.receivedAtMs);
const clip = (value: number): number => (value < 0 ? 0 : Math.min(value, 1));

/** Rows of windows: history stands in none. */
function between(rows: readonly ArrivedRow[], fromMs: number, toMs: number): ArrivedRow[] {
  return rows.filter((one) => !one.row.history && timeOf(one) > fromMs && timeOf(one) <= toMs);
}

const ordersOf = (rows: readonly ArrivedRow[]): number =>
  rows.filter((one) => one.countsOrder).length;

function centsOf(rows: readonly ArrivedRow[], which?: Liquidation["positionSide"]): number {
  const some = rows.filter(({ row }) => which === undefined || row.positionSide === which);
  return some.reduce((cents, { row }) => cents + (row.notionalCents ?? 0), 0);
}

const venuesOf = (rows: readonly ArrivedRow[]): VenueId[] => [
  ...new Set(rows.map(({ row }) => row.venue)),
];

/** The weighted mean of what is known. */
function mean(parts: readonly (readonly [weight: number, value: number | null])[]): number {
  const known = parts.flatMap(([weight, value]) => (value === null ? [] : [[weight, value]]));
  const weights = known.reduce((sum, [weight = 0]) => sum + weight, 0);
  return known.reduce((sum, [weight = 0, value = 0]) => sum + (weight / weights) * clip(value), 0);
}

export function plainRelative({ nowMs, rows, isLive, context }: PlainMoment): number {
  const toMs = nowMs - 2_000;
  const inside = between(rows, toMs - 10_000, toMs);
  if (inside.length === 0) return 0;
  const before = between(rows, toMs - 20_000, toMs - 10_000);
  const { openInterestUsd, changePct, fundingRate8h } = context;
  const ref = openInterestUsd === null ? 5_000 : Math.max(500, openInterestUsd / 1e6);
  const nowSecond = Math.floor(nowMs / 1_000);
  const ofDay = rows.filter((one) => Math.floor(timeOf(one) / 1_000) > nowSecond - 86_400);
  const live = venuesOf(ofDay).filter(isLive).length;
  const [long, short] = [centsOf(inside, "long"), centsOf(inside, "short")];
  const sign = long > short ? 1 : long < short ? -1 : 0;
  return mean([
    [0.25, Math.log10(1 + centsOf(inside) / 100 / 10 / ref) / 2],
    [0.2, (ordersOf(inside) / 10 - ordersOf(before) / 10) / 5],
    [0.2, ordersOf(inside) / 10 / 10],
    [0.15, live < 2 ? 0 : (venuesOf(inside).length - 1) / (live - 1)],
    [0.1, fundingRate8h === null ? null : (sign * fundingRate8h * 100) / 0.05],
    [0.1, changePct === null ? null : -changePct / 3],
  ]);
}

export function plainClassic({ nowMs, rows, context }: PlainMoment): number {
  const toMs = nowMs - 2_000;
  const inside = between(rows, toMs - 2_000, toMs);
  if (inside.length === 0) return 0;
  const before = between(rows, toMs - 4_000, toMs - 2_000);
  const { changePct, fundingRate8h } = context;
  const acceleration = (ordersOf(inside) / 2 - ordersOf(before) / 2) / 2;
  const score = mean([
    [0.25, ordersOf(inside) / 2 / 50],
    [0.2, acceleration / 20],
    [0.2, centsOf(inside) / 100 / 2 / 50e6],
    [0.15, plainContagion(rows, nowMs)],
    [0.1, fundingRate8h === null ? null : (Math.abs(fundingRate8h) * 100) / 0.1],
    [0.1, changePct === null ? null : -changePct / 5],
  ]);
  return acceleration > 20 ? Math.min(1, score * 1.5) : score;
}

/** As of the beginning of the clock's second: from rows that had arrived by then. */
export function plainContagion(rows: readonly ArrivedRow[], nowMs: number): number {
  const second = Math.floor(nowMs / 1_000);
  const known = rows.filter(({ arrivedMs }) => Math.floor(arrivedMs / 1_000) < second);
  const minute = between(known, (second - 60) * 1_000 - 1, second * 1_000 - 1);
  const moves = venuesOf(minute).map((venue) => {
    return Array.from({ length: 60 }, (_, at) => {
      const ofSecond = minute.filter((one) => {
        return one.row.venue === venue && Math.floor(timeOf(one) / 1_000) === second - 60 + at;
      });
      return centsOf(ofSecond);
    });
  });
  const varied = moves.filter((move) => new Set(move).size > 1);
  const pairs = varied.flatMap((one, at) => varied.slice(at + 1).map((other) => [one, other]));
  if (pairs.length === 0) return 0;
  const sum = pairs.reduce((total, [one = [], other = []]) => total + clip(pearson(one, other)), 0);
  return sum / pairs.length;
}

/** By the school formula: (n Sxy - Sx Sy) / sqrt((n Sxx - Sx^2)(n Syy - Sy^2)), whole numbers exact. */
function pearson(xs: readonly number[], ys: readonly number[]): number {
  const n = BigInt(xs.length);
  let [sx, sy, sxx, syy, sxy] = [0n, 0n, 0n, 0n, 0n];
  for (const [at, cents] of xs.entries()) {
    const [x, y] = [BigInt(cents), BigInt(ys[at] ?? 0)];
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  const below = Math.sqrt(Number(n * sxx - sx * sx)) * Math.sqrt(Number(n * syy - sy * sy));
  return Number(n * sxy - sx * sy) / below;
}

/** What a plain risk score is told besides rows. */
export interface PlainLine {
  readonly openInterestUsd: number | null;
  /** Width of a price level, in units of 1 / scale; null = the asset has none. */
  readonly width: { readonly units: number; readonly scale: number } | null;
}

export function plainRisk({ nowMs, rows }: PlainMoment, line: PlainLine): number {
  const inside = between(rows, nowMs - 60_000, nowMs);
  const usd = centsOf(inside) / 100;
  const lineUsd = Math.max(100_000, (0.5 / 10_000) * (line.openInterestUsd ?? 0));
  if (ordersOf(inside) < 5 || usd < lineUsd) return 0;
  const [long, short] = [centsOf(inside, "long") / 100, centsOf(inside, "short") / 100];
  const large = inside.filter(({ row }) => (row.notionalCents ?? 0) >= 10_000_000);
  const parts = [
    [0.25, usd / 1e6],
    [0.2, ordersOf(inside) / 10],
    [0.2, densestCents(inside, line) / 100 / usd],
    [0.15, Math.abs(long - short) / usd],
    [0.15, centsOf(large) / 100 / usd],
    [0.05, (venuesOf(inside).length - 1) / 2],
  ] as const;
  return 2 * parts.reduce((sum, [weight, value]) => sum + weight * clip(value), 0);
}

function densestCents(rows: readonly ArrivedRow[], { width }: PlainLine): number {
  if (width === null) return 0;
  const names = rows.map(({ row }) => {
    if (row.price === null) return null;
    const units = Math.round(row.price * width.scale);
    return `${row.positionSide} ${(units - (units % width.units)) / width.units}`;
  });
  const levels = new Set(names.filter((name) => name !== null));
  const sums = [...levels].map((level) => centsOf(rows.filter((_, at) => names[at] === level)));
  return Math.max(0, ...sums);
}
