/** Random frames of a few assets, and open interest that comes and goes, against small limits. */
import { CASCADE_LIMITS, type CascadeLimits } from "../../src/cascade.ts";
import type { Liquidation, VenueId } from "../../src/liquidation.ts";
import type { EngineInput } from "../../src/severity/engine.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";
import { rowOf, T0 } from "./samples.ts";

export const CASE_ASSETS = ["BTC", "ETH", "SOL"];
const VENUES: readonly VenueId[] = ["binance", "bybit", "okx"];

export interface CascadeCase {
  readonly limits: CascadeLimits;
  readonly inputs: readonly EngineInput[];
}

export function randomCascadeCase(seed: number): CascadeCase {
  const chance = chanceOf(seed);
  const limits: CascadeLimits = {
    ...CASCADE_LIMITS,
    windowMs: chance.pick([500, 2_000, 10_000, 10_100, 30_000]),
    orders: chance.integer(1, 3),
    floorUsd: chance.pick([100, 200]),
    openInterestBp: chance.pick([0, 100]),
  };
  let clockMs = T0 + chance.integer(0, 250);
  const inputs = Array.from({ length: chance.integer(5, 50) }, (_, at): EngineInput => {
    const { windowMs } = limits;
    const edges = [windowMs, windowMs + 2_000].map((ms) => ms + chance.pick([-1, 0, 1]));
    clockMs += chance.pick([0, 0, 30, 100, 450, 2_000, ...edges]);
    if (chance.in100(15)) return contextOf(chance, clockMs);
    if (chance.in100(10)) return { type: "clock", nowMs: clockMs };
    const rows = [1, 2].slice(0, chance.integer(1, 2)).map((one) => {
      return rowAt(
        chance,
        clockMs - chance.pick([0, 0, 0, 700, windowMs]),
        `${at}-${one}`,
        clockMs,
      );
    });
    return { type: "rows", receivedAtMs: clockMs, rows };
  });
  return { limits, inputs };
}

function rowAt(
  chance: Chance,
  occurredAtMs: number,
  key: string,
  receivedAtMs: number,
): Liquidation {
  const asset = chance.in100(95) ? chance.pick(CASE_ASSETS) : null;
  return rowOf({
    ...{ venue: chance.pick(VENUES), asset, symbol: `${asset ?? "UNHEARD"}USDT`, receivedAtMs },
    ...{ occurredAtMs, dedupeKey: key, orderKey: chance.in100(12) ? "shared" : key },
    notionalCents: chance.in100(95) ? chance.pick([5_000, 10_000, 15_000]) : null,
    positionSide: chance.pick(["long", "short"]),
    history: chance.in100(4),
  });
}

/** USD of open interest: 100 bp of it are around what a window holds. */
function contextOf(chance: Chance, atMs: number): EngineInput {
  const assets = Object.fromEntries(
    CASE_ASSETS.map((asset) => {
      const openInterest = { coins: 0, inverseUsd: chance.pick([1, 15_000, 40_000]), contracts: 1 };
      return [asset, { openInterest, funding: null, price: null }] as const;
    }),
  );
  const reading = { venue: "bybit" as const, everyMs: 60_000, assets };
  return { type: "context", atMs, referencePrices: {}, reading };
}
