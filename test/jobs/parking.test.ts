/** Targets that refuse us: what waits for them, and how they come back. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DiscordServer } from "../../src/demo/discord-server.ts";
import { WAITING_MS_MAX } from "../../src/jobs/parking.ts";
import { routeNotice } from "../../src/jobs/route.ts";
import type { DiscordTarget } from "../../src/notifiers/notifier.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { TargetEvent } from "../../src/store/store.ts";
import { testMessage } from "../../src/test-message.ts";
import { notice } from "../ops/seen.ts";
import { until } from "../real/run-folder.ts";
import {
  commitAlert,
  openTestStore,
  refsOf,
  type StartedDelivery,
  startTargets,
  startTestDelivery,
  type TestStore,
} from "./bench.ts";

let opened: TestStore;
let server: DiscordServer;
let targets: readonly DiscordTarget[];
let delivery: StartedDelivery;

beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.database.close());
beforeEach(async () => {
  await opened.database.run("delete from liqwatch.deliveries; delete from liqwatch.parked_targets");
  ({ server, targets } = await startTargets({ webhooks: 2, limits: false }));
  await start();
});
afterEach(async () => {
  await delivery.close();
  await server.close();
});

async function start(): Promise<void> {
  const backend = { type: "postgres", pool: opened.database.queuePool } as const;
  delivery = await startTestDelivery({ store: opened.store, backend, targets });
}

async function tell(name: string): Promise<void> {
  await commitAlert(opened.store, [name]);
  await delivery.wake(name);
}

const changes = (): readonly TargetEvent[] =>
  delivery.events.filter((event): event is TargetEvent => event.type === "target");
const calls = (webhook: number) =>
  server.requests().filter(({ target }) => target === String(webhook)).length;
const states = async () =>
  (await opened.store.deliveryCounts()).map(({ state, count }) => `${count} ${state}`);
const isParked = async (count: number) => (await states()).includes(`${count} parked`);
const gone = { type: "status", status: 404, body: "{}" } as const;
const message = (target: DiscordTarget | undefined) => {
  if (target === undefined) throw new Error("A target is needed");
  return testMessage(target, nodeRuntime.nowMs());
};

/** Two alerts that wait for a target which is parked. */
async function park(before = 0): Promise<void> {
  server.setFault(1, gone);
  await tell("d1");
  await tell("d1");
  await until(() => isParked(before + 2), "parked", 5_000);
}

describe("a target that refuses us", () => {
  test("is parked with the reason, told once, and not called again", async () => {
    await park();
    const reason = "gone: 404 {}";
    const [parked] = await opened.store.parkedTargets();
    expect(parked).toMatchObject({ target: "d1", reason });
    expect(changes()).toEqual([{ type: "target", target: "d1", parked, resent: 0 }]);
    expect(calls(1)).toBe(1);
  });

  test("works again after a TEST message that arrives, and gets what waited in order", async () => {
    await park();
    const refused = await delivery.test("d1", message(targets[0]));
    expect(refused).toMatchObject({
      ...{ target: "d1", refusal: { reason: "gone", detail: "404 {}" } },
      ...{ isRearmed: false, resent: 0 },
    });
    server.setFault(1, null);
    const passed = await delivery.test("d1", message(targets[0]));
    expect(passed).toMatchObject({ refusal: null, isRearmed: true, resent: 2 });
    expect(passed.remoteId).toMatch(/^\d+\/\d+$/);
    await until(async () => (await states()).includes("2 delivered"), "what waited", 5_000);
    expect(await opened.store.parkedTargets()).toEqual([]);
    expect(changes().at(-1)).toEqual({ type: "target", target: "d1", parked: null, resent: 2 });
    const [first, second, third] = server.messages();
    expect(first?.title).toMatch(/^TEST /);
    expect([second, third].flatMap((one) => one?.alertRefs)).toEqual(refsOf(server, 1).slice(1));
    // A target that works is not re-armed.
    expect(await delivery.test("d1", message(targets[0]))).toMatchObject({ isRearmed: false });
  });

  test("is tried once after a restart: in vain it stays parked, else everything goes out", async () => {
    await park();
    const [before] = await opened.store.parkedTargets();
    await delivery.close();
    await start();
    await until(() => calls(1) === 2, "tried again", 5_000);
    await until(() => isParked(2), "parked again", 5_000);
    await tell("d1");
    await until(() => isParked(3), "parked at once", 5_000);
    expect(calls(1)).toBe(2);
    expect(await opened.store.parkedTargets()).toEqual([before]);
    await delivery.close();
    server.setFault(1, null);
    await start();
    await until(async () => (await states()).includes("3 delivered"), "all that waited", 5_000);
    expect(await opened.store.parkedTargets()).toEqual([]);
  });

  test("is not sent what is older than a day, nor a message that it refused for itself", async () => {
    server.setFault(1, { type: "status", status: 400, body: "{}" }, 1);
    await tell("d1");
    await until(() => isParked(1), "refused", 5_000);
    await park(1);
    const old = nodeRuntime.nowMs() - WAITING_MS_MAX - 1_000;
    await opened.database.query(
      `update liqwatch.deliveries set at_ms = $1 where delivery_number =
         (select max(delivery_number) from liqwatch.deliveries)`,
      [old],
    );
    server.setFault(1, null);
    expect(await delivery.test("d1", message(targets[0]))).toMatchObject({ resent: 1 });
    await until(async () => (await states()).includes("1 delivered"), "the one", 5_000);
    expect(await states()).toEqual(["1 delivered", "2 parked"]);
  });

  test("is not remembered when it is taken out of the configuration", async () => {
    await park();
    await delivery.setTargets(targets.slice(1));
    expect(await opened.store.parkedTargets()).toEqual([]);
    await expect(delivery.test("d1", message(targets[0]))).rejects.toMatchObject({
      ...{ code: "LIQ_COMMAND", message: "Target d1 is not configured" },
    });
  });
});

