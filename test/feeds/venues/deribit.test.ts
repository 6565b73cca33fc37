import { describe, expect, it } from "vitest";
import { deribit } from "../../../src/feeds/venues/deribit.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const TRADE = {
  ...{ trade_id: "66460463", timestamp: 1_584_058_044_032, price: 4_469.5, index_price: 4_805.41 },
  ...{ liquidation: "T", instrument_name: "BTC-PERPETUAL", direction: "sell", amount: 1_120 },
};
const FUTURE = {
  ...{ kind: "future", instrument_name: "BTC-PERPETUAL", instrument_type: "reversed" },
  ...{ base_currency: "BTC", quote_currency: "USD", counter_currency: "USD" },
  ...{ settlement_currency: "BTC", settlement_period: "perpetual" },
  expiration_timestamp: 32_503_708_800_000,
};

function frame(...data: unknown[]) {
  const params = { channel: "trades.future.any.100ms", data };
  return { jsonrpc: "2.0", method: "subscription", params };
}

const sides = (trade: object) =>
  decodeWith(deribit, frame({ ...TRADE, ...trade })).rows.map((row) => row.positionSide);
const listing = (...entries: object[]) => listedBy(deribit, 0, { result: entries });

describe("a Deribit liquidation", () => {
  it("is of the taker with T, of the maker with M, of both with MT", () => {
    expect(sides({})).toEqual(["long"]);
    expect(sides({ direction: "buy" })).toEqual(["short"]);
    expect(sides({ liquidation: "M" })).toEqual(["short"]);
    expect(sides({ liquidation: "M", direction: "buy" })).toEqual(["long"]);
    expect(sides({ liquidation: "MT" })).toEqual(["long", "short"]);
  });

  it("of both sides is two events with keys of their own", () => {
    const both = liquidationsOf(deribit, frame({ ...TRADE, liquidation: "MT" }), listing(FUTURE));
    expect(both.map((row) => [row.dedupeKey, row.notionalCents])).toEqual([
      ["deribit|BTC-PERPETUAL|66460463|long", 112_000],
      ["deribit|BTC-PERPETUAL|66460463|short", 112_000],
    ]);
  });

  it("is worth its USD where the contract is inverse, coins times price where it is linear", () => {
    const linear = {
      ...{ ...FUTURE, instrument_name: "ETH_USDC-PERPETUAL", instrument_type: "linear" },
      ...{ base_currency: "ETH", quote_currency: "USDC", counter_currency: "USDC" },
      settlement_currency: "USDC",
    };
    const eth = { ...TRADE, instrument_name: "ETH_USDC-PERPETUAL", amount: 0.1, price: 2_500.05 };
    const rows = liquidationsOf(deribit, frame(TRADE, eth), listing(FUTURE, linear));
    expect(rows.map((row) => [row.market, row.size, row.notionalCents])).toEqual([
      ["BTC/USD:BTC", 1_120 / 4_469.5, 112_000],
      ["ETH/USDC:USDC", 0.1, 25_001],
    ]);
    expect(rows[0]?.orderKey).toBe("BTC-PERPETUAL|long|1584058044032");
  });

  it("of an option is worth its coins at the index: the premium is no price of the asset", () => {
    const option = {
      ...{ ...FUTURE, kind: "option", instrument_name: "BTC-25DEC26-100000-C" },
      ...{ quote_currency: "BTC", settlement_period: "month" },
      expiration_timestamp: Date.UTC(2026, 11, 25, 8),
    };
    const trade = { ...TRADE, instrument_name: "BTC-25DEC26-100000-C", price: 0.0125, amount: 0.5 };
    const [row] = liquidationsOf(deribit, frame(trade), listing(option));
    expect(row).toMatchObject({
      market: "BTC/USD:BTC-261225-100000-C",
      ...{ asset: "BTC", price: null, size: 0.5, notionalCents: 240_271 },
    });
  });

  it("leaves plain trades alone and refuses only what it cannot read", () => {
    const { liquidation: _, ...plain } = TRADE;
    const read = decodeWith(
      deribit,
      frame(plain, { ...TRADE, liquidation: "X" }, TRADE, { ...TRADE, direction: "up" }, null, {
        ...TRADE,
        amount: -5,
      }),
    );
    expect(read.rows).toHaveLength(1);
    expect(read.rejects.map((reject) => reject.reason)).toEqual([
      ...["unknown-kind", "unknown-side", "shape", "size"],
    ]);
    expect(decodeWith(deribit, frame(plain)).control).toEqual({ type: "other" });
  });
});

describe("Deribit's answers", () => {
  it("a request for a sign of life is answered with a test", () => {
    const asked = { jsonrpc: "2.0", method: "heartbeat", params: { type: "test_request" } };
    const control = decodeWith(deribit, asked).control;
    expect(control?.type === "heartbeat" && control.reply).toContain('"public/test"');
    const told = { jsonrpc: "2.0", method: "heartbeat", params: { type: "heartbeat" } };
    expect(decodeWith(deribit, told).control).toEqual({ type: "heartbeat", reply: null });
  });

  it("a channel that the answer leaves out was refused", () => {
    expect(decodeWith(deribit, { jsonrpc: "2.0", id: 7, result: [] }).control).toEqual({
      ...{ type: "refused", topics: null, id: "7", reason: "not in the venue's answer" },
    });
    expect(decodeWith(deribit, { jsonrpc: "2.0", id: 9_000_001, result: "ok" }).control).toEqual({
      type: "other",
    });
  });
});
