/** The real driver on the simulator of its venue, with the venue's own list of contracts. */
import { InstrumentRefresh } from "../../src/feeds/instrument-refresh.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../../src/feeds/simulator/server.ts";
import type { Venue } from "../../src/feeds/venue.ts";
import { type Ledger, type Listening, LogBook, listen } from "./listening.ts";
import { SteppedRuntime } from "./stepped-runtime.ts";

export class SimulatedFeed {
  readonly runtime: SteppedRuntime;
  readonly simulator: Simulator;
  readonly listening: Listening;
  readonly #venue: Venue;

  constructor(
    venue: Venue,
    world: { runtime: SteppedRuntime; simulator: Simulator; listening: Listening },
  ) {
    this.#venue = venue;
    this.runtime = world.runtime;
    this.simulator = world.simulator;
    this.listening = world.listening;
  }

  /** Resolves when everything is subscribed; `prepare` may order faults before the first dial. */
  static async open(
    venue: Venue,
    options: { assets: readonly string[]; prepare?: (simulator: Simulator) => void },
  ): Promise<SimulatedFeed> {
    const { assets, prepare } = options;
    const runtime = new SteppedRuntime();
    const simulator = await startSimulator({ venue: venue.id, runtime, assets });
    const instruments = new Instruments();
    const lists = { instruments, runtime, log: new LogBook(), dataDir: "/dev/null/nowhere" };
    const { restUrl, wsUrl } = simulator;
    const refresh = new InstrumentRefresh(venue, { ...lists, restUrl });
    await refresh.refresh(new AbortController().signal);
    prepare?.(simulator);
    const listening = listen(venue, runtime, { wsUrl, instruments });
    const feed = new SimulatedFeed(venue, { runtime, simulator, listening });
    await runtime.until(() => listening.feed.status().state === "subscribed");
    return feed;
  }

  get ledger(): Ledger {
    return this.listening.ledger;
  }

  /** A long of half a bitcoin, now, unless it says otherwise. */
  order(more: Partial<SimulatedLiquidation> = {}): SimulatedLiquidation {
    const order = { asset: "BTC", positionSide: "long", price: "60000", baseSize: "0.5" } as const;
    return { venue: this.#venue.id, ...order, atMs: this.runtime.nowMs(), ...more };
  }

  publish(more: Partial<SimulatedLiquidation> = {}): void {
    this.simulator.publish(this.order(more));
  }

  /** Waits until so many rows have arrived, copies included. */
  async rows(count: number): Promise<void> {
    await this.runtime.until(() => this.ledger.rows.length >= count);
  }

  /** Market, side, coins and cents of what an engine would count, in order of arrival. */
  told(): readonly unknown[][] {
    return this.ledger.counted.map((row) => [
      row.market,
      row.positionSide,
      row.size,
      row.notionalCents,
    ]);
  }

  /** The cents of everything that the venue really published. */
  trueCents(): number {
    return this.simulator.truth().reduce((sum, order) => sum + order.notionalCents, 0);
  }

  countedCents(): number {
    return this.ledger.counted.reduce((sum, row) => sum + (row.notionalCents ?? 0), 0);
  }

  async stop(): Promise<void> {
    await this.listening.stop();
    await this.simulator.stop();
  }
}
