/**
 * What simulated venues say about the market besides liquidations: from a price, coins of open
 * positions and a rate by asset to the figures of each contract. Written from the venues'
 * documentation, not from our readings of it.
 */
import type { SimulatedContract } from "./contracts.ts";
import type { MarketFigures } from "./protocol.ts";

/** The interval that simulated venues pay funding at, but for Hyperliquid's hour. */
export const FUNDING_HOURS = 8;

const HOUR_MS = 3_600_000;
/** Of a position in the first contract of an asset, so much again is in each of its others. */
const OTHER_CONTRACTS_SHARE = 0.05;
/** What positions cost while nothing happens, of one interval. */
const RATE_AT_REST = 0.0001;
const RATE_DECIMALS = 8;
/** Venues send about as many digits of a size. */
const SIZE_DIGITS = 12;

export interface SimulatedMarket {
  readonly prices: Readonly<Record<string, string>>;
  readonly openInterest: Readonly<Record<string, number>>;
  readonly funding: Readonly<Record<string, number>>;
}

/** null while the asset has no price. */
export function marketFigures(
  contract: SimulatedContract,
  { prices, openInterest, funding }: SimulatedMarket,
  listed: Iterable<SimulatedContract>,
): MarketFigures | null {
  const { asset, coinsPerBase, isInverse, contractSize } = contract;
  const price = Number(prices[asset] ?? Number.NaN);
  if (Number.isNaN(price)) return null;
  const isFirst = [...listed].find((one) => one.asset === asset) === contract;
  const coins = (openInterest[asset] ?? 0) * (isFirst ? 1 : OTHER_CONTRACTS_SHARE);
  const usd = coins * price;
  const baseUnits = coins / coinsPerBase;
  const contracts = (isInverse ? usd : baseUnits) / Number(contractSize);
  return {
    price: perBase(prices[asset] ?? "", coinsPerBase),
    ...{ baseUnits: rounded(baseUnits), contracts: rounded(contracts), usd: rounded(usd) },
    rate: (funding[asset] ?? RATE_AT_REST).toFixed(RATE_DECIMALS),
  };
}

/** The next time that funding is paid: 00:00, 08:00 and 16:00 UTC. */
export function nextFundingMs(nowMs: number): number {
  const everyMs = FUNDING_HOURS * HOUR_MS;
  return (Math.floor(nowMs / everyMs) + 1) * everyMs;
}

function perBase(price: string, coinsPerBase: number): string {
  return coinsPerBase === 1 ? price : String(rounded(Number(price) * coinsPerBase));
}

function rounded(value: number): number {
  return Number(value.toPrecision(SIZE_DIGITS));
}
