/**
 * Price levels in integer arithmetic (SPEC 5.4). A price is the decimal that its venue wrote, which a
 * double of at most 15 digits gives back; level = floor(price / width) of the two decimals.
 */
import { canonicalDecimal, type Decimal, parseDecimal } from "../decimal.ts";

/** The width is the step nearest to this part of the first price: 15 / 10^4 = 0.15 %. */
const PART_UNITS = 15n;
const PART_SCALE = 4;
const STEPS = [1n, 2n, 5n, 10n] as const;

/** Two roundings of a double and one of the quotient are less than this part of the quotient. */
const ROUNDING_PART = 1e-15;

/** How wide the levels of an asset are, in quote per base. */
export interface LevelWidth {
  readonly decimal: Decimal;
  /** The same as the nearest double. */
  readonly value: number;
}

/** null for what is no positive decimal number. */
export function widthOf(text: string): LevelWidth | null {
  const decimal = parseDecimal(text);
  const value = Number(text);
  return decimal === null || !(value > 0) ? null : { decimal, value };
}

/** Of settings, which hold positive numbers. */
export function widthsByAsset(
  widths: Readonly<Record<string, number>>,
): ReadonlyMap<string, LevelWidth> {
  const read = Object.entries(widths).flatMap(([asset, value]) => {
    const width = widthOf(String(value));
    return width === null ? [] : [[asset, width] as const];
  });
  return new Map(read);
}

/**
 * 1, 2 or 5 x 10^n, nearest by ratio to 0.15 % of the price; null for what is no positive price. A tie
 * cannot be: it would stand at the root of 2, 10 or 50.
 */
export function widthFor(price: number): LevelWidth | null {
  const decimal = price > 0 ? parseDecimal(String(price)) : null;
  if (decimal === null) return null;
  // 0.15 % of the price = aim / 10^scale; the steps tried are m x 10^n / 10^scale.
  const aim = BigInt(decimal.units) * PART_UNITS;
  const scale = decimal.scale + PART_SCALE;
  const digits = aim.toString().length;
  const power = 10n ** BigInt(digits - 1);
  for (const [at, step] of STEPS.entries()) {
    const next = (STEPS[at + 1] ?? 20n) * power;
    // Nearer by ratio to the lower of two steps: under their geometric mean.
    if (aim * aim < step * power * next) return stepOf(step * power, scale);
  }
  return null;
}

function stepOf(units: bigint, scale: number): LevelWidth | null {
  return widthOf(canonicalDecimal(textOf(units, scale)) ?? "");
}

/** The level that holds the price; null when its number is no exact integer. */
export function levelOf(price: number, width: LevelWidth): number | null {
  const quotient = price / width.value;
  const level = Math.floor(quotient);
  const above = quotient - level;
  const doubt = quotient * ROUNDING_PART;
  if (above > doubt && above < 1 - doubt && level < Number.MAX_SAFE_INTEGER) return level;
  return exactLevel(price, width.decimal);
}

/** Whole levels and prices on an edge are rare enough for the slow way. */
function exactLevel(price: number, width: Decimal): number | null {
  const decimal = parseDecimal(String(price));
  if (decimal === null) return null;
  const dividend = BigInt(decimal.units) * 10n ** BigInt(width.scale);
  const level = dividend / (BigInt(width.units) * 10n ** BigInt(decimal.scale));
  return level <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(level) : null;
}

/** The lower edge of a level, as a plain decimal. */
export function edgeOf(level: number, { decimal }: LevelWidth): string {
  const text = textOf(BigInt(level) * BigInt(decimal.units), decimal.scale);
  return canonicalDecimal(text) ?? text;
}

function textOf(units: bigint, scale: number): string {
  const digits = units.toString().padStart(scale + 1, "0");
  const cut = digits.length - scale;
  return scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
}
