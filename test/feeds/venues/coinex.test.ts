import { describe, expect, it } from "vitest";
import { coinex } from "../../../src/feeds/venues/coinex.ts";
import { decodeWith, liquidationsOf, listedBy } from "./decoding.ts";

const LISTED = listedBy(coinex, 0, {
  code: 0,
  data: [
    { market: "BTCUSDT", contract_type: "linear", base_ccy: "BTC", quote_ccy: "USDT" },
    { market: "BTCUSD", contract_type: "inverse", base_ccy: "BTC", quote_ccy: "USD" },
  ],
});
const ROW = {
  market: " BTCUSDT",
  side: "long",
  liq_price: "86400",
  liq_amount: "0.125",
  bkr_price: "86350.4",
  created_at: 1_790_000_000_000,
};

const worth = (...data: readonly object[]) => liquidationsOf(coinex, { code: 0, data }, LISTED);

describe("a liquidated position of CoinEx", () => {
  it("has its own side and is worth its coins at the bankruptcy price, blanks trimmed", () => {
    const [long, short] = worth(ROW, { ...ROW, side: "short" });
    expect(long).toMatchObject({
      ...{ symbol: "BTCUSDT", market: "BTC/USDT:USDT", positionSide: "long" },
      ...{ price: 86_350.4, priceKind: "bankruptcy", notionalCents: 1_079_380 },
    });
    expect(short?.positionSide).toBe("short");
  });

  it("is read under both names of its price", () => {
    const { bkr_price: price, ...rest } = ROW;
    expect(worth({ ...rest, brk_price: price })[0]?.notionalCents).toBe(1_079_380);
  });

  it("twice alike in one answer is two, and the same in the next answer", () => {
    const keys = worth(ROW, ROW).map((row) => row.dedupeKey);
    expect(new Set(keys).size).toBe(2);
    expect(worth(ROW, ROW).map((row) => row.dedupeKey)).toEqual(keys);
  });

  it("margined in the coin has no money, because its unit is not documented", () => {
    expect(worth({ ...ROW, market: "BTCUSD" })[0]).toMatchObject({
      ...{ market: "BTC/USD:BTC", size: null, notionalCents: null },
    });
  });
});

it("CoinEx's error codes refuse the question, or ask to come back later", () => {
  const error = (code: number) => decodeWith(coinex, { code, data: {}, message: "no" }).control;
  expect(error(4004)).toMatchObject({ type: "refused", reason: "no (code 4004)" });
  expect([3008, 4001, 4213].map((code) => error(code)?.type)).toEqual([
    ...["closing", "closing", "closing"],
  ]);
});

it("CoinEx's pages are counted as long as there is another", () => {
  const path = coinex.poll?.path("BTCUSDT", 5) ?? "";
  const next = (hasNext: boolean, at: string) =>
    coinex.poll?.next?.({ pagination: { has_next: hasNext } }, at);
  expect(next(true, path)).toBe(`${path}&page=2`);
  expect(next(true, `${path}&page=2`)).toBe(`${path}&page=3`);
  expect(next(false, path)).toBeNull();
});

it("CoinEx is off unless the settings turn it on: its futures have ended", () => {
  expect(coinex.isOff).toBe(true);
});
