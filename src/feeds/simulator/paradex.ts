/**
 * Paradex's list of trades as its documentation has it: newest first, ordinary fills among them, a
 * cursor to the next page. https://docs.paradex.trade/api/prod/trades/trades
 */
import { perpetual, type SimulatedContract } from "./contracts.ts";
import { listingProtocol, newestFirst, numberIn } from "./listing-protocol.ts";
import type { Simulation, SimulatorHost, VenueOrder } from "./protocol.ts";

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;

function answerOf(url: URL, host: SimulatorHost, pageMax: number): unknown {
  const contracts = host.contracts();
  if (url.pathname === "/v1/markets") return { results: contracts.map(market) };
  const symbol = url.searchParams.get("market") ?? "";
  const isKnown = contracts.some((contract) => contract.symbol === symbol);
  if (url.pathname !== "/v1/trades" || !isKnown) return null;
  if (host.takeSubscribeFault() !== null) {
    return { error: "VALIDATION_ERROR", message: "start_at is invalid" };
  }
  const size = Math.min(numberIn(url, "page_size", PAGE_DEFAULT), PAGE_MAX, pageMax);
  const cursor = numberIn(url, "cursor", 0);
  const found = newestFirst(host, [symbol], numberIn(url, "start_at", 0));
  // The list is in order of time and not of numbers: an order may be listed late.
  const orders = found.slice(found.findIndex(({ number }) => number === cursor) + 1);
  const shown = orders.slice(0, size);
  const next = orders.length > shown.length ? String(shown.at(-1)?.number) : "";
  return { next, prev: "", results: shown.flatMap((order) => [fill(order), liquidation(order)]) };
}

function market({ symbol, base, quote, settle }: SimulatedContract): object {
  const currencies = { base_currency: base, quote_currency: quote, settlement_currency: settle };
  return { symbol, ...currencies, asset_kind: "PERP" };
}

/** The liquidation order takes: it sells what was long. */
function liquidation({ number, contract, positionSide, price, size, atMs }: VenueOrder): object {
  return {
    id: String(number),
    market: contract.symbol,
    side: positionSide === "long" ? "SELL" : "BUY",
    size,
    price,
    created_at: atMs,
    trade_type: "LIQUIDATION",
  };
}

/** Ids are unique per type of trade only: this one has the same. */
function fill(order: VenueOrder): object {
  return { ...liquidation(order), trade_type: "FILL" };
}

function paradexContract(asset: string): SimulatedContract {
  const contract = perpetual(asset);
  const base = contract.coinsPerBase === 1 ? asset : `k${asset}`;
  return { ...contract, symbol: `${base}-USD-PERP`, base, quote: "USD", settle: "USDC" };
}

export const paradexSimulation: Simulation = {
  contractsOf: (asset) => [paradexContract(asset)],
  start: (host, { restPageMax }) => listingProtocol((url) => answerOf(url, host, restPageMax)),
};
