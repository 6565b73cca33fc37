/**
 * What the demo's venues say of prices, open interest and funding at any moment of the script: prices
 * follow the one path of all acts, positions are closed as the crash goes on, and longs stop paying.
 * Every figure is invented. Pure, without chance.
 */
import type { PricePath } from "./price-path.ts";
import { START_PRICES } from "./prices.ts";
import { shareBefore, type Wave } from "./waves.ts";

/** Open positions of one venue at the start, USD; of the other assets a small part of Bitcoin's. */
const START_USD: Readonly<Record<string, number>> = { BTC: 4e9, ETH: 2.5e9, SOL: 9e8 };
const START_USD_OF_OTHERS = 1.2e8;
/** This part of all positions is closed by the end of the crash. */
const CLOSED_IN_CRASH = 0.3;
/** Funding of one interval before the crash, and how far it falls. */
const RATE_BEFORE = 0.00012;
const RATE_FALL = 0.00026;

export interface DemoMarket {
  readonly prices: Readonly<Record<string, number>>;
  /** Coins. */
  readonly openInterest: Readonly<Record<string, number>>;
  readonly funding: Readonly<Record<string, number>>;
}

export function marketAt(path: PricePath, waves: readonly Wave[], offsetMs: number): DemoMarket {
  const crashed = shareBefore(waves, offsetMs);
  const assets = Object.entries(START_PRICES);
  const each = (figure: (asset: string, startPrice: number) => number) =>
    Object.fromEntries(assets.map(([asset, price]) => [asset, figure(asset, price)]));
  return {
    prices: each((asset, startPrice) => path.middle(asset, offsetMs) ?? startPrice),
    openInterest: each((asset, startPrice) => {
      const startUsd = START_USD[asset] ?? START_USD_OF_OTHERS;
      return (startUsd / startPrice) * (1 - CLOSED_IN_CRASH * crashed);
    }),
    funding: each(() => RATE_BEFORE - RATE_FALL * crashed),
  };
}
