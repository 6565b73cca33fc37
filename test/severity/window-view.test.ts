import { describe, expect, it } from "vitest";
import { compileRules } from "../../src/severity/rules.ts";
import { SeriesSet } from "../../src/severity/series.ts";
import { paceAt, windowsOf } from "../../src/severity/window-view.ts";
import { rowOf, T0 } from "./samples.ts";

/** Rows of BTC of so many USD, each so many ms before T0. */
function seriesOf(...rows: readonly (readonly [beforeMs: number, usd: number])[]): SeriesSet {
  const series = new SeriesSet(compileRules([]));
  for (const [index, [beforeMs, usd]] of rows.entries()) {
    const receivedAtMs = T0 - beforeMs;
    const row = rowOf({ receivedAtMs, notionalCents: usd * 100, dedupeKey: String(index) });
    series.enter({ row, countsOrder: true }, receivedAtMs, () => {});
  }
  return series;
}

describe("windows that are asked for", () => {
  it("compare with the window just before, also that of the longest", () => {
    const series = seriesOf([600_000, 7], [599_999, 60], [300_000, 40], [299_999, 30], [0, 10]);
    const [window] = windowsOf(series, "BTC", { windowsMs: [300_000], nowMs: T0 }) ?? [];
    expect([window?.snapshot.longCents, window?.snapshot.rows]).toEqual([4_000, 2]);
    // $40 now against $100 before, the row of exactly ten minutes ago left out.
    expect(window?.pace.usdPerSecond2).toBeCloseTo((40 - 100) / 300 / 300, 12);
    expect(window?.pace.ordersPerSecond2).toBe(0);
  });

  it("are read 2 s late when they are short", () => {
    const series = seriesOf([12_001, 4], [12_000, 5], [11_999, 6], [2_000, 7], [1_999, 8]);
    const [window] = windowsOf(series, "BTC", { windowsMs: [10_000], nowMs: T0 }) ?? [];
    expect(window?.snapshot.longCents).toBe(1_300);
    const ring = series.ringOf("BTC");
    const pace = ring && paceAt({ ring, table: series.table }, { windowMs: 10_000, nowMs: T0 });
    expect(pace).toEqual(window?.pace);
    expect(pace?.usdPerSecond2).toBe((13 - 9) / 100);
  });

  it("are null for an asset of which no row was seen", () => {
    expect(windowsOf(seriesOf(), "ETH", { windowsMs: [10_000], nowMs: T0 })).toBe(null);
  });
});
