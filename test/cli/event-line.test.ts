import { describe, expect, it } from "vitest";
import { lineClockMs, readEventLine } from "../../src/cli/event-line.ts";
import type { Fields } from "../../src/feeds/fields.ts";
import { bundledInstruments } from "../../src/feeds/instruments.ts";
import {
  EARLIEST_TIME_MS,
  LATEST_TIME_MS,
  REJECT_DETAIL_CHARS_MAX,
} from "../../src/liquidation.ts";

const AT_MS = 1_790_000_000_000;
const instruments = bundledInstruments();

/** What a reader needs, and no more. */
const LEAST: Fields = {
  venue: "okx",
  asset: "BTC",
  positionSide: "long",
  occurredAtMs: AT_MS,
  notionalUsd: 100,
};

const read = (over: Fields = {}) => readEventLine({ ...LEAST, ...over }, instruments);
/** As a file gives it: keys that JSON alone can make. */
function readText(text: string) {
  const fields: Fields = JSON.parse(text);
  return readEventLine(fields, instruments);
}

describe("a line of an event file", () => {
  it("needs venue, asset, position side, time and money; the rest has defaults", () => {
    expect(read()).toEqual({
      venue: "okx",
      symbol: null,
      market: null,
      asset: "BTC",
      positionSide: "long",
      kind: "liquidation",
      price: null,
      priceKind: null,
      size: null,
      notionalCents: 10_000,
      occurredAtMs: AT_MS,
      receivedAtMs: AT_MS,
      history: false,
      orderKey: `okx|BTC|liquidation|long|${AT_MS}|||0|100`,
      dedupeKey: `okx|BTC|liquidation|long|${AT_MS}|||0|100`,
    });
  });

  it("takes null for every field that it need not have", () => {
    const names = ["symbol", "market", "kind", "price", "priceKind", "size", "receivedAtMs"];
    const nulls = [...names, "history", "orderKey", "dedupeKey"].map((name) => [name, null]);
    expect(read(Object.fromEntries(nulls))).toEqual(read());
  });

  it("takes every field that it is given", () => {
    const given = {
      venue: "lighter",
      symbol: "kPEPE",
      market: "PEPE/USD:USD",
      asset: "PEPE",
      positionSide: "short",
      kind: "backstop",
      price: 0.0000123,
      priceKind: "fill",
      size: 1_000,
      occurredAtMs: AT_MS,
      receivedAtMs: AT_MS + 5,
      history: true,
      orderKey: "order-1",
      dedupeKey: "key-1",
    };
    expect(readEventLine({ ...given, notionalUsd: 7.25 }, instruments)).toEqual({
      ...given,
      notionalCents: 725,
    });
  });

  it("knows asset and market of a symbol that the bundled instruments know", () => {
    const known = { ...LEAST, asset: undefined, venue: "binance", symbol: "1000PEPEUSDT" };
    expect(readEventLine(known, instruments)).toMatchObject({
      asset: "PEPE",
      market: "1000PEPE/USDT:USDT",
    });
    const unknown = { ...known, symbol: "UNHEARDOFUSDT" };
    expect(readEventLine(unknown, instruments)).toMatchObject({ asset: null, market: null });
  });

  it("floors fractions of times", () => {
    expect(read({ occurredAtMs: AT_MS + 0.9, receivedAtMs: AT_MS + 1.5 })).toMatchObject({
      occurredAtMs: AT_MS,
      receivedAtMs: AT_MS + 1,
    });
  });

  it("keeps a line without money as unpriced", () => {
    for (const over of [{}, { price: 60_000 }, { size: 2 }]) {
      expect(read({ notionalUsd: null, ...over })).toMatchObject({ notionalCents: null });
    }
  });

  it("is not taken in by keys that every object has", () => {
    const own = `"asset":"BTC","positionSide":"long","occurredAtMs":${AT_MS},"notionalUsd":1`;
    expect(readText(`{"__proto__":{"venue":"okx"},${own}}`)).toEqual({
      reason: "shape",
      detail: "venue is missing",
    });
    expect(readText(`{"venue":"__proto__",${own}}`)).toMatchObject({ reason: "shape" });
    const rest = `"venue":"okx","positionSide":"long","occurredAtMs":${AT_MS},"notionalUsd":1`;
    expect(readText(`{"asset":"__proto__","__proto__":{"symbol":"X"},${rest}}`)).toMatchObject({
      asset: "__proto__",
      symbol: null,
    });
    expect(readText(`{"symbol":"constructor",${rest}}`)).toMatchObject({ asset: null });
  });
});

