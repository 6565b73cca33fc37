import { expect, test } from "vitest";
import { packReading, unpackReading } from "../../src/context/packed.ts";
import type { AssetReading, VenueReading } from "../../src/market-context.ts";

const funding = {
  ...{ rate: 0.000123456789, intervalHours: 8, nextRate: null },
  ...{ settledRate: null, settlesAtMs: 1_795_000_000_000 },
};
const big: AssetReading = {
  openInterest: { coins: 12_345.678901, inverseUsd: 5_000_000.01, contracts: 3 },
  ...{ funding, price: 67_000.123 },
};

function readingOf(assets: Readonly<Record<string, AssetReading>>): VenueReading {
  return { venue: "okx", everyMs: 15_000, assets };
}

test("a packed reading comes back with every number as it was", () => {
  const priceOnly = { openInterest: null, funding: null, price: 0.00000931 };
  const reading = readingOf({ BTC: big, PEPE: priceOnly });
  expect(unpackReading(packReading(reading))).toEqual(reading);
  expect(packReading(reading).length).toBeLessThan(220);
});

test("assets with less than a million USD are left out", () => {
  const small = { ...big, openInterest: { coins: 1, inverseUsd: 0, contracts: 1 }, price: 999_999 };
  const enough = { ...small, price: 1_000_000 };
  const packed = unpackReading(packReading(readingOf({ A: small, B: enough })));
  expect(Object.keys(packed?.assets ?? {})).toEqual(["B"]);
});

test("what is no packed reading is none", () => {
  for (const text of ["", "{", "[]", '{"assets":5}', '{"venue":"okx","assets":{}}']) {
    expect(unpackReading(text)).toBeNull();
  }
  expect(
    unpackReading('{"venue":"okx","everyMs":15000,"assets":{"A":5,"B":["x"]}}')?.assets,
  ).toEqual({});
});
