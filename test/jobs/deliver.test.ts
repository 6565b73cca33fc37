import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DiscordServer } from "../../src/demo/discord-server.ts";
import type { QueueBackend } from "../../src/jobs/queue.ts";
import type { DiscordTarget } from "../../src/notifiers/notifier.ts";
import type { DeliveryStore } from "../../src/store/delivery-store.ts";
import type { DeliveryEvent } from "../../src/store/store.ts";
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
let backend: QueueBackend;
let server: DiscordServer;
let targets: readonly DiscordTarget[];
let delivery: StartedDelivery | null;

beforeAll(async () => {
  opened = await openTestStore();
  backend = { type: "postgres", pool: opened.database.queuePool };
});
afterAll(() => opened.database.close());
beforeEach(async () => {
  await opened.database.run("delete from liqwatch.deliveries; delete from liqwatch.parked_targets");
  ({ server, targets } = await startTargets({ webhooks: 3, limits: false }));
  delivery = null;
});
afterEach(async () => {
  await delivery?.close();
  await server.close();
});

async function start(store: DeliveryStore = opened.store): Promise<StartedDelivery> {
  delivery = await startTestDelivery({ store, backend, targets });
  return delivery;
}
/** The real store, watched or broken in one place. */
function storeWith(over: Partial<DeliveryStore>): DeliveryStore {
  const { store } = opened;
  return {
    look: (...given) => store.look(...given),
    shownSince: (...given) => store.shownSince(...given),
    claim: (...given) => store.claim(...given),
    merge: (...given) => store.merge(...given),
    markShown: (shown) => store.markShown(shown),
    markLost: (...given) => store.markLost(...given),
    markRetry: (...given) => store.markRetry(...given),
    markParked: (...given) => store.markParked(...given),
    pendingTargets: (...given) => store.pendingTargets(...given),
    parkedTargets: () => store.parkedTargets(),
    parkTarget: (parked) => store.parkTarget(parked),
    forgetParked: (target) => store.forgetParked(target),
    rearmTarget: (...given) => store.rearmTarget(...given),
    retryOldest: (...given) => store.retryOldest(...given),
    ...over,
  };
}
async function tell(count: number, names: readonly string[]): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await commitAlert(opened.store, names);
    for (const name of names) await delivery?.wake(name);
  }
}
async function states(): Promise<Readonly<Record<string, number>>> {
  const counts = await opened.store.deliveryCounts();
  return Object.fromEntries(
    counts.map(({ target, state, count }) => [`${target} ${state}`, count]),
  );
}
const outcomes = (events: StartedDelivery["events"]): readonly DeliveryEvent[] =>
  events.filter((event): event is DeliveryEvent => event.type === "delivery");
/** `A-7.1` as 7. */
const numberOf = (ref: string): number => Number(/\d+/.exec(ref)?.[0]);

