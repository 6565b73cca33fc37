/** Starts what listens: for every venue its instrument list and its feed. */
import { setMaxListeners } from "node:events";
import type { Settings } from "./config.ts";
import { ContextPoller } from "./context/poller.ts";
import { REFERENCE, watchPrices } from "./context/reference-price.ts";
import { CONTEXT_SOURCES } from "./context/sources/index.ts";
import { LiqError } from "./errors.ts";
import { createFeed, type Feed } from "./feeds/feed.ts";
import { InstrumentRefresh } from "./feeds/instrument-refresh.ts";
import type { Instruments } from "./feeds/instruments.ts";
import { createIntake } from "./feeds/intake.ts";
import { RefusedFrames } from "./feeds/refused-frames.ts";
import type { FeedSink } from "./feeds/sink.ts";
import type { Instrument, Venue } from "./feeds/venue.ts";
import type { VenueId } from "./liquidation.ts";
import type { Log } from "./log.ts";
import type { VenueReading } from "./market-context.ts";
import type { Runtime } from "./runtime.ts";
import type { ReferencePrices } from "./severity/engine-input.ts";

/** A venue is connected with the contracts known by then: its own list should come first. */
const FIRST_LIST_MS_MAX = 5_000;

export interface ListenOptions {
  readonly settings: Settings;
  readonly venues: readonly Venue[];
  /** The bundled contracts at first; every venue's own list is added as it comes. */
  readonly instruments: Instruments;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly sink: FeedSink;
  /** Filled here; the read model looks into it. */
  readonly feeds: Map<Venue, Feed>;
  /** A venue's own list of contracts came, or the one of the last run was read. */
  readonly onListed?: (venue: VenueId, listed: readonly Instrument[], atMs: number) => void;
  /** Reference prices were read, from the venue that they are taken of if it is listened to. */
  readonly onPrices: (atMs: number, referencePrices: ReferencePrices) => void;
  /** Filled here, as `feeds` are. */
  readonly contexts?: ContextPoller[];
  /** What one venue said in one round of open interest, funding and mark prices. */
  readonly onReading: (atMs: number, reading: VenueReading) => void;
}

/**
 * Listens until the returned function is called, which resolves when every socket is gone.
 * @throws LiqError LIQ_CONFIG when a venue's `wsUrl` is no WebSocket address
 */
export function listen(options: ListenOptions): () => Promise<void> {
  const stop = new AbortController();
  // Every venue waits for it in a few places; Node would warn of a leak at eleven.
  setMaxListeners(0, stop.signal);
  const ears = options.venues.map((venue) => prepare(venue, options));
  const running = ears.map((ear) => hear(ear, options.runtime, stop.signal));
  running.push(hearPrices(options, stop.signal));
  return async () => {
    stop.abort(new LiqError("LIQ_SOCKET", "Daemon stops"));
    await Promise.allSettled(running);
  };
}

async function hearPrices(options: ListenOptions, signal: AbortSignal): Promise<void> {
  const { settings, venues, runtime, log, onPrices } = options;
  const source = REFERENCE;
  if (!venues.some(({ id }) => id === source.venue)) return;
  const { restUrl = null } = settings.venues.find(({ id }) => id === source.venue) ?? {};
  await watchPrices({ source, restUrl, runtime, log, onPrices }, signal);
}

/** What listens to one venue. */
interface Ear {
  readonly feed: Feed;
  readonly refresh: InstrumentRefresh;
  /** null = nothing else is asked of this venue. */
  readonly context: ContextPoller | null;
  /** Resolves when the venue's contracts were listed for the first time. */
  readonly firstList: Promise<void>;
}

function prepare(venue: Venue, options: ListenOptions): Ear {
  const { settings, instruments, runtime, log, sink } = options;
  const venueSettings = settings.venues.find(({ id }) => id === venue.id);
  const { wsUrl = null, restUrl = null, connections = 1, watch, pollEvery } = venueSettings ?? {};
  const { dataDir, usdCoins } = settings;
  let listed = (): void => {};
  const firstList = new Promise<void>((resolve) => {
    listed = resolve;
  });
  const feed = createFeed(venue, {
    settings: { wsUrl, restUrl, connections, watch, pollEveryMs: pollEvery },
    ...{ instruments, runtime, log, sink },
    samples: new RefusedFrames({ venue: venue.id, dataDir, runtime, log }),
    startIntake: () => createIntake(venue, { instruments, usdCoins }),
    onUnknownSymbol: (symbol) => refresh.unknownSymbol(symbol),
  });
  const refresh = new InstrumentRefresh(venue, {
    ...{ instruments, restUrl, dataDir, runtime, log },
    onListed(contracts, found) {
      options.onListed?.(venue.id, contracts, runtime.nowMs());
      feed.refreshTopics(contracts, found);
      listed();
    },
  });
  options.feeds.set(venue, feed);
  const context = contextPoller(venue, options);
  if (context !== null) options.contexts?.push(context);
  return { feed, refresh, context, firstList };
}

function contextPoller(venue: Venue, options: ListenOptions): ContextPoller | null {
  const { settings, instruments, runtime, log, onReading } = options;
  const source = CONTEXT_SOURCES.find((one) => one.venue === venue.id);
  if (settings.context === null || source === undefined) return null;
  const { venues, everyMs, assets } = settings.context;
  if (!venues.includes(venue.id)) return null;
  const { restUrl = null } = settings.venues.find(({ id }) => id === venue.id) ?? {};
  return new ContextPoller({
    ...{ source, address: venue.restUrl, restUrl, everyMs, assets, usdCoins: settings.usdCoins },
    ...{ instruments, runtime, log: log.child({ venue: venue.id }), onReading },
  });
}

async function hear(
  { feed, refresh, context, firstList }: Ear,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<void> {
  const refreshing = refresh.run(signal);
  const late = new AbortController();
  await Promise.race([firstList, runtime.sleep(FIRST_LIST_MS_MAX, late.signal).catch(() => {})]);
  late.abort();
  // Contracts come first here, too: one that is listed later would look like new positions.
  const asking = signal.aborted ? null : context?.run(signal);
  if (!signal.aborted) await feed.run(signal);
  await Promise.all([refreshing, asking]);
}
