/** The list of simulated venues: a new one is one file and one line here. */
import { LiqError } from "../../errors.ts";
import type { VenueId } from "../../liquidation.ts";
import { asterSimulation } from "./aster.ts";
import { backpackSimulation } from "./backpack.ts";
import { binanceSimulation } from "./binance.ts";
import { bitfinexSimulation } from "./bitfinex.ts";
import { bitgetSimulation } from "./bitget.ts";
import { bitmexSimulation } from "./bitmex.ts";
import { bybitSimulation } from "./bybit.ts";
import { coinexSimulation } from "./coinex.ts";
import type { SimulatedContract } from "./contracts.ts";
import { deribitSimulation } from "./deribit.ts";
import { dydxSimulation } from "./dydx.ts";
import { gateSimulation } from "./gate.ts";
import { htxSimulation } from "./htx.ts";
import { hyperliquidSimulation } from "./hyperliquid.ts";
import { krakenSimulation } from "./kraken-futures.ts";
import { lighterSimulation } from "./lighter.ts";
import { okxSimulation } from "./okx.ts";
import { orderlySimulation } from "./orderly.ts";
import { paradexSimulation } from "./paradex.ts";
import type { Simulation } from "./protocol.ts";

export const SIMULATIONS: Readonly<Partial<Record<VenueId, Simulation>>> = {
  binance: binanceSimulation,
  bybit: bybitSimulation,
  okx: okxSimulation,
  gate: gateSimulation,
  bitget: bitgetSimulation,
  htx: htxSimulation,
  aster: asterSimulation,
  lighter: lighterSimulation,
  "kraken-futures": krakenSimulation,
  dydx: dydxSimulation,
  bitmex: bitmexSimulation,
  deribit: deribitSimulation,
  bitfinex: bitfinexSimulation,
  backpack: backpackSimulation,
  hyperliquid: hyperliquidSimulation,
  orderly: orderlySimulation,
  paradex: paradexSimulation,
  coinex: coinexSimulation,
};

/** @throws LiqError LIQ_COMMAND when the venue has no simulation */
export function simulationOf(venue: VenueId): Simulation {
  const simulation = SIMULATIONS[venue];
  if (simulation !== undefined) return simulation;
  throw new LiqError("LIQ_COMMAND", `No simulation of ${venue}`);
}

/** What a simulated venue lists of these assets. */
export function simulatedContracts(
  venue: VenueId,
  assets: readonly string[],
): readonly SimulatedContract[] {
  return assets.flatMap((asset) => simulationOf(venue).contractsOf(asset));
}
