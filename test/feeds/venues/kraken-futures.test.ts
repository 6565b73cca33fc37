import { describe, expect, it } from "vitest";
import { bundledInstruments } from "../../../src/feeds/instruments.ts";
import { normalizeRows } from "../../../src/feeds/normalize.ts";
import { krakenFutures } from "../../../src/feeds/venues/kraken-futures.ts";

const TRADE = {
  feed: "trade",
  product_id: "PI_XBTUSD",
  uid: "3ee209b8-bc9f-4ed5-965b-8c6208b26411",
  side: "sell",
  type: "liquidation",
  seq: 41799,
  time: 1593561965283,
  qty: 12000,
  price: 60000.5,
};

function decode(message: unknown) {
  const context = { receivedAtMs: null, subscribedAtMs: null };
  return krakenFutures.decode(JSON.stringify(message), null, context);
}

function moneyOf(...trades: object[]) {
  const { rows } = decode({ feed: "trade_snapshot", product_id: "any", trades });
  const { liquidations } = normalizeRows(rows, {
    venue: krakenFutures,
    instruments: bundledInstruments(),
    receivedAtMs: null,
    usdCoins: [],
  });
  return liquidations.map((row) => [row.market, row.size, row.notionalCents]);
}

describe("a Kraken Futures liquidation", () => {
  it("is of a long when the taker sold, and of a short when it bought", () => {
    expect(decode(TRADE).rows[0]).toMatchObject({ positionSide: "long", history: false });
    expect(decode({ ...TRADE, side: "buy" }).rows[0]?.positionSide).toBe("short");
    expect(decode({ ...TRADE, side: "Sell" }).rejects[0]?.reason).toBe("unknown-side");
  });

  it("is USD in PI and coins in PF contracts, as the listing's type says", () => {
    const linear = { ...TRADE, product_id: "PF_XBTUSD", qty: 0.4125 };
    expect(moneyOf(TRADE, linear)).toEqual([
      ["BTC/USD:BTC", 12_000 / 60_000.5, 1_200_000],
      ["BTC/USD:USD", 0.4125, 2_475_021],
    ]);
  });

  it("keeps the shortest text of numbers, tiny ones too", () => {
    const row = decode({ ...TRADE, price: 1e-10, qty: 1e21 }).rows[0];
    expect([row?.price, row?.size]).toEqual(["1e-10", "1e+21"]);
    expect(moneyOf({ ...TRADE, product_id: "PF_PEPEUSD", price: 1e-10, qty: 5e12 })).toEqual([
      ["PEPE/USD:USD", 5e12, 50_000],
    ]);
  });

  it("in a snapshot is history, wherever it stands", () => {
    const trades = [{ ...TRADE, type: "fill" }, TRADE, null, { ...TRADE, qty: -1 }];
    const { rows, rejects } = decode({ feed: "trade_snapshot", product_id: "PI_XBTUSD", trades });
    expect(rows.map((row) => [row.id, row.history])).toEqual([[TRADE.uid, true]]);
    expect(rejects.map(({ reason }) => reason)).toEqual(["shape", "size"]);
  });

  it("is one order with the fills of its product, side and millisecond", () => {
    const keys = [TRADE, { ...TRADE, uid: "2" }, { ...TRADE, time: TRADE.time + 1 }].map(
      (trade) => decode(trade).rows[0]?.orderKey,
    );
    expect(keys[0]).toBe("PI_XBTUSD:long:1593561965283");
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("is no trade of another type, and an unknown type is told", () => {
    for (const type of ["fill", "termination", "block", "assignment"]) {
      const { rows, rejects } = decode({ ...TRADE, type });
      expect([rows, rejects]).toEqual([[], []]);
    }
    expect(decode({ ...TRADE, type: "adl" }).rejects[0]?.detail).toBe('type is "adl"');
  });
});

describe("Kraken Futures' other messages", () => {
  it("an acknowledgement has a space behind it, and names its products", () => {
    const product_ids = ["PI_XBTUSD", "PF_ETHUSD"];
    const ack = { type: "ack", topics: product_ids, id: null };
    expect(decode({ event: "subscribed ", feed: "trade", product_ids }).control).toEqual(ack);
    expect(decode({ event: "unsubscribed", feed: "trade", product_ids }).control).toEqual(ack);
  });

  it("a refusal names the bad product where it can", () => {
    const message = "Couldn't subscribe to invalid product `NOT_REAL`";
    const refused = { type: "refused", id: null };
    expect(decode({ event: "alert", message }).control).toEqual({
      ...refused,
      topics: ["NOT_REAL"],
      reason: message,
    });
    const failed = { event: "subscribed_failed", feed: "trade", product_ids: ["A"] };
    expect(decode(failed).control).toMatchObject({ ...refused, topics: ["A"] });
    expect(decode({ event: "error", message: "Json Error" }).control).toMatchObject({
      ...refused,
      topics: null,
    });
  });

  it("other feeds are known, and unknown ones told", () => {
    expect(decode({ feed: "ticker", product_id: "A" }).control).toEqual({ type: "other" });
    expect(decode({ feed: "party" }).rejects[0]?.reason).toBe("unknown-kind");
  });

  it("requests hold at most 50 products", () => {
    const topics = Array.from({ length: 120 }, (_, index) => `PF_${index}USD`);
    const requests = krakenFutures.request("subscribe", topics, 3);
    expect(requests.map(({ id, topics: asked }) => [id, asked.length])).toEqual([
      ["3", 50],
      ["4", 50],
      ["5", 20],
    ]);
  });
});

it("Kraken Futures' list gives what can be traded, XBT as BTC, dated ones dated", () => {
  const future = { contractSize: 1, tradeable: true, base: "XBT", quote: "USD" };
  const listing = krakenFutures.instruments[0]?.parse({
    result: "success",
    instruments: [
      { ...future, symbol: "PF_XBTUSD", type: "flexible_futures" },
      {
        ...future,
        symbol: "FI_XBTUSD_261225",
        type: "futures_inverse",
        lastTradingTime: "2026-12-25T16:00:00.000Z",
      },
      { ...future, symbol: "PF_OLDUSD", type: "flexible_futures", tradeable: false },
      { symbol: "in_xbtusd", type: "spot index" },
      { ...future, symbol: "PF_ODDUSD", type: "flexible_futures", base: null },
      { ...future, symbol: "PF_CONUSD", type: "flexible_futures", base: "constructor" },
    ],
  });
  expect(listing?.instruments.map((one) => [one.market, one.isInverse, one.contractSize])).toEqual([
    ["BTC/USD:USD", false, "1"],
    ["BTC/USD:BTC-261225", true, "1"],
    ["constructor/USD:USD", false, "1"],
  ]);
  expect(listing?.rejects.map(({ detail }) => detail)).toEqual(['listing entry is "PF_ODDUSD"']);
});
