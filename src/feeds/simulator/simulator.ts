/** What tests and the demo may ask of a simulated venue. */
import type { VenueId } from "../../liquidation.ts";
import type { Runtime } from "../../runtime.ts";
import type { SimulatedContract } from "./contracts.ts";
import type { PublishedOrder, SimulatedLiquidation } from "./protocol.ts";
import type { Refusals } from "./refusals.ts";

export interface SimulatorOptions {
  readonly venue: VenueId;
  readonly runtime: Runtime;
  /** What is listed; the assets of the recorded crash when left out. */
  readonly assets?: readonly string[];
  /** Clients are cut after this long; null = never. */
  readonly connectionLifeMs?: number;
  readonly restPageMax?: number;
}

export interface Handshake {
  readonly atMs: number;
  readonly path: string;
  /** The Sec-WebSocket-Extensions that the client offered. */
  readonly extensions: string | null;
}

/** One REST request, refused ones included. */
export interface LookUp {
  readonly atMs: number;
  /** With its query. */
  readonly path: string;
}

export interface Simulator {
  /** For `venues.<id>.wsUrl`: the origin only. */
  readonly wsUrl: string;
  /** For `venues.<id>.restUrl`: the origin only. */
  readonly restUrl: string;
  /** What tickers say, quote per coin by asset. BTC and ETH have one that stands still. */
  prices: Readonly<Record<string, string>>;
  /** Coins of open positions by asset, one side, in its first contract. None at first. */
  openInterest: Readonly<Record<string, number>>;
  /** Funding of one interval by asset, as a fraction. 0.0001 where there is none. */
  funding: Readonly<Record<string, number>>;
  /** @throws LiqError LIQ_INSTRUMENT when the contract is not listed or a number is not positive */
  publish(event: SimulatedLiquidation): void;
  /** Everything that was published so far, in order: what a perfect listener could know. */
  truth(): readonly PublishedOrder[];
  /** Sends these again after every acknowledged subscription, as old records. */
  replayOnSubscribe(events: readonly SimulatedLiquidation[]): void;
  /** Cuts every connection, or only the oldest so many, without a closing handshake. */
  dropConnections(count?: number): void;
  /** The present connections stay open and never say anything again, not even a pong. */
  goSilent(): void;
  refuseNext(refusals: Refusals): void;
  /** Faults that were ordered and not met yet are called off. */
  mend(): void;
  /** Sends the venue's notice that connections will be closed (OKX). */
  announceClosing(): void;
  /** Sends any text to every connection. */
  sendRaw(text: string): void;
  list(contract: SimulatedContract): void;
  delist(symbol: string): void;
  handshakes(): readonly Handshake[];
  lookUps(): readonly LookUp[];
  /** Topics that the present connections have subscribed to, each once per connection. */
  subscriptions(): readonly string[];
  connectionCount(): number;
  /** Closes everything; the port is free when it resolves. */
  stop(): Promise<void>;
}
