/** What is deleted, what stays, and that sums stay right when their rows are gone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ArrivalCopy } from "../../src/store/arrival-copy.ts";
import { hoursOver } from "../../src/store/hours.ts";
import { SqlRetention } from "../../src/store/retention.ts";
import { decision } from "../render/samples.ts";
import { HOUR_MS, openScene, type Scene } from "./buckets-scene.ts";
import { expectHours } from "./hours-oracle.ts";
import { batch, draft, row } from "./samples.ts";

const DAY_MS = 24 * HOUR_MS;
const NEVER = new AbortController().signal;
const agoMs = (days: number) => Date.now() - days * DAY_MS;

describe.each(["embedded", "postgres"])("retention on %s", (kind) => {
  let scene: Scene;
  let hours: ArrivalCopy;
  const deleted: number[] = [];
  let rests = 0;

  beforeAll(async () => {
    const made = await openScene(kind, 90);
    if (made === null) throw new Error(`No ${kind} here`);
    scene = made;
    hours = hoursOver(scene.database);
  });

  afterAll(async () => {
    await hours.close();
    await scene.database.close();
  });

  const retention = () =>
    new SqlRetention({
      ...{ database: scene.database, hours, onDeleted: (rows) => deleted.push(rows) },
      runtime: {
        sleep: async () => {
          rests += 1;
        },
      },
    });
  const clear = (slot: string, nowMs = Date.now()) =>
    retention().clear({ slot, nowMs, eventsMs: 90 * DAY_MS, rollupsMs: 365 * DAY_MS }, NEVER);
  const all = async (query: string) => (await scene.database.query(query)).map(({ x }) => x);
  const at = (key: string, days: number, cents = 100) => ({
    row: row(key, { occurredAtMs: agoMs(days), receivedAtMs: agoMs(days), notionalCents: cents }),
    countsOrder: true,
  });

  test("an empty store has nothing to delete, and remembers the day", async () => {
    expect(await retention().lastSlot()).toBe(null);
    const rows = { liquidations: 0, deliveries: 0, attempts: 0, stories: 0 };
    const nothing = { ...rows, gaps: 0, hours: 0 };
    expect(await clear("2026-11-20")).toEqual(nothing);
    expect(await retention().lastSlot()).toBe("2026-11-20");
  });

  test("old liquidations go in bounded pieces with rests; their hours stay, to the cent", async () => {
    const old = Array.from({ length: 5_001 }, (_, index) => at(`old|${index}`, 91 + (index % 50)));
    await scene.commitRows([...old, at("edge", 89.9), at("young", 1)]);
    await scene.commit(200);
    deleted.length = 0;
    expect(await clear("2026-11-21")).toMatchObject({ liquidations: 5_001, hours: 0 });
    expect(deleted.slice(0, 3)).toEqual([2_000, 2_000, 1_001]);
    expect(rests).toBe(2);
    const left = await all("select dedupe_key as x from liqwatch.liquidations where asset = 'BTC'");
    expect(left).toEqual(expect.arrayContaining(["edge", "young"]));
    expect(left.filter((key) => String(key).startsWith("old"))).toEqual([]);
    await expectHours(scene);
  });

  test("what a venue sends again after its deletion is counted in no sum twice", async () => {
    const again = [at("old|0", 91), at("old|1", 92)];
    await scene.store.commit(batch({ liquidations: again, engineNowMs: Date.now() }));
    await expectHours(scene);
    await hours.follow();
    await expectHours(scene);
    expect(await clear("2026-11-22")).toMatchObject({ liquidations: 2 });
    await expectHours(scene);
  });

  test("a clock that runs a year ahead deletes nothing that is young beside the newest row", async () => {
    const before = await all("select count(*)::int as x from liqwatch.liquidations");
    expect(await clear("2027-11-20", Date.now() + 365 * DAY_MS)).toMatchObject({ liquidations: 0 });
    expect(await all("select count(*)::int as x from liqwatch.liquidations")).toEqual(before);
  });

  test("settled messages go with their time, unless their incident goes on; the log stays", async () => {
    const told = (alertId: string) => decision({ alertId, incidentId: `i-${alertId}` });
    await scene.store.commit(
      batch({
        decisions: [told("over"), told("open")],
        deliveries: [
          ...["sent", "waiting", "new"].map((target) => draft(["over"], { target })),
          draft(["open"], { target: "sent", story: "s2" }),
        ],
      }),
    );
    await scene.database.run(`
      update liqwatch.incidents set state = 'resolved' where incident_id = 'i-over';
      update liqwatch.deliveries set state = 'delivered' where target <> 'waiting';
      update liqwatch.deliveries set changed_at = now() - interval '91 days' where target <> 'new'`);
    expect(await clear("2026-11-23")).toMatchObject({ deliveries: 1 });
    expect(
      await all("select story || '.' || target as x from liqwatch.deliveries order by 1"),
    ).toEqual(["9b1c.new", "9b1c.waiting", "s2.sent"]);
    expect(await all("select count(*)::int as x from liqwatch.liquidation_alerts")).toEqual([2]);
  });

  test("attempts go after their messages; nobody else may delete them", async () => {
    const attempt = (id: string, days: number) =>
      `insert into liqwatch.delivery_attempts (delivery_id, attempt, outcome, is_current, at_ms)
       values ('${id}', 1, 'delivered', true, ${agoMs(days)})`;
    await scene.database.run(
      [attempt("gone", 91), attempt("young", 89), attempt("9b1c.new.1", 91)].join(";"),
    );
    const ids = () => all("select delivery_id as x from liqwatch.delivery_attempts order by 1");
    const kept = await all("select id as x from liqwatch.deliveries where target = 'new'");
    expect(kept).toEqual(["9b1c.new.1"]);
    expect(await clear("2026-11-23b")).toMatchObject({ attempts: 1 });
    expect(await ids()).toEqual(["9b1c.new.1", "young"]);
    await expect(scene.database.run("delete from liqwatch.delivery_attempts")).rejects.toThrow(
      "DELETE on liqwatch.delivery_attempts refused: the log is append-only",
    );
  });

  test("gaps and hours are kept a year; of older gaps the newest of each venue says since when", async () => {
    const gap = { venue: "okx", connection: "okx.0", reason: "closed" } as const;
    const old = [400, 390, 380].map((days) => ({
      ...gap,
      fromMs: agoMs(days),
      toMs: agoMs(days - 1),
    }));
    const open = { ...gap, venue: "gate" as const, fromMs: agoMs(500), toMs: null };
    const young = { ...gap, fromMs: agoMs(100), toMs: agoMs(99) };
    await scene.store.commit(batch({ gaps: [...old, open, young] }));
    await scene.database.run(`insert into liqwatch.liquidation_hours
      select now() - interval '366 days', 'BTC', 'okx', 'long', 1, 1, 1, 1`);
    expect(await clear("2026-11-24")).toMatchObject({ gaps: 2, hours: 1 });
    expect(await all("select from_ms as x from liqwatch.gaps order by 1")).toEqual(
      [open, old[2], young].map((one) => one?.fromMs),
    );
  });

  test("an abort leaves the rest, and the day is not done", async () => {
    await scene.commitRows([at("late", 95)]);
    const aborted = AbortSignal.abort(new Error("stopped"));
    const request = { slot: "x", nowMs: Date.now(), eventsMs: DAY_MS, rollupsMs: DAY_MS };
    await expect(retention().clear(request, aborted)).rejects.toThrow("stopped");
    expect(await retention().lastSlot()).toBe("2026-11-24");
  });
});
