/** What every database must do for deliveries. */
import { beforeAll, describe, expect, test } from "vitest";
import { beginTerm } from "../../src/store/decider.ts";
import type { Claimed, Shown } from "../../src/store/delivery-store.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { notice } from "../ops/seen.ts";
import { AT_MS, decision } from "../render/samples.ts";
import { batch, draft } from "./samples.ts";

export function deliveryContract(database: () => Database): void {
  describe("deliveries", () => deliveryTests(database));
}

function deliveryTests(database: () => Database): void {
  let store: SqlStore;
  let alerts = 0;

  beforeAll(async () => {
    store = new SqlStore(database(), await database().transaction(beginTerm));
  });

  /** Commits one alert of its own incident, to be told to `target`. */
  const alert = async (target: string): Promise<string> => {
    alerts += 1;
    const alertId = `delivery-alert-${alerts}`;
    const story = `delivery-${alerts}`;
    const decisions = [decision({ alertId, incidentId: story })];
    await store.commit(batch({ decisions, deliveries: [draft([alertId], { story, target })] }));
    return alertId;
  };

  const claim = (target: string, nowMs: number, what: Claimed = "oldest") =>
    store.claim(target, nowMs, what);
  const shown = (id: string, over: Pick<Shown, "attempt" | "revision" | "remoteId" | "nowMs">) =>
    store.markShown({ id, alerts: 1, isEdit: false, ...over });

  const attemptsOf = async (id: string) =>
    database().query(
      `select attempt, outcome, is_current, revision, remote_id, reason, latency_ms
       from liqwatch.delivery_attempts where delivery_id = $1 order by attempt, outcome`,
      [id],
    );

  test("a claim gives the oldest row with its decisions and the incident's number", async () => {
    const alertId = await alert("claim");
    const claimed = await claim("claim", AT_MS);
    expect(claimed).toMatchObject({
      target: "claim",
      state: "pending",
      attempts: 1,
      unmarkedClaims: 1,
      wantedRevision: 1,
      shownRevision: 0,
      remoteId: null,
      alertIds: [alertId],
      lastReason: null,
    });
    expect(claimed?.decisions.map((told) => told.alertId)).toEqual([alertId]);
    const [incident] = (await store.openIncidents()).filter(
      ({ incidentId }) => incidentId === claimed?.story,
    );
    expect(claimed?.incidentNumbers).toEqual({ [claimed?.story ?? ""]: incident?.number });
    expect(await claim("nobody", AT_MS)).toBe(null);
  });

  test("a delivered row is done and its attempt is recorded with its latency", async () => {
    await alert("done");
    const claimed = await claim("done", AT_MS);
    const id = claimed?.id ?? "";
    await shown(id, { attempt: 1, revision: 1, remoteId: "remote-7", nowMs: AT_MS + 250 });
    // The answer may be repeated when the connection broke while it was written.
    await shown(id, { attempt: 1, revision: 1, remoteId: "remote-7", nowMs: AT_MS + 250 });
    expect(await claim("done", AT_MS + 300)).toBe(null);
    const [delivered] = await store.deliveriesFor(claimed?.alertIds[0] ?? "");
    expect(delivered).toMatchObject({ state: "delivered", shownRevision: 1, remoteId: "remote-7" });
    expect(await attemptsOf(id)).toEqual([
      {
        attempt: 1,
        outcome: "delivered",
        is_current: true,
        revision: 1,
        remote_id: "remote-7",
        reason: null,
        latency_ms: 250,
      },
    ]);
  });

  test("a row that must wait says until when; the target's others wait with it", async () => {
    const first = await alert("order");
    const second = await alert("order");
    const claimed = await claim("order", AT_MS);
    await store.markRetry(claimed?.id ?? "", 1, "rate-limited", AT_MS + 5_000, AT_MS);
    expect(await store.look("order", AT_MS + 4_999)).toMatchObject({
      ...{ waiting: 2, due: 2, retryAtMs: AT_MS + 5_000 },
    });
    const due = (await store.pendingTargets(AT_MS)).find(({ target }) => target === "order");
    expect(due).toEqual({ target: "order", dueAtMs: AT_MS + 5_000, pending: 2 });
    const again = await claim("order", AT_MS + 5_000);
    expect(again).toMatchObject({ alertIds: [first], attempts: 2, unmarkedClaims: 1 });
    expect(again?.lastReason).toBe("rate-limited");
    await store.markParked(again?.id ?? "", 2, "gone", AT_MS + 5_001, false);
    const next = await claim("order", AT_MS + 5_002);
    expect(next?.alertIds).toEqual([second]);
    const counts = (await store.deliveryCounts()).filter(({ target }) => target === "order");
    expect(counts).toEqual([
      { target: "order", state: "parked", count: 1 },
      { target: "order", state: "pending", count: 1 },
    ]);
  });

  test("an answer of a claim that was taken over is recorded and changes nothing", async () => {
    await alert("fence");
    const first = await claim("fence", AT_MS);
    const id = first?.id ?? "";
    const second = await claim("fence", AT_MS + 10);
    expect(second).toMatchObject({ id, attempts: 2, unmarkedClaims: 2 });
    await shown(id, { attempt: 1, revision: 1, remoteId: "late", nowMs: AT_MS + 20 });
    const [still] = await store.deliveriesFor(first?.alertIds[0] ?? "");
    expect(still).toMatchObject({ state: "pending", shownRevision: 0, remoteId: null });
    await shown(id, { attempt: 2, revision: 1, remoteId: "good", nowMs: AT_MS + 30 });
    const outcomes = (await attemptsOf(id)).map(({ attempt, is_current, remote_id }) => [
      attempt,
      is_current,
      remote_id,
    ]);
    expect(outcomes).toEqual([
      [1, false, "late"],
      [2, true, "good"],
    ]);
    const log = await store.attemptsOf([id, "nobody's"]);
    expect(Object.keys(log)).toEqual([id]);
    expect(log[id]).toEqual([
      {
        ...{ attempt: 1, outcome: "delivered", reason: null, latencyMs: null },
        ...{ atMs: AT_MS + 20, isOvertaken: true },
      },
      {
        ...{ attempt: 2, outcome: "delivered", reason: null, latencyMs: 20 },
        ...{ atMs: AT_MS + 30, isOvertaken: false },
      },
    ]);
  });

  test("a message that gets more alerts wants a new revision, a repeated draft does not", async () => {
    const first = await alert("edit");
    const claimed = await claim("edit", AT_MS);
    const { id = "", story = "" } = claimed ?? {};
    await shown(id, { attempt: 1, revision: 1, remoteId: "remote", nowMs: AT_MS });
    const next = decision({ alertId: "edit-2", incidentId: story, decision: "escalated" });
    const grown = batch({
      decisions: [next],
      deliveries: [draft(["edit-2"], { story, target: "edit" })],
    });
    await store.commit(grown);
    await store.commit(grown);
    const edit = await claim("edit", AT_MS);
    expect(edit).toMatchObject({
      id,
      alertIds: [first, "edit-2"],
      wantedRevision: 2,
      shownRevision: 1,
      remoteId: "remote",
      state: "pending",
    });
    // What was shown meanwhile is behind what is wanted now: the row stays pending.
    await shown(id, { attempt: 2, revision: 1, remoteId: "remote", nowMs: AT_MS });
    expect(await claim("edit", AT_MS)).toMatchObject({ id, attempts: 3 });
    await shown(id, { attempt: 3, revision: 2, remoteId: "remote", nowMs: AT_MS });
    expect(await claim("edit", AT_MS)).toBe(null);
  });

  test("the end of a story is written only for targets that were told of it", async () => {
    const told = await alert("told");
    const { story = "" } = (await claim("told", AT_MS)) ?? {};
    const ended = decision({ alertId: `${told}-end`, incidentId: story, decision: "resolved" });
    const end = { story, messageNumber: 2, isEnd: true };
    await store.commit(
      batch({
        decisions: [ended],
        deliveries: [
          draft([`${told}-end`], { ...end, target: "told" }),
          draft([`${told}-end`], { ...end, target: "never told" }),
        ],
      }),
    );
    const rows = await store.deliveriesFor(`${told}-end`);
    expect(rows.map(({ target }) => target)).toEqual(["told"]);
  });

  test("a notice is claimed with what it tells, and written once", async () => {
    const told = notice({ reasons: ["no byte for 40000 ms \u0000"] });
    const drafts = [draft([], { story: "ops.1", target: "ops", notice: told })];
    await store.writeNotices(drafts, { clock: { isOpen: true } });
    await store.writeNotices(drafts, { clock: { isOpen: false } });
    expect(await store.opsState()).toEqual({ clock: { isOpen: false } });
    const claimed = await claim("ops", AT_MS);
    const asStored = { ...told, reasons: ["no byte for 40000 ms \ufffd"] };
    expect(claimed).toMatchObject({ notice: asStored, decisions: [], alertIds: [] });
    await shown(claimed?.id ?? "", { attempt: 1, revision: 1, remoteId: "7", nowMs: AT_MS });
    expect(await claim("ops", AT_MS)).toBe(null);
  });

  test("a parked target keeps its beginning; what waits for it is pending when it works", async () => {
    const [first, second, refused] = [
      await alert("gone"),
      await alert("gone"),
      await alert("gone"),
    ];
    for (const alertId of [first, second, refused]) {
      const claimed = await claim("gone", AT_MS);
      const id = claimed?.id ?? "";
      await store.markParked(id, 1, "gone: 404", AT_MS, alertId !== refused);
    }
    await store.parkTarget({ target: "gone", sinceMs: AT_MS, reason: "gone: 404" });
    await store.parkTarget({ target: "gone", sinceMs: AT_MS + 9, reason: "auth: 401" });
    const parked = { target: "gone", sinceMs: AT_MS, reason: "auth: 401" };
    expect(await store.parkedTargets()).toEqual([parked]);
    expect(await store.rearmTarget("gone", AT_MS + 1)).toBe(0);
    expect(await store.parkedTargets()).toEqual([]);
    expect(await store.retryOldest("gone", 0)).toBe(1);
    expect((await claim("gone", AT_MS))?.alertIds).toEqual([first]);
    expect(await store.rearmTarget("gone", 0)).toBe(1);
    await store.parkTarget(parked);
    await store.forgetParked("gone");
    expect(await store.parkedTargets()).toEqual([]);
    const [left] = await store.deliveriesFor(refused);
    expect(left).toMatchObject({ state: "parked", lastReason: "gone: 404" });
  });
}
