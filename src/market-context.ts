/**
 * The domain words of market context: open interest, funding, reference price. Types and their
 * smallest facts only. Everything is in USD and one-sided: an open contract has a long and a short
 * and is counted once.
 */
import type { VenueId } from "./liquidation.ts";

/** The venues that are asked, in the order of lists. */
export const CONTEXT_VENUES = [
  ...(["bybit", "binance", "okx", "gate", "bitget", "hyperliquid"] as const),
] satisfies readonly VenueId[];

/** A value is used until its venue was asked this often without giving a newer one (SPEC 6). */
export const MISSED_POLLS_MAX = 3;

/** Funding intervals differ from venue to venue; all rates are told per this many hours. */
export const FUNDING_HOURS = 8;

/**
 * Open positions of one asset at one venue. Linear contracts are counted in coins and inverse ones in
 * USD: neither changes when only the price does.
 */
export interface OpenInterest {
  readonly coins: number;
  readonly inverseUsd: number;
  /** How many contracts it is the sum of: sums over different contracts are never compared. */
  readonly contracts: number;
}

/** Rates as fractions of the position, of one interval; positive = longs pay shorts. */
export interface Funding {
  /** The rate that is paid at `settlesAtMs`, as it stands now. */
  readonly rate: number;
  readonly intervalHours: number;
  /** What the venue foresees for the interval after; null = it does not say. */
  readonly nextRate: number | null;
  /** What was paid last; null = the venue does not say. */
  readonly settledRate: number | null;
  readonly settlesAtMs: number | null;
}

/** What one venue said about one asset in one round; null = nothing that can be used. */
export interface AssetReading {
  readonly openInterest: OpenInterest | null;
  /** Of its main contract: the linear perpetual in USDT, else in another USD coin, else the inverse one. */
  readonly funding: Funding | null;
  /** Mark price of the main contract, USD per coin. */
  readonly price: number | null;
}

/** What one venue said in one round. */
export interface VenueReading {
  readonly venue: VenueId;
  /** From one round to the next, ms: what is older than three of them is not used. */
  readonly everyMs: number;
  readonly assets: Readonly<Record<string, AssetReading>>;
}

/** How far open interest moved: the same venues with the same contracts at both ends. */
export interface OpenInterestChange {
  readonly windowMs: number;
  /** Of the positions at the beginning; the price is the same at both ends. */
  readonly pct: number;
  readonly usd: number;
  readonly usdPerMinute: number;
  readonly venues: readonly VenueId[];
}

/** One venue's part of the context of an asset; rates per 8 h. */
export interface VenueContext {
  readonly venue: VenueId;
  /** When its answer was received. */
  readonly atMs: number;
  readonly openInterestUsd: number | null;
  readonly price: number | null;
  readonly funding: {
    readonly rate8h: number;
    readonly nextRate8h: number | null;
    readonly settledRate8h: number | null;
    readonly intervalHours: number;
    readonly settlesAtMs: number | null;
  } | null;
}

/** Funding over all venues, weighted by open interest; rates per 8 h. */
export interface FundingContext {
  readonly rate8h: number;
  readonly settledRate8h: number | null;
  readonly venues: readonly VenueId[];
  /** Slope of the last ten 5 min points, per hour; null = fewer points. */
  readonly trendPerHour: number | null;
  /** How that slope differs from the one of the ten points before, per hour squared. */
  readonly accelerationPerHour2: number | null;
  readonly dayLow8h: number | null;
  readonly dayHigh8h: number | null;
}

/** One step of five minutes. */
export interface ContextPoint {
  readonly atMs: number;
  readonly openInterestUsd: number | null;
  readonly fundingRate8h: number | null;
  readonly price: number | null;
  /** Whose open interest is in the sum. */
  readonly venues: readonly VenueId[];
}

/** What an asset costs, of one named venue. */
export interface ReferencePrice {
  readonly venue: VenueId;
  readonly atMs: number;
  readonly price: number;
  readonly changes: readonly { readonly windowMs: number; readonly pct: number }[];
}

/** All that is known of the context of one asset at one moment. */
export interface AssetContext {
  readonly asset: string;
  readonly price: ReferencePrice | null;
  readonly openInterest: {
    readonly usd: number;
    readonly venues: readonly VenueId[];
    readonly changes: readonly OpenInterestChange[];
  } | null;
  readonly funding: FundingContext | null;
  /** Those with a value that is used, by open interest. */
  readonly venues: readonly VenueContext[];
  /** Venues that had told something of this asset within the last day and whose values are too old. */
  readonly stale: readonly VenueId[];
}

/** How a venue's published open interest is made one-sided. */
export interface OpenInterestFactor {
  /** What the published figure is multiplied by. */
  readonly factor: number;
  readonly note: string;
}

/** How the asking of one venue goes. */
export interface ContextSourceState {
  readonly venue: VenueId;
  readonly openInterest: OpenInterestFactor;
  readonly everyMs: number;
  /** When the last round gave something; null = none did. */
  readonly lastAtMs: number | null;
  /** Rounds in a row that failed in part or wholly. */
  readonly failures: number;
  /** What failed in the last round; null = nothing. */
  readonly trouble: string | null;
}

/** The context of one asset among others, for lists. */
export interface ContextLine {
  readonly asset: string;
  readonly openInterestUsd: number;
  /** Over 5 min, 1 h and 24 h, percent; null = unknown. */
  readonly changesPct: readonly (number | null)[];
  readonly fundingRate8h: number | null;
  readonly settledRate8h: number | null;
}

/** What may be asked of the market context; answered from memory. */
export interface ContextQueries {
  /** null when nobody ever told anything of the asset. */
  context(asset: string): AssetContext | null;
  /** The points of 5 min of the last day, oldest first. */
  contextPoints(asset: string): readonly ContextPoint[];
  /** Assets with the most open interest, descending. */
  contextLines(limit: number): readonly ContextLine[];
  /** How the asking goes; empty when nothing is asked. */
  contextSources(): readonly ContextSourceState[];
}
