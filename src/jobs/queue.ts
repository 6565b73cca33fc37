/**
 * The wake-up queue: BullMQ on Redis, or on its Postgres backend, through one code path. A job says
 * only which target to look at; the delivery rows are the truth, so any job may be lost.
 */
import {
  createPostgresBackend,
  type Job,
  type PgPool,
  Queue,
  runMigrations,
  Worker,
  type WorkerOptions,
} from "bullmq";
import { Redis } from "ioredis";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";

export type QueueBackend =
  | { readonly type: "redis"; readonly url: string }
  /** Migrated by `migrateQueue`, with `bullmq` first in its search path. */
  | { readonly type: "postgres"; readonly pool: PgPool };

export interface Wake {
  readonly target: string;
  readonly delayMs: number;
}

export interface WakeQueue {
  /** Rejects at once when the backend is away: a wake-up is not worth waiting for. */
  add(wake: Wake): Promise<void>;
  close(): Promise<void>;
}

export interface WakeQueueOptions {
  /** A job is done when this resolves. */
  readonly onWake: (target: string) => Promise<void>;
  /** Jobs at once; one per target, so that a slow target delays no other. */
  readonly concurrency: number;
  readonly runtime: Runtime;
  readonly log: Log;
  /** `null` = the backend answers again. */
  readonly onTrouble: (message: string | null) => void;
}

const QUEUE_NAME = "liqwatch-wakes";
/** The same schema as in the store's search path. */
const QUEUE_SCHEMA = "bullmq";
/** Braces keep all keys of a queue on one node of a Redis cluster. */
const REDIS_PREFIX = "{liq}";

/** A killed worker's job is seen after at most both of these. */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 5_000;
/** BullMQ fails a job that stalled twice, whatever `attempts` says: a wake-up may stall for ever. */
const STALLED_COUNT_MAX = 1_000_000;
const KEPT_JOBS = { age: 3_600, count: 1_000 } as const;
/** A failed look for jobs is repeated after this; BullMQ's own 15 s would outlast our closing. */
const RETRY_MS = 1_000;
const RECONNECT_MS_MAX = 2_000;
/** Closing waits this long for running jobs and for a backend that may be away. */
const CLOSE_MS_MAX = 3_000;

/** Creates BullMQ's tables; to be run before any queue opens on this pool. */
export async function migrateQueue(pool: PgPool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, QUEUE_SCHEMA);
  } finally {
    client.release();
  }
}

/** Opens queue and worker; never waits for the backend. */
export function openWakeQueue(backend: QueueBackend, options: WakeQueueOptions): WakeQueue {
  const work = async (job: Job<{ readonly target: string }>): Promise<void> =>
    options.onWake(String(job.data.target));
  const workerOptions = {
    concurrency: options.concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: STALLED_COUNT_MAX,
    runRetryDelay: RETRY_MS,
  };
  const { queue, worker, onPresent, disconnect } = connect(backend, { work, workerOptions });
  const health = watchHealth(options);
  for (const part of [queue, worker]) {
    part.on("error", (error) => health.failed(error));
  }
  worker.on("completed", health.answered);
  worker.on("ready", health.answered);
  // Without work nothing else would say that it answers again.
  onPresent(health.answered);
  return {
    async add({ target, delayMs }) {
      await queue.add("wake", { target }, { delay: delayMs, ...JOB_OPTIONS });
      health.answered();
    },
    async close() {
      // While the backend is away BullMQ would wait for it, its timers running; jobs may be lost.
      const closed = Promise.allSettled([worker.close(health.isAway()), queue.close()]);
      await new Promise<void>((resolve) => {
        const cancel = options.runtime.after(CLOSE_MS_MAX, resolve);
        closed.then(() => {
          cancel();
          resolve();
        });
      });
      disconnect();
    },
  };
}

const JOB_OPTIONS = { removeOnComplete: KEPT_JOBS, removeOnFail: KEPT_JOBS } as const;

interface Connected {
  readonly queue: {
    add(name: string, wake: { target: string }, options: object): Promise<unknown>;
    close(): Promise<void>;
    on(event: "error", listener: (error: Error) => void): unknown;
  };
  readonly worker: {
    close(force: boolean): Promise<void>;
    on(event: "error", listener: (error: Error) => void): unknown;
    on(event: "completed" | "ready", listener: () => void): unknown;
  };
  /** Calls back for every connection made. */
  onPresent(listener: () => void): void;
  disconnect(): void;
}

function connect(
  backend: QueueBackend,
  {
    work,
    workerOptions,
  }: {
    readonly work: (job: Job<{ readonly target: string }>) => Promise<void>;
    readonly workerOptions: Omit<WorkerOptions, "connection">;
  },
): Connected {
  if (backend.type === "postgres") {
    const connection = backend.pool;
    return {
      queue: new Queue(QUEUE_NAME, { connection }, createPostgresBackend),
      worker: new Worker(QUEUE_NAME, work, { connection, ...workerOptions }, createPostgresBackend),
      onPresent() {},
      disconnect() {},
    };
  }
  let isClosed = false;
  // BullMQ makes connections of its own from these options; they give up only if told so here.
  const retryStrategy = (tries: number): number | null =>
    isClosed ? null : Math.min(100 * tries, RECONNECT_MS_MAX);
  const common = { maxRetriesPerRequest: null, retryStrategy };
  // Adding fails at once while Redis is away; the worker's connections wait for it instead.
  const forAdding = new Redis(backend.url, { ...common, enableOfflineQueue: false });
  const forWorking = new Redis(backend.url, common);
  // BullMQ tells these errors too, but stops listening before the clients have ended.
  for (const client of [forAdding, forWorking]) client.on("error", () => {});
  const prefix = REDIS_PREFIX;
  const connection = forWorking;
  const worker = new Worker(QUEUE_NAME, work, { connection, prefix, ...workerOptions });
  return {
    queue: new Queue(QUEUE_NAME, { connection: forAdding, prefix }),
    worker,
    onPresent: (listener) => forAdding.on("ready", listener),
    disconnect() {
      isClosed = true;
      forAdding.disconnect();
      forWorking.disconnect();
    },
  };
}

/** Tells changes only: an hour without Redis is one message, not thousands. */
function watchHealth({ onTrouble, log }: WakeQueueOptions) {
  let isAway = false;
  return {
    isAway: () => isAway,
    failed(error: Error): void {
      if (!isAway) onTrouble(messageOf(error) || error.name);
      else log.debug({ error: messageOf(error) }, "queue is away");
      isAway = true;
    },
    answered(): void {
      if (isAway) onTrouble(null);
      isAway = false;
    },
  };
}
