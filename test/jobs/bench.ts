/** A real store, real local services and a delivery on top: what the tests of `jobs/` start from. */
import { createHash } from "node:crypto";
import type { Decision } from "../../src/alert.ts";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { type Delivery, type DeliveryOptions, startDelivery } from "../../src/jobs/deliver.ts";
import { migrateQueue } from "../../src/jobs/queue.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { createNotifier } from "../../src/notifiers/index.ts";
import type { DiscordTarget } from "../../src/notifiers/notifier.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import type { StoreEvent } from "../../src/store/store.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import type { StoryBook } from "../../src/stories/book.ts";
import { decision, NOTES } from "../render/samples.ts";
import { storyBook } from "../stories/samples.ts";

export interface TestStore {
  readonly database: Database;
  readonly store: SqlStore;
}

/** An embedded database in memory, BullMQ's tables included. */
export async function openTestStore(): Promise<TestStore> {
  const database = await openEmbedded({ dataDir: null, snapshot: null }, async (fresh) => {
    await migrate(fresh);
    await migrateQueue(fresh.queuePool);
  });
  return { database, store: new SqlStore(database, await database.transaction(beginTerm)) };
}

let incidents = 0;

/** Commits one opened incident of an asset of its own, to be told to these targets. */
export async function commitAlert(
  store: SqlStore,
  targets: readonly string[],
  over: Partial<Decision> = {},
): Promise<string> {
  incidents += 1;
  const incidentId = `incident-${incidents}`;
  const alertId = createHash("sha256").update(incidentId).digest("hex").slice(0, 16);
  // The time orders the rows; it is now, so that nothing counts as delayed, and HIGH settles at once.
  const atMs = nodeRuntime.nowMs();
  const scopeKey = `K${incidents}`;
  await tell(store, storyBook({ route: () => targets }), [
    decision({ alertId, incidentId, atMs, scopeKey, severity: "HIGH", ...over }),
  ]);
  return alertId;
}

/** Commits decisions with what a book makes of them, in one transaction. */
export async function tell(
  store: SqlStore,
  book: StoryBook,
  decisions: readonly Decision[],
): Promise<void> {
  book.take([], decisions, null);
  const nothing = { liquidations: [], scopes: [], gaps: [] };
  const engineNowMs = decisions.at(-1)?.atMs ?? nodeRuntime.nowMs();
  await store.commit({ ...nothing, decisions, ...book.changes(), engineNowMs });
}

/** A local Discord and one target per webhook: `d1`, `d2`. */
export async function startTargets(options: {
  readonly webhooks: number;
  readonly limits: boolean;
}): Promise<{ readonly server: DiscordServer; readonly targets: readonly DiscordTarget[] }> {
  const server = await startDiscordServer({ runtime: nodeRuntime, ...options });
  const targets = Array.from(
    { length: options.webhooks },
    (_, index): DiscordTarget => ({
      type: "discord",
      name: `d${index + 1}`,
      purpose: "alerts",
      minSeverity: "LOW",
      silentBelow: "LOW",
      webhookUrl: server.webhookUrl(index + 1),
      channelId: null,
      botToken: null,
      threadId: null,
      forum: false,
      apiBaseUrl: server.apiBaseUrl,
      mentionRoles: { CRITICAL: [] },
      budget: null,
    }),
  );
  return { server, targets };
}

export interface StartedDelivery extends Delivery {
  readonly events: readonly StoreEvent[];
}

export async function startTestDelivery(
  over: Pick<DeliveryOptions, "store" | "backend" | "targets"> & Partial<DeliveryOptions>,
): Promise<StartedDelivery> {
  const events: StoreEvent[] = [];
  const notifierDeps = { runtime: nodeRuntime, log: SILENT_LOG, write: () => {} };
  const delivery = await startDelivery({
    notifierOf: (target) => createNotifier(target, notifierDeps),
    label: null,
    venueNotes: NOTES,
    runtime: nodeRuntime,
    log: SILENT_LOG,
    onEvent: (event) => void (event.type !== "waiting" && events.push(event)),
    ...over,
  });
  return {
    events,
    wake: (target) => delivery.wake(target),
    setTargets: (targets) => delivery.setTargets(targets),
    test: (target, message) => delivery.test(target, message),
    close: () => delivery.close(),
  };
}

/** Alert references per webhook, in order of acceptance. */
export function refsOf(server: DiscordServer, webhook: number): readonly string[] {
  const told = server.messages().filter(({ target }) => target === String(webhook));
  return told.flatMap(({ alertRefs }) => alertRefs);
}
