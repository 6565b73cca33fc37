/** A feed on the made-up venue, for tests of the driver. */
import { Instruments } from "../../src/feeds/instruments.ts";
import type { Instrument, Venue } from "../../src/feeds/venue.ts";
import { type Listening, listen } from "./listening.ts";
import { type MadeServer, madeVenue, startMadeServer } from "./made-venue.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

const MADE: Instrument = {
  symbol: "MADE",
  market: "MADE/USDT:USDT",
  asset: "MADE",
  multiplier: 1,
  quote: "USDT",
  isInverse: false,
  contractSize: null,
};

export class MadeFeed {
  readonly runtime: SteppedRuntime;
  readonly server: MadeServer;
  #listening: Listening | null = null;

  constructor(runtime: SteppedRuntime, server: MadeServer) {
    this.runtime = runtime;
    this.server = server;
  }

  static async open(): Promise<MadeFeed> {
    const runtime = new SteppedRuntime();
    return new MadeFeed(runtime, await startMadeServer(() => runtime.nowMs()));
  }

  get listening(): Listening {
    if (this.#listening === null) throw new Error("Not started");
    return this.#listening;
  }

  get ledger() {
    return this.listening.ledger;
  }

  status() {
    return this.listening.feed.status();
  }

  start(
    more: Partial<Venue> = {},
    connections = 1,
    known: readonly Instrument[] = [MADE],
    watch: readonly string[] = [],
  ): void {
    const instruments = new Instruments();
    instruments.add("drift", known);
    const options = { wsUrl: this.server.url, connections, instruments, watch };
    this.#listening = listen(madeVenue(more), this.runtime, options);
  }

  async startSubscribed(
    more: Partial<Venue> = {},
    connections = 1,
    watch: readonly string[] = [],
  ): Promise<void> {
    this.start(more, connections, [MADE], watch);
    await this.runtime.until(() => this.status().state === "subscribed");
  }

  /** Cuts all and waits until as many connections are back. */
  async cut(): Promise<void> {
    const before = this.ledger.of("subscribed").length;
    this.server.drop();
    await this.runtime.until(() => this.ledger.of("subscribed").length > before);
  }

  async close(): Promise<void> {
    await this.#listening?.stop();
    await this.server.stop();
  }
}

export function limits(more: Partial<Venue["limits"]>): Pick<Venue, "limits"> {
  return { limits: { ...madeVenue().limits, ...more } };
}
