/**
 * Wires the daemon, top to bottom in the direction of the data: feeds -> engine -> store -> jobs and
 * people; the page reads along.
 */
import type { Decision, DeliveryDraft } from "./alert.ts";
import { PromMetrics } from "./api/metrics.ts";
import { type BotHooks, createHooks, listOfHooks } from "./commands/hooks.ts";
import type { Settings } from "./config.ts";
import { Decider, type OnChanged } from "./decide.ts";
import { LiqError, messageOf } from "./errors.ts";
import type { Feed } from "./feeds/feed.ts";
import { GapKeeper } from "./feeds/gap-keeper.ts";
import { VENUES } from "./feeds/index.ts";
import { bundledInstruments, type Instruments } from "./feeds/instruments.ts";
import type { FeedSink } from "./feeds/sink.ts";
import type { Venue } from "./feeds/venue.ts";
import type { Inboxes } from "./inboxes.ts";
import { routeDecision } from "./jobs/route.ts";
import { listen } from "./listen.ts";
import { LiveControls } from "./live-controls.ts";
import { LiveQueries } from "./live-queries.ts";
import { LiveThresholds } from "./live-thresholds.ts";
import { countErrors, type Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { createOpsDesk, targetTester } from "./operator.ts";
import type { RunSummary } from "./queries.ts";
import { Recorder, recordingSink } from "./recording/recorder.ts";
import { Reload, type ReloadOutcome } from "./reload.ts";
import { type Reprice, startReprice } from "./reprice.ts";
import type { Rule } from "./rule.ts";
import type { Runtime } from "./runtime.ts";
import type { CoverageBook } from "./severity/coverage-book.ts";
import { Engine } from "./severity/engine.ts";
import { MuteBook } from "./severity/mutes.ts";
import { Shutdown, type ShutdownResult } from "./shutdown.ts";
import type { StoreEvent } from "./store/store.ts";
import { type StoreThread, startStoreThread } from "./store/thread.ts";
import { storeEvents } from "./store-events.ts";
import { beginWatch, coverageBook } from "./watching.ts";

export interface DaemonOptions {
  readonly settings: Settings;
  /** Reads the settings again, for `reload`; throws what is wrong with them. */
  readonly readSettings?: () => Settings;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Put before everything people see. */
  readonly label: "SIMULATION" | null;
  /** Folder in which everything heard is written down; null or absent = none. */
  readonly recordTo?: string | null;
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
  /** Takes a changed configuration over; waits until the daemon is ready. Never rejects. */
  reload(): Promise<ReloadOutcome>;
  stop(): Promise<ShutdownResult>;
}

/** What the parts of one daemon share. */
interface Parts extends DaemonOptions {
  readonly shutdown: Shutdown;
  readonly engine: Engine;
  readonly coverage: CoverageBook;
  readonly queries: LiveQueries;
  readonly controls: LiveControls;
  readonly hooks: BotHooks;
  readonly thresholds: LiveThresholds;
  readonly metrics: Metrics;
  readonly instruments: Instruments;
  readonly venues: readonly Venue[];
  readonly feeds: Map<Venue, Feed>;
  readonly thread: StoreThread;
  readonly recorder: Recorder | null;
}

/** Decisions that a restart puts back into the list of incidents. */
const RESTORED_ALERTS_MAX = 300;

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
  const { engine, venues, coverage } = engineOf(settings, mutes);
  const feeds = new Map<Venue, Feed>();
  const instruments = bundledInstruments();
  const metrics = new PromMetrics({ hasProcess: true });
  const thread = startThread({
    ...{ ...options, log, onFatal },
    onEvent: (event) => onStoreEvent(event),
  });
  const thresholds = new LiveThresholds({ store: thread.thresholds, runtime, log });
  const queries = new LiveQueries({
    overrides: () => thresholds.states(),
    ...{ label, engine, errors, mutes, coverage, questions: thread.queries },
    venues: venues.map(({ id }) => id),
    samples: venues.filter((venue) => venue.completeness === "sample").map(({ id }) => id),
    feeds: () => [...feeds].map(([venue, feed]) => ({ venue, status: feed.status() })),
    listedAssets: () => instruments.assets(),
    store: settings.database.url === null ? "embedded" : "postgres",
    startedAtMs: runtime.nowMs(),
  });
  const onStoreEvent = storeEvents({ queries, metrics, log, onFatal });
  const settingsNow = async () => (await deciding).settings;
  const sendTest = targetTester({ queries, thread, runtime, settings: settingsNow });
  const changing = { engine, mutes, thresholds, sendTest, log };
  const controls = new LiveControls({ ...changing, store: thread.store });
  shutdown.add("store", () => thread.close());
  const world = { queries, controls, metrics, inboxes, runtime, log };
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
  const heard = { venues, feeds, instruments, recorder };
  const deciders = { engine, coverage, thresholds, thread };
  const parts = { ...options, ...world, ...heard, ...deciders, hooks, shutdown };
  const deciding = startDeciding(parts);
  const ready = deciding.then(() => {});
  ready.catch((error: unknown) => onFatal(fatal(error)));
  return {
    ...{ url: api.url, ready },
    summary: () => queries.summary(),
    reload: () =>
      deciding.then(
        (reload) => reload.run(),
        () => "refused",
      ),
    stop() {
      isStopping = true;
      return shutdown.run();
    },
  };
}

