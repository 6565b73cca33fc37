/** Market context in slots that are written over; run over the embedded database and a server. */
import { beforeAll, describe, expect, test } from "vitest";
import { CONTEXT_KEPT_MS } from "../../src/store/context-readings.ts";
import { beginTerm } from "../../src/store/decider.ts";
import { numberOf } from "../../src/store/postgres/rows.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import { SqlStore } from "../../src/store/store-sql.ts";

const MINUTE_MS = 60_000;
const T0 = Date.UTC(2031, 0, 2);

/** A term of its own begins when its turn comes; that ends those of the other contracts. */
export function contextContract(database: () => Database): void {
  describe("market context", () => {
    let store: SqlStore;
    beforeAll(async () => {
      store = new SqlStore(database(), await database().transaction(beginTerm));
    });

    test("comes back by time, the last minutes closely and the rest in steps of five", async () => {
      for (let minute = 0; minute <= 40; minute += 1) {
        const atMs = T0 + minute * MINUTE_MS;
        await store.writeContext({ venue: "bybit", atMs, text: `{"minute":${minute}}` });
      }
      await store.writeContext({ venue: "okx", atMs: T0 + 40 * MINUTE_MS, text: "{}" });
      const back = await store.contextReadings(T0, T0 + 41 * MINUTE_MS);
      expect(back.map(({ venue, atMs }) => `${venue} ${(atMs - T0) / MINUTE_MS}`)).toEqual([
        ...[4, 9, 14, 19, 24, 29, 33, 34, 35, 36, 37, 38, 39].map((minute) => `bybit ${minute}`),
        ...["bybit 40", "okx 40"],
      ]);
      expect(back[0]).toEqual({ venue: "bybit", atMs: T0 + 4 * MINUTE_MS, text: '{"minute":4}' });
      expect(await store.contextReadings(T0 + 5 * MINUTE_MS, T0 + 9 * MINUTE_MS)).toEqual([]);
    });

    test("never grows beyond its slots, and an older reading replaces none", async () => {
      for (let step = 0; step < 400; step += 1) {
        const atMs = T0 + CONTEXT_KEPT_MS + step * 5 * MINUTE_MS;
        await store.writeContext({ venue: "gate", atMs, text: "{}" });
      }
      await store.writeContext({ venue: "gate", atMs: T0 + CONTEXT_KEPT_MS, text: '{"old":1}' });
      const rows = await database().query(
        "select count(*)::int as rows from liqwatch.context_readings where venue = 'gate'",
      );
      expect(numberOf(rows[0] ?? {}, "rows")).toBeLessThanOrEqual(289 + 8);
      const old = await store.contextReadings(T0 + CONTEXT_KEPT_MS, T0 + CONTEXT_KEPT_MS + 1);
      expect(old.filter(({ text }) => text.includes("old"))).toEqual([]);
    });
  });
}
