import { PromMetrics } from "./api/metrics.ts";
import { openCharts } from "./charting.ts";
import { createHooks, listOfHooks } from "./commands/hooks.ts";
import type { Settings } from "./config.ts";
import type { ContextPoller } from "./context/poller.ts";
import { type DaemonOptions, type Parts, startDeciding } from "./deciding.ts";
import { LiqError, messageOf } from "./errors.ts";
import type { Feed } from "./feeds/feed.ts";
import { VENUES } from "./feeds/index.ts";
import { bundledInstruments } from "./feeds/instruments.ts";
import type { Venue } from "./feeds/venue.ts";
import { LiveControls } from "./live-controls.ts";
import { LiveQueries } from "./live-queries.ts";
import { LiveThresholds } from "./live-thresholds.ts";
import { countErrors } from "./log.ts";
import { targetTester } from "./operator.ts";
import type { RunSummary } from "./queries.ts";
import { Recorder } from "./recording/recorder.ts";
import type { ReloadOutcome } from "./reload.ts";
import { Engine } from "./severity/engine.ts";
import { Holds } from "./severity/holds.ts";
import { MuteBook } from "./severity/mutes.ts";
import { Shutdown, type ShutdownResult } from "./shutdown.ts";
import type { StoreEvent } from "./store/store.ts";
import { type StoreThread, startStoreThread } from "./store/thread.ts";
import { storeEvents } from "./store-events.ts";
import { coverageBook, usualVolumes } from "./watching.ts";
import { widthsByAsset } from "./windows/level-width.ts";

export type { DaemonOptions } from "./deciding.ts";

export interface Daemon {
  /** Where the page is: `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Resolves when the store is read back and the feeds are being connected. */
  readonly ready: Promise<void>;
  summary(): RunSummary;
  /** Takes a changed configuration over; waits until the daemon is ready. Never rejects. */
  reload(): Promise<ReloadOutcome>;
  stop(): Promise<ShutdownResult>;
}

/** @throws LiqError when the port is taken; `ready` rejects when the database cannot be used */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { settings, runtime, label, inboxes } = options;
  const { log, errors } = countErrors(options.log);
  let isStopping = false;
  // What breaks because it is being stopped is no failure.
  const onFatal = (error: LiqError): void => {
    if (!isStopping) options.onFatal(error);
  };
  const shutdown = new Shutdown(runtime, log);
  const mutes = new MuteBook();
  const holds = new Holds(mutes, settings.holds);
  const { engine, venues, coverage } = engineOf(settings, holds);
  const feeds = new Map<Venue, Feed>();
  const contexts: ContextPoller[] = [];
  const instruments = bundledInstruments();
  const metrics = new PromMetrics({ hasProcess: true });
  const thread = startThread({
    ...{ ...options, log, onFatal },
    onEvent: (event) => onStoreEvent(event),
  });
  const thresholds = new LiveThresholds({ store: thread.thresholds, runtime, log });
  const queries = new LiveQueries({
    overrides: () => thresholds.states(),
    ...{ label, engine, errors, mutes: holds, coverage, questions: thread.queries },
    venues: venues.map(({ id }) => id),
    samples: venues.filter((venue) => venue.completeness === "sample").map(({ id }) => id),
    feeds: () => [...feeds].map(([venue, feed]) => ({ venue, status: feed.status() })),
    listedAssets: () => instruments.assets(),
    contextSources: () => contexts.map((poller) => poller.state()),
    cascadeProfile: settings.cascadeProfile,
    store: settings.database.url === null ? "embedded" : "postgres",
    startedAtMs: runtime.nowMs(),
  });
  const onStoreEvent = storeEvents({ queries, metrics, log, onFatal });
  const settingsNow = async () => (await deciding).settings;
  const sendTest = targetTester({ queries, thread, runtime, settings: settingsNow });
  const changing = { engine, mutes, thresholds, sendTest, log };
  const controls = new LiveControls({ ...changing, store: thread.store });
  shutdown.add("store", () => thread.close());
  const charts = openCharts({ queries, venues, metrics, runtime, log, shutdown });
  const world = { queries, controls, charts, metrics, inboxes, runtime, log };
  const hooks = createHooks(settings.bots, { runtime, log });
  // Loading it takes a third of a second, in which the store's thread gets under way.
  const { startApi } = await import("./api/server.ts");
  // First what may fail at once: an occupied port should not cost the making of a database.
  const api = await startApi({ ...settings.http, ...world, hooks: listOfHooks(hooks) }).catch(
    async (error: unknown) => {
      isStopping = true;
      await shutdown.run();
      throw error;
    },
  );
  shutdown.add("page", () => api.close());
  const recorder = startRecorder(options);
  if (recorder !== null) shutdown.add("recording", () => recorder.close());
  const heard = { venues, feeds, contexts, instruments, recorder };
  const deciders = { engine, holds, coverage, thresholds, thread };
  const parts = { ...options, ...world, ...heard, ...deciders, hooks, shutdown };
  const deciding = startDeciding(parts);
  const ready = deciding.then(() => {});
  ready.catch((error: unknown) => onFatal(fatal(error)));
  return {
    ...{ url: api.url, ready },
    summary: () => queries.summary(),
    reload: async () => (await deciding.catch(() => null))?.run() ?? "refused",
    stop() {
      isStopping = true;
      return shutdown.run();
    },
  };
}

/** The engine and the venues that it hears. */
function engineOf(settings: Settings, holds: Holds): Pick<Parts, "engine" | "venues" | "coverage"> {
  const enabled = settings.venues.filter((venue) => venue.enabled).map(({ id }) => id);
  const maxLagMs = new Map(settings.venues.map((venue) => [venue.id, venue.maxLagMs]));
  const venues = VENUES.filter(({ id }) => enabled.includes(id));
  const coverage = coverageBook(venues);
  const seen = {
    venues: enabled,
    maxLagMs,
    coverageOf: coverage.coverage,
    usualVolumeOf: usualVolumes(),
    levelWidths: widthsByAsset(settings.priceLevels.widths),
  };
  const { rules, cascade } = settings;
  const engine = new Engine({ rules, cascade, ...seen, ...holds.options });
  return { engine, venues, coverage };
}

function startThread(
  options: DaemonOptions & { readonly onEvent: (event: StoreEvent) => void },
): StoreThread {
  const { settings, log, runtime, label, onEvent, onConsole, onFatal } = options;
  const { dataDir, targets, retention } = settings;
  return startStoreThread({
    settings: {
      ...{ databaseUrl: settings.database.url, redisUrl: settings.redis.url, dataDir, targets },
      ...{ label, logLevel: settings.log.level, retention },
    },
    ...{ log, runtime, onEvent, onConsole, onCrash: onFatal },
  });
}

function startRecorder({ recordTo, runtime, log }: DaemonOptions): Recorder | null {
  return typeof recordTo === "string" ? new Recorder({ folder: recordTo, runtime, log }) : null;
}

function fatal(error: unknown): LiqError {
  if (error instanceof LiqError) return error;
  return new LiqError("LIQ_STORE", messageOf(error), { cause: error });
}
