import { describe, expect, test } from "vitest";
import { readReading } from "../../src/context/reading.ts";

const funding = {
  rate: 0.0001,
  intervalHours: 8,
  nextRate: null,
  settledRate: 0.0002,
  settlesAtMs: 5,
};
const openInterest = { coins: 5, inverseUsd: 100, contracts: 2 };
const whole = {
  venue: "bybit",
  everyMs: 15_000,
  assets: { BTC: { openInterest, funding, price: 7 } },
};

describe("a written reading", () => {
  test("reads as it was", () => {
    expect(readReading(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  });

  test.each([
    ["no object", 5],
    ["an unknown venue", { ...whole, venue: "nowhere" }],
    ["no pace", { ...whole, everyMs: "15s" }],
    ["a pace that is none", { ...whole, everyMs: 1e12 }],
    ["no assets", { ...whole, assets: [] }],
  ])("of %s is none", (_name, value) => {
    expect(readReading(value)).toBeNull();
  });

  test("keeps what can be read of an asset and leaves out the rest", () => {
    const assets = {
      A: { openInterest: { coins: -1, inverseUsd: 0, contracts: 1 }, funding, price: 7 },
      B: { openInterest, funding: { ...funding, intervalHours: 0 }, price: "7" },
      C: { openInterest: 5, funding: null, price: null },
      D: 7,
    };
    expect(readReading({ ...whole, assets })?.assets).toEqual({
      A: { openInterest: null, funding, price: 7 },
      B: { openInterest, funding: null, price: null },
    });
  });
});