/** The engine and the venues that it hears. */
function engineOf(
  settings: Settings,
  mutes: MuteBook,
): Pick<Parts, "engine" | "venues" | "coverage"> {
  const enabled = settings.venues.filter((venue) => venue.enabled).map(({ id }) => id);
  const maxLagMs = new Map(settings.venues.map((venue) => [venue.id, venue.maxLagMs]));
  const venues = VENUES.filter(({ id }) => enabled.includes(id));
  const coverage = coverageBook(venues);
  const seen = { venues: enabled, maxLagMs, coverageOf: coverage.coverage };
  const engine = new Engine({ rules: settings.rules, ...seen, ...mutes.holds });
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

/** Waits for the right to decide, reads the store back, then lets the first frame in. */
async function startDeciding(parts: Parts): Promise<Reload> {
  const { settings, runtime, log, engine, queries, controls, thread, shutdown } = parts;
  const { thresholds } = parts;
  // Another third of a second of libraries, while the database is being opened.
  const [{ startBots }] = await Promise.all([import("./commands/bots.ts"), thread.open()]);
  const tookOverAtMs = queries.role === "standby" ? runtime.nowMs() : null;
  queries.parked.restore(await thread.queries.parkedTargets());
  await controls.restore();
  engine.continueAs(new Engine({ rules: await thresholds.restore(settings.rules) }));
  let gaps = new GapKeeper([], runtime.nowMs());
  const decider = new Decider({
    ...{ engine, store: thread.store, runtime, log, metrics: parts.metrics },
    route: routing(() => reload.settings),
    takeGaps: () => gaps.take(),
    onStep: (input, accepted, decisions) => queries.onStep(input, accepted, decisions),
    onCommit: (result) => queries.onCommit(result),
    onCommitFailure: (reason) => queries.onStoreTrouble(reason),
  });
  const changeRules = (rules: readonly Rule[], onChanged: OnChanged) =>
    decider.changeRules(thresholds.rulesOver(rules), (ended) => {
      onChanged(ended);
      queries.onRulesChanged();
      void thresholds.onRules(rules);
    });
  const reload = new Reload({
    ...{ settings, log, read: parts.readSettings ?? (() => settings), changeRules },
    setTargets: (targets) => thread.setTargets(targets),
    onRead: (mistakes) => desk.onConfiguration(mistakes),
  });
  thresholds.begin({
    fileRules: () => reload.settings.rules,
    targets: () => reload.settings.targets,
    nowMs: () => engine.nowMs,
    alone: (change) => reload.alone(change),
    changeRules: (rules) => changeRules(rules, () => {}),
  });
  const desk = createOpsDesk({ ...parts, settings: () => reload.settings, tookOverAtMs });
  const warm = await decider.warmStart();
  const told = await thread.queries.recentAlerts(RESTORED_ALERTS_MAX, { suppressed: false });
  queries.restoreIncidents(told);
  gaps = await beginWatch(parts, warm);
  queries.role = "deciding";
  queries.onBacklog(await backlogOf(thread));
  decider.start();
  shutdown.add("decisions", () => decider.stop());
  const reprice = startReprice(parts, { decider, reload });
  shutdown.add("feeds", hear(parts, { decider, gaps, reprice }));
  await desk.open();
  shutdown.add("notices", () => desk.close());
  const asking = { queries, controls, runtime, log, hooks: parts.hooks };
  const bots = startBots({ ...asking, settings: settings.bots });
  shutdown.add("bots", () => bots.close());
  return reload;
}

/** Lets the first frame in; returns what ends it. */
function hear(
  parts: Parts,
  to: { readonly decider: Decider; readonly gaps: GapKeeper; readonly reprice: Reprice },
): () => Promise<void> {
  const { decider, gaps, reprice } = to;
  const { queries, recorder } = parts;
  const sink: FeedSink = {
    frame({ receivedAtMs, liquidations, rejects }) {
      queries.rejected += rejects.length;
      decider.take({ type: "rows", receivedAtMs, rows: liquidations });
    },
    connection(event) {
      gaps.on(event);
      decider.take({ type: "connection", event });
    },
    legible: (change) => gaps.onLegible(change),
  };
  return listen({
    ...parts,
    sink: recorder === null ? sink : recordingSink(recorder, sink),
    onListed(venue, instruments, atMs) {
      recorder?.context(atMs, { venue, instruments });
      reprice.wake();
    },
    onPrices(atMs, referencePrices) {
      recorder?.context(atMs, { referencePrices });
      decider.take({ type: "context", atMs, referencePrices });
    },
  });
}

/** Messages that an earlier run has left. */
async function backlogOf(thread: StoreThread): Promise<number> {
  const counts = await thread.queries.deliveryCounts();
  return counts.reduce((sum, { state, count }) => sum + (state === "pending" ? count : 0), 0);
}

/** Every decision to the messages that its rule and the targets ask for. */
function routing(present: () => Settings): (decision: Decision) => readonly DeliveryDraft[] {
  return (decision) => {
    const settings = present();
    const notify = settings.rules.find(({ name }) => name === decision.rule)?.notify ?? null;
    return routeDecision(decision, notify, settings.targets);
  };
}

function fatal(error: unknown): LiqError {
  if (error instanceof LiqError) return error;
  return new LiqError("LIQ_STORE", messageOf(error), { cause: error });
}
