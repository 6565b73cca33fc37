/**
 * From the first row read back to the last message: what a daemon does once it may decide. The
 * order is that of the data: store -> engine -> feeds -> people.
 */
import type { Charts } from "./chart.ts";
import type { BotHooks } from "./commands/hooks.ts";
import type { Settings } from "./config.ts";
import type { ContextPoller } from "./context/poller.ts";
import { ContextKeeper } from "./context-keeper.ts";
import { Decider, type OnChanged } from "./decide.ts";
import type { LiqError } from "./errors.ts";
import type { Feed } from "./feeds/feed.ts";
import { GapKeeper } from "./feeds/gap-keeper.ts";
import type { Instruments } from "./feeds/instruments.ts";
import type { FeedSink } from "./feeds/sink.ts";
import type { Venue } from "./feeds/venue.ts";
import type { Inboxes } from "./inboxes.ts";
import { targetsOf } from "./jobs/route.ts";
import { listen } from "./listen.ts";
import type { LiveControls } from "./live-controls.ts";
import type { LiveQueries } from "./live-queries.ts";
import type { LiveThresholds } from "./live-thresholds.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { createOpsDesk } from "./operator.ts";
import { type Recorder, recordingSink } from "./recording/recorder.ts";
import { Reload } from "./reload.ts";
import { type Reprice, startReprice } from "./reprice.ts";
import type { Rule } from "./rule.ts";
import type { Runtime } from "./runtime.ts";
import type { CoverageBook } from "./severity/coverage-book.ts";
import { Engine } from "./severity/engine.ts";
import type { Holds } from "./severity/holds.ts";
import type { Shutdown } from "./shutdown.ts";
import type { StoreThread } from "./store/thread.ts";
import { StoryBook } from "./stories/book.ts";
import { longestReopening } from "./stories/new-messages.ts";
import { beginWatch } from "./watching.ts";

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

/** What the parts of one daemon share. */
export interface Parts extends DaemonOptions {
  readonly shutdown: Shutdown;
  readonly engine: Engine;
  readonly holds: Holds;
  readonly coverage: CoverageBook;
  readonly queries: LiveQueries;
  readonly controls: LiveControls;
  readonly charts: Charts;
  readonly hooks: BotHooks;
  readonly thresholds: LiveThresholds;
  readonly metrics: Metrics;
  readonly instruments: Instruments;
  readonly venues: readonly Venue[];
  readonly feeds: Map<Venue, Feed>;
  readonly contexts: ContextPoller[];
  readonly thread: StoreThread;
  readonly recorder: Recorder | null;
}

/** Decisions that a restart puts back into the list of incidents. */
const RESTORED_ALERTS_MAX = 300;

/** Waits for the right to decide, reads the store back, then lets the first frame in. */
export async function startDeciding(parts: Parts): Promise<Reload> {
  const { settings, runtime, log, engine, queries, controls, thread, shutdown } = parts;
  const { thresholds } = parts;
  // Another third of a second of libraries, while the database is being opened.
  const [{ startBots }] = await Promise.all([import("./commands/bots.ts"), thread.open()]);
  const tookOverAtMs = queries.role === "standby" ? runtime.nowMs() : null;
  queries.parked.restore(await thread.queries.parkedTargets());
  await controls.restore();
  const { cascade } = settings;
  engine.continueAs(new Engine({ rules: await thresholds.restore(settings.rules), cascade }));
  let gaps = new GapKeeper([], runtime.nowMs());
  const decider = new Decider({
    ...{ engine, store: thread.store, runtime, log, metrics: parts.metrics },
    stories: storyBook(engine, () => reload.settings),
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
    setHolds: (holds) => {
      parts.holds.set(holds);
      engine.wakeIncidents();
    },
    onRead: (mistakes) => desk.onConfiguration(mistakes),
  });
  thresholds.begin({
    fileRules: () => reload.settings.rules,
    targets: () => reload.settings.targets,
    nowMs: () => engine.nowMs,
    cascade: () => engine.cascades.limits,
    alone: (change) => reload.alone(change),
    changeRules: (rules) => changeRules(rules, () => {}),
  });
  const desk = createOpsDesk({ ...parts, settings: () => reload.settings, tookOverAtMs });
  const warm = await decider.warmStart();
  const told = await thread.queries.recentAlerts(RESTORED_ALERTS_MAX, { suppressed: false });
  queries.restoreIncidents(told);
  gaps = await beginWatch(parts, warm);
  const keeper = new ContextKeeper({ book: engine.context, store: thread.context, log });
  if (warm.engineNowMs !== null) await keeper.restore(runtime.nowMs());
  queries.role = "deciding";
  decider.start();
  shutdown.add("decisions", () => decider.stop());
  const reprice = startReprice(parts, { decider, reload });
  shutdown.add("feeds", hear(parts, { decider, gaps, reprice, keeper }));
  await desk.open();
  shutdown.add("notices", () => desk.close());
  const { charts, hooks } = parts;
  const asking = { queries, controls, charts, runtime, log, hooks };
  const bots = startBots({ ...asking, settings: settings.bots });
  shutdown.add("bots", () => bots.close());
  return reload;
}

/** Lets the first frame in; returns what ends it. */
function hear(
  parts: Parts,
  to: {
    readonly decider: Decider;
    readonly gaps: GapKeeper;
    readonly reprice: Reprice;
    readonly keeper: ContextKeeper;
  },
): () => Promise<void> {
  const { decider, gaps, reprice, keeper } = to;
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
    onReading(atMs, reading) {
      recorder?.context(atMs, { reading });
      decider.take({ type: "context", atMs, referencePrices: {}, reading });
      keeper.note(atMs, reading);
    },
  });
}

/** Every decision to the messages that its rule and the targets ask for. */
function storyBook(engine: Engine, present: () => Settings): StoryBook {
  return new StoryBook({
    route(decision) {
      const { rules, targets } = present();
      const notify = rules.find(({ name }) => name === decision.rule)?.notify ?? null;
      return targetsOf(decision, notify, targets);
    },
    ruleIndex: (rule) => present().rules.findIndex(({ name }) => name === rule),
    reopenWithinMs: () => longestReopening(present().rules),
    running: (rule, scopeKey, incidentId) => engine.present(rule, scopeKey, incidentId),
  });
}
