import { afterAll, afterEach, describe, expect, test } from "vitest";
import {
  migrateQueue,
  openWakeQueue,
  type QueueBackend,
  type WakeQueue,
} from "../../src/jobs/queue.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { openServer } from "../../src/store/postgres/server.ts";
import { withPostgres } from "../real/postgres.ts";
import { privateRedis, withRedis } from "../real/redis.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import {
  commitAlert,
  openTestStore,
  startTargets,
  startTestDelivery,
  type TestStore,
} from "./bench.ts";

interface Backend {
  readonly backend: QueueBackend;
  close(): Promise<void>;
}
const BACKENDS: Readonly<Record<string, () => Promise<Backend | null>>> = {
  async redis() {
    const redis = await withRedis();
    if (redis === null) return null;
    return { backend: { type: "redis", url: redis.url }, close: async () => {} };
  },
  async postgres() {
    const postgres = await withPostgres();
    if (postgres === null) return null;
    const url = await postgres.newDatabase();
    const options = { url, runtime: nodeRuntime, onAbsent: () => {}, onPresent: () => {} };
    const database = openServer(options);
    await migrateQueue(database.queuePool);
    const backend = { type: "postgres", pool: database.queuePool } as const;
    return { backend, close: () => database.close() };
  },
  async embedded() {
    const { database } = await sharedStore();
    const backend = { type: "postgres", pool: database.queuePool } as const;
    return { backend, close: async () => {} };
  },
};

let opened: {
  readonly queue: WakeQueue;
  readonly woken: string[];
  readonly trouble: (string | null)[];
};
const closers: (() => Promise<void>)[] = [];

function open(backend: QueueBackend): void {
  const woken: string[] = [];
  const trouble: (string | null)[] = [];
  const queue = openWakeQueue(backend, {
    concurrency: 4,
    runtime: nodeRuntime,
    log: SILENT_LOG,
    onWake: async (target) => {
      woken.push(target);
    },
    onTrouble: (message) => trouble.push(message),
  });
  closers.push(() => queue.close());
  opened = { queue, woken, trouble };
}
/** Opening an embedded database takes seconds: one for this file. */
let opening: Promise<TestStore> | null = null;
function sharedStore(): Promise<TestStore> {
  opening ??= openTestStore();
  return opening;
}
afterAll(async () => (await opening)?.database.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe.each(Object.keys(BACKENDS))("the wake-up queue on %s", (name) => {
  test("carries each wake-up to a worker, delayed ones not before their time", async (context) => {
    const made = await BACKENDS[name]?.();
    if (made === null || made === undefined) return context.skip();
    closers.push(made.close);
    open(made.backend);
    const begun = performance.now();
    await opened.queue.add({ target: "later", delayMs: 700 });
    for (let count = 0; count < 20; count += 1) {
      await opened.queue.add({ target: `t:${count}`, delayMs: 0 });
    }
    const atOnce = (): readonly string[] => opened.woken.filter((target) => target !== "later");
    await until(() => atOnce().length === 20, "twenty wake-ups", 15_000);
    expect(new Set(atOnce()).size).toBe(20);
    await until(() => opened.woken.includes("later"), "the delayed one", 10_000);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(690);
    expect(opened.woken).toHaveLength(21);
    expect(opened.trouble).toEqual([]);
  });

  test("keeps wake-ups of a queue that was closed for the next one", async (context) => {
    const made = await BACKENDS[name]?.();
    if (made === null || made === undefined) return context.skip();
    closers.push(made.close);
    open(made.backend);
    await opened.queue.add({ target: "after", delayMs: 1_500 });
    await opened.queue.close();
    expect(opened.woken).toEqual([]);
    open(made.backend);
    await until(() => opened.woken.includes("after"), "it survived", 10_000);
  });
});

describe("without Redis", () => {
  test("alerts are delivered, and again through it when it is back", async (context) => {
    const redis = await privateRedis(scratchFolder("redis"));
    if (redis === null) return context.skip();
    await redis.start();
    closers.push(() => redis.kill());
    const { store } = await sharedStore();
    const { server, targets } = await startTargets({ webhooks: 1, limits: false });
    closers.push(() => server.close());
    const backend = { type: "redis", url: redis.url } as const;
    const delivery = await startTestDelivery({ store, backend, targets });
    closers.push(() => delivery.close());

    await commitAlert(store, ["d1"]);
    await delivery.wake("d1");
    await until(() => server.messages().length === 1, "with Redis", 5_000);

    await redis.kill();
    await until(() => delivery.events.some(({ type }) => type === "trouble"), "noticed", 10_000);
    await commitAlert(store, ["d1"]);
    const begun = performance.now();
    await delivery.wake("d1");
    expect(performance.now() - begun).toBeLessThan(100);
    await until(() => server.messages().length === 2, "without Redis", 2_000);

    await redis.start();
    await until(() => delivery.events.some(({ type }) => type === "recovered"), "back", 15_000);
    await commitAlert(store, ["d1"]);
    await delivery.wake("d1");
    await until(() => server.messages().length === 3, "with Redis again", 5_000);
  });

  test("a flush loses nothing: the reconciler finds what no job carries", async (context) => {
    const redis = await privateRedis(scratchFolder("redis"));
    if (redis === null) return context.skip();
    await redis.start();
    closers.push(() => redis.kill());
    const { store } = await sharedStore();
    const { server, targets } = await startTargets({ webhooks: 1, limits: false });
    closers.push(() => server.close());
    const backend = { type: "redis", url: redis.url } as const;
    const delivery = await startTestDelivery({ store, backend, targets });
    closers.push(() => delivery.close());

    // Committed by a process that died before it could wake anybody, its jobs gone with a flush.
    await commitAlert(store, ["d1"]);
    expect(await redis.command("FLUSHALL")).toBe("+OK");
    await until(() => server.messages().length === 1, "found within ten seconds", 10_000);
    await commitAlert(store, ["d1"]);
    await delivery.wake("d1");
    await until(() => server.messages().length === 2, "and goes on", 5_000);
  });
});

test("a queue that can be reached by nobody is not waited for", async () => {
  open({ type: "redis", url: "redis://127.0.0.1:1" });
  let isAdded = false;
  opened.queue.add({ target: "x", delayMs: 0 }).then(
    () => {
      isAdded = true;
    },
    () => {},
  );
  await until(() => opened.trouble.length === 1, "trouble is told once", 5_000);
  const begun = performance.now();
  await opened.queue.close();
  closers.pop();
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(isAdded).toBe(false);
});
