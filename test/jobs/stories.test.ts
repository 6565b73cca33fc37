/** Stories on their way to a local Discord: edits, digests, budgets, what is lost and found. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import type { DiscordServer } from "../../src/demo/discord-server.ts";
import type { DiscordTarget } from "../../src/notifiers/notifier.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { StoryBook } from "../../src/stories/book.ts";
import { until } from "../real/run-folder.ts";
import { decision } from "../render/samples.ts";
import { storyBook } from "../stories/samples.ts";
import {
  openTestStore,
  type StartedDelivery,
  startTargets,
  startTestDelivery,
  type TestStore,
  tell,
} from "./bench.ts";

let opened: TestStore;
let server: DiscordServer;
let targets: readonly DiscordTarget[];
let delivery: StartedDelivery | null;
let scene = 0;

beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(() => opened.database.close());
beforeEach(async () => {
  scene += 1;
  await opened.database.run("delete from liqwatch.deliveries; delete from liqwatch.stories");
  ({ server, targets } = await startTargets({ webhooks: 2, limits: true }));
  delivery = null;
});
afterEach(async () => {
  await delivery?.close();
  await server.close();
});

async function start(over: Partial<DiscordTarget> = {}): Promise<void> {
  const backend = { type: "postgres", pool: opened.database.queuePool } as const;
  const changed = targets.map((target) => ({ ...target, ...over }));
  delivery = await startTestDelivery({ store: opened.store, backend, targets: changed });
}

/** A decision of now; incidents are this test's own. */
function now(incident: string, over: Partial<Decision> = {}): Decision {
  const atMs = nodeRuntime.nowMs();
  const ids = { incidentId: `${scene}-${incident}`, alertId: `${scene}-${incident}-${alerts++}` };
  return decision({ ...ids, scopeKey: incident, atMs, severity: "HIGH", ...over });
}
let alerts = 0;

async function say(book: StoryBook, ...decisions: readonly Decision[]): Promise<void> {
  await tell(opened.store, book, decisions);
  for (const { name } of targets) await delivery?.wake(name);
}
const toD1 = () => storyBook({ route: () => ["d1"] });
const texts = () => server.messages().map(({ title }) => title);

interface Account {
  readonly listed: ReadonlySet<string>;
  readonly messageIds: ReadonlySet<string>;
}
/** The alerts that shown messages list, and those messages. */
async function account(target: string): Promise<Account> {
  const rows = await opened.database.query(
    `select alert_ids, remote_id from liqwatch.deliveries
     where target = $1 and shown_revision > 0 and cardinality(alert_ids) = shown_alerts`,
    [target],
  );
  const ids = rows.flatMap(({ alert_ids }) => (Array.isArray(alert_ids) ? alert_ids : []));
  const messages = rows.map(({ remote_id }) => String(remote_id).split("/").at(-1) ?? "");
  return { listed: new Set(ids.map(String)), messageIds: new Set(messages) };
}

describe("a story at a target", () => {
  test("is one message, edited as it grows, and closed with a summary that links it", async () => {
    await start();
    const book = toD1();
    await say(book, now("BTC"));
    await until(() => server.messages().length === 1, "the first message", 5_000);
    await say(book, now("BTC", { decision: "escalated", severity: "HIGH", value: 9_000_000 }));
    await until(() => server.messages()[0]?.edits === 1, "its edit", 15_000);
    expect(texts()[0]).toContain("$9.00M");
    await say(book, now("BTC", { decision: "resolved" }));
    await until(() => server.messages().length === 2, "the summary", 10_000);
    await until(() => server.messages()[0]?.edits === 2, "the last edit", 15_000);
    const [message, summary] = server.messages();
    expect(message?.title).toMatch(/calmed/);
    expect(summary).toMatchObject({
      isSilent: true,
      alertRefs: [expect.stringMatching(/summary$/)],
    });
    expect(summary?.embed?.description).toContain(`/${message?.id})`);
  });

  test("a message that nobody has seen is told by the next one", async () => {
    const book = toD1();
    await say(book, now("BTC", { severity: "LOW" }));
    await say(book, now("BTC", { decision: "escalated", severity: "CRITICAL" }));
    await start();
    await until(() => server.messages().length === 1, "one message", 5_000);
    await until(async () => (await account("d1")).listed.size === 2, "both alerts", 5_000);
    expect(server.messages()[0]?.title).toContain("CRITICAL");
  });

  test("a message that says that it goes on says so once", async () => {
    await start();
    const book = toD1();
    await say(book, now("BTC"));
    await until(() => server.messages().length === 1, "the first message", 5_000);
    await say(book, now("BTC", { decision: "escalated", severity: "CRITICAL" }));
    await until(() => server.messages().length === 2, "the second", 5_000);
    await until(() => server.messages()[0]?.edits === 1, "the pointer", 15_000);
    expect(
      server.messages().map(({ text }) => /continued below|message 2/.exec(text)?.[0]),
    ).toEqual(["continued below", "message 2"]);
  });

  test("what a deleted message should tell yet is a new message; figures are not", async () => {
    await start();
    const book = toD1();
    await say(book, now("BTC"));
    await until(() => server.messages().length === 1, "the first message", 5_000);
    server.deleteMessage(server.messages()[0]?.id ?? "");
    await say(book, now("BTC", { decision: "escalated", value: 9_000_000 }));
    const outcomes = () =>
      delivery?.events.map((event) => (event.type === "delivery" ? event.outcome : "")) ?? [];
    await until(() => outcomes().length === 3, "told anew", 15_000);
    expect(outcomes()).toEqual(["delivered", "lost", "delivered"]);
    expect(server.messages()).toHaveLength(1);
  });

  test("LOW waits three seconds for what follows", async () => {
    await start();
    const startedMs = Date.now();
    await say(toD1(), now("BTC", { severity: "LOW" }));
    await until(() => server.messages().length === 1, "it is told", 10_000);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(3_000);
  });

  test("a restart in the middle goes on with the same message", async () => {
    await start();
    const book = toD1();
    await say(book, now("BTC"));
    await until(() => server.messages().length === 1, "the first message", 5_000);
    await delivery?.close();
    const { stories } = await opened.store.warmStart();
    const after = toD1();
    after.restore(stories.filter(({ story }) => story.story === `${scene}-BTC`));
    await say(after, now("BTC", { decision: "escalated", value: 9_000_000 }));
    await start();
    await until(() => server.messages()[0]?.edits === 1, "its edit", 15_000);
    expect(texts()).toEqual([expect.stringContaining("$9.00M")]);
  });
});

