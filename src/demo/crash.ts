/**
 * The crash: the envelope of 10 October 2025 (714 s and some 63,000 liquidations on one venue)
 * pressed into a minute and some thousands of rows over three venues. The mix of assets and the
 * mean money per row are the source's; every single row is invented. Pure.
 */
import type { PositionSide } from "../liquidation.ts";
import type { Chance } from "./chance.ts";
import type { EnvelopeAsset } from "./envelope.ts";
import type { ActOptions, ScenarioEvent } from "./timeline.ts";
import type { Wave } from "./waves.ts";

/** Rows aimed at. */
const ROWS = 6_000;
const TAIL = 1.1;
const ROW_USD_MAX = 9_000_000;
const ROW_USD_MIN = 200;
const LONG_SHARE = { down: 0.94, flat: 0.94, up: 0.2 };

export interface CrashOptions extends ActOptions {
  readonly waves: readonly Wave[];
}

export function crash(options: CrashOptions): ScenarioEvent[] {
  const { envelope, listings, waves, chance } = options;
  const assets = envelope.assets.filter(({ asset }) => listings.has(asset));
  const events: ScenarioEvent[] = [];
  // What rounding leaves of one wave is carried into the next, so that small ones are not lost.
  let carried = 0;
  for (const { share, fromMs, lengthMs } of waves) {
    carried += share * ROWS;
    const rows = Math.floor(carried);
    carried -= rows;
    for (let row = 0; row < rows; row += 1) {
      const offsetMs = Math.floor(fromMs + chance.next() * lengthMs);
      const event = eventOf(options, assets, offsetMs);
      if (event !== null) events.push(event);
    }
  }
  return events;
}

function eventOf(
  { chance, listings, path }: CrashOptions,
  assets: readonly EnvelopeAsset[],
  offsetMs: number,
): ScenarioEvent | null {
  const known = chance.pick(assets, ({ liquidations }) => liquidations);
  if (known === null) return null;
  const contract = listings.pick(chance, known.asset);
  const price = path.at(chance, known.asset, offsetMs);
  if (contract === null || price === null) return null;
  const notionalUsd = known.meanUsd * chance.heavyTail(TAIL);
  return {
    offsetMs,
    venue: contract.venue,
    symbol: contract.symbol,
    asset: known.asset,
    positionSide: sideOf(chance, path.direction(known.asset, offsetMs)),
    price,
    notionalUsd: Math.min(ROW_USD_MAX, Math.max(ROW_USD_MIN, notionalUsd)),
  };
}

function sideOf(chance: Chance, direction: keyof typeof LONG_SHARE): PositionSide {
  return chance.next() < LONG_SHARE[direction] ? "long" : "short";
}
