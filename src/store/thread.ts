/**
 * The main thread's side of the store's thread. The database works in a thread of its own, because
 * the embedded one computes in ours and would hold up frames for tens of milliseconds.
 */
import { Worker } from "node:worker_threads";
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { TargetTest } from "../notice.ts";
import type { Message, TargetSettings } from "../notifiers/notifier.ts";
import type { Runtime } from "../runtime.ts";
import type { ContextStore } from "./context-readings.ts";
import { readPages } from "./liquidation-pages.ts";
import type { MigrationReport } from "./migrate.ts";
import type { Answer, StoreMethods } from "./rpc.ts";
import { StoreCalls } from "./rpc.ts";
import type {
  ClearRequest,
  NoticeStore,
  Store,
  StoreEvent,
  StoreQueries,
  ThresholdStore,
} from "./store.ts";
import type { UnpricedStore } from "./unpriced.ts";

/** A thread that has not closed by itself after this long is ended. */
const CLOSE_MS_MAX = 8_000;

/** What the thread is told at its start. */
export interface StoreThreadSettings {
  /** null = the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** null = BullMQ and the minute buckets work on the database too. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  readonly targets: readonly TargetSettings[];
  /** Put before every message; null for real alerts. */
  readonly label: "SIMULATION" | "TEST" | null;
  readonly logLevel: "error" | "warn" | "info" | "debug";
  /** null = nothing is ever deleted. */
  readonly retention: Pick<ClearRequest, "eventsMs" | "rollupsMs"> | null;
}

export interface StoreThreadOptions {
  readonly settings: StoreThreadSettings;
  readonly log: Log;
  readonly runtime: Pick<Runtime, "sleep">;
  readonly onEvent: (event: StoreEvent) => void;
  /** Writes what the console target shows, whole lines; without it they go to the log. */
  readonly onConsole?: (text: string) => void;
  /** The thread ended without being asked; every call fails from now on. */
  readonly onCrash: (error: LiqError) => void;
}

export interface StoreThread {
  /**
   * Resolves when this process has the right to decide and deliveries run; a standby waits here.
   * Rejects with LIQ_STORE when the database cannot be used.
   */
  open(): Promise<void>;
  readonly store: Store & NoticeStore;
  readonly queries: StoreQueries;
  readonly thresholds: ThresholdStore & Pick<StoreMethods, "previewAlerts">;
  readonly unpriced: UnpricedStore;
  readonly context: ContextStore;
  /**
   * Other targets from now on, without a restart; a target that is the same goes on untouched.
   * @throws LiqError LIQ_CONFIG when one of them cannot be used: then nothing has changed
   */
  setTargets(targets: readonly TargetSettings[]): Promise<void>;
  /**
   * One message to one target at once, without a row; re-arms a parked one when it arrives.
   * @throws LiqError LIQ_COMMAND for a target that is not configured
   */
  testTarget(target: string, message: Message): Promise<TargetTest>;
  /** Finishes what was asked, closes the database and ends the thread. */
  close(): Promise<void>;
}

/** The compiled entry stands beside us; from TypeScript sources (tests) it is in `dist`. */
const ENTRY = import.meta.url.endsWith(".ts") ? "../../dist/worker.js" : "../worker.js";

export function startStoreThread(options: StoreThreadOptions): StoreThread {
  const { calls, close } = startThread(options);
  let opening: Promise<void> | null = null;
  const open = (): Promise<void> => {
    opening ??= calls.call("open");
    return opening;
  };
  return {
    ...{ open, close, store: remoteStore(calls), queries: remoteQueries(calls) },
    thresholds: remoteThresholds(calls),
    unpriced: remoteUnpriced(calls),
    context: {
      writeContext: (reading) => calls.call("writeContext", reading),
      contextReadings: (fromMs, toMs) => calls.call("contextReadings", fromMs, toMs),
    },
    setTargets: (targets) => calls.call("setTargets", targets),
    testTarget: (target, message) => calls.call("testTarget", target, message),
  };
}

/**
 * Only brings the schema up to date, in the same kind of thread.
 *
 * @throws LiqError `LIQ_STORE` when the database cannot be used or is in use by a daemon
 */
export async function migrateInThread(
  options: Pick<StoreThreadOptions, "settings" | "log" | "runtime">,
): Promise<MigrationReport> {
  const { calls, close } = startThread({ ...options, onEvent() {}, onCrash() {} });
  try {
    return await calls.call("migrate");
  } finally {
    await close();
  }
}