describe("more than a target takes", () => {
  test("what would wait becomes one digest, each alert accounted for", {
    timeout: 60_000,
  }, async () => {
    await start();
    const book = toD1();
    const decisions = Array.from({ length: 40 }, (_, index) =>
      now(`K${index}`, { severity: index === 17 ? "CRITICAL" : "HIGH" }),
    );
    await say(book, ...decisions);
    const wanted = new Set(decisions.map(({ alertId }) => alertId));
    await until(async () => (await account("d1")).listed.size === wanted.size, "all told", 40_000);
    expect((await account("d1")).listed).toEqual(wanted);
    expect(texts()[0]).toContain("K17");
    const digest = texts().findIndex((title) => /more alerts, up to HIGH/.test(title));
    expect(digest).toBe(1);
    expect(server.requests().filter(({ status }) => status === 429)).toEqual([]);
  });

  test("a storm of 1,000 incidents in ten seconds is told within a minute, every alert", {
    timeout: 120_000,
  }, async () => {
    await start();
    const book = toD1();
    const wanted = new Set<string>();
    const startedMs = Date.now();
    for (let second = 0; second < 10; second += 1) {
      const decisions = Array.from({ length: 100 }, (_, index) => now(`S${second}x${index}`));
      for (const { alertId } of decisions) wanted.add(alertId);
      await say(book, ...decisions);
      const nextMs = startedMs + (second + 1) * 1_000;
      await until(() => Date.now() >= nextMs, "a second later", 5_000);
    }
    const isTold = async () => (await account("d1")).listed.size === wanted.size;
    await until(isTold, "every alert is told", 70_000);
    expect((await account("d1")).listed).toEqual(wanted);
    expect(Date.now() - startedMs).toBeLessThan(60_000);
    const accepted = new Set(server.messages().map(({ id }) => id));
    expect((await account("d1")).messageIds).toEqual(accepted);
    expect(server.requests().filter(({ status }) => status === 429)).toEqual([]);
    process.stdout.write(`Storm: ${accepted.size} messages in ${Date.now() - startedMs} ms\n`);
  });

  test("beyond its budget one message lives on; CRITICAL of the market goes out", async () => {
    await start({ budget: { perHour: 2, perDay: 40 } });
    const book = toD1();
    await say(book, now("A"), now("B"));
    await until(() => server.messages().length === 2, "two messages", 10_000);
    await say(book, now("C"), now("D"));
    await until(() => server.messages().length === 3, "the overflow", 10_000);
    await say(book, now("E"));
    const overflow = () => server.messages()[2];
    // Whether C and D meet in its first state depends on what is quicker.
    const grown = "3 more alerts, up to HIGH: C, D, E";
    await until(() => overflow()?.title === grown, "the overflow grows", 20_000);
    const market = { scope: "market", scopeKey: "market", severity: "CRITICAL" } as const;
    await say(book, now("market", market));
    await until(() => server.messages().length === 4, "the market", 10_000);
    expect(texts()[3]).toMatch(/MARKET .*CRITICAL/);
    await until(async () => (await account("d1")).listed.size === 6, "all are listed", 5_000);
  });

  test("a global wait holds every webhook back, another target's own does not", async () => {
    await start();
    const everybody = storyBook({ route: () => ["d1", "d2"] });
    const wait = { type: "rate-limited", retryAfterSeconds: 2 } as const;
    server.setFault(1, { ...wait, isGlobal: true }, 1);
    await say(everybody, now("A"));
    await until(() => server.messages().length === 2, "both are told", 15_000);
    await say(everybody, now("B"));
    await until(() => server.messages().length === 4, "both are told", 15_000);
    const [first] = server.requests();
    const later = server.requests().filter(({ target, atMs }) => {
      // A request under way when the service says so may arrive a little later.
      return target === "2" && atMs > (first?.atMs ?? 0) + 500;
    });
    for (const { atMs } of later) expect(atMs - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1_900);
  });
});
