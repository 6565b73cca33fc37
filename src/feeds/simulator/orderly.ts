/**
 * Orderly's list of liquidated positions as its documentation has it: numbers as JSON numbers, a
 * position's sign is its side, and pages beyond the first are empty, as was measured.
 */
import { multiply, parseDecimal, toNumber } from "../../decimal.ts";
import { perpetual, type SimulatedContract } from "./contracts.ts";
import { listingProtocol, newestFirst, numberIn } from "./listing-protocol.ts";
import type { Simulation, SimulatorHost, VenueOrder } from "./protocol.ts";

const SIZE_DEFAULT = 60;

function answerOf(url: URL, host: SimulatorHost, pageMax: number): unknown {
  const symbols = host.contracts().map(({ symbol }) => symbol);
  if (url.pathname === "/v1/public/info") {
    return answer(host, { rows: symbols.map((symbol) => ({ symbol, quote_min: 0 })) });
  }
  if (url.pathname !== "/v1/public/liquidated_positions") return null;
  if (host.takeSubscribeFault() !== null) {
    return { success: false, code: -1005, message: "start_t is invalid" };
  }
  const size = Math.min(numberIn(url, "size", SIZE_DEFAULT), pageMax);
  const endMs = numberIn(url, "end_t", Number.POSITIVE_INFINITY);
  const found = newestFirst(host, symbols, numberIn(url, "start_t", 0));
  const orders = found.filter(({ atMs }) => atMs <= endMs);
  const page = numberIn(url, "page", 1);
  const meta = { total: orders.length, records_per_page: size, current_page: page };
  return answer(host, { rows: page > 1 ? [] : orders.slice(0, size).map(row), meta });
}

function answer(host: SimulatorHost, data: object): object {
  return { success: true, data, timestamp: host.nowMs() };
}

function row({ number, contract, positionSide, price, size, atMs }: VenueOrder): object {
  const sign = positionSide === "long" ? 1 : -1;
  const position = {
    symbol: contract.symbol,
    position_qty: sign * Number(size),
    cost_position_transfer: sign * exactProduct(price, size),
    transfer_price: Number(price),
    liquidator_fee: 0.015,
  };
  // The account had another position, which an earlier round of its liquidation took.
  const followUp = { symbol: "PERP_NEAR_USDC", position_qty: 0, cost_position_transfer: 0 };
  return {
    timestamp: atMs,
    liquidation_id: number,
    transfer_amount_to_insurance_fund: 0,
    type: "liquidated",
    positions_by_perp: [position, { ...followUp, transfer_price: 1.8 }],
  };
}

function exactProduct(price: string, size: string): number {
  const [left, right] = [parseDecimal(price), parseDecimal(size)];
  return left === null || right === null ? 0 : toNumber(multiply(left, right));
}

function orderlyContract(asset: string): SimulatedContract {
  const contract = perpetual(asset);
  const money = { quote: "USDC", settle: "USDC" };
  return { ...contract, symbol: `PERP_${contract.base}_USDC`, ...money };
}

export const orderlySimulation: Simulation = {
  contractsOf: (asset) => [orderlyContract(asset)],
  start: (host, { restPageMax }) => listingProtocol((url) => answerOf(url, host, restPageMax)),
};
