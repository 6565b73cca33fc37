/**
 * The only unit arithmetic: a venue's row in its own units becomes a liquidation in base units and
 * integer cents. Money is the exact decimal product of the numbers as sent, rounded once.
 */
import type { Decimal } from "../decimal.ts";
import { canonicalDecimal, multiply, parseDecimal, toCents, toNumber } from "../decimal.ts";
import type { Liquidation, Reject, VenueId } from "../liquidation.ts";
import { rejectOf } from "./fields.ts";
import type { Instruments } from "./instruments.ts";
import type { Instrument, Row, SizeUnit, Venue } from "./venue.ts";

export interface NormalizeContext {
  readonly venue: Pick<Venue, "id" | "sizeUnit">;
  readonly instruments: Instruments;
  /** null only for a frame that gives no time at all: rows without their own time are refused. */
  readonly receivedAtMs: number | null;
  /** Quote coins that count as one USD each. */
  readonly usdCoins: readonly string[];
}

export interface Normalized {
  readonly liquidations: readonly Liquidation[];
  readonly rejects: readonly Reject[];
}

const NO_ROWS: Normalized = { liquidations: [], rejects: [] };

/** Rows of one frame, in order; ordinals of identical rows count from 0 within it. */
export function normalizeRows(rows: readonly Row[], context: NormalizeContext): Normalized {
  if (rows.length === 0) return NO_ROWS;
  const liquidations: Liquidation[] = [];
  const rejects: Reject[] = [];
  const ordinals = rows.length > 1 ? new Map<string, number>() : null;
  for (const row of rows) {
    const read = normalizeRow(row, context, ordinals);
    if ("reason" in read) rejects.push(read);
    else liquidations.push(read);
  }
  return { liquidations, rejects };
}

/** How often each key stood in the frame so far; null when the frame has one row. */
type Ordinals = Map<string, number> | null;

function normalizeRow(
  row: Row,
  context: NormalizeContext,
  ordinals: Ordinals,
): Liquidation | Reject {
  const { venue, receivedAtMs: frameAtMs } = context;
  const occurredAtMs = row.occurredAtMs ?? frameAtMs;
  if (occurredAtMs === null) return rejectOf("time", "receivedAtMs", frameAtMs);
  const price = row.price === null ? null : parseDecimal(row.price);
  if (price === null && row.price !== null) return rejectOf("price", "price", row.price);
  const size = row.size === null ? null : parseDecimal(row.size);
  if (size === null && row.size !== null) return rejectOf("size", "size", row.size);
  const quoteAmount = row.quoteAmount === null ? null : parseDecimal(row.quoteAmount);
  const instrument = context.instruments.get(venue.id, row.symbol);
  const amounts = amountsOf({ row, price, size, quoteAmount }, instrument, context);
  const dedupeKey = rowKey(row, { venue: venue.id, occurredAtMs, ...amounts }, ordinals);
  const known = {
    venue: venue.id,
    symbol: instrument === null ? row.symbol : instrument.symbol,
    market: instrument === null ? null : instrument.market,
    asset: instrument === null ? null : instrument.asset,
    positionSide: row.positionSide,
    kind: row.kind,
    price: amounts.price,
    priceKind: amounts.price === null ? null : row.priceKind,
    size: amounts.size,
    notionalCents: amounts.notionalCents,
    occurredAtMs,
    receivedAtMs: frameAtMs ?? occurredAtMs,
    orderKey: row.orderKey ?? dedupeKey,
    history: row.history,
    dedupeKey,
  };
  if (instrument !== null) return known;
  const { isInverse } = row;
  const sent = { price: row.price, size: row.size, quoteAmount: row.quoteAmount, isInverse };
  return { ...known, sent };
}

/** A row of an unknown contract once that is listed; its key stays. Without `sent` it is as it was. */
export function priceRow(
  { sent, ...row }: Liquidation,
  instrument: Instrument,
  context: Pick<NormalizeContext, "venue" | "usdCoins">,
): Liquidation {
  if (sent === undefined) return row;
  const decimal = (text: string | null) => (text === null ? null : parseDecimal(text));
  const [price, size, quoteAmount] = [sent.price, sent.size, sent.quoteAmount].map(decimal);
  const amounts = amountsOf(
    { row: sent, price: price ?? null, size: size ?? null, quoteAmount: quoteAmount ?? null },
    instrument,
    context,
  );
  const { symbol, market, asset } = instrument;
  return { ...row, symbol, market, asset, ...amounts };
}

interface Amounts {
  readonly price: number | null;
  readonly size: number | null;
  readonly notionalCents: number | null;
}

interface SentAmounts {
  readonly row: Pick<Row, "quoteAmount" | "isInverse">;
  readonly price: Decimal | null;
  readonly size: Decimal | null;
  readonly quoteAmount: Decimal | null;
}