describe("delivery", () => {
  test("brings every alert to every target once, in order", async () => {
    const { events } = await start();
    await tell(5, ["d1", "d2"]);
    await until(async () => (await states())["d1 pending"] === undefined, "all delivered", 10_000);
    await until(async () => (await states())["d2 pending"] === undefined, "all delivered", 10_000);
    expect(await states()).toEqual({ "d1 delivered": 5, "d2 delivered": 5 });
    for (const webhook of [1, 2]) {
      const numbers = refsOf(server, webhook).map(numberOf);
      expect(numbers).toHaveLength(5);
      expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
    }
    expect(outcomes(events).map(({ outcome }) => outcome)).toEqual(Array(10).fill("delivered"));
  });

  test("starts with what a former process left behind", async () => {
    await tell(3, ["d1"]);
    await start();
    await until(() => server.messages().length === 3, "the backlog arrives", 5_000);
  });

  test("is quick after a commit, and many wake-ups are one look", async () => {
    const claims: string[] = [];
    const store = storeWith({
      look(target, nowMs) {
        claims.push(target);
        return opened.store.look(target, nowMs);
      },
    });
    const started = await start(store);
    await until(() => claims.length === 0, "nothing is pending", 1_000);
    await commitAlert(opened.store, ["d1"]);
    const begun = performance.now();
    await Promise.all(Array.from({ length: 200 }, () => started.wake("d1")));
    await until(() => server.messages().length === 1, "the alert arrives", 5_000);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await until(async () => (await states())["d1 delivered"] === 1, "recorded", 5_000);
    expect(claims.length).toBeLessThan(10);
  });

  test("does not try again before a 429 allows it", async () => {
    await start();
    server.setFault(1, { type: "rate-limited", retryAfterSeconds: 0.8, headerSeconds: 1 }, 1);
    await tell(2, ["d1"]);
    await until(() => server.messages().length === 2, "both arrive", 10_000);
    const [refused, next] = server.requests();
    expect(refused?.status).toBe(429);
    expect((next?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
    const numbers = refsOf(server, 1).map(numberOf);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  });

  test("a target that fails holds back its own alerts and nobody else's", async () => {
    await start();
    server.setFault(1, { type: "slow", delayMs: 6_000 });
    await tell(5, ["d1", "d2"]);
    await until(() => refsOf(server, 2).length === 5, "the healthy one is served", 5_000);
    expect(refsOf(server, 1)).toEqual([]);
  });

  test("a server error is tried again until it works", async () => {
    const { events } = await start();
    server.setFault(1, { type: "status", status: 502 }, 2);
    await tell(1, ["d1"]);
    await until(() => server.messages().length === 1, "the third attempt arrives", 10_000);
    await until(() => outcomes(events).length === 3, "told", 2_000);
    expect(outcomes(events).map(({ outcome }) => outcome)).toEqual(["retry", "retry", "delivered"]);
  });

  test("a message that is refused is parked alone", async () => {
    const { events } = await start();
    server.setFault(1, { type: "status", status: 400, body: "{}" }, 1);
    await tell(2, ["d1"]);
    await until(() => server.messages().length === 1, "the second arrives", 5_000);
    await until(async () => (await states())["d1 delivered"] === 1, "recorded", 5_000);
    expect(await states()).toEqual({ "d1 delivered": 1, "d1 parked": 1 });
    expect(outcomes(events)[0]).toMatchObject({ outcome: "parked", reason: "bad-request: 400 {}" });
  });

  test("a revoked target is parked: one request, every row with a reason, others untouched", async () => {
    await start();
    server.setFault(1, { type: "status", status: 404 });
    await tell(4, ["d1", "d2"]);
    await until(async () => (await states())["d1 parked"] === 4, "parked", 5_000);
    await until(() => refsOf(server, 2).length === 4, "the other is served", 5_000);
    expect(server.requests().filter(({ target }) => target === "1")).toHaveLength(1);
  });

  test("rows of a target that is no longer configured are parked", async () => {
    await start();
    await tell(1, ["gone"]);
    await until(async () => (await states())["gone parked"] === 1, "parked", 5_000);
  });

  test("a row that ended the process five times is parked, the next one is sent", async () => {
    await tell(2, ["d1"]);
    for (let crash = 0; crash < 5; crash += 1) {
      await opened.store.claim("d1", Date.now(), "message");
    }
    const { events } = await start();
    await until(() => server.messages().length === 1, "the second arrives", 5_000);
    await until(() => outcomes(events).length === 2, "told", 2_000);
    expect(outcomes(events)[0]).toMatchObject({
      outcome: "parked",
      reason: "bad-request: Ended the process 5 times",
    });
  });

  test("a sent message is recorded even when the store fails for a while", async () => {
    let failures = 3;
    const store = storeWith({
      markShown(shown) {
        failures -= 1;
        if (failures >= 0) return Promise.reject(new Error("Connection is gone"));
        return opened.store.markShown(shown);
      },
    });
    await start(store);
    await tell(1, ["d1"]);
    await until(async () => (await states())["d1 delivered"] === 1, "recorded", 10_000);
    expect(server.messages()).toHaveLength(1);
  });

  test("closing lets the running attempt end and sends nothing more", async () => {
    const started = await start();
    server.setFault(1, { type: "slow", delayMs: 300 });
    await tell(3, ["d1"]);
    const begun = performance.now();
    await started.close();
    delivery = null;
    expect(performance.now() - begun).toBeLessThan(5_000);
    const shown = server.messages().length;
    expect(shown).toBeLessThanOrEqual(1);
    expect((await states())["d1 pending"]).toBe(3 - shown);
  });
});

describe("with Discord's real limits", () => {
  test("a burst is told without one avoidable 429, in order", async () => {
    await server.close();
    ({ server, targets } = await startTargets({ webhooks: 1, limits: true }));
    await start();
    await tell(12, ["d1"]);
    await until(() => server.messages().length === 12, "all arrive", 15_000);
    expect(server.requests().filter(({ status }) => status === 429)).toEqual([]);
    const numbers = refsOf(server, 1).map(numberOf);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  });
});
