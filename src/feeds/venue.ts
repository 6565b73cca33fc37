/**
 * The contract of a venue: one venue = one value, data and pure functions only. No socket, clock
 * or logger: those live once, in `feed.ts`. A decoder is a small fold like the engine.
 */
import type { LiquidationKind, PositionSide, PriceKind, Reject, VenueId } from "../liquidation.ts";

export type { Reject } from "../liquidation.ts";

/** One liquidation line in the venue's own words and units; `normalize.ts` does all arithmetic. */
export interface Row {
  /** As the frame names the contract; `Instrument.wireName` leads to its symbol where they differ. */
  readonly symbol: string;
  /** The side that was closed by force; each venue file quotes the sentence that decides it. */
  readonly positionSide: PositionSide;
  readonly kind: LiquidationKind;
  /** Decimal text as sent, null when the venue sent none. */
  readonly price: string | null;
  readonly priceKind: PriceKind;
  /** Decimal text as sent, in the unit that the venue's `sizeUnit` names. */
  readonly size: string | null;
  /** The venue's own quote amount where it sends one (it wins over size x price), else null. */
  readonly quoteAmount: string | null;
  /** What the frame itself says about the contract, where it does (Binance `st`), else null. */
  readonly isInverse: boolean | null;
  /** Venue time in ms, fractions floored; null when the venue sends none. */
  readonly occurredAtMs: number | null;
  /** The venue's own event id, where it has one. */
  readonly id: string | null;
  /** Groups fills of one forced order, where the venue gives a key. */
  readonly orderKey: string | null;
  /** A row of a snapshot or replay sent on subscribe. */
  readonly history: boolean;
}

/** What a frame says besides liquidations. `other` = a known message that needs no answer. */
export type Control =
  | { readonly type: "ack"; readonly topics: readonly string[] | null; readonly id: string | null }
  | {
      readonly type: "refused";
      readonly topics: readonly string[] | null;
      readonly id: string | null;
      readonly reason: string;
    }
  | { readonly type: "heartbeat"; readonly reply: string | null }
  | { readonly type: "closing"; readonly reason: string }
  | { readonly type: "other" };

export interface Decoded {
  readonly rows: readonly Row[];
  readonly control: Control | null;
  readonly rejects: readonly Reject[];
  /** The frame's own push time in ms, where the venue sends one. */
  readonly pushedAtMs: number | null;
}

/** What a decoder may know besides the frame. */
export interface DecodeContext {
  /** null only when a file gives no time of receipt. */
  readonly receivedAtMs: number | null;
  /** When this connection's subscription was acknowledged; null before that, or in bare files. */
  readonly subscribedAtMs: number | null;
}

export type Completeness = "complete" | "sampled" | "delayed" | "partial" | "sample";

/**
 * What one unit of `Row.size` is: base coins, contracts, or quote currency. `unknown` = the venue
 * does not say: such rows have no size and no money.
 */
export type SizeUnit = "base" | "contracts" | "quote" | "unknown";

/** One contract as a venue lists it. Decimals stay text until `normalize.ts` multiplies them. */
export interface Instrument {
  readonly symbol: string;
  /** What frames call it where that is not the symbol: Lighter's numeric market id. */
  readonly wireName?: string;
  /** Unified symbol as ccxt writes it. */
  readonly market: string;
  /** Canonical base: `PEPE` for `1000PEPE`. */
  readonly asset: string;
  /** Coins of `asset` in one venue base unit: 1000 for `1000PEPEUSDT`. */
  readonly multiplier: number;
  readonly quote: string;
  readonly isInverse: boolean;
  /** Linear: venue base units per contract. Inverse: quote per contract. null: sizes need none. */
  readonly contractSize: string | null;
}

/** One REST look-up described as data; `feeds/look-up.ts` runs it. */
export interface LookUp<Found> {
  /** Path and query below the venue's `restUrl`, or a whole URL for a second host. */
  readonly path: string;
  /** JSON sent with POST, for venues whose look-ups are one address; absent = GET. */
  readonly body?: string;
  /** Pure: one page in, what it lists and the next page's path (null = last) out. Never throws. */
  parse(page: unknown): Found & {
    readonly next: string | null;
    readonly rejects: readonly Reject[];
  };
}

export type InstrumentSource = LookUp<{ readonly instruments: readonly Instrument[] }>;

/** Finds names for topics that no list of contracts has: the vaults of Hyperliquid. */
export type TopicSource = LookUp<{ readonly names: readonly string[] }>;

/** One kind of connection of a venue (Bybit has two: linear and inverse). */
export interface Channel {
  /** Part of the connection's name in recordings: `linear`. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What to subscribe to, from the instruments known now and the names found or watched. */
  topics(instruments: readonly Instrument[], names?: readonly string[]): readonly string[];
  /** Most topics that one connection takes; more are sharded over further connections. */
  readonly topicsPerConnectionMax: number;
}

/** What `venues.<id>.watch` may hold. */
export interface Watch {
  readonly pattern: RegExp;
  /** Most names. */
  readonly max: number;
  /** What one name is, for whoever wrote something else: `an account: 0x and 40 hex digits`. */
  readonly expected: string;
  /** The sentence about the key in the configuration. */
  readonly description: string;
}

export interface Heartbeat {
  /** Sent when nothing arrived for this long. */
  readonly everyMs: number;
  /** Text frame to send; null = a WebSocket ping frame. */
  readonly payload: string | null;
  /** True where the venue wants to hear from us at that pace however much it sends itself. */
  readonly isUnconditional?: true;
}

