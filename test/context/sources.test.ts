import { describe, expect, test } from "vitest";
import type { ContextSource } from "../../src/context/source.ts";
import { binanceContext } from "../../src/context/sources/binance.ts";
import { bitgetContext } from "../../src/context/sources/bitget.ts";
import { bybitContext } from "../../src/context/sources/bybit.ts";
import { gateContext } from "../../src/context/sources/gate.ts";
import { hyperliquidContext } from "../../src/context/sources/hyperliquid.ts";
import { CONTEXT_SOURCES } from "../../src/context/sources/index.ts";
import { okxContext } from "../../src/context/sources/okx.ts";
import { CONTEXT_VENUES } from "../../src/market-context.ts";
import { chanceOf } from "../oracle/chance.ts";
import { answerOf, contractOf } from "./samples.ts";

/** The look-up of a source whose path holds `part`. */
function lookOf(source: ContextSource, part: string) {
  const listed = [contractOf("BTCUSDT")];
  const look = source.looks.find((one) =>
    one.requests(listed).some(({ path }) => path.includes(part)),
  );
  if (look === undefined) throw new Error(`${source.venue} asks nothing like ${part}`);
  return look;
}

describe("what venues say of the market", () => {
  test("comes from the venues that the settings name", () => {
    expect(CONTEXT_SOURCES.map(({ venue }) => venue).sort()).toEqual([...CONTEXT_VENUES].sort());
  });

  test("Binance: rates and prices of all contracts, dated ones without a rate", () => {
    const answer = answerOf("binance", "GET /dapi/v1/premiumIndex");
    expect(lookOf(binanceContext, "dapi/v1/premiumIndex").parse(answer)).toEqual([
      {
        ...{ symbol: "BTCUSD_PERP", price: 11_029.69574559 },
        ...{ fundingRate: 0.00071003, settlesAtMs: 1_596_096_000_000 },
      },
      { symbol: "BTCUSD_200925", price: 12_077.0134375 },
    ]);
  });

  test("Binance: open interest of one contract, intervals of those that have their own", () => {
    const linear = answerOf("binance", "GET /fapi/v1/openInterest");
    expect(lookOf(binanceContext, "v1/openInterest").parse(linear)).toEqual([
      { symbol: "BTCUSDT", openInterest: 10_659.509 },
    ]);
    const info = answerOf("binance", "GET /fapi/v1/fundingInfo");
    expect(lookOf(binanceContext, "fundingInfo").parse(info)).toEqual([
      { symbol: "BLZUSDT", fundingIntervalHours: 8 },
    ]);
    const asked = lookOf(binanceContext, "v1/openInterest").requests([
      contractOf("BTCUSDT"),
      contractOf("BTCUSD_PERP", { asset: "BTC", quote: "USD", isInverse: true }),
      contractOf("牛来USDT"),
    ]);
    expect(asked.map(({ path }) => path)).toEqual([
      "/fapi/v1/openInterest?symbol=BTCUSDT",
      "https://dapi.binance.com/dapi/v1/openInterest?symbol=BTCUSD_PERP",
      "/fapi/v1/openInterest?symbol=%E7%89%9B%E6%9D%A5USDT",
    ]);
  });

  test("Bybit: one side of open interest, half of both where one is not told", () => {
    const inverse = answerOf("bybit", "GET /v5/market/tickers?category=inverse");
    expect(lookOf(bybitContext, "inverse").parse(inverse)).toEqual([
      {
        ...{ symbol: "BTCUSD", openInterest: 240_113_967 / 2, price: 114_898.43 },
        ...{ fundingRate: 0.0001, fundingIntervalHours: 8, settlesAtMs: 1_760_371_200_000 },
      },
    ]);
    const list = [
      { symbol: "ETHUSDT", openInterest: "52664.642", singleOpenInterest: "26332.321" },
    ];
    const page = { retCode: 0, result: { list } };
    expect(lookOf(bybitContext, "linear").parse(page)).toEqual([
      { symbol: "ETHUSDT", openInterest: 26_332.321 },
    ]);
  });

  test("OKX: contracts, and the interval from one funding to the next", () => {
    expect(lookOf(okxContext, "SWAP").parse({ code: "0", data: [] })).toEqual([]);
    const openInterest = answerOf("okx", "GetOpenInterests.txt");
    expect(lookOf(okxContext, "open-interest").parse(openInterest)).toEqual([
      { symbol: "BTC-USDT-SWAP", openInterest: 5_000 },
    ]);
    const funding = answerOf("okx", "GetFundingRates.txt");
    expect(lookOf(okxContext, "funding-rate").parse(funding)).toEqual([
      {
        ...{ symbol: "BTC-USDT-SWAP", fundingRate: 0.000079238688534 },
        ...{ settledFundingRate: 0.0001418433662153, fundingIntervalHours: 8 },
        settlesAtMs: 1_703_088_000_000,
      },
    ]);
  });

  test("Gate: contracts of a settlement coin, and hours from seconds", () => {
    const tickers = answerOf("gate", "GetTickers.txt");
    expect(lookOf(gateContext, "usdt/tickers").parse(tickers)).toEqual([
      { symbol: "BTC_USDT", openInterest: 32_323_904, price: 6_534, fundingRate: 0.0001 },
    ]);
    const contract = answerOf("gate", "GetContract.txt");
    expect(lookOf(gateContext, "usdt/contracts").parse([contract])).toEqual([
      { symbol: "BTC_USDT", fundingIntervalHours: 8 },
    ]);
  });

  test("Bitget: everything in one row, and hours from the list of contracts", () => {
    const tickers = answerOf("bitget", "GET /api/v3/market/tickers");
    expect(lookOf(bitgetContext, "tickers").parse(tickers)).toEqual([
      {
        ...{ symbol: "BTCUSDT", openInterest: 27_606.0718 },
        ...{ price: 90_216.4, fundingRate: 0.000047 },
      },
    ]);
    const contracts = answerOf("bitget", "GET /api/v3/market/instruments");
    expect(lookOf(bitgetContext, "instruments").parse(contracts)).toEqual([
      { symbol: "BTCUSDT", fundingIntervalHours: 8 },
    ]);
  });

  test("Hyperliquid: two lists that belong together by their order", () => {
    const stream = Object(answerOf("hyperliquid", "ws_all_dexs_asset_ctxs.json"));
    const [[, contexts]] = stream.data.ctxs;
    const names = [{ name: "BTC" }, { name: "ETH" }, { name: "OLD", isDelisted: true }];
    const look = lookOf(hyperliquidContext, "info");
    expect(look.parse([{ universe: names }, contexts])).toEqual([
      {
        ...{ symbol: "BTC", openInterest: 27_353.17682 },
        ...{ price: 77_562, fundingRate: -0.0000015186 },
      },
      {
        ...{ symbol: "ETH", openInterest: 605_822.2557999999 },
        ...{ price: 2_123.7, fundingRate: 0.0000125 },
      },
    ]);
    expect(look.parse([{ universe: names.slice(1) }, contexts])).toBe("2 names and 3 figures");
  });

  test("refusals come in the venue's own words", () => {
    const refused = { retCode: 10_006, retMsg: "Too many visits!", result: {} };
    expect(lookOf(bybitContext, "linear").parse(refused)).toBe("retCode 10006: Too many visits!");
    const error = { code: "50011", msg: "Too Many Requests", data: [] };
    expect(lookOf(okxContext, "mark-price").parse(error)).toBe("code 50011: Too Many Requests");
    expect(lookOf(bitgetContext, "tickers").parse({ code: "00000", data: null })).toBe(
      "no list in the answer",
    );
  });
});

