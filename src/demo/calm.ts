/** A quiet market: a few small liquidations a second, both sides alike. Pure. */
import type { Chance } from "./chance.ts";
import type { Envelope } from "./envelope.ts";
import type { Listings } from "./listings.ts";
import { START_PRICES } from "./prices.ts";
import type { ScenarioEvent } from "./timeline.ts";

/** Something must be seen within five seconds, and a feed that is watched must look alive. */
const EVENTS_PER_SECOND = 4;
const MEAN_USD = 5_000;
/** One calm row never comes near the demo's lowest threshold. */
const USD_MAX = 24_000;
const USD_MIN = 120;
const TAIL = 1.1;
/** Prices wander by this much around where they started. */
const NOISE = 0.001;

export interface CalmOptions {
  readonly chance: Chance;
  readonly envelope: Envelope;
  readonly listings: Listings;
  readonly fromMs: number;
  readonly toMs: number;
}

export function calm({ chance, envelope, listings, fromMs, toMs }: CalmOptions): ScenarioEvent[] {
  const events: ScenarioEvent[] = [];
  const gapMs = 1_000 / EVENTS_PER_SECOND;
  for (let offsetMs = fromMs; offsetMs < toMs; offsetMs += gapMs * chance.between(0.3, 1.7)) {
    const asset = chance.pick(envelope.assets, (known) => known.liquidations)?.asset ?? "BTC";
    const contract = listings.pick(chance, asset);
    const startPrice = START_PRICES[asset];
    if (contract === null || startPrice === undefined) continue;
    events.push({
      offsetMs: Math.floor(offsetMs),
      venue: contract.venue,
      symbol: contract.symbol,
      asset,
      positionSide: chance.next() < 0.5 ? "long" : "short",
      price: startPrice * (1 + chance.between(-NOISE, NOISE)),
      notionalUsd: Math.min(USD_MAX, Math.max(USD_MIN, MEAN_USD * chance.heavyTail(TAIL))),
    });
  }
  return events;
}
