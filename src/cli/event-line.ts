/** One line of an event file (SPEC 12, Liquidations NDJSON) to a liquidation, or the reason why not. */
import {
  canonicalDecimal,
  type Decimal,
  isPositive,
  multiply,
  parseDecimal,
  toCents,
  toNumber,
} from "../decimal.ts";
import { type Fields, rejectOf, SYMBOL_CHARS_MAX } from "../feeds/fields.ts";
import type { Instruments } from "../feeds/instruments.ts";
import {
  isReadableTime,
  type Liquidation,
  type LiquidationKind,
  type PositionSide,
  type PriceKind,
  type Reject,
  VENUE_IDS,
  type VenueId,
} from "../liquidation.ts";

const TEXT_CHARS_MAX = 64;
const KEY_CHARS_MAX = 256;
const KINDS: readonly LiquidationKind[] = ["liquidation", "deleverage", "backstop"];
const PRICE_KINDS: readonly PriceKind[] = ["fill", "bankruptcy", "order"];

/** A field's text was refused; carries the reject out of the readers. */
class Refusal extends Error {
  readonly reject: Reject;
  constructor(reject: Reject) {
    super(reject.detail);
    this.reject = reject;
  }
}

/** The clock that a line carries, whether or not its row is good; null when it carries none. */
export function lineClockMs(line: Fields): number | null {
  const receivedAtMs = line.receivedAtMs ?? line.occurredAtMs;
  return isReadableTime(receivedAtMs) ? Math.floor(receivedAtMs) : null;
}

/** Never throws. Names of symbols come from `instruments` where the line gives no asset. */
export function readEventLine(line: Fields, instruments: Instruments): Liquidation | Reject {
  try {
    return liquidationOf(line, instruments);
  } catch (error) {
    if (error instanceof Refusal) return error.reject;
    throw error;
  }
}

function liquidationOf(line: Fields, instruments: Instruments): Liquidation {
  const venue = oneOf<VenueId>(line, "venue", { allowed: VENUE_IDS, reason: "shape" });
  const positionSide = oneOf<PositionSide>(line, "positionSide", {
    allowed: ["long", "short"],
    reason: "unknown-side",
  });
  const kind = isMissing(line.kind)
    ? "liquidation"
    : oneOf<LiquidationKind>(line, "kind", { allowed: KINDS, reason: "unknown-kind" });
  const symbol = text(line, "symbol", SYMBOL_CHARS_MAX);
  const instrument = symbol === null ? null : instruments.get(venue, symbol);
  const asset = text(line, "asset", TEXT_CHARS_MAX) ?? instrument?.asset ?? null;
  if (symbol === null && asset === null) refuse("shape", "asset", line.asset);
  const occurredAtMs = time(line, "occurredAtMs");
  const receivedAtMs = isMissing(line.receivedAtMs) ? occurredAtMs : time(line, "receivedAtMs");
  const { price, priceKind, size, notionalCents } = moneyOf(line);
  const names = { venue, symbol, asset, kind, positionSide, occurredAtMs };
  const dedupeKey = text(line, "dedupeKey", KEY_CHARS_MAX) ?? eventKey(names, line);
  // A plain literal: objects made by spreading are slow to make and slow to read in the engine.
  return {
    venue,
    symbol,
    market: text(line, "market", TEXT_CHARS_MAX) ?? instrument?.market ?? null,
    asset,
    positionSide,
    kind,
    price,
    priceKind,
    size,
    notionalCents,
    occurredAtMs,
    receivedAtMs,
    orderKey: text(line, "orderKey", KEY_CHARS_MAX) ?? dedupeKey,
    history: flag(line, "history"),
    dedupeKey,
  };
}

/** Price, size and money; `notionalUsd` wins if given (SPEC 12). */
function moneyOf(
  line: Fields,
): Pick<Liquidation, "price" | "priceKind" | "size" | "notionalCents"> {
  const price = positive(line, "price", "price");
  const size = positive(line, "size", "size");
  const given = positive(line, "notionalUsd", "size");
  const usd = given ?? (price !== null && size !== null ? multiply(price, size) : null);
  const notionalCents = usd === null ? null : toCents(usd);
  if (usd !== null && notionalCents === null)
    refuse("size", "notionalUsd", line.notionalUsd ?? line.size);
  const priceKind = isMissing(line.priceKind)
    ? null
    : oneOf<PriceKind>(line, "priceKind", { allowed: PRICE_KINDS, reason: "shape" });
  return {
    price: price && toNumber(price),
    priceKind,
    size: size && toNumber(size),
    notionalCents,
  };
}

/** SPEC 1: every line is a frame, so the ordinal is always 0. */
function eventKey(
  names: Pick<Liquidation, "venue" | "symbol" | "asset" | "kind" | "positionSide" | "occurredAtMs">,
  line: Fields,
): string {
  const size = canonical(line.size);
  const price = canonical(line.price);
  const what = `${names.venue}|${names.symbol ?? names.asset}|${names.kind}|${names.positionSide}`;
  const key = `${what}|${names.occurredAtMs}|${size}|${price}|0`;
  return size === "" || price === "" ? `${key}|${canonical(line.notionalUsd)}` : key;
}

function canonical(value: unknown): string {
  return isMissing(value) ? "" : (canonicalDecimal(String(value)) ?? "");
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function refuse(reason: Reject["reason"], field: string, value: unknown): never {
  throw new Refusal(rejectOf(reason, field, value));
}

function oneOf<Word extends string>(
  line: Fields,
  field: string,
  { allowed, reason }: { allowed: readonly Word[]; reason: Reject["reason"] },
): Word {
  const word = allowed.find((one) => one === line[field]);
  return word ?? refuse(reason, field, line[field]);
}

function text(line: Fields, field: string, charsMax: number): string | null {
  const value = line[field];
  if (isMissing(value)) return null;
  if (typeof value !== "string" || value === "" || value.length > charsMax) {
    refuse("shape", field, value);
  }
  return value;
}

function time(line: Fields, field: string): number {
  const value = line[field];
  return isReadableTime(value) ? Math.floor(value) : refuse("time", field, value);
}

function flag(line: Fields, field: string): boolean {
  const value = line[field];
  if (isMissing(value)) return false;
  return typeof value === "boolean" ? value : refuse("shape", field, value);
}

function positive(line: Fields, field: string, reason: Reject["reason"]): Decimal | null {
  const value = line[field];
  if (isMissing(value)) return null;
  const decimal = typeof value === "number" ? parseDecimal(String(value)) : null;
  return decimal !== null && isPositive(decimal) ? decimal : refuse(reason, field, value);
}