describe("a notice", () => {
  const ops = () => targets.map((target) => ({ ...target, purpose: "ops" as const }));
  const write = async (over: Parameters<typeof notice>[0] = {}) => {
    const atMs = over.atMs ?? nodeRuntime.nowMs();
    const drafts = routeNotice(notice({ ...over, atMs, sinceMs: atMs - 300_000 }), ops());
    await opened.store.writeNotices(drafts, { told: 1 });
    for (const { target } of drafts) await delivery.wake(target);
  };

  test("goes to every target for the operator, once, however often it is written", async () => {
    await delivery.setTargets(ops());
    const atMs = nodeRuntime.nowMs();
    await write({ atMs });
    await write({ atMs });
    await until(async () => (await states()).includes("1 delivered"), "delivered", 5_000);
    await until(() => server.messages().length === 2, "both are told", 5_000);
    expect(server.messages().map(({ title }) => title)).toEqual(
      Array(2).fill("OPS Bybit is not watched for 5 min"),
    );
    expect(await opened.store.opsState()).toEqual({ told: 1 });
  });

  test("that a former process wrote is sent by the next one, marked as late", async () => {
    await delivery.close();
    await write({ atMs: nodeRuntime.nowMs() - 600_000 });
    targets = ops();
    await start();
    await until(() => server.messages().length === 2, "both are told", 5_000);
    expect(server.messages()[0]?.title).toBe("DELAYED OPS Bybit is not watched for 5 min");
  });

  test("never reaches a target for alerts, nor an alert one for the operator", async () => {
    const [d1, d2] = targets;
    if (d1 === undefined || d2 === undefined) throw new Error("Two targets are needed");
    await delivery.setTargets([{ ...d1, purpose: "ops" }, d2]);
    await write();
    await tell("d1");
    await tell("d2");
    await until(() => server.messages().length === 2, "told", 5_000);
    await until(() => delivery.events.length === 4, "all settled", 5_000);
    const parked = delivery.events.flatMap((event) =>
      event.type === "delivery" && event.outcome === "parked" ? [event.reason] : [],
    );
    expect(parked.sort()).toEqual([
      "bad-request: Target is for alerts now",
      "bad-request: Target is for ops now",
    ]);
    expect(server.messages().find(({ target }) => target === "1")?.title).toMatch(/^OPS /);
    expect(server.messages().find(({ target }) => target === "2")?.title).not.toMatch(/OPS/);
  });

  test("of blindness goes to everybody", async () => {
    const [d1, d2] = targets;
    if (d1 === undefined || d2 === undefined) throw new Error("Two targets are needed");
    const both = [d1, { ...d2, purpose: "ops" as const }];
    await delivery.setTargets(both);
    const atMs = nodeRuntime.nowMs();
    const about = { topic: "blind", subject: "", title: "78% of the usual volume" } as const;
    const began = { ...about, atMs, sinceMs: atMs - 300_000, reasons: ["Binance"] };
    const drafts = routeNotice(notice(began), both);
    expect(drafts.map(({ target }) => target)).toEqual(["d1", "d2"]);
    await opened.store.writeNotices(drafts, {});
    for (const { target } of drafts) await delivery.wake(target);
    await until(() => server.messages().length === 2, "both are told", 5_000);
    const titles = () => server.messages().map(({ title }) => title);
    expect(titles()).toEqual(Array(2).fill("We are blind: 78% of the usual volume is not seen"));
    const back = { ...about, isOver: true, atMs: atMs + 60_000, sinceMs: atMs - 300_000 };
    await opened.store.writeNotices(routeNotice(notice(back), both), {});
    // A beginning that is written again takes nothing back.
    await opened.store.writeNotices(drafts, {});
    for (const { target } of drafts) await delivery.wake(target);
    await until(() => server.messages().every(({ edits }) => edits === 1), "edited", 10_000);
    expect(titles()).toEqual(Array(2).fill("We see again: blind for 6 min"));
  });

  test("about a target goes to the others", () => {
    const about = notice({ topic: "target", subject: "d1", title: "d1" });
    expect(routeNotice(about, ops()).map(({ target }) => target)).toEqual(["d2"]);
    expect(routeNotice(about, targets)).toEqual([]);
  });
});
