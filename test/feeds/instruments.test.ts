import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VENUES } from "../../src/feeds/index.ts";
import { bundledInstruments, Instruments, readTable } from "../../src/feeds/instruments.ts";
import { splitMultiplier } from "../../src/feeds/listing.ts";

const TABLE: unknown = JSON.parse(
  readFileSync(new URL("../../config/instruments.json", import.meta.url), "utf8"),
);

describe("the bundled contracts", () => {
  it("are all readable, each once", () => {
    const { listed, rejects } = readTable(TABLE);
    expect(rejects).toEqual([]);
    const names = listed.map(({ venue, instrument }) => `${venue} ${instrument.symbol}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("are some of every venue, at least 60 of the largest, and say where they come from", () => {
    const bundled = bundledInstruments();
    for (const { id } of VENUES) expect(bundled.list(id).length, id).toBeGreaterThanOrEqual(1);
    for (const id of ["binance", "bybit", "okx"] as const) {
      expect(bundled.list(id).length).toBeGreaterThanOrEqual(60);
    }
    const sources = new Set(JSON.stringify(TABLE).match(/"source":"[^"]+"/g));
    for (const source of sources) expect(source).toMatch(/^"source":"[a-z-]+"$/);
  });

  it("have the contract sizes of the documentation", () => {
    const bundled = bundledInstruments();
    const sizeOf = (venue: "binance" | "okx", symbol: string) =>
      bundled.get(venue, symbol)?.contractSize;
    expect(sizeOf("binance", "BTCUSD_PERP")).toBe("100");
    expect(sizeOf("binance", "ETHUSD_PERP")).toBe("10");
    expect(sizeOf("okx", "BTC-USDT-SWAP")).toBe("0.01");
    expect(sizeOf("okx", "ETH-USDT-SWAP")).toBe("0.1");
    expect(sizeOf("okx", "BTC-USD-SWAP")).toBe("100");
    expect(sizeOf("binance", "BTCUSDT")).toBeNull();
  });

  it("have the multipliers that the listings' rule finds", () => {
    for (const { instrument } of readTable(TABLE).listed) {
      // Unified symbols are in capitals, where Hyperliquid's small k is lost.
      const isThousand = /^k[A-Z]{3}/.test(instrument.symbol);
      const [base = ""] = (isThousand ? instrument.symbol : instrument.market).split("/");
      const { asset, multiplier } = instrument;
      expect({ asset, multiplier }, instrument.symbol).toEqual(splitMultiplier(base));
    }
  });

  it("belong to a venue whose unit they fit: contracts have a size, coins need none", () => {
    for (const venue of VENUES) {
      for (const { symbol, isInverse, contractSize } of bundledInstruments().list(venue.id)) {
        const unit = isInverse ? venue.sizeUnit.inverse : venue.sizeUnit.linear;
        expect(contractSize === null, symbol).toBe(unit !== "contracts");
      }
    }
  });
});

describe("instruments", () => {
  it("stay known when a later listing no longer has them", () => {
    const instruments = new Instruments();
    const [first, second] = bundledInstruments().list("okx");
    if (first === undefined || second === undefined) throw new Error("The table is empty");
    instruments.add("okx", [first]);
    instruments.add("okx", [second]);
    expect(instruments.list("okx")).toEqual([first, second]);
    expect(instruments.get("bybit", first.symbol)).toBeNull();
    expect(instruments.get("okx", "__proto__")).toBeNull();
  });

  it("of a damaged table are refused by name", () => {
    const entry = { venue: "okx", symbol: "A-USDT-SWAP" };
    expect(readTable({ instruments: [entry, null] }).rejects.map((one) => one.detail)).toEqual([
      'instrument is "A-USDT-SWAP"',
      "instrument is null",
    ]);
    expect(readTable([]).rejects).toEqual([{ reason: "shape", detail: "instruments is missing" }]);
  });
});
