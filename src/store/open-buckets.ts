/** Minute buckets as the store's thread uses them: kept up to date, and never in anybody's way. */
import { LiqError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import { storedParts } from "./bucket-parts.ts";
import { type BucketParts, type BucketQuery, type Buckets, spanOf } from "./buckets.ts";
import { RedisBuckets } from "./buckets-redis.ts";
import { TableBuckets } from "./buckets-table.ts";
import type { Database } from "./postgres/sql.ts";

/** Commits within this time are copied together; a question does not depend on it. */
const FOLLOW_MS = 1_000;

export interface OpenBucketsOptions {
  readonly database: Database;
  /** null = a table of the database. */
  readonly redisUrl: string | null;
  readonly runtime: Pick<Runtime, "nowMs" | "random" | "after">;
  readonly log: Log;
}

export interface OpenedBuckets {
  /** Something was committed: it is copied soon, whatever fails on the way is tried again. */
  wake(): void;
  /**
   * See `Buckets.parts`. While the buckets cannot be used the stored rows are summed instead: the
   * same figures, slower.
   */
  parts(query: BucketQuery): Promise<BucketParts>;
  close(): Promise<void>;
}

export function openBuckets(options: OpenBucketsOptions): OpenedBuckets {
  const { database, redisUrl, runtime } = options;
  const buckets: Buckets =
    redisUrl === null
      ? new TableBuckets(database, runtime)
      : new RedisBuckets({ url: redisUrl, database, runtime });
  const health = watchHealth(options.log);
  const follower = startFollower(buckets, { runtime, health });
  return {
    wake: follower.wake,
    async parts(query) {
      const span = spanOf(query, runtime.nowMs());
      try {
        const parts = await buckets.parts(query);
        health.answered();
        return parts;
      } catch (error) {
        health.failed(error);
        return storedParts(database, query, { span });
      }
    },
    close() {
      follower.stop();
      return buckets.close();
    },
  };
}

type Health = ReturnType<typeof watchHealth>;

/** One run at a time, at most one in `FOLLOW_MS`, and another after a failure. */
function startFollower(
  buckets: Pick<Buckets, "follow">,
  { runtime, health }: { runtime: Pick<Runtime, "after">; health: Health },
): { wake(): void; stop(): void } {
  let cancel: Cancel | null = null;
  let isWanted = false;
  let isStopped = false;
  const run = async () => {
    isWanted = false;
    try {
      await buckets.follow();
      health.answered();
    } catch (error) {
      if (!isStopped) health.failed(error);
      isWanted = true;
    }
    cancel = null;
    if (isWanted) wake();
  };
  const wake = () => {
    isWanted = true;
    if (cancel !== null || isStopped) return;
    cancel = runtime.after(FOLLOW_MS, () => void run());
  };
  return {
    wake,
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}

/** Tells changes only. */
function watchHealth(log: Log) {
  let isAway = false;
  return {
    failed(error: unknown): void {
      const code = error instanceof LiqError ? error.code : "LIQ_STORE";
      if (!isAway) log.warn({ code, error: messageOf(error) }, "minute buckets cannot be used");
      isAway = true;
    },
    answered(): void {
      if (isAway) log.info({}, "minute buckets are used again");
      isAway = false;
    },
  };
}
