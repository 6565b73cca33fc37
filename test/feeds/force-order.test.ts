import { describe, expect, it } from "vitest";
import {
  decodeForceOrders,
  FORCE_ORDERS,
  PROBE,
  parseContractList,
  requestStreams,
} from "../../src/feeds/force-order.ts";

const ORDER = { s: "BTCUSDT", S: "SELL", ap: "60000", z: "0.5", T: 1_791_435_150_342 };
const EVENT = { e: "forceOrder", E: 1_791_435_151_350, o: ORDER };

const decode = (message: unknown) => decodeForceOrders(JSON.stringify(message));

describe("a forced order", () => {
  it("reads the same bare, wrapped with its stream, and in a list", () => {
    const bare = decode(EVENT);
    expect(bare.rows).toHaveLength(1);
    expect(bare.pushedAtMs).toBe(1_791_435_151_350);
    expect(decode({ stream: FORCE_ORDERS, data: EVENT })).toEqual(bare);
    expect(decode({ stream: FORCE_ORDERS, data: [EVENT] })).toEqual(bare);
    expect(decode([EVENT, EVENT]).rows).toEqual([...bare.rows, ...bare.rows]);
  });

  it("does not suffer from bad neighbours, and an empty list is refused", () => {
    const { rows, rejects } = decode([EVENT, { e: "trade" }, 5, { ...EVENT, o: null }]);
    expect(rows).toHaveLength(1);
    expect(rejects.map((reject) => reject.reason)).toEqual(["unknown-kind", "shape", "shape"]);
    expect(decode([]).rejects[0]?.reason).toBe("shape");
  });
});

it("a list of contracts tells a coin-margined one by its contract size", () => {
  const linear = { symbol: "ETHUSDT", baseAsset: "ETH", quoteAsset: "USDT", marginAsset: "USDT" };
  const coin = { symbol: "ETHUSD_PERP", baseAsset: "ETH", quoteAsset: "USD", marginAsset: "ETH" };
  const { instruments, rejects } = parseContractList({
    symbols: [linear, { ...coin, contractSize: 10 }, { ...coin, contractSize: -10 }],
  });
  expect(instruments.map((one) => [one.market, one.isInverse, one.contractSize])).toEqual([
    ["ETH/USDT:USDT", false, null],
    ["ETH/USD:ETH", true, "10"],
  ]);
  expect(rejects).toEqual([{ reason: "shape", detail: 'listing entry is "ETHUSD_PERP"' }]);
});

it("requests carry whole numbers as ids, and the probe's is none of them", () => {
  const [request] = requestStreams("unsubscribe", [FORCE_ORDERS], 12);
  expect(request?.text).toBe('{"method":"UNSUBSCRIBE","params":["!forceOrder@arr"],"id":12}');
  expect(JSON.parse(PROBE.payload ?? "").id).toBeGreaterThan(1_000_000);
});
