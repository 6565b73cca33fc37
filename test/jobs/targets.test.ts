import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DiscordServer } from "../../src/demo/discord-server.ts";
import type { DiscordTarget } from "../../src/notifiers/notifier.ts";
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
  ({ server, targets } = await startTargets({ webhooks: 3, limits: false }));
  const backend = { type: "postgres", pool: opened.database.queuePool } as const;
  const { store } = opened;
  delivery = await startTestDelivery({ store, backend, targets: targets.slice(0, 2) });
});
afterEach(async () => {
  await delivery.close();
  await server.close();
});

async function tell(...names: readonly string[]): Promise<void> {
  await commitAlert(opened.store, names);
  for (const name of names) await delivery.wake(name);
}

function outcomesOf(name: string): readonly string[] {
  return delivery.events.flatMap((event) =>
    event.type === "delivery" && event.target === name ? [event.outcome] : [],
  );
}

describe("targets that change while deliveries run", () => {
  test("a new one is told from then on, what waited for it first; one as before goes on", async () => {
    await tell("d1", "d3");
    await until(() => outcomesOf("d3").length === 1, "unknown target parked");
    await delivery.setTargets(targets);
    await tell("d1", "d3");
    await until(() => refsOf(server, 3).length === 1, "told");
    await until(() => refsOf(server, 1).length === 2, "told");
    await until(() => delivery.events.length === 4, "recorded");
    expect(outcomesOf("d3")).toEqual(["parked", "delivered"]);
    expect(outcomesOf("d1")).toEqual(["delivered", "delivered"]);
  });

  test("one that is taken away has what waits for it parked, and is never called again", async () => {
    server.setFault(2, { type: "rate-limited", retryAfterSeconds: 600 });
    await tell("d2");
    await until(() => outcomesOf("d2").length === 1, "waits");
    const calls = server.requests().length;
    await delivery.setTargets(targets.slice(0, 1));
    await opened.database.run("update liqwatch.deliveries set next_attempt_at_ms = 0");
    await tell("d2");
    await until(() => outcomesOf("d2").length === 3, "parked");
    expect(outcomesOf("d2")).toEqual(["retry", "parked", "parked"]);
    expect(server.requests()).toHaveLength(calls);
  });

  test("one with another address begins anew there, even when the old one was parked", async () => {
    server.setFault(1, { type: "status", status: 404 });
    await tell("d1");
    await until(() => outcomesOf("d1").length === 1, "parked");
    const [d1, d2] = targets;
    if (d1 === undefined || d2 === undefined) throw new Error("Two targets are needed");
    await delivery.setTargets([{ ...d1, webhookUrl: server.webhookUrl(3) }, d2]);
    await tell("d1");
    await until(() => outcomesOf("d1").length === 3, "delivered");
    // What was refused at the old address comes first: a parked target is tried with it.
    expect(outcomesOf("d1")).toEqual(["parked", "delivered", "delivered"]);
    expect(refsOf(server, 3)).toHaveLength(2);
  });

  test("an address that cannot be used is refused, and nothing has changed", async () => {
    const [d1] = targets;
    if (d1 === undefined) throw new Error("A target is needed");
    const wrong = { ...d1, name: "d9", webhookUrl: "https://discord.com/api" };
    await expect(delivery.setTargets([wrong])).rejects.toMatchObject({ code: "LIQ_CONFIG" });
    await tell("d1", "d2");
    await until(() => refsOf(server, 1).length + refsOf(server, 2).length === 2, "both told");
  });
});
