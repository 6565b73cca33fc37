/**
 * Exact decimals, for the one place where floats may not be trusted: money. A number as sent
 * becomes an integer and a power of ten; products are rounded once, half away from zero.
 */

/** value = units / 10^scale; `units` is a non-negative integer. */
export interface Decimal {
  readonly units: number | bigint;
  readonly scale: number;
}

const PLAIN = /^\d{1,40}(?:\.\d{0,40})?$|^\.\d{1,40}$/;
const SCIENTIFIC = /^(\d{1,20}(?:\.\d{0,20})?)[eE]([+-]?\d{1,3})$/;
const EXPONENT_MAX = 40;
const SAFE_DIGITS = 15;

/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

function powerOfTen(exponent: number): number {
  return POWERS_OF_TEN[exponent] ?? Number.NaN;
}

/** Reads a non-negative decimal; null for anything else (signs, NaN, hex, blanks, endless digits). */
export function parseDecimal(text: string): Decimal | null {
  return parseShort(text) ?? parseAny(text);
}

/** The common case without a regular expression: at most 15 digits, at most one inner point. */
function parseShort(text: string): Decimal | null {
  const { length } = text;
  if (length === 0 || length > SAFE_DIGITS) return null;
  let units = 0;
  let pointAt = -1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) units = units * 10 + (code - 0x30);
    else if (code === 0x2e && pointAt < 0 && at > 0) pointAt = at;
    else return null;
  }
  return { units, scale: pointAt < 0 ? 0 : length - pointAt - 1 };
}

function parseAny(text: string): Decimal | null {
  if (PLAIN.test(text)) return fromPlain(text, 0);
  const scientific = SCIENTIFIC.exec(text);
  if (scientific === null) return null;
  const exponent = Number(scientific[2]);
  if (Math.abs(exponent) > EXPONENT_MAX) return null;
  return fromPlain(scientific[1] ?? "", exponent);
}

function fromPlain(text: string, exponent: number): Decimal {
  const dot = text.indexOf(".");
  const digits = dot < 0 ? text : text.slice(0, dot) + text.slice(dot + 1);
  let scale = (dot < 0 ? 0 : text.length - dot - 1) - exponent;
  const zeros = scale < 0 ? "0".repeat(-scale) : "";
  if (scale < 0) scale = 0;
  const all = digits + zeros;
  return { units: all.length <= SAFE_DIGITS ? Number(all) : BigInt(all), scale };
}

/** The shortest text of the same value: no trailing zeros, no exponent. Used in dedupe keys. */
export function canonicalDecimal(text: string): string | null {
  return trimmed(text) ?? rewritten(text);
}

const ZERO = 0x30;
const POINT = 0x2e;

/** The common case: a plain text without exponent loses the zeros that say nothing. */
function trimmed(text: string): string | null {
  const { length } = text;
  if (length === 0 || length > SAFE_DIGITS) return null;
  let pointAt = length;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && pointAt === length && at > 0) pointAt = at;
    else if (code < ZERO || code > 0x39) return null;
  }
  let start = 0;
  while (start < pointAt - 1 && text.charCodeAt(start) === ZERO) start += 1;
  let end = length;
  while (end > pointAt && (text.charCodeAt(end - 1) === ZERO || end - 1 === pointAt)) end -= 1;
  return start === 0 && end === length ? text : text.slice(start, end);
}

function rewritten(text: string): string | null {
  const decimal = parseDecimal(text);
  if (decimal === null) return null;
  const digits = decimal.units.toString().padStart(decimal.scale + 1, "0");
  const whole = digits.slice(0, digits.length - decimal.scale);
  const fraction = digits.slice(digits.length - decimal.scale).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

export function isPositive(decimal: Decimal): boolean {
  return decimal.units > 0;
}

/** The nearest float of a decimal, correctly rounded. */
export function toNumber(decimal: Decimal): number {
  if (typeof decimal.units === "number" && decimal.scale <= 22) {
    return decimal.units / powerOfTen(decimal.scale);
  }
  return Number(`${decimal.units}e-${decimal.scale}`);
}

export function multiply(left: Decimal, right: Decimal): Decimal {
  const scale = left.scale + right.scale;
  if (typeof left.units === "number" && typeof right.units === "number") {
    const units = left.units * right.units;
    if (units <= Number.MAX_SAFE_INTEGER) return { units, scale };
  }
  return { units: BigInt(left.units) * BigInt(right.units), scale };
}

/** USD to integer cents, half away from zero; null above what an integer cent can hold exactly. */
export function toCents(usd: Decimal): number | null {
  const cents = typeof usd.units === "number" ? centsOfNumber(usd.units, usd.scale) : null;
  return cents ?? centsOfBigint(BigInt(usd.units), usd.scale);
}

function centsOfNumber(units: number, scale: number): number | null {
  if (scale <= 2) {
    const cents = units * powerOfTen(2 - scale);
    return cents <= Number.MAX_SAFE_INTEGER ? cents : null;
  }
  if (scale > 17) return null;
  // 10^15 and below are exact, so quotient and remainder are too.
  const divisor = powerOfTen(scale - 2);
  const remainder = units % divisor;
  const quotient = (units - remainder) / divisor;
  return remainder * 2 >= divisor ? quotient + 1 : quotient;
}

function centsOfBigint(units: bigint, scale: number): number | null {
  const shifted = scale < 2 ? units * 10n ** BigInt(2 - scale) : units;
  const divisor = scale < 2 ? 1n : 10n ** BigInt(scale - 2);
  const quotient = shifted / divisor;
  const cents = (shifted % divisor) * 2n >= divisor ? quotient + 1n : quotient;
  return cents <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(cents) : null;
}
