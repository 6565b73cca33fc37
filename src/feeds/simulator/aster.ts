/**
 * Aster perpetuals as seen from outside: Binance's interface without routes, pairs and coin-margined
 * contracts; of a symbol and second the latest order is published.
 * https://github.com/asterdex/api-docs
 */
import { perpetual } from "./contracts.ts";
import { exchangeInfo, type ForceOrderVenue, forceOrderProtocol, listing } from "./force-order.ts";
import type { Simulation } from "./protocol.ts";

const ASTER: ForceOrderVenue = {
  accepts: (path) => /^\/(?:ws|stream)(?:[/?]|$)/.test(path),
  serves: () => true,
  choose: (_known, later) => later,
  product: () => ({}),
  rest: ({ pathname: path }, host) =>
    path === "/fapi/v3/exchangeInfo" ? exchangeInfo(host.contracts().map(listing), host) : null,
};

export const asterSimulation: Simulation = {
  contractsOf: (asset) => [perpetual(asset)],
  start: (host) => forceOrderProtocol(host, ASTER),
};
