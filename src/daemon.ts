/**
 * Wires the daemon, top to bottom in the direction of the data: feeds -> engine -> store -> jobs and
 * people; the page reads along.
 */
import type { Decision, DeliveryDraft } from "./alert.ts";
import { startApi } from "./api/server.ts";
import type { Settings } from "./config.ts";
import { Decider } from "./decide.ts";
import { LiqError, messageOf } from "./errors.ts";
import type { Feed } from "./feeds/feed.ts";
import { GapKeeper } from "./feeds/gap-keeper.ts";
import { VENUES } from "./feeds/index.ts";
import type { FeedSink } from "./feeds/sink.ts";
import type { Venue } from "./feeds/venue.ts";
import { routeDecision } from "./jobs/route.ts";
import { listen } from "./listen.ts";
import { LiveQueries } from "./live-queries.ts";
import type { Log } from "./log.ts";
import type { Inboxes, RunSummary } from "./queries.ts";
import type { Runtime } from "./runtime.ts";
import { Engine } from "./severity/engine.ts";
import { Shutdown, type ShutdownResult } from "./shutdown.ts";
import type { StoreEvent } from "./store/store.ts";
import { type StoreThread, startStoreThread } from "./store/thread.ts";

/** Alerts of earlier runs that the page goes on with: a busy day and every open incident. */
const ALERTS_READ_BACK = 300;

export interface DaemonOptions {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Put before everything people see. */
  readonly label: "SIMULATION" | null;
  /** The demo's local inboxes, shown on the page. */
  readonly inboxes: Inboxes | null;
  /** The daemon can go no further: the store's thread ended, or another process took over. */
  readonly onFatal: (error: LiqError) => void;
  /** Where the `console` target writes. */
  readonly onConsole: (text: string) => void;
}

export interface Daemon {
  /** Where the page is: `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Resolves when the store is read back and the feeds are being connected. */
  readonly ready: Promise<void>;
  summary(): RunSummary;
  stop(): Promise<ShutdownResult>;
}

/** What the parts of one daemon share. */
interface Parts extends DaemonOptions {
  readonly shutdown: Shutdown;
  readonly engine: Engine;
  readonly queries: LiveQueries;
  readonly venues: readonly Venue[];
  readonly feeds: Map<Venue, Feed>;
  readonly thread: StoreThread;
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
  const enabled = settings.venues.filter((venue) => venue.enabled).map(({ id }) => id);
  const venues = VENUES.filter(({ id }) => enabled.includes(id));
  const maxLagMs = new Map(settings.venues.map((venue) => [venue.id, venue.maxLagMs]));
  const engine = new Engine({ rules: settings.rules, venues: enabled, maxLagMs });
  const feeds = new Map<Venue, Feed>();
  const queries = new LiveQueries({
    ...{ label, engine, errors },
    feeds: () => [...feeds].map(([venue, feed]) => ({ venue, status: feed.status() })),
    store: settings.database.url === null ? "embedded" : "postgres",
    startedAtMs: runtime.nowMs(),
  });
  // First what may fail at once: an occupied port should not cost the making of a database.
  const api = await startApi({ ...settings.http, queries, inboxes, runtime, log });
  const thread = startThread({ ...options, log, queries, onFatal });
  shutdown.add("store", () => thread.close());
  shutdown.add("page", () => api.close());
  const parts = { ...options, log, shutdown, engine, queries, venues, feeds, thread };
  const ready = startDeciding(parts);
  ready.catch((error: unknown) => onFatal(fatal(error)));
  const stop = (): Promise<ShutdownResult> => {
    isStopping = true;
    return shutdown.run();
  };
  return { url: api.url, ready, summary: () => queries.summary(), stop };
}

