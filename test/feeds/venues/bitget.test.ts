import { describe, expect, it } from "vitest";
import { bitget } from "../../../src/feeds/venues/bitget.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const decode = (message: unknown) => decodeWith(bitget, message);
const ENTRY = {
  symbol: "APEUSDT",
  side: "buy",
  price: "0.1649",
  amount: "13.70319",
  ts: "1777358886549",
};

function push(data: unknown, more: Record<string, unknown> = {}) {
  const arg = { instType: "usdt-futures", topic: "liquidation" };
  return { action: "update", arg, data, ts: 1_777_358_897_167, ...more };
}

const COIN_FUTURES = { arg: { instType: "coin-futures", topic: "liquidation" } };
const CONTRACTS = [
  ...listedBy(bitget, 0, {
    data: [
      { symbol: "APEUSDT", baseCoin: "APE", quoteCoin: "USDT", type: "perpetual" },
      { symbol: "1000BONKUSDT", baseCoin: "1000BONK", quoteCoin: "USDT", deliveryTime: "" },
    ],
  }),
  ...listedBy(bitget, 1, { data: [{ symbol: "BTCUSD", baseCoin: "BTC", quoteCoin: "USD" }] }),
  ...listedBy(bitget, 2, { data: [{ symbol: "BTCPERP", baseCoin: "BTC", quoteCoin: "USDC" }] }),
];

describe("a Bitget liquidation", () => {
  it("names the side of the position: buy is a long, sell a short", () => {
    const { rows, pushedAtMs } = decode(push([ENTRY, { ...ENTRY, side: "sell" }]));
    expect(rows.map((row) => row.positionSide)).toEqual(["long", "short"]);
    expect(pushedAtMs).toBe(1_777_358_897_167);
    expect(decode(push([{ ...ENTRY, side: "long" }])).rejects[0]?.reason).toBe("unknown-side");
  });

  it("is worth its amount, which is money and not coins", () => {
    expect(liquidationsOf(bitget, push([ENTRY]), CONTRACTS)[0]).toMatchObject({
      market: "APE/USDT:USDT",
      price: 0.1649,
      size: 83.1,
      notionalCents: 1_370,
      dedupeKey: "bitget|APEUSDT|liquidation|long|1777358886549|13.70319|0.1649|0",
    });
  });

  it("counts coins where a contract is a thousand of them", () => {
    const thousand = { ...ENTRY, symbol: "1000BONKUSDT", price: "0.0125", amount: "250" };
    expect(liquidationsOf(bitget, push([thousand]), CONTRACTS)[0]).toMatchObject({
      asset: "BONK",
      price: 0.0000125,
      size: 20_000_000,
      notionalCents: 25_000,
    });
  });

  it("has no money and no size where it is coin-margined, because the unit is not documented", () => {
    const coin = { ...ENTRY, symbol: "BTCUSD", price: "60000", amount: "3000" };
    expect(liquidationsOf(bitget, push([coin], COIN_FUTURES), CONTRACTS)[0]).toMatchObject({
      market: "BTC/USD:BTC",
      price: 60_000,
      size: null,
      notionalCents: null,
      dedupeKey: "bitget|BTCUSD|liquidation|long|1777358886549|3000|60000|0",
    });
  });

  it("has no money when product line and listing disagree", () => {
    const wrong = { ...ENTRY, symbol: "BTCUSD" };
    expect(liquidationsOf(bitget, push([wrong]), CONTRACTS)[0]?.notionalCents).toBeNull();
    const odd = { arg: { instType: "gold-futures", topic: "liquidation" } };
    expect(decode(push([ENTRY], odd)).rows[0]?.isInverse).toBeNull();
  });

  it("of a snapshot is history, and other actions are refused", () => {
    const historyOf = (action: unknown) => decode(push([ENTRY], { action })).rows[0]?.history;
    expect([historyOf("snapshot"), historyOf("update")]).toEqual([true, false]);
    expect(decode(push([ENTRY], { action: "delete" })).rejects).toEqual([
      { reason: "unknown-kind", detail: 'action is "delete"' },
    ]);
  });

  it("stays beside bad neighbours", () => {
    const { rows, rejects } = decode(
      push([
        { ...ENTRY, price: "0" },
        { ...ENTRY, amount: "-3" },
        { ...ENTRY, ts: 1_777_358_886_549 },
        { ...ENTRY, symbol: "" },
        7,
        { ...ENTRY, price: null },
        ENTRY,
      ]),
    );
    expect(rows.map((row) => row.price)).toEqual([null, "0.1649"]);
    expect(rejects.map((reject) => reject.reason)).toEqual([
      "price",
      "size",
      "time",
      "shape",
      "shape",
    ]);
  });
});

describe("Bitget's other messages", () => {
  it("answers name the product line, not a request", () => {
    const arg = { instType: "usdc-futures", topic: "liquidation" };
    const topics = ["usdc-futures"];
    const ack = { type: "ack", topics, id: null };
    expect(decode({ event: "subscribe", arg, connId: "x" }).control).toEqual(ack);
    expect(decode({ event: "error", arg, code: 30001, msg: "no" }).control).toEqual({
      type: "refused",
      topics,
      id: null,
      reason: "no (30001)",
    });
    expect(decode({ event: "error", code: 30015, msg: "Invalid sign" }).control).toMatchObject({
      topics: null,
      reason: "Invalid sign (30015)",
    });
  });

  it("other topics are known or refused by name", () => {
    const other = (topic: string) => decode(push([], { arg: { instType: "usdt-futures", topic } }));
    expect(other("publicTrade").control).toEqual({ type: "other" });
    expect(other("liquidations").rejects[0]?.reason).toBe("unknown-kind");
    expect(decode({ event: "party" }).rejects[0]?.reason).toBe("unknown-kind");
  });

  it("each product line is asked for in a frame of its own", () => {
    expect(bitget.request("subscribe", ["usdt-futures", "coin-futures"], 1)[1]?.text).toBe(
      '{"op":"subscribe","args":[{"instType":"coin-futures","topic":"liquidation"}]}',
    );
  });
});

it("Bitget's listings are settled in the quote coin, or in the base coin, and dated where they end", () => {
  expect(CONTRACTS.map(({ market, isInverse }) => [market, isInverse])).toEqual([
    ["APE/USDT:USDT", false],
    ["1000BONK/USDT:USDT", false],
    ["BTC/USD:BTC", true],
    ["BTC/USDC:USDC", false],
  ]);
  const deliveryTime = String(Date.UTC(2026, 11, 25, 8));
  const dated = { symbol: "BTCUSDZ26", baseCoin: "BTC", quoteCoin: "USD", deliveryTime };
  expect(listedBy(bitget, 1, { data: [dated] })[0]?.market).toBe("BTC/USD:BTC-261225");
});