interface Thread {
  readonly calls: StoreCalls;
  close(): Promise<void>;
}

function startThread(options: StoreThreadOptions): Thread {
  const worker = new Worker(new URL(ENTRY, import.meta.url), {
    name: "store",
    workerData: options.settings,
  });
  const calls = new StoreCalls(worker);
  let isClosing = false;
  const crash = (reason: string) => {
    const error = new LiqError("LIQ_STORE", `Store thread ended: ${reason}`);
    calls.end(error);
    if (!isClosing) options.onCrash(error);
    isClosing = true;
  };
  worker.on("message", (answer: Answer) => {
    if (answer.type === "event") options.onEvent(answer.event);
    else if (answer.type === "log") writeLine(options.log, answer);
    else if (answer.type === "console") showText(options, answer.text);
    else calls.settle(answer);
  });
  worker.once("error", (error) => crash(messageOf(error)));
  worker.once("exit", (code) => crash(`exit code ${code}`));
  return {
    calls,
    async close() {
      isClosing = true;
      const bound = new AbortController();
      const closed = calls.call("close");
      const late = options.runtime.sleep(CLOSE_MS_MAX, bound.signal);
      await Promise.race([closed, late]).catch((error: unknown) => {
        options.log.warn({ error: messageOf(error) }, "store did not close by itself");
      });
      bound.abort();
      await Promise.allSettled([closed, late, worker.terminate()]);
    },
  };
}

function showText({ onConsole, log }: StoreThreadOptions, text: string): void {
  if (onConsole === undefined) log.info({ text: text.trimEnd() }, "console");
  else onConsole(text);
}

function writeLine(log: Log, { line }: Extract<Answer, { readonly type: "log" }>): void {
  log[line.level](line.fields, line.message);
}

function remoteStore(calls: StoreCalls): Store & NoticeStore {
  return {
    warmStart: () => calls.call("warmStart"),
    liquidationsSince: (sinceMs) =>
      readPages((after) => calls.call("liquidationPage", sinceMs, after)),
    commit: (batch) => calls.call("commit", batch),
    mutes: () => calls.call("mutes"),
    writeMute: (mute, nowMs) => calls.call("writeMute", mute, nowMs),
    deleteMute: (subject) => calls.call("deleteMute", subject),
    opsState: () => calls.call("opsState"),
    writeNotices: (drafts, state) => calls.call("writeNotices", drafts, state),
  };
}

function remoteQueries(calls: StoreCalls): StoreQueries {
  return {
    recentLiquidations: (limit) => calls.call("recentLiquidations", limit),
    recentAlerts: (limit, options) => calls.call("recentAlerts", limit, options),
    openIncidents: () => calls.call("openIncidents"),
    deliveryCounts: () => calls.call("deliveryCounts"),
    parkedTargets: () => calls.call("parkedTargets"),
    attemptsOf: (deliveryIds) => calls.call("attemptsOf", deliveryIds),
    deliveriesFor: (alertId) => calls.call("deliveriesFor", alertId),
    openGaps: () => calls.call("openGaps"),
    gapsSince: (sinceMs) => calls.call("gapsSince", sinceMs),
    liquidationList: (query) => calls.call("liquidationList", query),
    largestLiquidations: (query) => calls.call("largestLiquidations", query),
    sumsBetween: (query) => calls.call("sumsBetween", query),
    alertList: (query) => calls.call("alertList", query),
    isLogged: (alertId) => calls.call("isLogged", alertId),
    bucketParts: (query) => calls.call("bucketParts", query),
    storedAssets: () => calls.call("storedAssets"),
    watchHistory: (sinceMs) => calls.call("watchHistory", sinceMs),
    usualMoney: (sinceMs) => calls.call("usualMoney", sinceMs),
    blockMoney: (query) => calls.call("blockMoney", query),
  };
}

function remoteThresholds(calls: StoreCalls): StoreThread["thresholds"] {
  return {
    thresholdOverrides: () => calls.call("thresholdOverrides"),
    writeThresholdChanges: (changes) => calls.call("writeThresholdChanges", changes),
    thresholdChanges: (limit) => calls.call("thresholdChanges", limit),
    previewAlerts: (query) => calls.call("previewAlerts", query),
  };
}

function remoteUnpriced(calls: StoreCalls): UnpricedStore {
  return {
    unpricedSymbols: () => calls.call("unpricedSymbols"),
    unpricedRows: (symbol, limit) => calls.call("unpricedRows", symbol, limit),
    priceRows: (rows, nowMs) => calls.call("priceRows", rows, nowMs),
  };
}
