/** Hourly sums against a plain sum over everything that was ever committed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SILENT_LOG } from "../../src/log.ts";
import type { ArrivalCopy } from "../../src/store/arrival-copy.ts";
import { hoursOver, openHours } from "../../src/store/hours.ts";
import { usualMoney } from "../../src/store/usual-money.ts";
import { SteppedRuntime } from "../feeds/stepped-runtime.ts";
import { until } from "../real/run-folder.ts";
import { HOUR_MS, openScene, type Scene } from "./buckets-scene.ts";
import { expectHours } from "./hours-oracle.ts";
import { row } from "./samples.ts";

describe.each(["embedded", "postgres"])("hourly sums on %s", (kind) => {
  let scene: Scene;
  let hours: ArrivalCopy;
  const copied = async () =>
    Number(
      (await scene.database.query("select sum(rows) as n from liqwatch.liquidation_hours"))[0]?.n,
    );

  beforeAll(async () => {
    const made = await openScene(kind, 365);
    if (made === null) throw new Error(`No ${kind} here`);
    scene = made;
    hours = hoursOver(scene.database);
  });

  afterAll(async () => {
    await hours.close();
    await scene.database.close();
  });

  test("the views equal the rows before anything is summed up, and after", async () => {
    await expectHours(scene);
    await scene.commit(2_500);
    await expectHours(scene);
    await hours.follow();
    const counted = scene.rows.filter(({ row: one }) => one.kind === "liquidation").length;
    expect(await copied()).toBe(counted);
    await expectHours(scene);
  });

  test("a late row is added to the hour in which it happened, its size may be unknown", async () => {
    const lateMs = Date.now() - 40 * 24 * HOUR_MS;
    const at = { occurredAtMs: lateMs, receivedAtMs: Date.now() };
    await scene.commitRows([
      { row: row("late|1", { ...at, notionalCents: 7 }), countsOrder: true },
      { row: row("late|2", { ...at, notionalCents: null, asset: null }), countsOrder: false },
    ]);
    await expectHours(scene);
    await hours.follow();
    await scene.commitRows([
      { row: row("late|3", { ...at, notionalCents: 5_000 }), countsOrder: true },
    ]);
    await hours.follow();
    await expectHours(scene);
  });

  test("usual money is what was liquidated since an hour, of all assets and of each", async () => {
    const sinceMs = Date.now() - 5 * HOUR_MS;
    const hourMs = Math.floor(sinceMs / HOUR_MS) * HOUR_MS;
    const sums = new Map<string, { cents: number; orders: number }>();
    for (const { row: one, countsOrder } of scene.rows) {
      const windowTime = Math.min(one.occurredAtMs, one.receivedAtMs);
      if (one.kind !== "liquidation" || windowTime < hourMs) continue;
      const names = [
        `all ${one.venue}`,
        ...(one.asset === null ? [] : [`${one.asset} ${one.venue}`]),
      ];
      for (const name of names) {
        const sum = sums.get(name) ?? { cents: 0, orders: 0 };
        sum.cents += one.notionalCents ?? 0;
        sum.orders += countsOrder ? 1 : 0;
        sums.set(name, sum);
      }
    }
    const found = await usualMoney(scene.database, sinceMs);
    const read = found.map(({ asset, venue, cents, orders }) => {
      return [`${asset ?? "all"} ${venue}`, { cents, orders }] as const;
    });
    expect(new Map(read)).toEqual(sums);
  });

  test("a row that gets its money later moves to its asset, summed up before or not", async () => {
    await scene.commitUnpriced(40, "LATERUSDT");
    await hours.follow();
    await scene.commitUnpriced(30, "LATERUSDT");
    await expectHours(scene);
    expect(await scene.price("LATERUSDT", "LATER")).toBe(70);
    await expectHours(scene);
    await hours.follow();
    await expectHours(scene);
    expect(await copied()).toBe(
      scene.rows.filter(({ row: one }) => one.kind === "liquidation").length,
    );
  });

  test("several that sum up at once, again and again, count each row once", async () => {
    const other = hoursOver(scene.database);
    for (let turn = 0; turn < 4; turn += 1) {
      const committing = scene.commit(300);
      await Promise.all([hours.follow(), other.follow(), hours.follow()]);
      await committing;
      await expectHours(scene);
    }
    await other.close();
  });

  test("they are summed up ten seconds after a commit, what a killed process left at the start", async () => {
    const runtime = new SteppedRuntime();
    const lines: string[] = [];
    const log = { ...SILENT_LOG, warn: (_fields: object, message: string) => lines.push(message) };
    await scene.commit(50);
    const before = await copied();
    const opened = openHours({ database: scene.database, runtime, log });
    runtime.jump(10_000);
    await until(async () => (await copied()) > before, "the rest of before is summed up");
    await scene.commit(50);
    opened.wake();
    opened.wake();
    runtime.jump(9_999);
    const present = await copied();
    await until(() => runtime.timerCount === 1, "one run waits");
    runtime.jump(1);
    await until(async () => (await copied()) > present, "the new ones are summed up");
    await opened.close();
    await expectHours(scene);
    expect(lines).toEqual([]);
  });
});
