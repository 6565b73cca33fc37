import { describe, expect, it } from "vitest";
import { binance } from "../../../src/feeds/venues/binance.ts";

const CONTEXT = { receivedAtMs: null, subscribedAtMs: null };
const ORDER = {
  s: "BTCUSDT",
  S: "SELL",
  q: "0.020",
  p: "9000",
  ap: "9100.5",
  l: "0.5",
  z: "0.014",
  T: 1_568_014_460_893,
};

function decode(message: unknown) {
  return binance.decode(JSON.stringify(message), null, CONTEXT);
}

function order(changes: Record<string, unknown>) {
  return decode({ e: "forceOrder", E: 1_568_014_460_900, o: { ...ORDER, ...changes } });
}

describe("a Binance forced order", () => {
  it("is a long when the order sells and a short when it buys", () => {
    expect(order({ S: "SELL" }).rows[0]?.positionSide).toBe("long");
    expect(order({ S: "BUY" }).rows[0]?.positionSide).toBe("short");
    expect(order({ S: "sell" }).rejects).toEqual([
      { reason: "unknown-side", detail: 'o.S is "sell"' },
    ]);
  });

  it("counts what was filled in all (z), not the last fill (l) and not what was asked (q)", () => {
    expect(order({}).rows[0]?.size).toBe("0.014");
    expect(order({ z: undefined }).rows[0]?.size).toBe("0.020");
    expect(order({ z: "0" }).rejects[0]).toEqual({ reason: "size", detail: 'o.z is "0"' });
  });

  it("takes the average fill, and the order's limit where the average is 0 or missing", () => {
    expect(order({}).rows[0]).toMatchObject({ price: "9100.5", priceKind: "fill" });
    expect(order({ ap: "0.00" }).rows[0]).toMatchObject({ price: "9000", priceKind: "order" });
    expect(order({ ap: undefined }).rows[0]).toMatchObject({ price: "9000", priceKind: "order" });
    expect(order({ ap: "-1" }).rejects[0]?.reason).toBe("price");
    expect(order({ ap: "0", p: "0" }).rejects[0]?.reason).toBe("price");
  });

  it("is accepted without money when neither price nor size was sent", () => {
    const bare = { ap: undefined, p: undefined, z: undefined, q: undefined };
    expect(order(bare).rows[0]).toMatchObject({ price: null, size: null, positionSide: "long" });
  });

  it("tells USD-M from COIN-M by st, inside the order and at the top", () => {
    expect(order({ st: 1 }).rows[0]?.isInverse).toBe(false);
    expect(order({ st: 2 }).rows[0]?.isInverse).toBe(true);
    expect(order({}).rows[0]?.isInverse).toBeNull();
    const top = decode({ e: "forceOrder", st: 2, ps: "BTCUSD", o: { ...ORDER, s: "BTCUSD_PERP" } });
    expect(top.rows[0]?.isInverse).toBe(true);
  });

  it("floors fractions of its time and refuses times that are none", () => {
    expect(order({ T: 1_568_014_460_893.9 }).rows[0]?.occurredAtMs).toBe(1_568_014_460_893);
    for (const T of [0, -1, 86_400_000, "1568014460893", null, 1e300]) {
      expect(order({ T }).rejects[0]?.reason).toBe("time");
    }
  });

  it("says which event it does not know", () => {
    expect(decode({ e: "aggTrade", s: "BTCUSDT" }).rejects).toEqual([
      { reason: "unknown-kind", detail: 'e is "aggTrade"' },
    ]);
  });
});

describe("Binance's answers", () => {
  it("an acknowledgement carries the id of its request", () => {
    expect(decode({ result: null, id: 3 }).control).toEqual({ type: "ack", topics: null, id: "3" });
  });

  it("both error shapes are refusals with code and text", () => {
    const reason = "Invalid request (2)";
    const refused = { type: "refused", topics: null, id: "7", reason };
    expect(decode({ code: 2, msg: "Invalid request", id: 7 }).control).toEqual(refused);
    const nested = { error: { code: 2, msg: "Invalid request" }, id: 7 };
    expect(decode(nested).control).toEqual(refused);
  });

  it("the heartbeat probe proves the subscription, and a lost one closes the connection", () => {
    const id: unknown = JSON.parse(binance.heartbeat.payload ?? "{}").id;
    expect(decode({ result: ["!forceOrder@arr"], id }).control?.type).toBe("heartbeat");
    expect(decode({ result: [], id }).control).toEqual({
      type: "closing",
      reason: "!forceOrder@arr is no longer subscribed",
    });
  });
});

describe("Binance's listings", () => {
  const parse = (symbols: unknown[]) => binance.instruments[0]?.parse({ symbols }).instruments;
  const base = { quoteAsset: "USDT", marginAsset: "USDT", contractType: "PERPETUAL" };

  it("name markets as ccxt does, dated ones with their day", () => {
    const dated = { ...base, symbol: "BTCUSDT_261225", baseAsset: "BTC" };
    const deliveryDate = Date.UTC(2026, 11, 25, 8);
    expect(parse([{ ...dated, contractType: "CURRENT_QUARTER", deliveryDate }])?.[0]?.market).toBe(
      "BTC/USDT:USDT-261225",
    );
    const perpetual = { symbol: "BTCUSD_PERP", baseAsset: "BTC", quoteAsset: "USD" };
    const coin = {
      ...perpetual,
      marginAsset: "BTC",
      contractSize: 100,
      deliveryDate: 4133404800000,
    };
    expect(parse([coin])?.[0]).toEqual({
      symbol: "BTCUSD_PERP",
      market: "BTC/USD:BTC",
      asset: "BTC",
      multiplier: 1,
      quote: "USD",
      isInverse: true,
      contractSize: "100",
    });
  });

  it("take multipliers out of the asset and keep them in the market", () => {
    const listed = parse([
      { ...base, symbol: "1000PEPEUSDT", baseAsset: "1000PEPE" },
      { ...base, symbol: "1MBABYDOGEUSDT", baseAsset: "1MBABYDOGE" },
      { ...base, symbol: "1INCHUSDT", baseAsset: "1INCH" },
    ]);
    expect(listed?.map(({ market, asset, multiplier }) => [market, asset, multiplier])).toEqual([
      ["1000PEPE/USDT:USDT", "PEPE", 1_000],
      ["1MBABYDOGE/USDT:USDT", "BABYDOGE", 1_000_000],
      ["1INCH/USDT:USDT", "1INCH", 1],
    ]);
  });
});
