/** A venue's simulator, its contracts as its own listing tells them, and a feed that listens to it. */
import { InstrumentRefresh } from "../../src/feeds/instrument-refresh.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../src/feeds/simulator/server.ts";
import type { Venue } from "../../src/feeds/venue.ts";
import { type Listening, LogBook, listen } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

export class VenueScene {
  readonly runtime: SteppedRuntime;
  readonly instruments = new Instruments();
  readonly #venue: Venue;
  #simulator: Simulator | null = null;
  #found: readonly string[] = [];
  #listening: Listening | null = null;

  constructor(venue: Venue, runtime: SteppedRuntime) {
    this.#venue = venue;
    this.runtime = runtime;
  }

  static async open(
    venue: Venue,
    assets: readonly string[] = ["BTC", "ETH", "PEPE"],
    runtime: SteppedRuntime = new SteppedRuntime(),
    more: Pick<SimulatorOptions, "restPageMax"> = {},
  ): Promise<VenueScene> {
    const scene = new VenueScene(venue, runtime);
    scene.#simulator = await startSimulator({ venue: venue.id, runtime, assets, ...more });
    await scene.#learn();
    return scene;
  }

  get simulator(): Simulator {
    if (this.#simulator === null) throw new Error("Not opened");
    return this.#simulator;
  }

  get listening(): Listening {
    if (this.#listening === null) throw new Error("Not listening");
    return this.#listening;
  }

  get ledger() {
    return this.listening.ledger;
  }

  status() {
    return this.listening.feed.status();
  }

  /** Listens until everything is subscribed and acknowledged. */
  async listen(
    withinMs = 60_000,
    connections = 1,
    watch: readonly string[] = [],
    dataDir?: string,
  ): Promise<void> {
    this.hear(connections, watch, dataDir);
    await this.runtime.until(() => this.status().state === "subscribed", withinMs);
  }

  /** Begins to listen. */
  hear(
    connections = 1,
    watch: readonly string[] = [],
    dataDir?: string,
    pollEveryMs?: number,
  ): void {
    const { instruments } = this;
    const { wsUrl, restUrl } = this.simulator;
    const folder = dataDir === undefined ? {} : { dataDir };
    const options = { wsUrl, restUrl, instruments, connections, watch, pollEveryMs, ...folder };
    this.#listening = listen(this.#venue, this.runtime, options);
    this.listening.feed.refreshTopics(undefined, this.#found);
  }

  /** Half a bitcoin of longs at 60,000, now, unless `more` says otherwise. */
  order(more: Partial<SimulatedLiquidation> = {}): SimulatedLiquidation {
    const atMs = this.runtime.nowMs();
    const usual = { asset: "BTC", positionSide: "long", price: "60000", baseSize: "0.5" } as const;
    return { venue: this.#venue.id, ...usual, atMs, ...more };
  }

  publish(more: Partial<SimulatedLiquidation> = {}): void {
    this.simulator.publish(this.order(more));
  }

  /** Waits for so many rows, repeated ones included. */
  async arrived(rows: number): Promise<void> {
    await this.runtime.until(() => this.ledger.rows.length >= rows);
  }

  /** Waits for so many different rows. */
  async counted(rows: number, withinMs = 60_000): Promise<void> {
    await this.runtime.until(() => this.ledger.counted.length >= rows, withinMs);
  }

  /** What arrived: symbol, asset, side, price, size, cents; sorted. */
  told(): readonly unknown[][] {
    const rows = this.ledger.counted.map((row) => {
      const { symbol, asset, positionSide, price, size, notionalCents } = row;
      return [symbol, asset, positionSide, price, size, notionalCents];
    });
    return rows.toSorted((left, right) => (String(left) < String(right) ? -1 : 1));
  }

  /** Market, side, coins and cents of what counts; sorted. */
  amounts(): readonly unknown[][] {
    const rows = this.ledger.counted.map((row) => {
      const { market, positionSide, size, notionalCents } = row;
      return [market, positionSide, size, notionalCents];
    });
    return rows.toSorted((left, right) => (String(left) < String(right) ? -1 : 1));
  }

  /** Cents that arrived and cents that the venue published; equal when nothing is lost or doubled. */
  money(): { readonly heard: number; readonly published: number } {
    const heard = this.ledger.counted.reduce((sum, row) => sum + (row.notionalCents ?? 0), 0);
    const truth = this.simulator.truth();
    return { heard, published: truth.reduce((sum, order) => sum + order.notionalCents, 0) };
  }

  async close(): Promise<void> {
    await this.#listening?.stop();
    await this.#simulator?.stop();
  }

  async #learn(): Promise<void> {
    const refresh = new InstrumentRefresh(this.#venue, {
      instruments: this.instruments,
      restUrl: this.simulator.restUrl,
      dataDir: "/dev/null/nowhere",
      runtime: this.runtime,
      log: new LogBook(),
      onListed: (_listed, found) => {
        this.#found = found;
      },
    });
    await refresh.refresh(new AbortController().signal);
  }
}
