import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { Buckets } from "../../src/store/buckets.ts";
import { RedisBuckets } from "../../src/store/buckets-redis.ts";
import { sectionsOf, TableBuckets } from "../../src/store/buckets-table.ts";
import { withRedis } from "../real/redis.ts";
import { until } from "../real/run-folder.ts";
import { bucketsContract, expectExact } from "./buckets-contract.ts";
import { HOUR_MS, openScene, type Scene } from "./buckets-scene.ts";

const redis = await withRedis();

type Opener = (scene: Scene) => Promise<Buckets>;
const PLACES: Readonly<Record<string, Opener>> = {
  table: async ({ database }) => new TableBuckets(database, nodeRuntime),
};
const WITH_REDIS: Readonly<Record<string, Opener>> =
  redis === null
    ? {}
    : {
        async redis({ database }) {
          const buckets = new RedisBuckets({ url: redis.url, database, runtime: nodeRuntime });
          const answers = () =>
            buckets.follow().then(
              () => true,
              () => false,
            );
          await until(answers, "Redis answers", 5_000);
          return buckets;
        },
      };

const suites = Object.entries({ ...PLACES, ...WITH_REDIS }).flatMap(([place, open]) =>
  ["embedded", "postgres"].map((kind) => ({ place, kind, open })),
);

describe.each(suites)("minute buckets in $place over $kind", ({ kind, open }) => {
  const opened: Buckets[] = [];
  let scene: Scene | null = null;

  beforeAll(async () => {
    scene = await openScene(kind, 20_417);
  });

  afterAll(async () => {
    for (const buckets of opened) await buckets.close();
    await scene?.database.close();
  });

  const present = () => {
    if (scene === null) throw new Error(`No ${kind} here`);
    return scene;
  };
  bucketsContract(present, async () => {
    const buckets = await open(present());
    opened.push(buckets);
    return buckets;
  });
});

describe("the table", () => {
  test("is swept of what has expired, and read right when its clock is behind", async () => {
    const scene = await openScene("embedded", 7);
    if (scene === null) throw new Error("No embedded database");
    let nowMs = Date.now();
    const buckets = new TableBuckets(scene.database, { nowMs: () => nowMs });
    await scene.commit(500);
    await buckets.follow();
    const minutes = async () =>
      (await scene.database.query("select count(*)::int as n from liqwatch.minute_buckets"))[0]?.n;
    const before = Number(await minutes());
    nowMs += 12 * HOUR_MS;
    await buckets.follow();
    expect(Number(await minutes())).toBeLessThan(before);
    expect(Number(await minutes())).toBeGreaterThan(0);
    nowMs += 26 * HOUR_MS;
    await buckets.follow();
    expect(await minutes()).toBe(0);
    nowMs -= 38 * HOUR_MS;
    await buckets.rebuild();
    await expectExact(buckets, scene, 20);
    await buckets.close();
    await scene.database.close();
  });

  test("a window falls into seconds, whole minutes and seconds", () => {
    expect(sectionsOf({ from: 59, to: 181 })).toEqual({
      head: { from: 59, to: 60 },
      minutes: { from: 1, to: 3 },
      tail: { from: 180, to: 181 },
    });
    expect(sectionsOf({ from: 60, to: 120 })).toEqual({
      head: { from: 60, to: 60 },
      minutes: { from: 1, to: 2 },
      tail: { from: 120, to: 120 },
    });
    expect(sectionsOf({ from: 61, to: 179 })).toEqual({
      head: { from: 61, to: 179 },
      minutes: { from: 2, to: 2 },
      tail: { from: 179, to: 179 },
    });
  });
});
