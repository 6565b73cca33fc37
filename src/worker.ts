/** Entry of the store's thread, the second wiring file: database, queue and deliveries live here. */
import { parentPort, workerData } from "node:worker_threads";
import type { CommitBatch } from "./alert.ts";
import { LiqError } from "./errors.ts";
import { VENUES } from "./feeds/index.ts";
import { type Delivery, startDelivery } from "./jobs/deliver.ts";
import { migrateQueue } from "./jobs/queue.ts";
import { type Retention, startRetention } from "./jobs/retention.ts";
import { targetsOf } from "./jobs/route.ts";
import { createNotifier } from "./notifiers/index.ts";
import { previewAlerts } from "./preview.ts";
import { nodeRuntime } from "./runtime-node.ts";
import { type OpenedHours, openHours } from "./store/hours.ts";
import type { OpenedStore } from "./store/open.ts";
import { migrateStore, openStore } from "./store/open.ts";
import { type OpenedBuckets, openBuckets } from "./store/open-buckets.ts";
import { createPortLog } from "./store/port-log.ts";
import type { Database } from "./store/postgres/sql.ts";
import { SqlQueries } from "./store/queries-sql.ts";
import { SqlRetention } from "./store/retention.ts";
import type { Answer, Call, StoreMethods } from "./store/rpc.ts";
import { answerCall } from "./store/rpc.ts";
import type { StoreEvent } from "./store/store.ts";
import type { StoreThreadSettings } from "./store/thread.ts";

const port = parentPort;
if (port === null) throw new LiqError("LIQ_STORE", "Store's thread was started as a program");

const COPIES_CLOSE_MS_MAX = 1_000;

const settings: StoreThreadSettings = workerData;
const post = (answer: Answer): void => port.postMessage(answer);
const runtime = nodeRuntime;
const log = createPortLog({ level: settings.logLevel, runtime, post });
const closing = new AbortController();
let opening: Promise<void> | null = null;
let opened: OpenedStore | null = null;
let delivery: Delivery | null = null;
let buckets: OpenedBuckets | null = null;
let queries: SqlQueries | null = null;
let hours: OpenedHours | null = null;
let retention: Retention | null = null;

async function open(): Promise<void> {
  const onEvent = (event: StoreEvent) => post({ type: "event", event });
  const onPrepared = (database: Database) => {
    queries = new SqlQueries(database);
    buckets = openBuckets({ database, redisUrl: settings.redisUrl, runtime, log });
  };
  opened = await openStore({ ...storeOptions, onEvent, onPrepared, signal: closing.signal });
  // A killed process may have left commits that no bucket holds.
  buckets?.wake();
  hours = openHours({ database: opened.database, runtime, log });
  retention = retain(opened, hours);
  delivery = await deliver(opened);
}

function retain({ database, vacuum }: OpenedStore, { copy }: OpenedHours): Retention | null {
  if (settings.retention === null) return null;
  const onDeleted = (rows: number) => vacuum?.wrote(rows);
  return startRetention({
    store: new SqlRetention({ database, hours: copy, runtime, onDeleted }),
    ...{ settings: settings.retention, runtime, log },
    onEvent: (event) => post({ type: "event", event }),
  });
}

async function deliver({ store, database }: OpenedStore): Promise<Delivery> {
  const { redisUrl, targets, label } = settings;
  const write = (text: string) => post({ type: "console", text });
  return startDelivery({
    store,
    backend:
      redisUrl === null
        ? { type: "postgres", pool: database.queuePool }
        : { type: "redis", url: redisUrl },
    targets,
    notifierOf: (target) => createNotifier(target, { runtime, log, write }),
    label,
    venueNotes: Object.fromEntries(VENUES.map((venue) => [venue.id, venue])),
    runtime,
    log,
    onEvent: (event) => post({ type: "event", event }),
  });
}

function store(): OpenedStore["store"] {
  if (opened === null) throw notOpen();
  return opened.store;
}

/** For questions: a standby has it, too. */
function reader(): SqlQueries {
  if (queries === null) throw notOpen();
  return queries;
}

/** Those that are to be told something, or to show other figures. */
function targetsIn({ deliveries, stories }: CommitBatch): ReadonlySet<string> {
  const changed = stories.filter(({ hasNewFigures }) => hasNewFigures);
  const shownTo = changed.flatMap(({ story }) => Object.keys(story.told));
  return new Set([...deliveries.map(({ target }) => target), ...shownTo]);
}

