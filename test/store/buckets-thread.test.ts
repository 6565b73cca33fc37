import { expect, test } from "vitest";
import type { BucketTotal } from "../../src/store/buckets.ts";
import { withPostgres } from "../real/postgres.ts";
import { withRedis } from "../real/redis.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import { HOUR_MS } from "./buckets-scene.ts";
import { startThread } from "./child.ts";
import { batch, row, rowsOf } from "./samples.ts";

const SLOW_MS_MAX = 60_000;
const postgres = await withPostgres();
const redis = await withRedis();

const recent = (key: string, agoMs: number) => {
  const occurredAtMs = Date.now() - agoMs;
  return row(key, { occurredAtMs, receivedAtMs: occurredAtMs, notionalCents: 500 });
};
const partsOf = (total: BucketTotal) => ({
  total,
  byVenue: new Map([["bybit", total]]),
  byAsset: new Map([["BTC", total]]),
});
const hour = () => ({ nowMs: Date.now(), windowMs: HOUR_MS });

test(
  "the store's thread answers from buckets, history included, other kinds and repeats not",
  async () => {
    const { thread } = startThread({ dataDir: scratchFolder("buckets"), databaseUrl: null });
    await expect(thread.queries.bucketParts(hour())).rejects.toThrow("Store is not open yet");
    await thread.open();
    const rows = [recent("a", 1_000), { ...recent("b", HOUR_MS / 2), history: true }];
    const others = [recent("c", 2 * HOUR_MS), { ...recent("d", 5_000), kind: "backstop" as const }];
    await thread.store.commit(batch({ liquidations: rowsOf(...rows, ...others) }));
    await thread.store.commit(batch({ liquidations: rowsOf(...rows) }));
    const parts = partsOf({ orders: 2, longCents: 1_000, shortCents: 0 });
    expect(await thread.queries.bucketParts(hour())).toEqual(parts);
    await expect(thread.queries.bucketParts({ ...hour(), windowMs: 7 })).rejects.toMatchObject({
      code: "LIQ_COMMAND",
    });
    await thread.close();
  },
  SLOW_MS_MAX,
);

if (postgres !== null && redis !== null) {
  test.each([null, redis.url])(
    "a standby gives the figures of the one that decides, with Redis at %s",
    async (redisUrl) => {
      const place = { dataDir: "unused", databaseUrl: await postgres.newDatabase(), redisUrl };
      const { thread } = startThread(place);
      await thread.open();
      const standby = startThread(place);
      const waiting = standby.thread.open().catch(() => "closed");
      await until(() => standby.events.length > 0, "the second one stands by");
      for (let count = 1; count <= 5; count += 1) {
        await thread.store.commit(batch({ liquidations: rowsOf(recent(`s|${count}`, 2_000)) }));
        const parts = partsOf({ orders: count, longCents: count * 500, shortCents: 0 });
        expect(await standby.thread.queries.bucketParts(hour())).toEqual(parts);
        expect(await thread.queries.bucketParts(hour())).toEqual(parts);
      }
      expect(standby.events).toEqual([{ type: "role", role: "standby" }]);
      await standby.thread.close();
      expect(await waiting).toBe("closed");
      await thread.close();
    },
    SLOW_MS_MAX,
  );
}
