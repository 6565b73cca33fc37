/** What minute buckets must do, wherever they are kept. */
import { beforeAll, expect, test } from "vitest";
import type { BucketQuery, Buckets, BucketTotal } from "../../src/store/buckets.ts";
import { plainParts, plainTotal, randomQuery, type Scene } from "./buckets-scene.ts";
import { row } from "./samples.ts";

const ROWS = 1_500;
const QUESTIONS = 60;
const NOTHING = { orders: 0, longCents: 0, shortCents: 0 };

export async function totalOf(
  buckets: Pick<Buckets, "parts">,
  query: BucketQuery,
): Promise<BucketTotal> {
  return (await buckets.parts(query)).total;
}

/** Asks at random clocks; every answer must be that of a plain sum, part by part. */
export async function expectExact(
  buckets: Pick<Buckets, "parts">,
  scene: Scene,
  questions = QUESTIONS,
): Promise<void> {
  for (let count = 0; count < questions; count += 1) {
    const query = randomQuery(scene.chance);
    expect({ query, ...(await buckets.parts(query)) }).toEqual({
      query,
      ...plainParts(scene.rows, query),
    });
  }
}

/** `open` gives buckets over the database of the scene, each time those of another process. */
export function bucketsContract(scene: () => Scene, open: () => Promise<Buckets>): void {
  let buckets: Buckets;
  const day = (): BucketQuery => ({ nowMs: Date.now(), windowMs: 86_400_000 });

  beforeAll(async () => {
    buckets = await open();
  });

  test("nothing stored is nothing counted", async () => {
    await buckets.follow();
    expect(await totalOf(buckets, day())).toEqual(NOTHING);
  });

  test("totals are those of a plain sum at any clock, whether copied yet or not", async () => {
    await scene().commit(ROWS);
    await expectExact(buckets, scene());
    await buckets.follow();
    await scene().commit(7);
    await expectExact(buckets, scene());
    expect((await totalOf(buckets, day())).orders).toBeGreaterThan(ROWS / 3);
  });

  test("rows that get their money later are counted once, copied before or not, in several processes", async () => {
    const other = await open();
    await scene().commitUnpriced(60, "LATERUSDT");
    await buckets.follow();
    await scene().commitUnpriced(40, "LATERUSDT");
    await expectExact(buckets, scene(), 15);
    // One clock for all: with another, rows of yesterday have left the window.
    const all = day();
    const { orders } = await totalOf(buckets, all);
    expect(await totalOf(buckets, { ...all, asset: "LATER" })).toEqual(NOTHING);
    expect(await scene().price("LATERUSDT", "LATER")).toBe(100);
    for (const one of [buckets, other, await open()]) {
      const query = { ...all, asset: "LATER" };
      expect((await totalOf(one, query)).longCents).toBeGreaterThan(0);
      expect(await one.parts(query)).toEqual(plainParts(scene().rows, query));
      await expectExact(one, scene(), 10);
    }
    expect((await totalOf(buckets, all)).orders).toBe(orders);
    expect(await scene().price("LATERUSDT", "LATER")).toBe(0);
    await Promise.all([buckets.follow(), other.follow()]);
    await expectExact(other, scene(), 15);
    await buckets.rebuild();
    await expectExact(buckets, scene(), 15);
  });

  test.each([0, 1, 17, 58, 59])(
    "at second %d of a minute the first second of a window is outside of it, the last one inside",
    async (ofMinute) => {
      const second = Math.floor(Date.now() / 60_000) * 60 - 600 + ofMinute;
      const asset = `EDGE${ofMinute}`;
      const at = (timeMs: number, notionalCents: number) => {
        const time = { occurredAtMs: timeMs, receivedAtMs: timeMs };
        return {
          row: row(`${asset}|${timeMs}`, { ...time, asset, notionalCents }),
          countsOrder: true,
        };
      };
      const windowMs = 300_000;
      const firstMs = second * 1_000 - windowMs;
      const rows = [at(firstMs + 999, 1), at(firstMs + 1_000, 10), at(firstMs + 60_000, 100)];
      rows.push(at(second * 1_000 + 999, 1_000), at(second * 1_000 + 1_000, 10_000));
      await scene().commitRows(rows);
      await buckets.follow();
      for (const beyondMs of [0, 1, 999]) {
        const query = { nowMs: second * 1_000 + beyondMs, windowMs, asset };
        expect(await totalOf(buckets, query)).toEqual({
          orders: 3,
          longCents: 1_110,
          shortCents: 0,
        });
      }
    },
  );

  test("an asset, a venue or a name that nobody has counts nothing", async () => {
    const names = ["NOPE", "", "market", "BTC:1", "'; drop table liqwatch.minute_buckets; --"];
    for (const asset of [...names, "\u0000", "\ud800", "constructor", "*"]) {
      expect(await totalOf(buckets, { ...day(), asset })).toEqual(NOTHING);
    }
    expect(await totalOf(buckets, { ...day(), venue: "drift" })).toEqual(NOTHING);
  });

  test("repeats are harmless: followed and rebuilt again and again, by several at once", async () => {
    const other = await open();
    for (let count = 0; count < 3; count += 1) {
      await scene().commit(400);
      await Promise.all([buckets.follow(), other.follow(), buckets.follow(), other.follow()]);
    }
    await expectExact(buckets, scene(), 20);
    await Promise.all([buckets.rebuild(), other.follow(), other.rebuild()]);
    await expectExact(other, scene(), 20);
    await expectExact(buckets, scene(), 20);
    await other.close();
  });

  test("two that copy while rows are committed count each of them once", async () => {
    const other = await open();
    let isOver = false;
    const copy = async (one: Buckets) => {
      while (!isOver) await one.follow();
    };
    const copying = Promise.all([copy(buckets), copy(other)]);
    const query = { ...day(), asset: "BTC" };
    const asking = async () => {
      for (let count = 0; count < 15; count += 1) {
        const before = plainTotal(scene().rows, query);
        const committing = scene().commit(40);
        const total = await totalOf(other, query);
        await committing;
        const after = plainTotal(scene().rows, query);
        expect(total.longCents).toBeGreaterThanOrEqual(before.longCents);
        expect(total.longCents).toBeLessThanOrEqual(after.longCents);
      }
    };
    await asking().finally(() => {
      isOver = true;
    });
    await copying;
    await expectExact(buckets, scene(), 20);
    await other.close();
  });

  test.each([
    [0, /^Window of 0 ms is not whole seconds up to 86400 s$/],
    [1_500, /^Window of 1500 ms is not whole seconds/],
    [-1_000, /^Window of -1000 ms is not whole seconds/],
    [86_401_000, /^Window of 86401000 ms is not whole seconds/],
    [Number.NaN, /^Window of NaN ms is not whole seconds/],
  ])("a window of %d ms is refused", async (windowMs, message) => {
    await expect(buckets.parts({ ...day(), windowMs })).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message: expect.stringMatching(message),
    });
  });

  test.each([Number.NaN, -1, Date.now() - 86_400_000])(
    "a clock of %d is refused: what is not kept any more would be missing",
    async (nowMs) => {
      await expect(buckets.parts({ ...day(), nowMs })).rejects.toMatchObject({
        code: "LIQ_COMMAND",
        message: `Window that ends at ${nowMs} ms begins before the 25 h kept`,
      });
    },
  );
}
