/** Minute buckets as the store's thread uses them: kept up to date, and never in anybody's way. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { storedParts } from "./bucket-parts.ts";
import { type BucketParts, type BucketQuery, type Buckets, spanOf } from "./buckets.ts";
import { RedisBuckets } from "./buckets-redis.ts";
import { TableBuckets } from "./buckets-table.ts";
import { startFollower, tellChanges } from "./follower.ts";
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
  const health = tellChanges(options.log, {
    failed: "minute buckets cannot be used",
    answered: "minute buckets are used again",
  });
  const follower = startFollower({
    ...{ follow: () => buckets.follow(), everyMs: FOLLOW_MS, runtime },
    ...{ onDone: health.answered, onFailure: health.failed },
  });
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
