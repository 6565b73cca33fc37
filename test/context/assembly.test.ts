import { describe, expect, test } from "vitest";
import { Assembly } from "../../src/context/assembly.ts";
import type { ContextSource, ContractEntry } from "../../src/context/source.ts";
import type { Instrument } from "../../src/feeds/venue.ts";
import { contractOf } from "./samples.ts";

const NOW = Date.UTC(2026, 10, 20, 13, 30);
const HOUR_MS = 3_600_000;

const CONTRACTS = [
  contractOf("BTCUSDT", { contractSize: "0.01" }),
  contractOf("BTCPERP", { asset: "BTC", quote: "USDC", contractSize: "0.01" }),
  contractOf("BTCUSD", { asset: "BTC", quote: "USD", isInverse: true, contractSize: "100" }),
  contractOf("BTCUSDT-25DEC", { asset: "BTC", market: "BTC/USDT:USDT-261225", contractSize: "1" }),
  contractOf("1000PEPEUSDT", { asset: "PEPE", multiplier: 1_000 }),
  contractOf("ETHBTC", { asset: "ETH", quote: "BTC" }),
  contractOf("ETHUSDT", { asset: "ETH" }),
];

function assemblyOf(
  over: Partial<ContextSource> = {},
): (entries: readonly ContractEntry[]) => ReturnType<Assembly["read"]> {
  const unit = { linear: "base", inverse: "contracts" } as const;
  const source = { unit, fundingIntervalHours: null, ...over };
  const contracts = new Map<string, Instrument>(CONTRACTS.map((one) => [one.symbol, one]));
  const contractNamed = (symbol: string) => contracts.get(symbol) ?? null;
  const assembly = new Assembly({ source, contractOf: contractNamed, usdCoins: ["USDT", "USDC"] });
  return (entries) => assembly.read(new Map(entries.map((one) => [one.symbol, one])), NOW);
}

describe("a venue's contracts", () => {
  test("of one asset are one sum: coins of linear ones, USD of inverse ones", () => {
    const readings = assemblyOf()([
      { symbol: "BTCUSDT", openInterest: 10, price: 100_000 },
      { symbol: "BTCPERP", openInterest: 2 },
      { symbol: "BTCUSD", openInterest: 7 },
      { symbol: "BTCUSDT-25DEC", openInterest: 1 },
    ]);
    expect(readings.BTC).toEqual({
      openInterest: { coins: 13, inverseUsd: 700, contracts: 4 },
      ...{ funding: null, price: 100_000 },
    });
  });

  test("are sized in contracts where the venue counts those", () => {
    const read = assemblyOf({ unit: { linear: "contracts", inverse: "contracts" } });
    expect(read([{ symbol: "BTCUSDT", openInterest: 500 }]).BTC?.openInterest?.coins).toBe(5);
    expect(read([{ symbol: "ETHUSDT", openInterest: 500 }])).toEqual({});
  });

  test("of a thousand coins are a thousand times as many at a thousandth of the price", () => {
    const { PEPE } = assemblyOf()([{ symbol: "1000PEPEUSDT", openInterest: 5, price: 0.012 }]);
    expect(PEPE?.openInterest?.coins).toBe(5_000);
    expect(PEPE?.price).toBe(0.012 / 1_000);
  });

  test("in another coin than USD, unknown ones and those of an unknown unit are left out", () => {
    const read = assemblyOf({ unit: { linear: "base", inverse: "unknown" } });
    const readings = read([
      { symbol: "ETHBTC", openInterest: 5, price: 0.03 },
      { symbol: "NEWUSDT", openInterest: 5, price: 3 },
      { symbol: "BTCUSD", openInterest: 5, price: 100_000 },
    ]);
    expect(readings).toEqual({ BTC: { openInterest: null, funding: null, price: 100_000 } });
  });

  test("speak by the perpetual in USDT: its rate, its interval and its price", () => {
    const rate = { fundingIntervalHours: 8 };
    const entries = [
      { symbol: "BTCUSD", ...rate, fundingRate: 0.3, price: 1 },
      { symbol: "BTCPERP", ...rate, fundingRate: 0.2, price: 2 },
      { symbol: "BTCUSDT-25DEC", price: 4 },
      { symbol: "BTCUSDT", ...rate, fundingRate: 0.1, price: 3, settledFundingRate: 0.05 },
    ];
    const read = assemblyOf();
    expect(read(entries).BTC).toMatchObject({
      price: 3,
      funding: { rate: 0.1, settledRate: 0.05 },
    });
    expect(read(entries.slice(0, 3)).BTC).toMatchObject({ price: 2, funding: { rate: 0.2 } });
  });

  test("settle at whole intervals since midnight UTC where the venue does not say when", () => {
    const entry = { symbol: "BTCUSDT", fundingRate: 0.0001 };
    expect(assemblyOf({ fundingIntervalHours: 1 })([entry]).BTC?.funding).toEqual({
      ...{ rate: 0.0001, intervalHours: 1, nextRate: null, settledRate: null },
      settlesAtMs: NOW + HOUR_MS / 2,
    });
    expect(assemblyOf({ fundingIntervalHours: 8 })([entry]).BTC?.funding?.settlesAtMs).toBe(
      Date.UTC(2026, 10, 20, 16),
    );
    expect(assemblyOf()([entry])).toEqual({});
  });
});

describe("half a list", () => {
  const both = [
    { symbol: "BTCUSDT", openInterest: 10, price: 100_000 },
    { symbol: "BTCUSD", openInterest: 7 },
  ];

  test("is no open interest: the price stands, positions are not said to be closed", () => {
    const read = assemblyOf();
    read(both);
    expect(read(both.slice(0, 1)).BTC).toEqual({
      ...{ openInterest: null, funding: null, price: 100_000 },
    });
    expect(read(both).BTC?.openInterest).toEqual({ coins: 10, inverseUsd: 700, contracts: 2 });
  });

  test("is the whole list when it stays that way for three rounds", () => {
    const read = assemblyOf();
    read(both);
    const rounds = [1, 2, 3, 4].map(() => read(both.slice(0, 1)).BTC?.openInterest ?? null);
    const alone = { coins: 10, inverseUsd: 0, contracts: 1 };
    expect(rounds).toEqual([null, null, alone, alone]);
  });

  test("that grows is taken at once", () => {
    const read = assemblyOf();
    read(both.slice(0, 1));
    expect(read(both).BTC?.openInterest?.contracts).toBe(2);
  });
});