/**
 * How a venue without a stream is asked over REST; `poller.ts` does the asking. The text of an answer
 * goes through `decode` like a frame; an error in it is a `refused` (this question) or a `closing`
 * (come back later).
 */
export interface Poll {
  /** From the start of one round to the start of the next, ms; a round asks once for every topic. */
  readonly everyMs: number;
  /**
   * The shortest that the settings may make it, ms; absent = it stays as it is. A row that cannot be
   * read stands in every round of the overlap: so few that the venue does not count as unreadable.
   */
  readonly everyMsMin?: number;
  /** Look-ups per second, pages included, that we allow ourselves. */
  readonly requestsPerSecond: number;
  /**
   * A topic is asked for again from this long before its last look-up, ms: for rows that are listed
   * late, and for a clock of ours that is ahead.
   */
  readonly overlapMs: number;
  /** How far back the first round looks, ms; what it finds there is history. */
  readonly backfillMs: number;
  /** What one round asks for, from the instruments known now: markets, or one topic for all. */
  topics(instruments: readonly Instrument[]): readonly string[];
  /** Path and query, below the venue's `restUrl`, of what happened at `sinceMs` and later. */
  path(topic: string, sinceMs: number): string;
  /** Pure: from an answer and the path that it was given to, to the next page; null = last. */
  next?(page: unknown, path: string): string | null;
}

/** Budgets, all from the venue's documentation; `feed.ts` keeps them. */
export interface VenueLimits {
  /** New connections per five minutes and address that we allow ourselves (a fifth of the limit). */
  readonly connectsPer5Min: number;
  /** Text frames per second and connection that we allow ourselves. */
  readonly sendsPerSecond: number;
  /** True where the venue counts frames per address: all connections then share `sendsPerSecond`. */
  readonly sendsAreShared?: true;
  /** Longest frame accepted, bytes. */
  readonly frameBytesMax: number;
  /** The venue cuts after this long; replaced before (make before break). null = no such limit. */
  readonly connectionLifeMs: number | null;
}

export interface Venue<State = unknown> {
  readonly id: VenueId;
  readonly title: string;
  readonly restUrl: string;
  /** Empty for a venue that is polled. */
  readonly channels: readonly Channel[];
  /** How it is asked where it has no stream; such a venue takes `NO_SOCKETS` for what sockets need. */
  readonly poll?: Poll;
  /** Not listened to unless the settings say so: for a venue that has nothing to tell at present. */
  readonly isOff?: true;
  readonly sizeUnit: { readonly linear: SizeUnit; readonly inverse: SizeUnit };
  readonly completeness: Completeness;
  /** One sentence for people: what this feed does not show. */
  readonly completenessNote: string;
  /** A few words for a coverage line: `max 1 per symbol per second`. */
  readonly completenessShort: string;
  /** Median lag above which it counts as behind unless the settings say otherwise, ms; absent = 5 s. */
  readonly maxLagMs?: number;
  /** The sentence that decides the side, and where it stands. */
  readonly sideRule: { readonly rule: string; readonly sentence: string; readonly link: string };
  /** How a size becomes base units and USD, for the docs. */
  readonly sizeRule: string;
  /** What tells two events apart and groups the fills of one order; what is sent on subscribe. */
  readonly identity: string;
  readonly replay: string;
  /** How well captures and documents agree on the facts above, and what nobody has confirmed. */
  readonly confidence: "high" | "medium" | "low";
  readonly unconfirmed: string;
  /** When its documents were last read, `2026-11-20`. */
  readonly checkedOn: string;
  readonly heartbeat: Heartbeat;
  /** No byte for this long, heartbeat answers included: the connection is dead. */
  readonly silenceMsMax: number;
  /**
   * Texts of which every frame with rows holds one; other raw frames are dropped unparsed. Empty =
   * every frame is parsed.
   */
  readonly needles: readonly string[];
  /** Frames come as binary messages packed like this; absent = as text. */
  readonly compression?: "gzip";
  /** Text frames sent once when the socket has opened, before anything is subscribed. */
  readonly hello?: readonly string[];
  /** false = subscriptions are never acknowledged: what is not refused within 2 s is in force. */
  readonly acknowledges?: false;
  readonly limits: VenueLimits;
  readonly instruments: readonly InstrumentSource[];
  /** Asked as often as the list of contracts; what it finds goes to `Channel.topics`. */
  readonly discover?: readonly TopicSource[];
  /** Names for topics that the operator may add: `venues.<id>.watch`. */
  readonly watch?: Watch;
  /**
   * Text frames that subscribe or unsubscribe; each with an id that its ack or refusal echoes, or
   * with the one topic that they name.
   */
  request(
    op: "subscribe" | "unsubscribe",
    topics: readonly string[],
    firstId: number,
  ): readonly SubscribeRequest[];
  start(): State;
  /** Text in, rows, control and rejects out. May change `state`; never throws. */
  decode(text: string, state: State, context: DecodeContext): Decoded;
}

/** One subscribe frame and the topics that its ack answers for. */
export interface SubscribeRequest {
  readonly id: string;
  readonly topics: readonly string[];
  readonly text: string;
}

export const NOTHING: Decoded = { rows: [], control: null, rejects: [], pushedAtMs: null };

/** In place of what a socket needs, for a venue that is polled; a page of a list is no longer than 4 MiB. */
export const NO_SOCKETS = {
  channels: [],
  heartbeat: { everyMs: 1_000, payload: null },
  silenceMsMax: 60_000,
  needles: [],
  limits: {
    connectsPer5Min: 0,
    sendsPerSecond: 0,
    frameBytesMax: 4_194_304,
    connectionLifeMs: null,
  },
  request: () => [],
} as const satisfies Partial<Venue>;
