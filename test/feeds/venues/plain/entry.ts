/** What the plain readings of the venues share; nothing of it comes from src. */

/** A row that a decoder must accept, in the venue's own words. */
export interface PlainRow {
  readonly symbol: string;
  readonly positionSide: string;
  readonly price: string | null;
  readonly size: string | null;
  /** null where the venue sends no times. */
  readonly occurredAtMs: number | null;
}

/** One entry of a frame: a row, or a refusal. */
export type PlainEntry = PlainRow | "refused";

/** Mutants have any shape; what JSON.parse gives is read as it comes. */
export type Anything = ReturnType<typeof JSON.parse>;

const DECIMAL =
  /^(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}|\d{1,20}(?:\.\d{0,20})?[eE][+-]?(?:[0-3]?\d|40))$/;
const FIRST_TIME = Date.UTC(2017, 0, 1);

export const isObject = (value: Anything) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isPositive = (value: Anything) =>
  typeof value === "string" && DECIMAL.test(value) && /[1-9]/.test(value.replace(/[eE].*/, ""));
export const isZero = (value: Anything) =>
  typeof value === "string" && DECIMAL.test(value) && !/[1-9]/.test(value.replace(/[eE].*/, ""));
const isMoney = (value: Anything) => value === null || isPositive(value);
const isTime = (value: Anything) => value >= FIRST_TIME && value <= 8.64e15;
export const isName = (value: Anything) =>
  typeof value === "string" &&
  /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,96}$/u.test(value) &&
  value.length <= 96;

export function entryOf(row: {
  symbol: Anything;
  positionSide: string | null;
  price: Anything;
  size: Anything;
  time: Anything;
}): PlainEntry {
  const { symbol, positionSide, price, size, time } = row;
  const isRead = isName(symbol) && positionSide !== null && isMoney(price) && isMoney(size);
  if (!isRead || typeof time !== "number" || !isTime(time)) return "refused";
  return { symbol, positionSide, price, size, occurredAtMs: Math.floor(time) };
}