describe("the money of a line", () => {
  const cents = (over: Fields) => {
    const row = read({ notionalUsd: undefined, ...over });
    return "dedupeKey" in row ? row.notionalCents : row;
  };

  it("is price x size, exact, rounded once, half away from zero", () => {
    expect(cents({ price: 60_000, size: 0.1 })).toBe(600_000);
    expect(cents({ price: 0.01, size: 0.5 })).toBe(1);
    expect(cents({ price: 0.01, size: 0.49999999 })).toBe(0);
    expect(cents({ price: 1.1, size: 1.1 })).toBe(121);
    expect(cents({ price: 1.005, size: 1 })).toBe(101);
    expect(cents({ price: 0.0000123, size: 123_456_789 })).toBe(151_852);
  });

  it("is notionalUsd where that is given, whatever price and size say", () => {
    const row = read({ price: 60_000, size: 0.1, notionalUsd: 1.005 });
    expect(row).toMatchObject({ price: 60_000, size: 0.1, notionalCents: 101 });
  });

  it("is read from the shortest text of a number, exponents included", () => {
    expect(cents({ notionalUsd: 1e-7 })).toBe(0);
    expect(cents({ notionalUsd: 1.5e3 })).toBe(150_000);
    expect(cents({ price: 123_456_789.12, size: 1e-9 })).toBe(12);
    expect(cents({ price: 1e-8, size: 1e21 })).toBe(1_000_000_000_000_000);
  });

  it("is refused above what an integer cent can hold", () => {
    expect(cents({ notionalUsd: 90_071_992_547_409.9 })).toBe(9_007_199_254_740_990);
    expect(cents({ notionalUsd: 90_071_992_547_410 })).toEqual({
      reason: "size",
      detail: "notionalUsd is 90071992547410",
    });
    expect(cents({ price: 1e15, size: 1e10 })).toEqual({
      reason: "size",
      detail: "notionalUsd is 10000000000",
    });
  });
});

describe("the key of a line", () => {
  const keyOf = (over: Fields) => {
    const row = read(over);
    return "dedupeKey" in row ? row.dedupeKey : row;
  };

  it("has numbers in canonical decimals, so that equal numbers are one event", () => {
    const key = `okx|BTCUSDT|liquidation|long|${AT_MS}|0.1|60000|0`;
    expect(keyOf({ symbol: "BTCUSDT", price: 6e4, size: 0.1, notionalUsd: 5 })).toBe(key);
    const text = `{"venue":"okx","symbol":"BTCUSDT","positionSide":"long","occurredAtMs":${AT_MS}`;
    const row = readText(`${text},"price":60000.00,"size":1e-1}`);
    expect(row).toMatchObject({ dedupeKey: key });
    expect(keyOf({ price: 1e-7, size: 1e21 })).toContain("|1000000000000000000000|0.0000001|0");
  });

  it("has notionalUsd where price or size is missing, and the asset where the symbol is", () => {
    const head = `okx|BTC|liquidation|long|${AT_MS}`;
    expect(keyOf({ price: 5 })).toBe(`${head}||5|0|100`);
    expect(keyOf({ size: 5 })).toBe(`${head}|5||0|100`);
    expect(keyOf({ size: 5, notionalUsd: null })).toBe(`${head}|5||0|`);
  });

  it("tells kinds and sides apart", () => {
    const keys = [{}, { kind: "deleverage" }, { positionSide: "short" }].map(keyOf);
    expect(new Set(keys).size).toBe(3);
  });

  it("is the order's key too, unless the line gives one", () => {
    expect(read({ dedupeKey: "d" })).toMatchObject({ dedupeKey: "d", orderKey: "d" });
    expect(read({ dedupeKey: "d", orderKey: "o" })).toMatchObject({ orderKey: "o" });
  });
});

