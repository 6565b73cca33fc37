/** Entry of the store's thread, the second wiring file: database, queue and deliveries live here. */
import { parentPort, workerData } from "node:worker_threads";
import { LiqError } from "./errors.ts";
import { VENUES } from "./feeds/index.ts";
import { type Delivery, startDelivery } from "./jobs/deliver.ts";
import { migrateQueue } from "./jobs/queue.ts";
import { createNotifier } from "./notifiers/index.ts";
import { nodeRuntime } from "./runtime-node.ts";
import type { OpenedStore } from "./store/open.ts";
import { migrateStore, openStore } from "./store/open.ts";
import { type OpenedBuckets, openBuckets } from "./store/open-buckets.ts";
import { createPortLog } from "./store/port-log.ts";
import type { Database } from "./store/postgres/sql.ts";
import type { Answer, Call, StoreMethods } from "./store/rpc.ts";
import { answerCall } from "./store/rpc.ts";
import type { StoreEvent } from "./store/store.ts";
import type { StoreThreadSettings } from "./store/thread.ts";

const port = parentPort;
if (port === null) throw new LiqError("LIQ_STORE", "Store's thread was started as a program");

const BUCKETS_CLOSE_MS_MAX = 1_000;

const settings: StoreThreadSettings = workerData;
const post = (answer: Answer): void => port.postMessage(answer);
const runtime = nodeRuntime;
const log = createPortLog({ level: settings.logLevel, runtime, post });
const closing = new AbortController();
let opening: Promise<void> | null = null;
let opened: OpenedStore | null = null;
let delivery: Delivery | null = null;
let buckets: OpenedBuckets | null = null;

async function open(): Promise<void> {
  const onEvent = (event: StoreEvent) => post({ type: "event", event });
  const onPrepared = (database: Database) => {
    buckets = openBuckets({ database, redisUrl: settings.redisUrl, runtime, log });
  };
  opened = await openStore({ ...storeOptions, onEvent, onPrepared, signal: closing.signal });
  // A killed process may have left commits that no bucket holds.
  buckets?.wake();
  delivery = await deliver(opened);
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
  if (opened === null) throw new LiqError("LIQ_STORE", "Store is not open yet");
  return opened.store;
}

/** A copying that waits for an absent server ends only when the database is closed. */
async function closeBuckets(): Promise<void> {
  const late = new Promise<void>((resolve) => runtime.after(BUCKETS_CLOSE_MS_MAX, resolve));
  await Promise.race([buckets?.close(), late]);
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
    if (result.acceptedKeys.length > 0) buckets?.wake();
    opened?.vacuum?.wrote(batch.liquidations.length + batch.deliveries.length);
    for (const target of new Set(batch.deliveries.map((draft) => draft.target))) {
      void delivery?.wake(target);
    }
    return result;
  },
  recentLiquidations: (limit) => store().recentLiquidations(limit),
  recentAlerts: (limit, options) => store().recentAlerts(limit, options),
  openIncidents: () => store().openIncidents(),
  deliveryCounts: () => store().deliveryCounts(),
  deliveriesFor: (alertId) => store().deliveriesFor(alertId),
  openGaps: () => store().openGaps(),
  gapsSince: (sinceMs) => store().gapsSince(sinceMs),
  liquidationList: (query) => store().liquidationList(query),
  largestLiquidations: (query) => store().largestLiquidations(query),
  sumsBetween: (query) => store().sumsBetween(query),
  alertList: (query) => store().alertList(query),
  isLogged: (alertId) => store().isLogged(alertId),
  async bucketTotal(query) {
    if (buckets === null) throw new LiqError("LIQ_STORE", "Store is not open yet");
    return buckets.total(query);
  },
  mutes: () => store().mutes(),
  writeMute: (mute, nowMs) => store().writeMute(mute, nowMs),
  deleteMute: (asset) => store().deleteMute(asset),
  async setTargets(targets) {
    store();
    await delivery?.setTargets(targets);
  },
  async close() {
    closing.abort(new LiqError("LIQ_STORE", "Store was closed"));
    // Deliveries that are just being started must be there to be closed before the database is.
    await opening?.catch(() => {});
    await delivery?.close();
    await closeBuckets();
    await opened?.close();
  },
};

port.on("message", (call: Call) => {
  void answerCall(methods, call, port);
});
