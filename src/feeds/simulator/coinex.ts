/**
 * CoinEx's list of liquidated positions as its documentation has it: one market per look-up, pages by
 * number, errors as a code in an answer of HTTP 200, and the blank of the documented sample.
 * https://docs.coinex.com/api/v2/futures/market/http/list-market-liquidation-history
 */
import { perpetual, type SimulatedContract } from "./contracts.ts";
import { listingProtocol, newestFirst, numberIn } from "./listing-protocol.ts";
import type { Simulation, SimulatorHost, VenueOrder } from "./protocol.ts";

const LIMIT_DEFAULT = 10;

function answerOf(url: URL, host: SimulatorHost, pageMax: number): unknown {
  const contracts = host.contracts();
  if (url.pathname === "/v2/futures/market") return answer(contracts.map(market));
  if (url.pathname !== "/v2/futures/liquidation-history") return null;
  if (host.takeSubscribeFault() !== null) {
    return { code: 4213, data: {}, message: "Rate limit triggered" };
  }
  const symbol = url.searchParams.get("market") ?? "";
  if (!contracts.some((contract) => contract.symbol === symbol)) {
    return { code: 4004, data: {}, message: "invalid argument" };
  }
  const limit = Math.min(numberIn(url, "limit", LIMIT_DEFAULT), pageMax);
  const first = (numberIn(url, "page", 1) - 1) * limit;
  const orders = newestFirst(host, [symbol], numberIn(url, "start_time", 0));
  const pagination = { has_next: orders.length > first + limit };
  return { ...answer(orders.slice(first, first + limit).map(row)), pagination };
}

function answer(data: readonly object[]): object {
  return { code: 0, data, message: "OK" };
}

function market({ symbol, base, quote }: SimulatedContract): object {
  const names = { market: symbol, base_ccy: base, quote_ccy: quote };
  return { ...names, contract_type: "linear", status: "online", is_market_available: true };
}

function row({ contract, positionSide, price, size, atMs }: VenueOrder): object {
  return {
    market: ` ${contract.symbol}`,
    side: positionSide,
    liq_price: price,
    liq_amount: size,
    bkr_price: price,
    created_at: atMs,
  };
}

export const coinexSimulation: Simulation = {
  contractsOf: (asset) => [perpetual(asset)],
  start: (host, { restPageMax }) => listingProtocol((url) => answerOf(url, host, restPageMax)),
};
