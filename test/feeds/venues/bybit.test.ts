import { describe, expect, it } from "vitest";
import type { Instrument } from "../../../src/feeds/venue.ts";
import { bybit } from "../../../src/feeds/venues/bybit.ts";

const CONTEXT = { receivedAtMs: null, subscribedAtMs: null };
const ENTRY = { T: 1_739_502_302_929, s: "ROSEUSDT", S: "Sell", v: "20000", p: "0.04499" };

function decode(message: unknown) {
  return bybit.decode(JSON.stringify(message), null, CONTEXT);
}

function entries(...data: unknown[]) {
  return decode({
    topic: "allLiquidation.ROSEUSDT",
    type: "snapshot",
    ts: 1_739_502_303_204,
    data,
  });
}

function contract(symbol: string, isInverse: boolean): Instrument {
  const names = { symbol, market: symbol, asset: symbol, quote: "USDT" };
  return { ...names, multiplier: 1, isInverse, contractSize: null };
}

describe("a Bybit liquidation", () => {
  it("names the side of the position: Buy is a long, Sell a short", () => {
    const sides = entries({ ...ENTRY, S: "Buy" }, ENTRY).rows.map((row) => row.positionSide);
    expect(sides).toEqual(["long", "short"]);
  });

  it("keeps every entry and refuses only the bad ones", () => {
    const { rows, rejects, pushedAtMs } = entries(
      { ...ENTRY, S: "BUY" },
      ENTRY,
      null,
      { ...ENTRY, v: "-5" },
      { ...ENTRY, p: "1e309" },
      { ...ENTRY, T: 5 },
      { ...ENTRY, s: "" },
      { ...ENTRY, S: "Buy", s: "BTCUSDT" },
    );
    expect(rows.map((row) => row.symbol)).toEqual(["ROSEUSDT", "BTCUSDT"]);
    expect(rejects.map((reject) => reject.reason)).toEqual([
      "unknown-side",
      "shape",
      "size",
      "price",
      "time",
      "shape",
    ]);
    expect(pushedAtMs).toBe(1_739_502_303_204);
  });

  it("carries the bankruptcy price and the size as sent", () => {
    expect(entries(ENTRY).rows[0]).toMatchObject({
      price: "0.04499",
      priceKind: "bankruptcy",
      size: "20000",
      history: false,
    });
  });

  it("knows retired, other and unknown topics apart", () => {
    const topicOf = (topic: string) => decode({ topic, data: {} });
    expect(topicOf("liquidation.BTCUSDT").rejects[0]?.reason).toBe("retired-topic");
    expect(topicOf("tickers.BTCUSDT").control).toEqual({ type: "other" });
    expect(topicOf("allLiquidatiom.BTCUSDT").rejects[0]?.reason).toBe("unknown-kind");
  });
});

describe("Bybit's answers", () => {
  it("a refusal names the bad topic and its frame", () => {
    const ret_msg = "error:handler not found,topic:allLiquidation.1000000BOBUSDT";
    expect(decode({ success: false, ret_msg, req_id: "4", op: "subscribe" }).control).toEqual({
      type: "refused",
      topics: ["allLiquidation.1000000BOBUSDT"],
      id: "4",
      reason: ret_msg,
    });
  });

  it("an acknowledgement without an id has none", () => {
    const control = decode({ success: true, ret_msg: "", req_id: "", op: "subscribe" }).control;
    expect(control).toEqual({ type: "ack", topics: null, id: null });
  });
});

describe("Bybit's subscriptions", () => {
  it("go out in frames of at most 200 topics and 21,000 characters, each with its own id", () => {
    const topics = Array.from({ length: 401 }, (_, index) => `allLiquidation.COIN${index}USDT`);
    const requests = bybit.request("subscribe", topics, 10);
    expect(requests.map(({ id, topics: part }) => [id, part.length])).toEqual([
      ["10", 200],
      ["11", 200],
      ["12", 1],
    ]);
    const long = Array.from({ length: 200 }, (_, index) =>
      `allLiquidation.${index}`.padEnd(200, "X"),
    );
    for (const { text } of bybit.request("subscribe", long, 1)) {
      expect(JSON.stringify(JSON.parse(text).args).length).toBeLessThanOrEqual(21_000);
    }
  });

  it("ask for linear contracts on one channel and inverse ones on the other", () => {
    const listed = [contract("BTCUSDT", false), contract("BTCUSD", true)];
    expect(bybit.channels.map((channel) => channel.topics(listed))).toEqual([
      ["allLiquidation.BTCUSDT"],
      ["allLiquidation.BTCUSD"],
    ]);
  });
});

describe("Bybit's listings", () => {
  const page = (list: unknown[], nextPageCursor: unknown = "") =>
    bybit.instruments[0]?.parse({ result: { list, nextPageCursor } });
  const linear = { quoteCoin: "USDT", settleCoin: "USDT", contractType: "LinearPerpetual" };

  it("are read page by page, the cursor as the venue encoded it", () => {
    const path = "/v5/market/instruments-info?category=linear&limit=1000&cursor=";
    expect(page([], "first%3DA%26last%3DB")?.next).toBe(`${path}first%3DA%26last%3DB`);
    expect(page([], "a&b=c")?.next).toBe(`${path}a%26b%3Dc`);
    expect(page([], "")?.next).toBeNull();
    expect(page([], null)?.next).toBeNull();
  });

  it("tell inverse and dated contracts by their type", () => {
    const usdc = { symbol: "BTCPERP", baseCoin: "BTC", quoteCoin: "USDC", settleCoin: "USDC" };
    const dated = { symbol: "BTCUSDH27", baseCoin: "BTC", quoteCoin: "USD", settleCoin: "BTC" };
    const deliveryTime = String(Date.UTC(2027, 2, 26, 8));
    const listed = page([
      { ...linear, symbol: "SHIB1000USDT", baseCoin: "SHIB1000" },
      { ...linear, ...usdc },
      { ...dated, contractType: "InverseFutures", deliveryTime },
      { ...linear, symbol: "X", baseCoin: 5 },
    ]);
    expect(
      listed?.instruments.map((one) => [one.market, one.asset, one.multiplier, one.isInverse]),
    ).toEqual([
      ["SHIB1000/USDT:USDT", "SHIB", 1_000, false],
      ["BTC/USDC:USDC", "BTC", 1, false],
      ["BTC/USD:BTC-270326", "BTC", 1, true],
    ]);
    expect(listed?.rejects).toEqual([{ reason: "shape", detail: 'listing entry is "X"' }]);
  });
});
