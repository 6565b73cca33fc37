import { describe, expect, it } from "vitest";
import { bundledInstruments } from "../../../src/feeds/instruments.ts";
import { normalizeRows } from "../../../src/feeds/normalize.ts";
import { dydx } from "../../../src/feeds/venues/dydx.ts";

const TRADE = {
  id: "064e89330000000200000002",
  side: "SELL",
  size: "0.0004",
  price: "75974",
  type: "LIQUIDATED",
  createdAt: "2026-09-17T13:39:47.542Z",
  createdAtHeight: "105810227",
};

function decode(message: object) {
  const context = { receivedAtMs: null, subscribedAtMs: null };
  return dydx.decode(JSON.stringify(message), null, context);
}

function channel(trades: unknown, type = "channel_data") {
  return decode({ type, channel: "v4_trades", id: "BTC-USD", contents: { trades } });
}

describe("a dYdX liquidation", () => {
  it("is of a long when the taker sold, and of a short when it bought", () => {
    const { rows } = channel([TRADE, { ...TRADE, side: "BUY" }]);
    expect(rows.map((row) => row.positionSide)).toEqual(["long", "short"]);
    expect(channel([{ ...TRADE, side: "sell" }]).rejects[0]?.reason).toBe("unknown-side");
  });

  it("is worth its coins at the fill's price", () => {
    const { rows } = channel([{ ...TRADE, size: "0.0125" }]);
    const { liquidations } = normalizeRows(rows, {
      venue: dydx,
      instruments: bundledInstruments(),
      receivedAtMs: null,
      usdCoins: ["USDC"],
    });
    expect(liquidations[0]).toMatchObject({
      market: "BTC/USDC:USDC",
      size: 0.0125,
      // 949.675 exactly: rounded once, half away from zero.
      notionalCents: 94_968,
      occurredAtMs: Date.UTC(2026, 8, 17, 13, 39, 47, 542),
      dedupeKey: "dydx|BTC-USD|064e89330000000200000002",
    });
  });

  it("is one order with the fills of its market, block and side", () => {
    const rows = channel([TRADE, { ...TRADE, id: "2" }, { ...TRADE, side: "BUY" }]).rows;
    expect(rows.map((row) => row.orderKey)).toEqual([
      "BTC-USD:105810227:long",
      "BTC-USD:105810227:long",
      "BTC-USD:105810227:short",
    ]);
    expect(channel([{ ...TRADE, createdAtHeight: undefined }]).rows[0]?.orderKey).toBeNull();
  });

  it("is told from a deleverage and from ordinary trades by its type", () => {
    const types = ["LIQUIDATED", "DELEVERAGED", "LIMIT", "TWAP_SUBORDER", "PARTY", undefined];
    const { rows, rejects } = channel(types.map((type) => ({ ...TRADE, type })));
    expect(rows.map((row) => row.kind)).toEqual(["liquidation", "deleverage"]);
    expect(rejects.map(({ detail }) => detail)).toEqual(['type is "PARTY"', "type is missing"]);
  });

  it("in the first message of a channel is history, where old rows have neither id nor type", () => {
    const old = { side: "SELL", size: "1", price: "27837", createdAt: TRADE.createdAt };
    const { rows, rejects, control } = channel([TRADE, old], "subscribed");
    expect(rows.map((row) => row.history)).toEqual([true]);
    expect(rejects).toEqual([]);
    expect(control).toEqual({ type: "ack", topics: ["BTC-USD"], id: null });
  });
});

describe("dYdX's other messages", () => {
  const error = (message: string) => decode({ type: "error", message }).control;

  it("a refusal names its market where it can", () => {
    const named = "Invalid subscription id for channel: (v4_trades-GONE,POOL,0x1-USD)";
    expect(error(named)).toEqual({
      type: "refused",
      topics: ["GONE,POOL,0x1-USD"],
      id: null,
      reason: named,
    });
    const limit = "Per-connection subscription limit reached for v4_trades (limit=32).";
    expect(error(limit)).toMatchObject({ type: "refused", topics: null });
  });

  it("trouble of the venue's own loses no market", () => {
    const trouble = "Internal error, could not fetch data for subscription: v4_trades.";
    expect(error(trouble)).toEqual({ type: "other" });
    expect(error("Invalid subscribe message: already subscribed (v4_trades-A-USD)")).toEqual({
      type: "ack",
      topics: ["A-USD"],
      id: null,
    });
  });

  it("other channels are known, and unknown ones told", () => {
    expect(decode({ type: "channel_data", channel: "v4_markets" }).control?.type).toBe("other");
    expect(decode({ type: "channel_data", channel: "x" }).rejects[0]?.reason).toBe("unknown-kind");
    expect(decode({ type: "party" }).rejects[0]?.reason).toBe("unknown-kind");
  });
});

it("dYdX's list gives live markets, those with a pool behind their coin by the coin", () => {
  const pooled = "FARTCOIN,RAYDIUM,9BB6NFECJBCTNNLFKO2FQVQBQ8HHM13KCYYCDQBGPUMP-USD";
  const listing = dydx.instruments[0]?.parse({
    markets: {
      "BTC-USD": { ticker: "BTC-USD", status: "ACTIVE" },
      [pooled]: { ticker: pooled, status: "ACTIVE" },
      "OLD-USD": { ticker: "OLD-USD", status: "FINAL_SETTLEMENT" },
      odd: { ticker: "BTC-EUR", status: "ACTIVE" },
    },
  });
  expect(listing?.instruments.map(({ symbol, market, asset }) => [symbol, market, asset])).toEqual([
    ["BTC-USD", "BTC/USDC:USDC", "BTC"],
    [pooled, "FARTCOIN/USDC:USDC", "FARTCOIN"],
  ]);
  expect(listing?.rejects).toHaveLength(1);
});