function notOpen(): LiqError {
  return new LiqError("LIQ_STORE", "Store is not open yet");
}

/** A copying that waits for an absent server ends only when the database is closed. */
async function closeCopies(): Promise<void> {
  const late = new Promise<void>((resolve) => runtime.after(COPIES_CLOSE_MS_MAX, resolve));
  const closed = Promise.all([buckets?.close(), hours?.close(), retention?.close()]);
  await Promise.race([closed, late]);
}

const storeOptions = {
  databaseUrl: settings.databaseUrl,
  dataDir: settings.dataDir,
  snapshotFolder: import.meta.dirname,
  runtime,
  log,
  migrateQueue: settings.redisUrl === null ? migrateQueue : null,
};

const methods: StoreMethods = {
  open() {
    opening = open();
    return opening;
  },
  migrate: () => migrateStore(storeOptions),
  warmStart: () => store().warmStart(),
  liquidationPage: (sinceMs, after) => store().liquidationPage(sinceMs, after),
  async commit(batch) {
    const result = await store().commit(batch);
    if (result.acceptedKeys.length > 0) {
      buckets?.wake();
      hours?.wake();
    }
    opened?.vacuum?.wrote(batch.liquidations.length + batch.deliveries.length);
    for (const target of targetsIn(batch)) void delivery?.wake(target);
    return result;
  },
  recentLiquidations: (limit) => reader().recentLiquidations(limit),
  recentAlerts: (limit, options) => reader().recentAlerts(limit, options),
  openIncidents: () => reader().openIncidents(),
  deliveryCounts: () => reader().deliveryCounts(),
  parkedTargets: () => reader().parkedTargets(),
  attemptsOf: (deliveryIds) => reader().attemptsOf(deliveryIds),
  deliveriesFor: (alertId) => reader().deliveriesFor(alertId),
  openGaps: () => reader().openGaps(),
  gapsSince: (sinceMs) => reader().gapsSince(sinceMs),
  liquidationList: (query) => reader().liquidationList(query),
  largestLiquidations: (query) => reader().largestLiquidations(query),
  sumsBetween: (query) => reader().sumsBetween(query),
  alertList: (query) => reader().alertList(query),
  isLogged: (alertId) => reader().isLogged(alertId),
  storedAssets: () => reader().storedAssets(),
  watchHistory: (sinceMs) => reader().watchHistory(sinceMs),
  usualMoney: (sinceMs) => reader().usualMoney(sinceMs),
  blockMoney: (query) => reader().blockMoney(query),
  async bucketParts(query) {
    if (buckets === null) throw notOpen();
    return buckets.parts(query);
  },
  mutes: () => store().mutes(),
  writeMute: (mute, nowMs) => store().writeMute(mute, nowMs),
  deleteMute: (subject) => store().deleteMute(subject),
  thresholdOverrides: () => store().thresholdOverrides(),
  writeThresholdChanges: (changes) => store().writeThresholdChanges(changes),
  thresholdChanges: (limit) => store().thresholdChanges(limit),
  unpricedSymbols: () => store().unpricedSymbols(),
  unpricedRows: (symbol, limit) => store().unpricedRows(symbol, limit),
  priceRows: (rows, nowMs) => store().priceRows(rows, nowMs),
  writeContext: (reading) => store().writeContext(reading),
  contextReadings: (fromMs, toMs) => store().contextReadings(fromMs, toMs),
  previewAlerts: (query) =>
    previewAlerts(
      {
        ...{ rows: (sinceMs, rowsMax) => store().newestSince(sinceMs, rowsMax), runtime },
        blocks: (reach) => reader().blockMoney(reach),
        route: (decision, rule) => targetsOf(decision, rule.notify, query.targets),
      },
      query,
    ),
  opsState: () => store().opsState(),
  async writeNotices(drafts, state) {
    await store().writeNotices(drafts, state);
    for (const { target } of drafts) void delivery?.wake(target);
  },
  async setTargets(targets) {
    store();
    await delivery?.setTargets(targets);
  },
  testTarget(target, message) {
    if (delivery === null) throw new LiqError("LIQ_STORE", "Deliveries have not begun yet");
    return delivery.test(target, message);
  },
  async close() {
    closing.abort(new LiqError("LIQ_STORE", "Store was closed"));
    // Deliveries that are just being started must be there to be closed before the database is.
    await opening?.catch(() => {});
    await delivery?.close();
    await closeCopies();
    await opened?.close();
  },
};

port.on("message", (call: Call) => {
  void answerCall(methods, call, port);
});
