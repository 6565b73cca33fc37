/** What one simulated venue must bring; the sockets, the clock and the faults are in `server.ts`. */
import type { PositionSide, VenueId } from "../../liquidation.ts";
import type { SimulatedContract } from "./contracts.ts";

/** One forced close as it happens, before a venue has put it into its own units. */
export interface SimulatedLiquidation {
  readonly venue: VenueId;
  /** The contract: the venue's own symbol, or an asset (its first perpetual). One must be given. */
  readonly symbol?: string;
  readonly asset?: string;
  readonly positionSide: PositionSide;
  /** Quote per coin, decimal text. */
  readonly price: string;
  /** Coins, decimal text. */
  readonly baseSize: string;
  readonly atMs: number;
}

/** The same in the venue's units, as it goes over the wire. */
export interface VenueOrder {
  /** Counted from 1, the same whenever the order is told: the venue's ids are made of it. */
  readonly number: number;
  readonly contract: SimulatedContract;
  readonly positionSide: PositionSide;
  /** Quote per base unit of the venue. */
  readonly price: string;
  /** Base units, contracts or USD, as the venue sends sizes of that contract. */
  readonly size: string;
  /** Exact, rounded once to cents. */
  readonly notionalCents: number;
  readonly atMs: number;
}

/** What a venue really published: an order and when. */
export interface PublishedOrder extends VenueOrder {
  readonly publishedAtMs: number;
}

/** One connected client, as a protocol sees it. */
export interface SimulatedClient {
  /** Path and query of the upgrade request. */
  readonly path: string;
  /** A header of the upgrade request by its name in small letters; null when it was not sent. */
  header(name: string): string | null;
  readonly subscriptions: Set<string>;
  readonly connectedAtMs: number;
  /** The last message in either direction. */
  lastTrafficMs: number;
  /** The last frame from the client, pings and pongs included. */
  lastHeardMs: number;
  /** Packed on the way out where the venue packs its frames. */
  send(frame: string): void;
  cut(code: number, reason: string): void;
}

/** One message for everybody who subscribed to its topic. */
export interface SimulatedMessage {
  readonly topic: string;
  readonly body: object;
}

/** Market context of one contract, in the units in which the venue lists it. */
export interface MarketFigures {
  /** Quote per base unit of the venue. */
  readonly price: string;
  /** Coins of the first contract of an asset, parts of that in its others; one side. */
  readonly baseUnits: number;
  /** The same in contracts: of base units, or of USD. */
  readonly contracts: number;
  /** The same in USD. */
  readonly usd: number;
  /** Of one interval. */
  readonly rate: string;
}

/** What a protocol may ask of the server. */
export interface SimulatorHost {
  nowMs(): number;
  contracts(): readonly SimulatedContract[];
  /** Who is connected. */
  clients(): readonly SimulatedClient[];
  /** The fault ordered for the next subscribe frame, taken once. */
  takeSubscribeFault(): SubscribeFault | null;
  /** Called after topics were acknowledged: old orders are sent again where a test asked for it. */
  replay(client: SimulatedClient): void;
  /** The orders of a contract so far, oldest first, for venues that begin with a snapshot. */
  past(symbol: string): readonly VenueOrder[];
  /** Quote per coin, for tickers; null = none. */
  priceOf(asset: string): string | null;
  /** What tickers say of a contract besides; null = the asset has no price. */
  figuresOf(contract: SimulatedContract): MarketFigures | null;
}

/** `refused` = the whole frame, no topic named; `ignored` = no answer ever. */
export type SubscribeFault = "refused" | "ignored";

export interface SimulatedProtocol {
  accepts(path: string): boolean;
  /** What the venue says first, where it says something. */
  greeting?(): string;
  receive(client: SimulatedClient, text: string): void;
  /** Takes an order that happened; it may come out later, batched, or never. */
  take(order: VenueOrder): void;
  /** The orders that are published now. Called every 50 ms. */
  release(nowMs: number): readonly VenueOrder[];
  messages(orders: readonly VenueOrder[], nowMs: number): readonly SimulatedMessage[];
  /** The same for orders sent again after a subscription, where the venue marks them; absent = alike. */
  replays?(orders: readonly VenueOrder[], nowMs: number): readonly SimulatedMessage[];
  /** A message as this client gets it; null = it does not get it. */
  frameFor(client: SimulatedClient, message: SimulatedMessage): string | null;
  /** Cuts and pings that the venue does by the clock. */
  keepTime(client: SimulatedClient, nowMs: number): void;
  /** Says that the connection will be closed, where the venue has words for it. */
  closingNotice(): string | null;
  /** The answer to a GET, or to a POST of `body`; null = 404. */
  rest(url: URL, body: string): unknown;
}

export interface ProtocolOptions {
  /** Most contracts on one REST page, to try paging. */
  readonly restPageMax: number;
}

/** One venue of the simulator: what it lists for an asset, and how it talks. */
export interface Simulation {
  /** Every frame goes out as a binary message packed like this; absent = as text. */
  readonly compression?: "gzip";
  contractsOf(asset: string): readonly SimulatedContract[];
  start(host: SimulatorHost, options: ProtocolOptions): SimulatedProtocol;
}
