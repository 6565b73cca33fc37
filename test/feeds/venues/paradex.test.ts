import { describe, expect, it } from "vitest";
import { paradex } from "../../../src/feeds/venues/paradex.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const TRADE = {
  id: "77",
  market: "BTC-USD-PERP",
  side: "SELL",
  size: "0.00649",
  price: "83894.04692005321",
  created_at: 1_790_173_872_009,
  trade_type: "LIQUIDATION",
};

const perpetual = (base: string) => ({
  ...{ symbol: `${base}-USD-PERP`, base_currency: base, quote_currency: "USD" },
  ...{ settlement_currency: "USDC", asset_kind: "PERP" },
});
const LISTING = {
  results: [
    perpetual("BTC"),
    perpetual("kPEPE"),
    { ...perpetual("BTC"), symbol: "BTC-USD-90000-C", asset_kind: "PERP_OPTION" },
    { symbol: "ODD" },
  ],
};
const LISTED = listedBy(paradex, 0, LISTING);

describe("a liquidation at Paradex", () => {
  it("is of a long when the taker sold, of a short when it bought, worth its fill", () => {
    const bought = { ...TRADE, id: "78", side: "BUY" };
    const [long, short] = liquidationsOf(paradex, { results: [TRADE, bought] }, LISTED);
    expect(long).toMatchObject({
      market: "BTC/USD:USDC",
      positionSide: "long",
      priceKind: "fill",
      notionalCents: 54_447,
      dedupeKey: "paradex|BTC-USD-PERP|77",
    });
    expect(short?.positionSide).toBe("short");
  });

  it("of a thousand coins is worth what it says, in coins", () => {
    const pepe = { ...TRADE, market: "kPEPE-USD-PERP", size: "5000", price: "0.0123" };
    expect(liquidationsOf(paradex, { results: [pepe] }, LISTED)[0]).toMatchObject({
      ...{ asset: "PEPE", size: 5_000_000, notionalCents: 6_150 },
    });
  });

  it("stands among trades that were not forced; an unknown type is told", () => {
    const types = ["FILL", "RPI", "UNWIND_TRANSFER", "SETTLE_MARKET", "BLOCK_TRADE", "LIQUIDATION"];
    const results = types.map((type) => ({ ...TRADE, trade_type: type }));
    expect(decodeWith(paradex, { results })).toMatchObject({ rows: [{ id: "77" }], rejects: [] });
    const party = decodeWith(paradex, { results: [{ ...TRADE, trade_type: "PARTY" }] });
    expect(party.rejects[0]?.reason).toBe("unknown-kind");
  });
});

it("Paradex's next page has its cursor, and the last one none", () => {
  const path = paradex.poll?.path("BTC-USD-PERP", 5) ?? "";
  expect(path).toBe("/v1/trades?market=BTC-USD-PERP&page_size=1000&start_at=5");
  const next = (page: unknown) => paradex.poll?.next?.(page, path);
  expect(next({ next: "a=b", results: [TRADE] })).toBe(`${path}&cursor=a%3Db`);
  expect(next({ next: "", results: [TRADE] })).toBeNull();
  expect(next({ next: "a", results: [] })).toBeNull();
  expect(next(null)).toBeNull();
});

it("Paradex's list gives perpetuals and leaves options out", () => {
  expect(LISTED.map(({ symbol, asset, multiplier }) => [symbol, asset, multiplier])).toEqual([
    ["BTC-USD-PERP", "BTC", 1],
    ["kPEPE-USD-PERP", "PEPE", 1_000],
  ]);
  expect(paradex.instruments[0]?.parse(LISTING).rejects).toHaveLength(1);
});
