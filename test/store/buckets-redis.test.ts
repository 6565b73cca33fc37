import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { RedisBuckets } from "../../src/store/buckets-redis.ts";
import { openBuckets } from "../../src/store/open-buckets.ts";
import { type PrivateRedis, privateRedis } from "../real/redis.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import { expectExact, totalOf } from "./buckets-contract.ts";
import { HOUR_MS, openScene, plainParts, plainTotal, type Scene } from "./buckets-scene.ts";
import { row } from "./samples.ts";

const SLOW_MS_MAX = 60_000;
const server = await privateRedis(scratchFolder("redis"));

if (server !== null) describe("minute buckets in a Redis of their own", () => redisTests(server));

function redisTests(redis: PrivateRedis): void {
  let scene: Scene;
  let client: Redis;
  const closers: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    await redis.start();
    client = new Redis(redis.url);
    client.on("error", () => {});
    const made = await openScene("embedded", 4_711);
    if (made === null) throw new Error("No embedded database");
    scene = made;
    await scene.commit(3_000);
  });

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    client.disconnect();
    await scene.database.close();
    await redis.kill();
  });

  const open = async (database = scene.database): Promise<RedisBuckets> => {
    const buckets = new RedisBuckets({ url: redis.url, database, runtime: nodeRuntime });
    closers.push(() => buckets.close());
    await until(() => answers(buckets), "Redis answers", 5_000);
    return buckets;
  };
  const answers = (buckets: RedisBuckets) =>
    buckets.follow().then(
      () => true,
      () => false,
    );
  const keys = (pattern: string) => client.keys(`{liq}:buckets:${pattern}`);

  test("a hash per asset and minute, one for all assets, a key per event; all of them expire", async () => {
    expect(await redis.command("FLUSHALL")).toBe("+OK");
    const minute = Math.floor(Date.now() / 60_000) - 3;
    const at = (second: number, over: Parameters<typeof row>[1]) => {
      const time = minute * 60_000 + second * 1_000 + 999;
      return row(`shape|${second}`, { occurredAtMs: time, receivedAtMs: time, ...over });
    };
    const rows = [
      at(0, { asset: "SHAPE", venue: "kraken-futures", notionalCents: 250 }),
      at(59, { asset: "SHAPE", positionSide: "short", notionalCents: null }),
    ].map((one) => ({ row: one, countsOrder: true }));
    await scene.commitRows(rows);
    await open();
    const names = await keys(`*:${minute}:seconds:asset:SHAPE`);
    expect(names).toHaveLength(1);
    const name = names[0] ?? "";
    expect(await client.hgetall(name)).toEqual({
      "0:kraken-futures:long:cents": "250",
      "0:kraken-futures:long:orders": "1",
      "59:bybit:short:orders": "1",
    });
    expect(await client.hgetall(name.replace(":seconds:", ":sums:"))).toEqual({
      "kraken-futures:long:cents": "250",
      "kraken-futures:long:orders": "1",
      "bybit:short:orders": "1",
    });
    expect(await client.expiretime(name)).toBe(minute * 60 + 25 * 3_600);
    const market = name.replace(/asset:SHAPE$/, "market");
    expect(await client.hget(market, "0:kraken-futures:long:cents")).toBe("250");
    expect(await client.expiretime(market)).toBe(minute * 60 + 25 * 3_600);

    const generation = name.split(":")[2] ?? "";
    const counted = scene.rows.filter(({ row: one }) => {
      const sinceMs = Date.now() - 25 * HOUR_MS + 60_000;
      return one.kind === "liquidation" && one.occurredAtMs > sinceMs;
    });
    const events = await keys(`${generation}:event:*`);
    expect(events.length).toBeGreaterThanOrEqual(counted.length);
    const all = await keys("*");
    const expiries = await Promise.all(all.map((key) => client.expiretime(key)));
    const lasting = all.filter((_key, index) => (expiries[index] ?? -1) < 0);
    expect(lasting).toEqual([expect.stringMatching(/^\{liq\}:buckets:[0-9a-f-]{36}$/)]);
    expect(await client.hkeys(lasting[0] ?? "")).toEqual([
      ...["generation", "arrival", "repricings"],
    ]);
  });

  test("an event whose key is there is not counted again, even if all are sent again", async () => {
    const buckets = await open();
    const before = plainTotal(scene.rows, { nowMs: Date.now(), windowMs: HOUR_MS });
    for (const state of await stateKeys()) await client.hset(state, "arrival", 0);
    await buckets.follow();
    const query = { nowMs: Date.now(), windowMs: HOUR_MS };
    expect(await totalOf(buckets, query)).toEqual(plainTotal(scene.rows, query));
    expect(before.orders).toBeGreaterThan(0);
    await expectExact(buckets, scene, 20);
  });

  const stateKeys = async () => {
    const all = await keys("*");
    return all.filter((key) => /^\{liq\}:buckets:[0-9a-f-]{36}$/.test(key));
  };

  test(
    "being emptied changes no answer, neither between questions nor in the middle of one",
    async () => {
      const [one, two] = [await open(), await open()];
      expect(await redis.command("FLUSHALL")).toBe("+OK");
      await expectExact(one, scene, 10);
      /** Questions answered so far, of those who still ask. */
      const answered = new Map<RedisBuckets, number>([one, two].map((each) => [each, 0]));
      const ask = async (buckets: RedisBuckets) => {
        const counting: Pick<RedisBuckets, "parts"> = {
          async parts(query) {
            const parts = await buckets.parts(query);
            answered.set(buckets, (answered.get(buckets) ?? 0) + 1);
            return parts;
          },
        };
        await expectExact(counting, scene, 20).finally(() => answered.delete(buckets));
      };
      const flushing = async () => {
        for (let flushes = 0; answered.size > 0; flushes += 1) {
          const waitMs = scene.chance.integer(1, 30);
          await new Promise((resolve) => setTimeout(resolve, waitMs));
          await client.flushall();
          // Every third time once more at once: that hits the rebuilding, the others a reading. Nobody
          // is hit again and again while others are answered.
          const before = [...answered];
          const isAnswered = () => before.every(([who, count]) => answered.get(who) !== count);
          await until(() => flushes % 3 === 0 || isAnswered(), "questions are answered");
        }
      };
      const flushed = flushing();
      await Promise.all([one, two].map(ask));
      await flushed;
      await scene.commit(50);
      await expectExact(two, scene, 10);
    },
    SLOW_MS_MAX,
  );

  test("a Redis that is away holds up nothing: the stored rows answer, and it catches up", async () => {
    const direct = await open();
    const lines: string[] = [];
    const log = {
      ...SILENT_LOG,
      warn: (_fields: object, message: string) => lines.push(message),
      info: (_fields: object, message: string) => lines.push(message),
    };
    const { database } = scene;
    const buckets = openBuckets({ database, redisUrl: redis.url, runtime: nodeRuntime, log });
    closers.push(() => buckets.close());
    const query = { nowMs: Date.now(), windowMs: 24 * HOUR_MS };
    await until(async () => {
      await buckets.parts(query);
      return lines.length === 0 || lines.at(-1) === "minute buckets are used again";
    }, "buckets are in use");
    lines.length = 0;
    await redis.kill();
    await until(async () => !(await answers(direct)), "it is noticed", 5_000);
    const begun = performance.now();
    await expect(direct.parts(query)).rejects.toThrow();
    await scene.commit(30);
    buckets.wake();
    expect(await buckets.parts(query)).toEqual(plainParts(scene.rows, query));
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(lines).toEqual(["minute buckets cannot be used"]);
    await redis.start();
    await until(() => lines.length > 1, "it is found again by itself", 15_000);
    expect(lines[1]).toBe("minute buckets are used again");
    await expectExact(direct, scene, 10);
  });

  test("a Redis that may evict is not relied upon", async () => {
    for (const words of ["maxmemory 200mb", "maxmemory-policy allkeys-lru"]) {
      expect(await redis.command(`CONFIG SET ${words}`)).toBe("+OK");
    }
    const { database } = scene;
    const buckets = new RedisBuckets({ url: redis.url, database, runtime: nodeRuntime });
    closers.push(() => buckets.close());
    const failure = () => buckets.follow().catch((error: Error) => error.message);
    await until(async () => /evict/.test(String(await failure())), "it is refused", 5_000);
    expect(await failure()).toBe("Redis may evict keys (maxmemory-policy is allkeys-lru)");
    expect(await redis.command("CONFIG SET maxmemory-policy noeviction")).toBe("+OK");
    await buckets.follow();
  });

  test("two databases share one Redis, and one that was set back is copied anew", async () => {
    const other = await openScene("embedded", 99);
    if (other === null) throw new Error("No embedded database");
    await other.commit(300);
    const [ours, theirs] = [await open(), await open(other.database)];
    await expectExact(ours, scene, 10);
    await expectExact(theirs, other, 10);
    await other.database.run("delete from liqwatch.liquidations where arrival > 100");
    const kept = other.rows.slice(0, 100);
    const query = { nowMs: Date.now(), windowMs: 24 * HOUR_MS };
    expect(await totalOf(theirs, query)).toEqual(plainTotal(kept, query));
    await theirs.close();
    await other.database.close();
    closers.pop();
  });
}
