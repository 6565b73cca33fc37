/** From what happened (coins, quote per coin) to what a venue writes: its own units, whole steps. */
import { canonicalDecimal, multiply, parseDecimal, toCents } from "../../decimal.ts";
import { LiqError } from "../../errors.ts";
import type { SimulatedContract } from "./contracts.ts";
import type { SimulatedLiquidation, VenueOrder } from "./protocol.ts";

/** @throws LiqError LIQ_INSTRUMENT when price or size are not positive decimals */
export function toVenueOrder(
  event: SimulatedLiquidation,
  contract: SimulatedContract,
  number: number,
): VenueOrder {
  const price = venuePrice(event.price, contract);
  const size = venueSize(event, contract);
  const { positionSide, atMs } = event;
  const notionalCents = notional(price, size, contract);
  return { number, contract, positionSide, price, size, notionalCents, atMs };
}

/** A unit of a thousand coins costs a thousand times as much. */
function venuePrice(price: string, { coinsPerBase }: SimulatedContract): string {
  const exact = multiply(decimal(price), decimal(String(coinsPerBase)));
  return canonicalDecimal(`${exact.units}e-${exact.scale}`) ?? price;
}

/** Rounded to the contract's step, at least one step. */
function venueSize(event: SimulatedLiquidation, contract: SimulatedContract): string {
  const { isInverse, coinsPerBase, contractSize, sizeDecimals } = contract;
  const coins = Number(event.baseSize);
  const perUnit = Number(contractSize) * (isInverse ? 1 : coinsPerBase);
  const units = (isInverse ? coins * Number(event.price) : coins) / perUnit;
  const step = 10 ** -sizeDecimals;
  return canonicalDecimal(Math.max(step, units).toFixed(sizeDecimals)) ?? "";
}

/** The exact quote amount of a linear order, for venues that send it. */
export function quoteAmountOf({ price, size, contract }: VenueOrder): string {
  const base = multiply(decimal(size), decimal(contract.contractSize));
  const exact = multiply(decimal(price), base);
  return canonicalDecimal(`${exact.units}e-${exact.scale}`) ?? "";
}

function notional(price: string, size: string, contract: SimulatedContract): number {
  const base = multiply(decimal(size), decimal(contract.contractSize));
  const cents = toCents(contract.isInverse ? base : multiply(base, decimal(price)));
  if (cents === null) throw new LiqError("LIQ_INSTRUMENT", `Too much money: ${size} x ${price}`);
  return cents;
}

function decimal(text: string) {
  const value = parseDecimal(text);
  if (value !== null && value.units > 0) return value;
  throw new LiqError("LIQ_INSTRUMENT", `Not a positive decimal in a simulated order: ${text}`);
}