function startThread(options: DaemonOptions & { readonly queries: LiveQueries }): StoreThread {
  const { settings, log, runtime, label, queries, onFatal, onConsole } = options;
  const { dataDir, targets } = settings;
  return startStoreThread({
    settings: {
      ...{ databaseUrl: settings.database.url, redisUrl: settings.redis.url, dataDir, targets },
      ...{ label, logLevel: settings.log.level },
    },
    log,
    runtime,
    onCrash: onFatal,
    onConsole,
    onEvent(event: StoreEvent) {
      queries.onStoreEvent(event);
      tellHealth(log, event);
      if (event.type !== "role") return;
      if (event.role === "standby") {
        queries.role = "standby";
        log.info({}, "Another daemon decides on this database; this one stands by");
      }
      if (event.role === "lost") {
        onFatal(new LiqError("LIQ_STORE", "Another process decides now, this one stops"));
      }
    },
  });
}

/** A database that is away is waited for, at the start too: whoever looks at the log must know. */
function tellHealth(log: Log, event: StoreEvent): void {
  if (event.type === "trouble" && event.part === "database") {
    log.warn({ code: "LIQ_STORE", reason: event.message }, "Database is away; work waits for it");
  }
  if (event.type === "recovered" && event.part === "database") log.info({}, "Database is back");
}

/** Waits for the right to decide, reads the store back, then lets the first frame in. */
async function startDeciding(parts: Parts): Promise<void> {
  const { settings, runtime, log, engine, queries, thread, venues, feeds, shutdown } = parts;
  await thread.ready;
  let gaps = new GapKeeper([], runtime.nowMs());
  const decider = new Decider({
    ...{ engine, store: thread.store, runtime, log },
    route: routing(settings),
    takeGaps: () => gaps.take(),
    onStep: (accepted, decisions) => queries.onStep(accepted, decisions),
    onCommit: (result) => queries.onCommit(result),
  });
  const warm = await decider.warmStart();
  const watched = venues.map(({ id }) => id);
  gaps = new GapKeeper(watched, warm.engineNowMs ?? runtime.nowMs(), warm.openGaps);
  queries.restore(await thread.queries.recentAlerts(ALERTS_READ_BACK, { suppressed: false }));
  queries.role = "deciding";
  queries.onBacklog(await backlogOf(thread));
  queries.watchedSinceMs = runtime.nowMs();
  decider.start();
  shutdown.add("decisions", () => decider.stop());
  const sink: FeedSink = {
    frame({ receivedAtMs, liquidations, rejects }) {
      queries.rejected += rejects.length;
      decider.take({ type: "rows", receivedAtMs, rows: liquidations });
    },
    connection(event) {
      gaps.on(event);
      decider.take({ type: "connection", event });
    },
  };
  const stopListening = listen({ settings, venues, runtime, log, feeds, sink });
  shutdown.add("feeds", stopListening);
}

/** Messages that an earlier run has left. */
async function backlogOf(thread: StoreThread): Promise<number> {
  const counts = await thread.queries.deliveryCounts();
  return counts.reduce((sum, { state, count }) => sum + (state === "pending" ? count : 0), 0);
}

/** Every decision to the messages that its rule and the targets ask for. */
function routing(settings: Settings): (decision: Decision) => readonly DeliveryDraft[] {
  const rules = new Map(settings.rules.map((rule) => [rule.name, rule]));
  return (decision) => {
    const notify = rules.get(decision.rule)?.notify ?? null;
    return routeDecision(decision, notify, settings.targets);
  };
}

function fatal(error: unknown): LiqError {
  if (error instanceof LiqError) return error;
  return new LiqError("LIQ_STORE", messageOf(error), { cause: error });
}

/** The same log, with its errors counted for the run summary. */
function countErrors(log: Log): { log: Log; errors: () => number } {
  let count = 0;
  const wrap = (inner: Log): Log => ({
    error(fields, message) {
      count += 1;
      inner.error(fields, message);
    },
    warn: (fields, message) => inner.warn(fields, message),
    info: (fields, message) => inner.info(fields, message),
    debug: (fields, message) => inner.debug(fields, message),
    child: (fields) => wrap(inner.child(fields)),
  });
  return { log: wrap(log), errors: () => count };
}
