/** SPEC 1 and 12: what one line of an event file says, and whether it is refused or set aside. */
import {
  isReadableTime,
  type LiquidationKind,
  type PositionSide,
  type PriceKind,
  VENUE_IDS,
  type VenueId,
} from "../../src/liquidation.ts";
import { canonicalText, centsOf, type Fraction, fractionOf, times } from "./fraction.ts";

export interface PlainRow {
  readonly venue: VenueId;
  readonly symbol: string | null;
  readonly asset: string | null;
  readonly positionSide: PositionSide;
  readonly kind: LiquidationKind;
  readonly price: Fraction | null;
  readonly priceKind: PriceKind | null;
  readonly size: Fraction | null;
  readonly cents: number | null;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  /** min(occurredAtMs, receivedAtMs): where the row stands in windows. */
  readonly windowTimeMs: number;
  readonly history: boolean;
  readonly dedupeKey: string;
  readonly orderKey: string;
}

/** `clockMs` is the readable receivedAtMs of the line: it moves the clock whatever became of the row. */
export interface ReadLine {
  readonly clockMs: number | null;
  readonly outcome: "rejected" | "quarantined" | PlainRow;
}

/** The asset of a symbol that the bundled instruments know, else null. */
export type AssetLookup = (venue: VenueId, symbol: string) => string | null;

const FIVE_MINUTES_MS = 300_000;
const KINDS: readonly LiquidationKind[] = ["liquidation", "deleverage", "backstop"];
const PRICE_KINDS: readonly PriceKind[] = ["fill", "bankruptcy", "order"];
const POSITION_SIDES: readonly PositionSide[] = ["long", "short"];

class Refused extends Error {}

export function readLine(text: string, assetOf: AssetLookup): ReadLine {
  const fields = fieldsOf(text);
  if (fields === null) return { clockMs: null, outcome: "rejected" };
  const received = fields.get("receivedAtMs") ?? fields.get("occurredAtMs");
  const clockMs = isReadableTime(received) ? Math.floor(received) : null;
  try {
    const row = rowOf(fields, assetOf);
    const isAhead = row.occurredAtMs - row.receivedAtMs > FIVE_MINUTES_MS;
    return { clockMs, outcome: isAhead ? "quarantined" : row };
  } catch (thrown) {
    if (thrown instanceof Refused) return { clockMs, outcome: "rejected" };
    throw thrown;
  }
}

function fieldsOf(text: string): Map<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return new Map(Object.entries(value));
  } catch {
    return null;
  }
}

function rowOf(fields: Map<string, unknown>, assetOf: AssetLookup): PlainRow {
  const venue = oneOf(VENUE_IDS, fields.get("venue"));
  const symbol = textOrNull(fields.get("symbol"));
  const givenAsset = textOrNull(fields.get("asset"));
  if (symbol === null && givenAsset === null) throw new Refused("shape");
  const occurredAtMs = timeOf(fields.get("occurredAtMs"));
  const receivedAtMs = timeOf(fields.get("receivedAtMs") ?? fields.get("occurredAtMs"));
  const price = positiveOrNull(fields.get("price"));
  const size = positiveOrNull(fields.get("size"));
  const notionalUsd = positiveOrNull(fields.get("notionalUsd"));
  const positionSide = oneOf(POSITION_SIDES, fields.get("positionSide"));
  const kind = oneOf(KINDS, fields.get("kind") ?? "liquidation");
  const priceKind = fields.get("priceKind") ?? null;
  const numbers = [size, price].map((value) => (value === null ? "" : canonicalText(value)));
  const money = notionalUsd === null ? "" : canonicalText(notionalUsd);
  const keyParts = [venue, symbol ?? givenAsset, kind, positionSide, occurredAtMs, ...numbers, 0];
  if (price === null || size === null) keyParts.push(money);
  const dedupeKey = textOrNull(fields.get("dedupeKey")) ?? keyParts.join("|");
  return {
    venue,
    symbol,
    asset: givenAsset ?? (symbol === null ? null : assetOf(venue, symbol)),
    positionSide,
    kind,
    price: price === null ? null : fractionOf(price),
    priceKind: priceKind === null ? null : oneOf(PRICE_KINDS, priceKind),
    size: size === null ? null : fractionOf(size),
    cents: centsOrNull({ price, size, notionalUsd }),
    occurredAtMs,
    receivedAtMs,
    windowTimeMs: Math.min(occurredAtMs, receivedAtMs),
    history: fields.get("history") === true,
    dedupeKey,
    orderKey: textOrNull(fields.get("orderKey")) ?? dedupeKey,
  };
}

function centsOrNull(money: {
  price: number | null;
  size: number | null;
  notionalUsd: number | null;
}): number | null {
  if (money.notionalUsd !== null) return centsOf(fractionOf(money.notionalUsd));
  if (money.price === null || money.size === null) return null;
  return centsOf(times(fractionOf(money.price), fractionOf(money.size)));
}

function oneOf<Name extends string>(names: readonly Name[], value: unknown): Name {
  const name = names.find((known) => known === value);
  if (name === undefined) throw new Refused("unknown name");
  return name;
}

function textOrNull(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || value === "") throw new Refused("shape");
  return value;
}

function positiveOrNull(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isFinite(value) || value <= 0)
    throw new Refused("number");
  return value;
}

function timeOf(value: unknown): number {
  if (!isReadableTime(value)) throw new Refused("time");
  return Math.floor(value);
}
