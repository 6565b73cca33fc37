import { describe, expect, it } from "vitest";
import { aster } from "../../../src/feeds/venues/aster.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const decode = (message: unknown) => decodeWith(aster, message);
const ORDER = {
  s: "PAIRUSDT",
  S: "SELL",
  o: "LIMIT",
  f: "IOC",
  q: "28448",
  p: "0.0040681",
  ap: "0.0044461",
  X: "FILLED",
  l: "12417",
  z: "28448",
  T: 1_789_672_621_550,
};
const perpetual = { contractType: "PERPETUAL", quoteAsset: "USDT", marginAsset: "USDT" };
const CONTRACTS = listedBy(aster, 0, {
  symbols: [
    { ...perpetual, symbol: "PAIRUSDT", baseAsset: "PAIR", deliveryDate: 4_133_404_800_000 },
    { ...perpetual, symbol: "1000PEPEUSDT", baseAsset: "1000PEPE" },
  ],
});

function order(changes: object = {}) {
  return { e: "forceOrder", E: 1_789_672_621_589, o: { ...ORDER, ...changes } };
}

describe("an Aster forced order", () => {
  it("is a long when it sells, at what was filled and not at its last fill", () => {
    expect(liquidationsOf(aster, order(), CONTRACTS)[0]).toMatchObject({
      market: "PAIR/USDT:USDT",
      positionSide: "long",
      price: 0.0044461,
      priceKind: "fill",
      size: 28_448,
      notionalCents: 12_648,
      history: false,
      dedupeKey: "aster|PAIRUSDT|liquidation|long|1789672621550|28448|0.0044461|0",
    });
    expect(decode(order()).pushedAtMs).toBe(1_789_672_621_589);
  });

  it("is a short when it buys, in coins where a contract is a thousand of them", () => {
    const thousand = { s: "1000PEPEUSDT", S: "BUY", ap: "0.01", z: "400" };
    expect(liquidationsOf(aster, order(thousand), CONTRACTS)[0]).toMatchObject({
      asset: "PEPE",
      positionSide: "short",
      price: 0.00001,
      size: 400_000,
      notionalCents: 400,
    });
  });

  it("has the price of its limit while nothing is filled", () => {
    const { rows } = decode(order({ ap: "0" }));
    expect(rows[0]).toMatchObject({ price: "0.0040681", priceKind: "order" });
  });
});

describe("Aster's answers", () => {
  it("are those of its error table", () => {
    const msg = "Invalid request: request ID must be an unsigned integer";
    expect(decode({ code: 2, msg }).control).toEqual({
      type: "refused",
      topics: null,
      id: null,
      reason: `${msg} (2)`,
    });
    expect(decode({ result: null, id: 1 }).control).toEqual({ type: "ack", topics: null, id: "1" });
  });

  it("to the probe prove the subscription, or end the connection", () => {
    const probe = JSON.parse(aster.heartbeat.payload ?? "{}");
    expect(probe.method).toBe("LIST_SUBSCRIPTIONS");
    const heard = decode({ result: ["!forceOrder@arr"], id: probe.id }).control;
    expect(heard?.type).toBe("heartbeat");
    expect(decode({ result: [], id: probe.id }).control?.type).toBe("closing");
  });
});

it("Aster's stream is asked for on an address without a route", () => {
  expect(aster.channels.map(({ url }) => url)).toEqual(["wss://fstream.asterdex.com/stream"]);
  expect(aster.request("subscribe", ["!forceOrder@arr"], 3)).toEqual([
    {
      id: "3",
      topics: ["!forceOrder@arr"],
      text: '{"method":"SUBSCRIBE","params":["!forceOrder@arr"],"id":3}',
    },
  ]);
});