function amountsOf(
  sent: SentAmounts,
  instrument: Instrument | null,
  { venue, usdCoins }: Pick<NormalizeContext, "venue" | "usdCoins">,
): Amounts {
  if (instrument === null) return withoutInstrument(sent, venue);
  const { multiplier } = instrument;
  const price = priceWithout(sent.price, multiplier);
  const hint = sent.row.isInverse;
  // The frame and the listing disagree about the contract: its unit is not known.
  if (hint !== null && hint !== instrument.isInverse) {
    return { price, size: null, notionalCents: null };
  }
  const { base, quote } = convert(sent, instrument, venue);
  const isUsd = isUsdCoin(instrument.quote, usdCoins);
  return {
    price,
    size: sizeOf({ base, quote }, price, multiplier),
    notionalCents: quote !== null && isUsd ? toCents(quote) : null,
  };
}

/** Without contract details nothing is guessed; a size is kept where its unit is known anyway. */
function withoutInstrument(sent: SentAmounts, venue: NormalizeContext["venue"]): Amounts {
  const { linear, inverse } = venue.sizeUnit;
  const isInverse = sent.row.isInverse;
  const isBase = isInverse === null ? linear === "base" && inverse === "base" : !isInverse;
  const isKnown = isBase && linear === "base" && sent.size !== null;
  return {
    price: sent.price === null ? null : toNumber(sent.price),
    size: isKnown && sent.size !== null ? toNumber(sent.size) : null,
    notionalCents: null,
  };
}

/** Exact venue base units and exact quote amount, each null where it is not a plain product. */
function convert(
  { row, price, size, quoteAmount }: SentAmounts,
  instrument: Instrument,
  venue: NormalizeContext["venue"],
): { base: Decimal | null; quote: Decimal | null } {
  const unit: SizeUnit = instrument.isInverse ? venue.sizeUnit.inverse : venue.sizeUnit.linear;
  const isContracts = unit === "contracts";
  const contract = isContracts ? parseDecimal(instrument.contractSize ?? "") : null;
  const isUnknown = size === null || unit === "unknown" || (isContracts && contract === null);
  const amount = isUnknown ? null : contract === null ? size : multiply(size, contract);
  const isQuote = unit === "quote" || (isContracts && instrument.isInverse);
  const base = isQuote ? null : amount;
  const product = isQuote ? amount : amount && price && multiply(amount, price);
  return { base, quote: row.quoteAmount === null ? product : quoteAmount };
}

/** Coins of the asset: the exact size where there is one, else quote over price. */
function sizeOf(
  { base, quote }: { base: Decimal | null; quote: Decimal | null },
  price: number | null,
  multiplier: number,
): number | null {
  if (base !== null) {
    return toNumber(multiplier === 1 ? base : multiply(base, { units: multiplier, scale: 0 }));
  }
  return quote === null || price === null ? null : toNumber(quote) / price;
}

/** Multipliers are powers of ten, so the quotient is a decimal and its float the nearest one. */
function priceWithout(price: Decimal | null, multiplier: number): number | null {
  if (price === null || multiplier === 1) return price && toNumber(price);
  const zeros = Math.round(Math.log10(multiplier));
  return toNumber({ units: price.units, scale: price.scale + zeros });
}

/** Venues write USDe as USDE, so letters are compared in capitals when the texts differ. */
export function isUsdCoin(quote: string, usdCoins: readonly string[]): boolean {
  if (quote === "USD" || usdCoins.includes(quote)) return true;
  const capitals = quote.toUpperCase();
  return capitals === "USD" || usdCoins.some((coin) => coin.toUpperCase() === capitals);
}

/**
 * The dedupe key of a row (SPEC 1): the venue's id where it has one, else every field that tells
 * two events apart, numbers as sent in their shortest form. The
 * contract is named as in the frame, so that a key is the same before and after it becomes known.
 */
function rowKey(
  row: Row,
  known: { venue: VenueId; occurredAtMs: number; notionalCents: number | null },
  ordinals: Ordinals,
): string {
  const { symbol, price, size, kind, positionSide } = row;
  const prefix = `${known.venue}|${symbol}|`;
  if (row.id !== null) return prefix + row.id;
  const sizeText = size === null ? "" : (canonicalDecimal(size) ?? size);
  const priceText = price === null ? "" : (canonicalDecimal(price) ?? price);
  const time = timeText(known.occurredAtMs);
  const facts = `${prefix}${kind}|${positionSide}|${time}|${sizeText}|${priceText}|`;
  const isPartial = size === null || price === null;
  const money = isPartial ? `|${usdText(known.notionalCents)}` : "";
  if (ordinals === null) return `${facts}0${money}`;
  const identity = facts + money;
  const ordinal = ordinals.get(identity) ?? 0;
  ordinals.set(identity, ordinal + 1);
  return `${facts}${ordinal}${money}`;
}

function usdText(cents: number | null): string {
  return cents === null ? "" : String(cents / 100);
}

const SPLIT = 1_000_000;

/** A time as digits; in two small integers, which are written four times as fast as a large one. */
function timeText(timeMs: number): string {
  const low = timeMs % SPLIT;
  return String((timeMs - low) / SPLIT) + String(SPLIT + low).slice(1);
}
