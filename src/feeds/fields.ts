/**
 * Pure checks of what a venue sent, for the venue files. Everything here takes `unknown`, never
 * throws, and says what it refused in a bounded text.
 */
import { isPositive, parseDecimal } from "../decimal.ts";
import type { Reject, RejectReason } from "../liquidation.ts";
import { isReadableTime, REJECT_DETAIL_CHARS_MAX } from "../liquidation.ts";
import type { Control, Decoded, Row } from "./venue.ts";

/** A JSON object. Own keys only are ever read by name, so `__proto__` in a frame changes nothing. */
export type Fields = Readonly<Record<string, unknown>>;

/** A longer symbol is refused, characters. dYdX puts a chain's address into some. */
export const SYMBOL_CHARS_MAX = 96;

/** A longer digit string is not a time. */
const TIME_CHARS_MAX = 32;

/** What a decoder fills while it walks through a frame. */
export interface Draft {
  readonly rows: Row[];
  readonly rejects: Reject[];
}

/** Files a row that was read, or the reason why it was not; its neighbours are not touched. */
export function take(draft: Draft, read: Row | Reject): void {
  if ("reason" in read) draft.rejects.push(read);
  else draft.rows.push(read);
}

/** A row of kind liquidation from a venue without event ids, priced by its size unless it says more. */
export function rowOf(
  known: Pick<
    Row,
    | "symbol"
    | "positionSide"
    | "price"
    | "priceKind"
    | "size"
    | "isInverse"
    | "occurredAtMs"
    | "history"
  > &
    Partial<Pick<Row, "quoteAmount">>,
): Row {
  return {
    symbol: known.symbol,
    positionSide: known.positionSide,
    kind: "liquidation",
    price: known.price,
    priceKind: known.priceKind,
    size: known.size,
    quoteAmount: known.quoteAmount ?? null,
    isInverse: known.isInverse,
    occurredAtMs: known.occurredAtMs,
    id: null,
    orderKey: null,
    history: known.history,
  };
}

const OTHER: Control = { type: "other" };

/** A known message that needs no answer. */
export const IGNORED: Decoded = { rows: [], control: OTHER, rejects: [], pushedAtMs: null };

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** undefined when the text is not JSON (JSON itself has no undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names a field and its value, cut to a bounded length and with control characters escaped. */
export function rejectOf(reason: RejectReason, field: string, value: unknown): Reject {
  return { reason, detail: `${field} is ${shown(value)}`.slice(0, REJECT_DETAIL_CHARS_MAX) };
}

function shown(value: unknown): string {
  if (typeof value === "string") {
    return value.length > 80
      ? `${JSON.stringify(value.slice(0, 80))}... (${value.length} characters)`
      : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return value === undefined ? "missing" : String(value);
}

/** A whole frame refused. */
export function refusedFrame(reason: RejectReason, field: string, value: unknown): Decoded {
  return { rows: [], control: null, rejects: [rejectOf(reason, field, value)], pushedAtMs: null };
}

/** A frame that says something about the connection and holds no rows. */
export function controlFrame(control: Control): Decoded {
  return { rows: [], control, rejects: [], pushedAtMs: null };
}

/** Characters that no symbol has and that would garble a log, a query or a chat message. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A bounded, printable text; non-ASCII is allowed, because venues list such symbols. */
export function isSymbol(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > SYMBOL_CHARS_MAX) {
    return false;
  }
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return !UNPRINTABLE.test(value);
  }
  return true;
}

/** True for the text of a decimal above zero; numbers, blanks, signs and NaN are none. */
export function isPositiveDecimal(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const decimal = parseDecimal(value);
  return decimal !== null && isPositive(decimal);
}

/** True for the text of a decimal that is exactly zero. */
export function isZeroDecimal(value: unknown): boolean {
  if (typeof value !== "string" || value.charCodeAt(0) > 0x30) return false;
  const decimal = parseDecimal(value);
  return decimal !== null && !isPositive(decimal);
}

/**
 * The decimal text of a JSON number, so that a venue's numbers and texts are checked alike; anything
 * else as it came. It is the shortest text of the same double: what the venue wrote, up to 17 digits.
 */
export function decimalText(value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

/** True when a venue sent nothing in place of a value. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** A time that the venue sends as a JSON number of ms, fractions floored; null if unreadable. */
export function timeOfNumber(value: unknown): number | null {
  return isReadableTime(value) ? Math.floor(value) : null;
}

/** A number below this is in seconds: as ms it would lie in 2001, as s above it in the year 33658. */
const MS_TIME_MIN = 1e12;

/** A time that the venue sends as a JSON number of ms or of seconds, told apart by its magnitude. */
export function timeOfEither(value: unknown): number | null {
  if (typeof value !== "number" || value >= MS_TIME_MIN) return timeOfNumber(value);
  // Whole microseconds first: 1541505434.123 x 1000 is a hair below 1541505434123 in floats.
  return timeOfNumber(Math.round(value * 1e6) / 1000);
}

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** A time that the venue sends as ISO 8601 text in UTC, fractions of a ms floored; null if unreadable. */
export function timeOfIso(value: unknown): number | null {
  const isIso = typeof value === "string" && ISO_UTC.test(value);
  return isIso ? timeOfNumber(Date.parse(value)) : null;
}

/** A time that the venue sends as a digit string of ms, fractions floored; null if unreadable. */
export function timeOfDigits(value: unknown): number | null {
  if (typeof value !== "string" || value.length === 0 || value.length > TIME_CHARS_MAX) return null;
  let dots = 0;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === 0x2e && at > 0) dots += 1;
    else if (code < 0x30 || code > 0x39) return null;
  }
  return dots > 1 ? null : timeOfNumber(Number(value));
}

/** The text of an event's id, sent as a whole number or as text; null when it can be none. */
export function idText(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  return isSymbol(value) ? value : null;
}

/** The text of an id that a venue echoes as text or number; null when there is none. */
export function echoedId(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value.slice(0, SYMBOL_CHARS_MAX) : null;
}

/** A venue's own words, for people: bounded, and empty when it sent none. */
export function saidText(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value.slice(0, REJECT_DETAIL_CHARS_MAX) : "";
}
