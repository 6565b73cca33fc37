import { describe, expect, it } from "vitest";
import { Lags } from "../../src/severity/lags.ts";
import { T0 } from "./samples.ts";

const lagsOf = () => new Lags(new Map([["binance", 5_000] as const, ["bitget", 25_000] as const]));

describe("how late a venue's rows come", () => {
  it("calls a venue behind when the median is above its own limit, not when it is at it", () => {
    const lags = lagsOf();
    for (const lagMs of [100, 5_000, 90_000]) {
      lags.add("binance", lagMs, T0);
      lags.add("bitget", lagMs, T0);
    }
    expect(lags.behind(T0)).toEqual([]);
    lags.add("binance", 6_000, T0);
    lags.add("binance", 7_000, T0);
    expect(lags.behind(T0)).toEqual([{ venue: "binance", lagMs: 6_000 }]);
  });

  it("looks at the last 20 rows only", () => {
    const lags = lagsOf();
    for (let row = 0; row < 30; row += 1) lags.add("binance", 60_000, T0);
    for (let row = 0; row < 11; row += 1) lags.add("binance", 100, T0);
    expect(lags.behind(T0)).toEqual([]);
  });

  it("forgets what is older than a minute: silence is not lateness", () => {
    const lags = lagsOf();
    lags.add("binance", 60_000, T0);
    expect(lags.behind(T0 + 60_000)).toEqual([{ venue: "binance", lagMs: 60_000 }]);
    expect(lags.behind(T0 + 60_001)).toEqual([]);
  });

  it("tells a venue's median of that minute, null without a row", () => {
    const lags = lagsOf();
    expect(lags.medianMs("binance", T0)).toBeNull();
    for (const lagMs of [300, 100, 200]) lags.add("binance", lagMs, T0);
    expect(lags.medianMs("binance", T0 + 60_000)).toBe(200);
    expect(lags.medianMs("binance", T0 + 60_001)).toBeNull();
  });

  it("says nothing of a venue without a limit", () => {
    const lags = lagsOf();
    lags.add("okx", 3_600_000, T0);
    expect(lags.behind(T0)).toEqual([]);
  });

  it("names several by name", () => {
    const lags = lagsOf();
    lags.add("bitget", 26_000, T0);
    lags.add("binance", 26_000, T0);
    expect(lags.behind(T0).map(({ venue }) => venue)).toEqual(["binance", "bitget"]);
  });
});
