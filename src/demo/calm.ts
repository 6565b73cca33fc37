/** A quiet market: a few small liquidations a second, of the side that the price went against. Pure. */
import type { ActOptions, ScenarioEvent } from "./timeline.ts";
import type { Span } from "./waves.ts";

/** Something must be seen within five seconds, and a feed that is watched must look alive. */
const EVENTS_PER_SECOND = 4;
const MEAN_USD = 5_000;
/** One calm row never comes near the demo's lowest threshold. */
const USD_MAX = 24_000;
const USD_MIN = 120;
const TAIL = 1.1;
const LONG_SHARE = { down: 0.85, flat: 0.5, up: 0.15 };

export function calm({
  chance,
  envelope,
  listings,
  path,
  fromMs,
  lengthMs,
}: ActOptions & Span): ScenarioEvent[] {
  const events: ScenarioEvent[] = [];
  const gapMs = 1_000 / EVENTS_PER_SECOND;
  const toMs = fromMs + lengthMs;
  for (let atMs = fromMs; atMs < toMs; atMs += gapMs * chance.between(0.3, 1.7)) {
    const offsetMs = Math.floor(atMs);
    const asset = chance.pick(envelope.assets, (known) => known.liquidations)?.asset ?? "BTC";
    const contract = listings.pick(chance, asset);
    const price = path.at(chance, asset, offsetMs);
    if (contract === null || price === null) continue;
    events.push({
      offsetMs,
      venue: contract.venue,
      symbol: contract.symbol,
      asset,
      positionSide: chance.next() < LONG_SHARE[path.direction(asset, offsetMs)] ? "long" : "short",
      price,
      notionalUsd: Math.min(USD_MAX, Math.max(USD_MIN, MEAN_USD * chance.heavyTail(TAIL))),
    });
  }
  return events;
}
