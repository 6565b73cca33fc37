/**
 * What the simulated venues list, in the shapes that real ones have: multiplier coins, coin-margined
 * contracts, dated ones. Written from the venues' documentation, not from our decoders.
 */
export interface SimulatedContract {
  readonly symbol: string;
  /** Canonical coin: `PEPE`. */
  readonly asset: string;
  /** The venue's own name of its base unit: `1000PEPE`. */
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  /** Coins in one base unit: 1000 for `1000PEPE`. */
  readonly coinsPerBase: number;
  readonly isInverse: boolean;
  /** Linear: base units per contract. Inverse: USD per contract. `1` where sizes are not in contracts. */
  readonly contractSize: string;
  /** Decimals of a size in the venue's unit. */
  readonly sizeDecimals: number;
  /** null = perpetual. */
  readonly deliveryMs: number | null;
}

/** The assets of the recorded crash that the three venues list, and the ones the default rules name. */
export const SIMULATED_ASSETS: readonly string[] = [
  ...["BTC", "ETH", "SOL", "XRP", "DOGE", "HYPE", "BNB", "SUI", "ADA", "LINK", "ZEC", "LTC"],
  ...["AVAX", "BCH", "PEPE", "BONK", "XPL", "PUMP", "ENA", "ASTER", "FARTCOIN", "IP", "TAO"],
  ...["EIGEN", "UNI", "PENGU", "WLD", "ZRO", "CRV", "BERA", "SNX", "TRUMP", "AAVE", "WLFI"],
  ...["NEAR", "TON", "WIF", "JUP", "LDO", "APT", "ARB", "ONDO", "STRK", "TRX", "HBAR", "SEI"],
  ...["ATOM", "DOT"],
];

/** Coins so cheap that Binance and Bybit list a thousand of them as one unit. */
const LISTED_BY_THOUSAND = new Set(["PEPE", "BONK", "SHIB", "FLOKI"]);

/** The quarterly contracts: 25 December 2026, 08:00 UTC. */
export const DELIVERY_MS = Date.UTC(2026, 11, 25, 8);

/** A linear USDT contract with a size in coins. */
export function perpetual(asset: string): SimulatedContract {
  const coinsPerBase = LISTED_BY_THOUSAND.has(asset) ? 1000 : 1;
  const base = coinsPerBase === 1 ? asset : `${coinsPerBase}${asset}`;
  return {
    symbol: `${base}USDT`,
    asset,
    base,
    quote: "USDT",
    settle: "USDT",
    coinsPerBase,
    isInverse: false,
    contractSize: "1",
    sizeDecimals: 3,
    deliveryMs: null,
  };
}

/** Margined in the coin and sized in USD: `contractSize` USD per contract. */
export function coinMargined(
  asset: string,
  symbol: string,
  contractSize: string,
): SimulatedContract {
  const money = { quote: "USD", settle: asset, isInverse: true, contractSize, sizeDecimals: 0 };
  return { ...perpetual(asset), symbol, base: asset, coinsPerBase: 1, ...money };
}
