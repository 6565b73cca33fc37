/**
 * Binance futures as seen from outside: USD-M and COIN-M orders on one stream, of which the largest
 * of a symbol and second is published, and only on a routed address.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 */

import { coinMargined, DELIVERY_MS, perpetual, type SimulatedContract } from "./contracts.ts";
import { exchangeInfo, type ForceOrderVenue, forceOrderProtocol, listing } from "./force-order.ts";
import { nextFundingMs } from "./market-figures.ts";
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
  rest: (url, host) => lists(url.pathname, host) ?? premiumOrOpenInterest(url, host),
};

function lists(path: string, host: SimulatorHost): object | null {
  const isCoinMargined = path === "/dapi/v1/exchangeInfo";
  if (!isCoinMargined && path !== "/fapi/v1/exchangeInfo") return null;
  const listed = host.contracts().filter((contract) => contract.isInverse === isCoinMargined);
  return exchangeInfo(listed.map(isCoinMargined ? coinMarginedListing : listing), host);
}

/**
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api: funding
 * and mark prices of all contracts, open interest of one.
 */
function premiumOrOpenInterest(url: URL, host: SimulatorHost): object | null {
  const [, product, name] = /^\/(fapi|dapi)\/v1\/(\w+)$/.exec(url.pathname) ?? [];
  const time = host.nowMs();
  const known = host.contracts().flatMap((contract) => {
    const figures = contract.isInverse === (product === "dapi") ? host.figuresOf(contract) : null;
    return figures === null ? [] : [{ symbol: contract.symbol, contract, figures }];
  });
  if (name === "fundingInfo") return [];
  if (name === "premiumIndex") {
    return known.map(({ symbol, contract: { deliveryMs }, figures: { price, rate } }) => ({
      ...{ symbol, markPrice: price, indexPrice: price, estimatedSettlePrice: price, time },
      lastFundingRate: deliveryMs === null ? rate : "",
      nextFundingTime: deliveryMs === null ? nextFundingMs(time) : 0,
    }));
  }
  const one = known.find(({ symbol }) => symbol === url.searchParams.get("symbol"));
  if (name !== "openInterest" || one === undefined) return null;
  const { symbol, contract, figures } = one;
  const openInterest = String(contract.isInverse ? figures.contracts : figures.baseUnits);
  return { symbol, openInterest, time };
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