describe("answers that are none", () => {
  const chance = chanceOf(7);
  const junk = (): unknown => {
    const made: readonly (() => unknown)[] = [
      ...[
        () => null,
        () => "",
        () => "NaN",
        () => "-1",
        () => -5,
        () => Number.POSITIVE_INFINITY,
        () => true,
      ],
      ...[() => [junk()], () => ({ data: junk(), result: { list: [junk()] }, code: "0" })],
      () => ({ symbol: junk(), instId: "A", contract: "B", openInterest: junk(), oi: junk() }),
    ];
    return chance.pick(made)();
  };

  test.each(CONTEXT_SOURCES.map((source) => [source.venue, source] as const))(
    "of %s give no entry with a value that cannot be, and never throw",
    (_venue, source) => {
      for (let round = 0; round < 500; round += 1) {
        for (const look of source.looks) {
          for (const page of [junk(), { retCode: 0, code: "00000", data: [junk(), junk()] }]) {
            const read = look.parse(page);
            for (const entry of typeof read === "string" ? [] : read) {
              const { symbol, ...figures } = entry;
              expect(symbol).toMatch(/./);
              for (const value of Object.values(figures)) expect(value).toSatisfy(Number.isFinite);
              expect(entry.openInterest ?? 0).toBeGreaterThanOrEqual(0);
            }
          }
        }
      }
    },
  );
});
