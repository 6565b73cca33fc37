/** The domain words of what comes in. Types and their smallest facts only; imports nothing. */

/** Every venue liqwatch knows by name, whether or not this version listens to it. */
export const VENUE_IDS = [
  "binance",
  "bybit",
  "okx",
  "gate",
  "bitget",
  "htx",
  "aster",
  "lighter",
  "hyperliquid",
  "kraken-futures",
  "backpack",
  "bitmex",
  "deribit",
  "bitfinex",
  "dydx",
  "orderly",
  "paradex",
  "coinex",
  "bluefin",
  "drift",
] as const;
export type VenueId = (typeof VENUE_IDS)[number];

const SLOTS = new Map<string, number>(VENUE_IDS.map((venue, slot) => [venue, slot]));

/** The venue's place in `VENUE_IDS`: what is kept by venue on the hot path is an array. */
export function venueSlot(venue: VenueId): number {
  return SLOTS.get(venue) ?? 0;
}

/** The side that was LIQUIDATED, never the side of an order. */
export type PositionSide = "long" | "short";

/** Only `liquidation` enters windows, totals and alerts; the others are stored and shown apart. */
export type LiquidationKind = "liquidation" | "deleverage" | "backstop";

/** Which of three different prices a row carries. */
export const PRICE_KINDS = ["fill", "bankruptcy", "order"] as const;
export type PriceKind = (typeof PRICE_KINDS)[number];

/** One forced close of a position, normalized: base units, integer cents, position side. */
export interface Liquidation {
  readonly venue: VenueId;
  /** The venue's own spelling; null only in event files that give an asset alone. */
  readonly symbol: string | null;
  /** Unified symbol as ccxt writes it (`BTC/USDT:USDT`), null when the symbol is unknown. */
  readonly market: string | null;
  /** Canonical base, multipliers removed; null when the symbol is unknown. */
  readonly asset: string | null;
  readonly positionSide: PositionSide;
  readonly kind: LiquidationKind;
  /** Quote per base unit, multiplier removed. */
  readonly price: number | null;
  readonly priceKind: PriceKind | null;
  /** Base units, multiplier removed. */
  readonly size: number | null;
  /** Integer cents, rounded once per row, half away from zero; null when it cannot be known. */
  readonly notionalCents: number | null;
  /** Venue time, fractions floored. */
  readonly occurredAtMs: number;
  /** Our time; equal to `occurredAtMs` when a venue sends no event time. */
  readonly receivedAtMs: number;
  /** Groups the fills of one forced order; the row's own dedupe key where a venue has no such key. */
  readonly orderKey: string;
  /** True for rows of a snapshot or replay sent on subscribe. */
  readonly history: boolean;
  /** Equal for the same event over reconnects, sockets, processes and restarts. */
  readonly dedupeKey: string;
  /** Only on rows of an unknown contract: what their money can be worked out from later. */
  readonly sent?: SentAmounts;
}

/** Decimals as the venue sent them, in the units of a contract that is not known yet. */
export interface SentAmounts {
  readonly price: string | null;
  readonly size: string | null;
  readonly quoteAmount: string | null;
  /** What the frame itself says about the contract; null = nothing. */
  readonly isInverse: boolean | null;
}

/** Why a row or a frame was refused. */
export const REJECT_REASONS = [
  "json",
  "shape",
  "too-large",
  "unknown-side",
  "price",
  "size",
  "time",
  "unknown-kind",
  "retired-topic",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** One refused row or frame: the offender named, the rest of the frame unharmed. */
export interface Reject {
  readonly reason: RejectReason;
  /** Names the offending field and its value, cut to a bounded length. */
  readonly detail: string;
}

/** The longest text of one offender that a reject may quote, in characters. */
export const REJECT_DETAIL_CHARS_MAX = 200;

/** Before this instant no venue published liquidations: an earlier time is an error, not old news. */
export const EARLIEST_TIME_MS = Date.UTC(2017, 0, 1);

/** The largest time a JavaScript date can hold; anything above is not a time. */
export const LATEST_TIME_MS = 8.64e15;

/** A row further ahead of our clock than this is quarantined. */
export const FUTURE_MS_MAX = 300_000;

/** A row that took longer than this to reach us is counted as late. */
export const LATE_MS = 10_000;

/** True for a millisecond time that SPEC section 1 accepts: finite, from 2017 on. */
export function isReadableTime(timeMs: unknown): timeMs is number {
  return typeof timeMs === "number" && timeMs >= EARLIEST_TIME_MS && timeMs <= LATEST_TIME_MS;
}

/** The time at which a row stands in windows: what happened ahead of our clock happened on arrival. */
export function windowTimeMs(row: Pick<Liquidation, "occurredAtMs" | "receivedAtMs">): number {
  return Math.min(row.occurredAtMs, row.receivedAtMs);
}

/** More than five minutes ahead of our clock: kept out of everything and counted as quarantined. */
export function isQuarantined(row: Pick<Liquidation, "occurredAtMs" | "receivedAtMs">): boolean {
  return row.occurredAtMs - row.receivedAtMs > FUTURE_MS_MAX;
}
