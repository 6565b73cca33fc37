import { expect, test } from "vitest";
import { assetNamed } from "../../src/api/asset-names.ts";
import { Problem } from "../../src/api/problem.ts";

const NAMES = ["1INCH", "BTC", "PEPE", "USDe"];

function problemOf(typed: string, options?: Parameters<typeof assetNamed>[2]) {
  try {
    return assetNamed(typed, NAMES, options);
  } catch (thrown) {
    return thrown instanceof Problem ? [thrown.status, thrown.offences[0]] : thrown;
  }
}

test("an asset is found in any case and comes back as it is spelled", () => {
  expect(["BTC", "btc", "usde", "USDE", "1inch"].map((typed) => assetNamed(typed, NAMES))).toEqual([
    ...["BTC", "BTC", "USDe", "USDe", "1INCH"],
  ]);
});

test("an asset is understood as people type it, as bots do", () => {
  const typed = ["$btc", "BTCUSDT", "btc-perp", "xbt", "bitcoin", "BTC/USDT:USDT", "1000pepe"];
  expect(typed.map((text) => assetNamed(text, NAMES))).toEqual([
    ...["BTC", "BTC", "BTC", "BTC", "BTC", "BTC", "PEPE"],
  ]);
  // What is listed under the very name that was typed comes first.
  expect(assetNamed("BTCUSDT", [...NAMES, "BTCUSDT"])).toBe("BTCUSDT");
});

test("another list is another list", () => {
  expect(assetNamed("sol", ["SOL"])).toBe("SOL");
  expect(assetNamed("btc", NAMES)).toBe("BTC");
  expect(() => assetNamed("sol", NAMES)).toThrow('asset "sol" is not known');
});

test("an unknown one is a problem with the nearest name, never an empty answer", () => {
  expect(problemOf("PEPEE")).toEqual([
    400,
    { parameter: "asset", detail: 'asset "PEPEE" is not known; did you mean PEPE?' },
  ]);
  expect(problemOf("constructor", { parameter: "id", status: 404 })).toEqual([
    404,
    { parameter: "id", detail: 'id "constructor" is not known' },
  ]);
});
