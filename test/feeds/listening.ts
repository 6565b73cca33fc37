/** A feed on a simulated or made-up venue, and everything that came out of it. */

import { createFeed, type Feed } from "../../src/feeds/feed.ts";
import { Instruments } from "../../src/feeds/instruments.ts";
import { createIntake } from "../../src/feeds/intake.ts";
import { RefusedFrames } from "../../src/feeds/refused-frames.ts";
import type { ConnectionEvent, FeedFrame, FeedSink } from "../../src/feeds/sink.ts";
import type { Venue } from "../../src/feeds/venue.ts";
import type { Liquidation, Reject } from "../../src/liquidation.ts";
import type { Log, LogFields } from "../../src/log.ts";
import type { SteppedRuntime } from "./stepped-runtime.ts";

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export class LogBook implements Log {
  readonly lines: LogLine[] = [];
  error = (fields: LogFields, message: string) => this.#add("error", fields, message);
  warn = (fields: LogFields, message: string) => this.#add("warn", fields, message);
  info = (fields: LogFields, message: string) => this.#add("info", fields, message);
  debug = (fields: LogFields, message: string) => this.#add("debug", fields, message);
  child = () => this;

  of(level: string): readonly LogLine[] {
    return this.lines.filter((line) => line.level === level);
  }

  #add(level: string, fields: LogFields, message: string): void {
    this.lines.push({ level, fields, message });
  }
}

/** Keeps what a sink is given; `counted` is what an engine would count. */
export class Ledger implements FeedSink {
  readonly frames: FeedFrame[] = [];
  readonly events: ConnectionEvent[] = [];

  frame(frame: FeedFrame): void {
    this.frames.push(frame);
  }

  connection(event: ConnectionEvent): void {
    this.events.push(event);
  }

  get rows(): readonly Liquidation[] {
    return this.frames.flatMap((frame) => frame.liquidations);
  }

  get rejects(): readonly Reject[] {
    return this.frames.flatMap((frame) => frame.rejects);
  }

  /** One row per dedupe key, in order of arrival. */
  get counted(): readonly Liquidation[] {
    return [...new Map(this.rows.map((row) => [row.dedupeKey, row])).values()];
  }

  /** `open`, `subscribed`, `closed` with its reason, in order. */
  told(connection?: string): readonly string[] {
    return this.events
      .filter((event) => connection === undefined || event.connection === connection)
      .map(({ event, reason }) => (reason === null ? event : `${event} ${reason}`));
  }

  of(event: ConnectionEvent["event"]): readonly ConnectionEvent[] {
    return this.events.filter((each) => each.event === event);
  }
}

export interface Listening {
  readonly feed: Feed;
  readonly ledger: Ledger;
  readonly log: LogBook;
  readonly instruments: Instruments;
  readonly unknownSymbols: string[];
  stop(): Promise<void>;
}

export function listen(
  venue: Venue,
  runtime: SteppedRuntime,
  options: {
    wsUrl: string;
    restUrl?: string;
    instruments?: Instruments;
    connections?: number;
    watch?: readonly string[];
    pollEveryMs?: number | undefined;
    /** Where refused frames are kept. */
    dataDir?: string;
  },
): Listening {
  const ledger = new Ledger();
  const log = new LogBook();
  const unknownSymbols: string[] = [];
  const { wsUrl, restUrl = null, connections = 1, watch, pollEveryMs, dataDir } = options;
  const { instruments = new Instruments() } = options;
  const samples =
    dataDir === undefined
      ? {}
      : { samples: new RefusedFrames({ venue: venue.id, dataDir, runtime, log }) };
  const feed = createFeed(venue, {
    settings: { wsUrl, restUrl, connections, watch, pollEveryMs },
    instruments,
    startIntake: () => createIntake(venue, { instruments, usdCoins: ["USDT", "USDC"] }),
    runtime,
    log,
    ...samples,
    sink: ledger,
    onUnknownSymbol: (symbol) => unknownSymbols.push(symbol),
  });
  const controller = new AbortController();
  const running = feed.run(controller.signal);
  const stop = async () => {
    controller.abort();
    await running;
  };
  return { feed, ledger, log, instruments, unknownSymbols, stop };
}