describe("a line that is refused", () => {
  const long = "x".repeat(65);
  const longer = "x".repeat(97);
  const cases: readonly (readonly [string, Fields, string])[] = [
    ["shape", { venue: "nasdaq" }, 'venue is "nasdaq"'],
    ["shape", { venue: undefined }, "venue is missing"],
    ["shape", { asset: undefined }, "asset is missing"],
    ["shape", { asset: "" }, 'asset is ""'],
    ["shape", { asset: 5 }, "asset is 5"],
    ["shape", { asset: long }, `asset is "${long}"`],
    ["shape", { symbol: ["BTC"] }, "symbol is a list of 1"],
    [
      "shape",
      { symbol: longer },
      `symbol is ${JSON.stringify(longer.slice(0, 80))}... (97 characters)`,
    ],
    ["shape", { market: {} }, "market is an object"],
    ["shape", { dedupeKey: "" }, 'dedupeKey is ""'],
    ["shape", { orderKey: 7 }, "orderKey is 7"],
    ["shape", { history: "yes" }, 'history is "yes"'],
    ["shape", { priceKind: "mark" }, 'priceKind is "mark"'],
    ["unknown-side", { positionSide: "sell" }, 'positionSide is "sell"'],
    ["unknown-side", { positionSide: undefined }, "positionSide is missing"],
    ["unknown-side", { positionSide: ["long"] }, "positionSide is a list of 1"],
    ["unknown-kind", { kind: "margin-call" }, 'kind is "margin-call"'],
    ["time", { occurredAtMs: undefined }, "occurredAtMs is missing"],
    ["time", { occurredAtMs: `${AT_MS}` }, `occurredAtMs is "${AT_MS}"`],
    ["time", { occurredAtMs: EARLIEST_TIME_MS - 1 }, `occurredAtMs is ${EARLIEST_TIME_MS - 1}`],
    ["time", { occurredAtMs: 0 }, "occurredAtMs is 0"],
    ["time", { occurredAtMs: -AT_MS }, `occurredAtMs is ${-AT_MS}`],
    ["time", { receivedAtMs: LATEST_TIME_MS * 2 }, `receivedAtMs is ${LATEST_TIME_MS * 2}`],
    ["time", { receivedAtMs: false }, "receivedAtMs is false"],
    ["price", { price: 0 }, "price is 0"],
    ["price", { price: -5 }, "price is -5"],
    ["price", { price: "60000.10" }, 'price is "60000.10"'],
    ["price", { price: true }, "price is true"],
    ["price", { price: Number.POSITIVE_INFINITY }, "price is Infinity"],
    ["size", { size: 0 }, "size is 0"],
    ["size", { size: "0.1" }, 'size is "0.1"'],
    ["size", { notionalUsd: "100" }, 'notionalUsd is "100"'],
    ["size", { size: [1] }, "size is a list of 1"],
    ["size", { notionalUsd: -1 }, "notionalUsd is -1"],
    ["size", { notionalUsd: Number.NaN }, "notionalUsd is NaN"],
    ["size", { notionalUsd: 1e300 }, "notionalUsd is 1e+300"],
  ];
  for (const [reason, over, detail] of cases) {
    it(`says ${reason}: ${detail.slice(0, 60)}`, () => {
      expect(read(over)).toEqual({ reason, detail });
    });
  }

  it("quotes no more of it than the limit", () => {
    const read64 = read({ venue: "v".repeat(100_000) });
    expect("detail" in read64 && read64.detail.length).toBeLessThan(REJECT_DETAIL_CHARS_MAX);
    expect(read64).toMatchObject({ detail: expect.stringContaining("(100000 characters)") });
  });

  it("takes names of exactly the limit", () => {
    const longest = { asset: "x".repeat(64), symbol: "y".repeat(96), dedupeKey: "k".repeat(256) };
    expect(read(longest)).toMatchObject(longest);
    expect(read({ dedupeKey: "k".repeat(257) })).toMatchObject({ reason: "shape" });
  });
});

describe("the clock of a line", () => {
  it("is its time of receipt, else of the event, whether or not the row is good", () => {
    expect(lineClockMs({ receivedAtMs: AT_MS + 1.7, occurredAtMs: AT_MS })).toBe(AT_MS + 1);
    expect(lineClockMs({ occurredAtMs: AT_MS, venue: "nasdaq" })).toBe(AT_MS);
    expect(lineClockMs({ receivedAtMs: null, occurredAtMs: AT_MS })).toBe(AT_MS);
  });

  it("is none where it cannot be read", () => {
    for (const receivedAtMs of ["soon", 5, -1, Number.NaN, LATEST_TIME_MS * 2, [AT_MS], {}]) {
      expect(lineClockMs({ receivedAtMs, occurredAtMs: AT_MS })).toBeNull();
    }
    expect(lineClockMs({})).toBeNull();
  });
});
