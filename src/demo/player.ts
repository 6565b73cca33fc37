/** Plays the script on the clock: events go out at their time, in slices small enough for others. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { calmAfter, marketOf, type ScenarioOptions, scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import type { ScenarioEvent } from "./timeline.ts";

/** Between two slices. */
const SLICE_MS = 20;
/** Most events in one slice: about a millisecond of work; 5,000 a second at most. */
const SLICE_EVENTS_MAX = 100;
/** From one word of prices, open interest and funding to the next. */
const MARKET_EVERY_MS = 500;
/** After the script calm is made in pieces of this length. */
const CALM_MS = 60_000;

export interface PlayerOptions {
  readonly runtime: Runtime;
  readonly log: Log;
  readonly stage: Stage;
  readonly script: ScenarioOptions;
}

/** Resolves when `signal` was aborted; the script begins now and calm follows it without end. */
export async function play(options: PlayerOptions, signal: AbortSignal): Promise<void> {
  const { runtime, log, stage, script } = options;
  const { events, drops, lengthMs } = scenario(script);
  const startedAtMs = runtime.nowMs();
  const startMs = runtime.monotonicMs();
  const queue = new Queue(events, lengthMs, script);
  const waitingDrops = [...drops];
  const marketAt = marketOf(script);
  let nextMarketMs = 0;
  log.info({ label: "SIMULATION", events: events.length }, "The demo's script begins");
  while (!signal.aborted) {
    const offsetMs = runtime.monotonicMs() - startMs;
    for (const event of queue.take(offsetMs, SLICE_EVENTS_MAX)) {
      stage.publish(event, startedAtMs + event.offsetMs);
    }
    const [drop] = waitingDrops;
    if (drop !== undefined && drop.offsetMs <= offsetMs) {
      waitingDrops.shift();
      log.info({ label: "SIMULATION", venue: drop.venue }, "The demo cuts a venue's connections");
      stage.drop(drop);
    }
    if (offsetMs >= nextMarketMs) {
      stage.setMarket(marketAt(offsetMs));
      nextMarketMs = offsetMs + MARKET_EVERY_MS;
    }
    await runtime.sleep(SLICE_MS, signal).catch(() => undefined);
  }
}

/** What is still to come, refilled with calm when the script runs out. */
class Queue {
  #events: readonly ScenarioEvent[];
  #next = 0;
  #madeUntilMs: number;
  readonly #script: ScenarioOptions;

  constructor(events: readonly ScenarioEvent[], lengthMs: number, script: ScenarioOptions) {
    this.#events = events;
    this.#madeUntilMs = lengthMs;
    this.#script = script;
  }

  /** At most `most` events that are due at `offsetMs`. */
  take(offsetMs: number, most: number): readonly ScenarioEvent[] {
    if (this.#next === this.#events.length && offsetMs >= this.#madeUntilMs) this.#refill(offsetMs);
    const from = this.#next;
    while (this.#next < this.#events.length && this.#next - from < most) {
      const event = this.#events[this.#next];
      if (event === undefined || event.offsetMs > offsetMs) break;
      this.#next += 1;
    }
    return this.#events.slice(from, this.#next);
  }

  /** From where the last piece ended; a machine that slept does not make up for it. */
  #refill(offsetMs: number): void {
    const fromMs = Math.max(this.#madeUntilMs, Math.floor(offsetMs));
    this.#madeUntilMs = fromMs + CALM_MS;
    this.#events = calmAfter(this.#script, { fromMs, lengthMs: CALM_MS });
    this.#next = 0;
  }
}
