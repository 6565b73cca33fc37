import { describe, expect, test } from "vitest";
import { ContextKeeper } from "../src/context-keeper.ts";
import { type Log, SILENT_LOG } from "../src/log.ts";
import type { VenueReading } from "../src/market-context.ts";
import { ContextBook } from "../src/severity/context-book.ts";
import type { ContextStore, StoredReading } from "../src/store/context-readings.ts";

const T0 = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;

function reading(coins: number): VenueReading {
  const openInterest = { coins, inverseUsd: 0, contracts: 1 };
  return {
    ...{ venue: "bybit", everyMs: 15_000 },
    assets: { BTC: { openInterest, funding: null, price: 60_000 } },
  };
}

/** Rows as a database would hold them. */
class Rows implements ContextStore {
  readonly rows: StoredReading[] = [];
  isAway = false;

  async writeContext(row: StoredReading): Promise<void> {
    if (this.isAway) throw new Error("database is away");
    this.rows.push(row);
  }

  async contextReadings(fromMs: number, toMs: number): Promise<readonly StoredReading[]> {
    if (this.isAway) throw new Error("database is away");
    return this.rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }
}

describe("market context over a restart", () => {
  test("is stored once a minute and venue, and known again before the first frame", async () => {
    const store = new Rows();
    const book = new ContextBook();
    const keeper = new ContextKeeper({ book, store, log: SILENT_LOG });
    for (let ms = 0; ms <= 10 * MINUTE_MS; ms += 15_000) {
      keeper.note(T0 + ms, reading(ms < 6 * MINUTE_MS ? 1_000 : 900));
    }
    expect(store.rows.map(({ atMs }) => (atMs - T0) / MINUTE_MS)).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]);
    const again = new ContextKeeper({ book, store, log: SILENT_LOG });
    const nowMs = T0 + 10 * MINUTE_MS + 20_000;
    await again.restore(nowMs);
    expect(book.openInterestUsd("BTC", nowMs)).toBe(900 * 60_000);
    expect(book.openInterestChange("BTC", 300_000, nowMs)?.pct).toBeCloseTo(-10, 9);
    expect(book.openInterestChange("BTC", 60_000, nowMs)?.pct).toBe(0);
  });

  test("is unknown when the database cannot tell it, which is said once", async () => {
    const store = new Rows();
    store.isAway = true;
    const said: string[] = [];
    const log: Log = { ...SILENT_LOG, warn: (_fields, text) => said.push(text) };
    const book = new ContextBook();
    const keeper = new ContextKeeper({ book, store, log });
    await keeper.restore(T0);
    keeper.note(T0, reading(1));
    expect(said).toHaveLength(1);
    expect(book.assets()).toEqual([]);
  });
});
