/**
 * Binance futures as seen from outside: USD-M and COIN-M orders on one stream, of which the largest
 * of a symbol and second is published, and only on a routed address.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */
import { coinMargined, DELIVERY_MS, perpetual, type SimulatedContract } from "./contracts.ts";
import { exchangeInfo, type ForceOrderVenue, forceOrderProtocol, listing } from "./force-order.ts";
import type { Simulation, SimulatorHost } from "./protocol.ts";

const BINANCE: ForceOrderVenue = {
  accepts: (path) => /^\/(?:market\/|public\/)?(?:ws|stream)(?:[/?]|$)/.test(path),
  // Without a route the connection is accepted and gets public data only: liquidations never come.
  serves: (path) => path.startsWith("/market/"),
  choose: (known, later) => (later.notionalCents > known.notionalCents ? later : known),
  product: ({ isInverse, base, quote, symbol }) => ({
    ps: isInverse ? `${base}${quote}` : symbol,
    st: isInverse ? 2 : 1,
  }),
  rest: lists,
};

function lists(path: string, host: SimulatorHost): object | null {
  const isCoinMargined = path === "/dapi/v1/exchangeInfo";
  if (!isCoinMargined && path !== "/fapi/v1/exchangeInfo") return null;
  const listed = host.contracts().filter((contract) => contract.isInverse === isCoinMargined);
  return exchangeInfo(listed.map(isCoinMargined ? coinMarginedListing : listing), host);
}

function coinMarginedListing(contract: SimulatedContract): object {
  const { status: contractStatus, ...rest } = { status: "TRADING", ...listing(contract) };
  return { ...rest, contractStatus, contractSize: Number(contract.contractSize) };
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

export const binanceSimulation: Simulation = {
  contractsOf: binanceContracts,
  start: (host) => forceOrderProtocol(host, BINANCE),
};
