import { describe, expect, it } from "vitest";
import { bundledInstruments } from "../../../src/feeds/instruments.ts";
import { normalizeRows } from "../../../src/feeds/normalize.ts";
import { lighter } from "../../../src/feeds/venues/lighter.ts";
import { fixturesOf } from "./fixture.ts";

const TRADE = {
  trade_id: 212690112,
  type: "liquidation",
  market_id: 0,
  size: "1.3792",
  price: "4335.02",
  usd_amount: "5978.859584",
  ask_id: 281475209716547,
  bid_id: 562949723828832,
  is_maker_ask: false,
  timestamp: 1760040869198,
};

function decode(message: unknown) {
  const context = { receivedAtMs: null, subscribedAtMs: null };
  return lighter.decode(JSON.stringify(message), null, context);
}

function update(liquidations: unknown, trades: unknown = []) {
  const channel = "trade:0";
  return decode({ type: "update/trade", channel, liquidation_trades: liquidations, trades });
}

describe("a Lighter liquidation", () => {
  it("is of a long when the taker sold, and of a short when it bought", () => {
    const { rows } = update([TRADE, { ...TRADE, is_maker_ask: true }]);
    expect(rows.map((row) => row.positionSide)).toEqual(["long", "short"]);
  });

  it("is worth the venue's own quote amount, rounded once", () => {
    const snapshots = fixturesOf("lighter").filter(({ kind }) => kind === "snapshot");
    const rows = decode(snapshots[0]?.message).rows;
    const { liquidations } = normalizeRows(rows, {
      venue: lighter,
      instruments: bundledInstruments(),
      receivedAtMs: 1_760_042_000_000,
      usdCoins: ["USDC"],
    });
    const told = liquidations.map((row) => [row.symbol, row.size, row.notionalCents]);
    expect(told.slice(0, 3)).toEqual([
      ["ETH", 1.3792, 597_886],
      ["ETH", 0.2675, 115_962],
      ["ETH", 0.0651, 28_223],
    ]);
    expect(liquidations[0]?.dedupeKey).toBe("lighter|0|212690112");
    expect(liquidations[0]?.market).toBe("ETH/USDC:USDC");
  });

  it("without a quote amount is worth its size times its price", () => {
    const [row] = update([{ ...TRADE, usd_amount: undefined }]).rows;
    expect(row).toMatchObject({ quoteAmount: null, price: "4335.02", size: "1.3792" });
  });

  it("belongs to the order of its taker", () => {
    const rows = update([
      TRADE,
      { ...TRADE, trade_id: 2, bid_id: 7 },
      { ...TRADE, is_maker_ask: true },
      { ...TRADE, ask_id: undefined },
    ]).rows;
    expect(rows.map((row) => row.orderKey)).toEqual([
      "0:281475209716547",
      "0:281475209716547",
      "0:562949723828832",
      null,
    ]);
  });

  it("is looked for in both lists by its type, deleveraging apart", () => {
    const deleverage = { ...TRADE, trade_id: 3, type: "deleverage" };
    const others = [
      { ...TRADE, type: "trade" },
      { ...TRADE, type: "market-settlement" },
    ];
    const { rows, rejects } = update([TRADE], [deleverage, ...others]);
    expect(rows.map((row) => row.kind)).toEqual(["liquidation", "deleverage"]);
    expect(rejects).toEqual([]);
    expect(update([{ ...TRADE, type: "party" }]).rejects[0]?.reason).toBe("unknown-kind");
  });

  it("is told apart by the same id, sent as a number or as text", () => {
    const { rows } = update([TRADE, { ...TRADE, trade_id: "212690112" }]);
    expect(rows.map((row) => row.id)).toEqual(["212690112", "212690112"]);
    expect(update([{ ...TRADE, trade_id: 2 ** 53 }]).rejects[0]?.reason).toBe("shape");
  });

  it("does not exist in a list that is null, empty or missing", () => {
    for (const list of [null, [], undefined]) {
      const { rows, rejects, control } = update(list, list);
      expect([rows, rejects, control]).toEqual([[], [], null]);
    }
  });

  it("refuses times in seconds, as the documentation's sample has them", () => {
    expect(update([{ ...TRADE, timestamp: 1_722_339_648 }]).rejects[0]?.reason).toBe("time");
  });
});

describe("Lighter's other messages", () => {
  it("the first message of a channel is its acknowledgement and history of any age", () => {
    const message = { type: "subscribed/trade", channel: "trade:36", liquidation_trades: [TRADE] };
    const { rows, control } = decode(message);
    expect(control).toEqual({ type: "ack", topics: ["trade/36"], id: null });
    expect(rows.map((row) => [row.symbol, row.history])).toEqual([["36", true]]);
  });

  it("a ping wants a pong", () => {
    const reply = '{"type":"pong"}';
    expect(decode({ type: "ping" }).control).toEqual({ type: "heartbeat", reply });
    expect(decode({ type: "pong" }).control).toEqual({ type: "heartbeat", reply: null });
  });

  it("errors are about the oldest request, but too many messages are nobody's fault", () => {
    const error = (code: number) => decode({ error: { code, message: "No" } }).control;
    const answer = { topics: null, id: null };
    expect(error(30_005)).toEqual({ type: "refused", reason: "No (30005)", ...answer });
    expect(error(30_003)).toEqual({ type: "ack", ...answer });
    expect(error(30_009)).toEqual({ type: "other" });
  });

  it("other channels are known and hold no liquidations", () => {
    expect(decode({ type: "update/market_stats", channel: "market_stats:1" }).control).toEqual({
      type: "other",
    });
    expect(decode({ type: "update/trade", channel: "trade:x" }).rejects[0]?.reason).toBe("shape");
  });
});

it("Lighter's list gives active perpetuals, named by number, thousands taken apart", () => {
  const perp = { market_type: "perp", status: "active" };
  const listing = lighter.instruments[0]?.parse({
    code: 200,
    order_books: [
      { ...perp, symbol: "1000PEPE", market_id: 4 },
      { ...perp, symbol: "OLD", market_id: 5, status: "inactive" },
      { ...perp, symbol: "ETH/USDC", market_id: 2048, market_type: "spot" },
      { ...perp, symbol: "BAD", market_id: "x" },
    ],
  });
  expect(listing?.instruments).toEqual([
    {
      symbol: "1000PEPE",
      wireName: "4",
      market: "1000PEPE/USDC:USDC",
      asset: "PEPE",
      multiplier: 1000,
      quote: "USDC",
      isInverse: false,
      contractSize: null,
    },
  ]);
  expect(listing?.rejects.map(({ detail }) => detail)).toEqual(['listing entry is "BAD"']);
  expect(lighter.channels[0]?.topics(listing?.instruments ?? [])).toEqual(["trade/4"]);
});
