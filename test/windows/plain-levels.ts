/** SPEC 5.4 a second time: lists of rows, decimals as texts of digits, everything looked at each time. */
import { type PositionSide, VENUE_IDS, type VenueId } from "../../src/liquidation.ts";

const HOUR_MS = 60 * 60_000;
/** Digits behind the point that every price and width of the tests fits in. */
const DIGITS = 30;

export interface PlainRow {
  readonly asset: string | null;
  readonly positionSide: PositionSide;
  readonly venue: VenueId;
  readonly price: number | null;
  readonly cents: number;
  readonly timeMs: number;
  readonly isOrder: boolean;
}

interface PlainLevel {
  readonly asset: string;
  readonly positionSide: PositionSide;
  readonly number: bigint;
  readonly rows: PlainRow[];
}

export class PlainLevels {
  #levels: PlainLevel[] = [];
  readonly #widths = new Map<string, bigint>();

  add(row: PlainRow, nowMs: number): void {
    this.#levels = this.#levels.filter((level) => isLive(level, nowMs));
    const { asset, price, positionSide } = row;
    if (asset === null || price === null) return;
    const isOld = row.timeMs <= nowMs - HOUR_MS;
    const hasLevel = this.#levels.some((level) => level.asset === asset);
    if (!hasLevel && isOld) return;
    if (!hasLevel) this.#widths.set(asset, nearestStep(price));
    const number = scaled(price) / (this.#widths.get(asset) ?? 1n);
    let level = this.#levels.find((one) => {
      return one.asset === asset && one.positionSide === positionSide && one.number === number;
    });
    if (level === undefined) {
      if (isOld) return;
      level = { asset, positionSide, number, rows: [] };
      this.#levels.push(level);
    }
    level.rows.push(row);
  }

  /** As the book shows them. */
  of(asset: string, nowMs: number): unknown {
    const live = this.#levels.filter((level) => level.asset === asset && isLive(level, nowMs));
    const width = this.#widths.get(asset);
    if (live.length === 0 || width === undefined) return null;
    const order = (a: PlainLevel, b: PlainLevel) =>
      a.number === b.number ? (a.positionSide === "long" ? -1 : 1) : a.number < b.number ? 1 : -1;
    const levels = live.sort(order).map(({ positionSide, number, rows }) => ({
      edge: text(number * width),
      positionSide,
      orders: rows.filter(({ isOrder }) => isOrder).length,
      rows: rows.length,
      notionalCents: rows.reduce((sum, { cents }) => sum + cents, 0),
      venues: VENUE_IDS.filter((id) => rows.some(({ venue }) => venue === id)),
      firstMs: Math.min(...rows.map(({ timeMs }) => timeMs)),
      lastMs: Math.max(...rows.map(({ timeMs }) => timeMs)),
    }));
    return { width: text(width), levels };
  }
}

function isLive({ rows }: PlainLevel, nowMs: number): boolean {
  return rows.some(({ timeMs }) => timeMs > nowMs - HOUR_MS);
}

/** Of all 1, 2 and 5 x 10^n the one whose ratio to 0.15 % of the price is nearest to 1. */
export function nearestStep(price: number): bigint {
  let best = { distance: Number.POSITIVE_INFINITY, step: 1n };
  for (let power = -15; power <= 12; power += 1) {
    for (const digit of [1, 2, 5]) {
      const distance = Math.abs(Math.log(digit) + power * Math.log(10) - Math.log(price * 0.0015));
      const step = BigInt(digit) * 10n ** BigInt(power + DIGITS);
      if (distance < best.distance) best = { distance, step };
    }
  }
  return best.step;
}

/** The number with its point moved to the right by DIGITS places. */
export function scaled(value: number): bigint {
  const [mantissa = "", exponent = "0"] = value.toString().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(DIGITS - fraction.length + Number(exponent));
}

export function text(value: bigint): string {
  const digits = value.toString().padStart(DIGITS + 1, "0");
  const fraction = digits.slice(-DIGITS).replace(/0+$/, "");
  return digits.slice(0, -DIGITS) + (fraction === "" ? "" : `.${fraction}`);
}
