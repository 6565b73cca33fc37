import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { startStoreThread } from "../../src/store/thread.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import { AT_MS, decision } from "../render/samples.ts";
import { startChild, startThread, storedKeys } from "./child.ts";
import { batch, draft, row, rowsOf } from "./samples.ts";

const SLOW_MS_MAX = 60_000;

test(
  "everything that was acknowledged is found after kill -9, and the dead holder's lock is taken over",
  async () => {
    const place = { dataDir: scratchFolder("killed"), databaseUrl: null };
    const child = startChild(place, "kill");
    await until(() => child.acked().length >= 200, "200 commits are answered");
    const refused = startThread(place).thread;
    await expect(refused.open()).rejects.toThrow(
      `Data directory ${place.dataDir} is in use by process ${child.pid}: stop it or choose another`,
    );
    await refused.close();
    await child.kill();

    const { thread } = startThread(place);
    await thread.open();
    const stored = new Set(await storedKeys(thread, "kill"));
    expect(child.acked().filter((key) => !stored.has(key))).toEqual([]);
    const { engineNowMs } = await thread.store.warmStart();
    expect(engineNowMs).toBe(1.79e12 + stored.size - 1);
    await thread.close();
  },
  SLOW_MS_MAX,
);

test(
  "the store works across the threads: commits, pages, lists, deliveries of an unknown target",
  async () => {
    const place = { dataDir: scratchFolder("thread"), databaseUrl: null };
    const { thread, events } = startThread(place);
    await thread.open();
    expect(events).toEqual([{ type: "role", role: "deciding" }]);
    const many = Array.from({ length: 5_001 }, (_, at) => row(`many|${at}`));
    const told = decision({ alertId: "told", incidentId: "told" });
    const result = await thread.store.commit(
      batch({
        liquidations: rowsOf(...many),
        decisions: [told],
        deliveries: [draft(["told"], { story: "told", target: "removed" })],
      }),
    );
    expect(result.acceptedKeys).toHaveLength(5_001);
    expect(result.incidentNumbers).toEqual({ told: 1 });
    expect(await storedKeys(thread, "many")).toEqual(many.map(({ dedupeKey }) => dedupeKey));
    expect(await thread.queries.recentAlerts(5, { suppressed: false })).toEqual([
      { decision: told, incidentNumber: 1 },
    ]);
    const sent = { price: "2", size: "3", quoteAmount: null, isInverse: null };
    const late = row("late|1", { symbol: "LATE", asset: null, notionalCents: null, sent });
    await thread.store.commit(batch({ liquidations: rowsOf(late) }));
    expect(await thread.unpriced.unpricedSymbols()).toEqual([{ venue: "bybit", symbol: "LATE" }]);
    const waiting = await thread.unpriced.unpricedRows({ venue: "bybit", symbol: "LATE" }, 10);
    expect(waiting).toEqual([{ row: late, countsOrder: true }]);
    const { sent: _sent, ...priced } = { ...late, asset: "LATE", notionalCents: 600 };
    await thread.unpriced.priceRows([priced], AT_MS);
    expect(await thread.queries.recentLiquidations(1)).toEqual([
      { row: priced, countsOrder: true },
    ]);
    // Nothing is configured for this target any more: its row must not stay pending for ever.
    await until(() => events.some(({ type }) => type === "delivery"), "delivery is settled");
    const settled = events.find(({ type }) => type === "delivery");
    expect(settled).toMatchObject({ type: "delivery", target: "removed", outcome: "parked" });
    expect(await thread.queries.deliveryCounts()).toEqual([
      { target: "removed", state: "parked", count: 1 },
    ]);
    await thread.close();
    await expect(thread.store.warmStart()).rejects.toThrow("Store thread ended");

    const again = startThread(place).thread;
    await again.open();
    expect((await again.store.warmStart()).engineNowMs).toBe(AT_MS);
    await again.close();
  },
  SLOW_MS_MAX,
);

test("a data directory that is a file is one clear error", async () => {
  const dataDir = join(scratchFolder("file"), "data");
  writeFileSync(dataDir, "");
  const { thread } = startThread({ dataDir, databaseUrl: null });
  await expect(thread.open()).rejects.toMatchObject({
    code: "LIQ_STORE",
    message: expect.stringContaining(`Data directory ${dataDir} cannot be used`),
  });
  await thread.close();
});

test("a crash of the thread is seen and named, and every call fails", async () => {
  const crashes: string[] = [];
  const thread = startStoreThread({
    settings: JSON.parse("null"),
    log: SILENT_LOG,
    runtime: nodeRuntime,
    onEvent() {},
    onCrash: (error) => crashes.push(`${error.code} ${error.message}`),
  });
  await expect(thread.open()).rejects.toThrow(
    /^Store thread ended: Cannot read properties of null/,
  );
  expect(crashes).toHaveLength(1);
  expect(crashes[0]).toMatch(/^LIQ_STORE Store thread ended: Cannot read/);
  await thread.close();
});
