/**
 * What the simulated venues list, in the shapes that real ones have: multiplier coins, coin-margined
 * contracts, dated ones. Written from the venues' documentation, not from our decoders.
 */
export type SimulatedVenueId = "binance" | "bybit" | "okx";

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

/** Coins per OKX contract where it is not 1 (GET /api/v5/public/instruments, `ctVal`). */
const OKX_CONTRACT_SIZE: Readonly<Record<string, string>> = {
  BTC: "0.01",
  ETH: "0.1",
  BNB: "0.01",
  ZEC: "0.01",
  TAO: "0.01",
  HYPE: "0.1",
  BCH: "0.1",
  AAVE: "0.1",
  TRUMP: "0.1",
  BERA: "0.1",
  NEAR: "10",
  JUP: "10",
  ARB: "10",
  ONDO: "10",
  XRP: "100",
  ADA: "100",
  HBAR: "100",
  PENGU: "100",
  DOGE: "1000",
  TRX: "1000",
  PUMP: "1000",
  BONK: "100000",
  PEPE: "10000000",
};

/** The quarterly contract of all three: 25 December 2026, 08:00 UTC. */
const DELIVERY_MS = Date.UTC(2026, 11, 25, 8);

export function simulatedContracts(
  venue: SimulatedVenueId,
  assets: readonly string[],
): SimulatedContract[] {
  if (venue === "okx") return assets.flatMap(okxContracts);
  return assets.flatMap(venue === "binance" ? binanceContracts : bybitContracts);
}

function perpetual(asset: string): SimulatedContract {
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
function coinMargined(asset: string, symbol: string, contractSize: string): SimulatedContract {
  const money = { quote: "USD", settle: asset, isInverse: true, contractSize, sizeDecimals: 0 };
  return { ...perpetual(asset), symbol, base: asset, coinsPerBase: 1, ...money };
}

function binanceContracts(asset: string): SimulatedContract[] {
  const contracts = [perpetual(asset)];
  if (asset === "BTC" || asset === "ETH") {
    const usd = asset === "BTC" ? "100" : "10";
    const dated = { symbol: `${asset}USDT_261225`, deliveryMs: DELIVERY_MS };
    contracts.push({ ...perpetual(asset), ...dated });
    contracts.push(coinMargined(asset, `${asset}USD_PERP`, usd));
  }
  return contracts;
}

function bybitContracts(asset: string): SimulatedContract[] {
  const contracts = [perpetual(asset)];
  if (asset === "BTC" || asset === "ETH") {
    const usdc = { symbol: `${asset}PERP`, quote: "USDC", settle: "USDC" };
    contracts.push({ ...perpetual(asset), ...usdc });
    contracts.push(coinMargined(asset, `${asset}USD`, "1"));
  }
  return contracts;
}

function okxContracts(asset: string): SimulatedContract[] {
  const contractSize = OKX_CONTRACT_SIZE[asset] ?? "1";
  const swap: SimulatedContract = {
    ...perpetual(asset),
    symbol: `${asset}-USDT-SWAP`,
    base: asset,
    coinsPerBase: 1,
    contractSize,
    sizeDecimals: 2,
  };
  const contracts = [swap];
  if (asset === "BTC" || asset === "ETH") {
    contracts.push({ ...swap, symbol: `${asset}-USDT-261225`, deliveryMs: DELIVERY_MS });
    contracts.push(coinMargined(asset, `${asset}-USD-SWAP`, asset === "BTC" ? "100" : "10"));
  }
  return contracts;
}
