/** The simulated venues as the script sees them: publish, and lose a connection on cue. */
import { venueById } from "../feeds/index.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../feeds/simulator/server.ts";
import type { VenueId } from "../liquidation.ts";
import type { Runtime } from "../runtime.ts";
import type { DemoMarket } from "./market.ts";
import type { ScenarioDrop, ScenarioEvent } from "./timeline.ts";

/** A venue that comes back sends again what it published in this time before the cut. */
const REPLAY_BEFORE_MS = 3_000;
/** Significant digits of prices and sizes; venues send about as many. */
const DIGITS = 6;

/** Settings of one venue, as the configuration has them. */
export interface StageAddress {
  readonly enabled: true;
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly pollEvery?: string;
}

export interface Stage {
  /** Of every venue on it. */
  readonly addresses: Readonly<Record<string, StageAddress>>;
  publish(event: ScenarioEvent, atMs: number): void;
  /** From now on all venues say this of prices, open interest and funding. */
  setMarket(market: DemoMarket): void;
  drop(drop: ScenarioDrop): void;
  stop(): Promise<void>;
}

export async function openStage(runtime: Runtime, venues: readonly VenueId[]): Promise<Stage> {
  const simulators = new Map<VenueId, SimulatedVenue>();
  for (const venue of venues) {
    simulators.set(venue, new SimulatedVenue(await startSimulator({ venue, runtime })));
  }
  const addresses = [...simulators].map(([venue, { simulator }]) => {
    const { wsUrl, restUrl } = simulator;
    return [venue, { enabled: true, wsUrl, restUrl, ...paceOf(venue) }] as const;
  });
  return {
    addresses: Object.fromEntries(addresses),
    publish: (event, atMs) => simulators.get(event.venue)?.publish(event, atMs),
    setMarket(market) {
      for (const { simulator } of simulators.values()) {
        const prices = Object.entries(market.prices).map(
          ([asset, price]) => [asset, decimalText(price)] as const,
        );
        simulator.prices = Object.fromEntries(prices);
        simulator.openInterest = market.openInterest;
        simulator.funding = market.funding;
      }
    },
    drop: (drop) => simulators.get(drop.venue)?.drop(drop),
    stop: async () => {
      await Promise.all([...simulators.values()].map(({ simulator }) => simulator.stop()));
    },
  };
}

/** What a polled venue lists should be seen while the script plays. */
function paceOf(venue: VenueId): Pick<StageAddress, "pollEvery"> {
  const shortestMs = venueById(venue)?.poll?.everyMsMin;
  return shortestMs === undefined ? {} : { pollEvery: `${shortestMs}ms` };
}

class SimulatedVenue {
  readonly simulator: Simulator;
  /** Published lately; while the venue is cut off, everything since shortly before the cut. */
  #recent: SimulatedLiquidation[] = [];
  /** Handshakes after which somebody is let in again; null = not cut off. */
  #cutUntilHandshakes: number | null = null;

  constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  publish(event: ScenarioEvent, atMs: number): void {
    const { symbol, positionSide } = event;
    const price = decimalText(event.price);
    const baseSize = decimalText(event.notionalUsd / event.price);
    const published = { venue: event.venue, symbol, positionSide, price, baseSize, atMs };
    this.simulator.publish(published);
    this.#recent.push(published);
    if (this.#cutUntilHandshakes !== null) this.#endCut(this.#cutUntilHandshakes);
    else this.#forget(atMs - REPLAY_BEFORE_MS);
  }

  drop({ refusals }: ScenarioDrop): void {
    this.#cutUntilHandshakes = this.simulator.handshakes().length + refusals;
    // The simulator keeps this list and not a copy: what is missed meanwhile is sent again too.
    this.simulator.replayOnSubscribe(this.#recent);
    this.simulator.refuseNext({ upgrade: { status: 503 }, times: refusals });
    this.simulator.dropConnections();
  }

  /** Once somebody listens again the replay has been sent. */
  #endCut(untilHandshakes: number): void {
    if (this.simulator.handshakes().length <= untilHandshakes) return;
    if (this.simulator.subscriptions().length === 0) return;
    this.#cutUntilHandshakes = null;
    this.simulator.replayOnSubscribe([]);
    this.#recent = [];
  }

  #forget(beforeMs: number): void {
    const kept = this.#recent.findIndex(({ atMs }) => atMs >= beforeMs);
    if (kept > 0) this.#recent.splice(0, kept);
  }
}

/** Plain decimal text with six significant digits, no exponent. */
export function decimalText(value: number): string {
  const decimals = Math.max(0, DIGITS - 1 - Math.floor(Math.log10(value)));
  return value.toFixed(Math.min(20, decimals));
}
