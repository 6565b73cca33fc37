/** The log of changed thresholds and the newest rows; run over the embedded database and a server. */
import { beforeAll, describe, expect, test } from "vitest";
import { beginTerm } from "../../src/store/decider.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import type { SomeThresholds, ThresholdChange } from "../../src/thresholds.ts";
import { batch, row, rowsOf } from "./samples.ts";

/** Later than every row of the other contracts. */
const BASE_MS = Date.UTC(2031, 0, 1);
const FILE = { low: 1.5, medium: 2, high: 4, critical: 8 };

function change(atMs: number, rule: string, override: SomeThresholds): ThresholdChange {
  const after = { ...FILE, ...override };
  const who = { by: "telegram:4711", name: "ada" };
  return { atMs, rule, override, who, action: "set", metric: "count", before: FILE, after };
}

/** A term of its own begins when its turn comes; that ends those of the other contracts. */
export function thresholdsContract(database: () => Database): void {
  describe("thresholds that admins change", () => {
    let store: SqlStore;
    beforeAll(async () => {
      store = new SqlStore(database(), await database().transaction(beginTerm));
    });

    test("come back as they were written; the newest word about a rule holds", async () => {
      expect(await store.thresholdOverrides()).toEqual([]);
      const first = [change(1, "a", { low: 1.75 }), change(1, "b", { high: 5, critical: 9 })];
      await store.writeThresholdChanges(first);
      expect(await store.thresholdOverrides()).toEqual(first);
      const later = [change(2, "a", { low: 1.8 }), change(2, "c", { low: 1 })];
      await store.writeThresholdChanges(later);
      const nameless = { ...change(3, "b", {}), who: { by: "discord:1", name: null } };
      await store.writeThresholdChanges([nameless]);
      expect(await store.thresholdOverrides()).toEqual(later);
      expect(await store.thresholdChanges(2)).toEqual([nameless, later[1]]);
      expect(await store.thresholdChanges(1e9)).toHaveLength(5);
    });

    test("are written once, however often they are sent", async () => {
      const before = await store.thresholdChanges(100);
      await store.writeThresholdChanges([change(2, "a", { low: 1.8 })]);
      expect(await store.thresholdChanges(100)).toEqual(before);
    });

    test("are a log that only grows, and only by the process that decides", async () => {
      for (const text of [
        "update liqwatch.threshold_changes set by = 'nobody'",
        "delete from liqwatch.threshold_changes",
        "truncate liqwatch.threshold_changes",
      ]) {
        await expect(database().run(text)).rejects.toThrow(/append-only/);
      }
      const old = new SqlStore(database(), -1);
      const write = old.writeThresholdChanges([change(9, "a", { low: 1 })]);
      await expect(write).rejects.toThrow("Another process decides");
    });

    test("are previewed over the newest rows, in order of arrival", async () => {
      const rows = Array.from({ length: 2_500 }, (_, at) =>
        row(`newest|${at}`, { occurredAtMs: BASE_MS + at, receivedAtMs: BASE_MS + at }),
      );
      await store.commit(batch({ liquidations: rowsOf(...rows) }));
      const keysOf = async (sinceMs: number, rowsMax: number) => {
        const { chunks, isCut } = await store.newestSince(sinceMs, rowsMax);
        const keys: string[] = [];
        for await (const chunk of chunks) keys.push(...chunk.map((one) => one.row.dedupeKey));
        return { isCut, count: keys.length, first: keys[0], last: keys.at(-1) };
      };
      const last = "newest|2499";
      expect(await keysOf(BASE_MS + 500, 5_000)).toEqual({
        ...{ isCut: false, count: 2_000, first: "newest|500", last },
      });
      expect(await keysOf(BASE_MS, 1_100)).toEqual({
        ...{ isCut: true, count: 1_100, first: "newest|1400", last },
      });
      expect(await keysOf(BASE_MS + 9_999, 5)).toMatchObject({ isCut: false, count: 0 });
    });
  });
}
