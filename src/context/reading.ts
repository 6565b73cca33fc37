/** A reading that was written down, by a recorder or a store, read again. Pure. */
import { type Fields, isFields } from "../feeds/fields.ts";
import { VENUE_IDS } from "../liquidation.ts";
import type { AssetReading, Funding, OpenInterest, VenueReading } from "../market-context.ts";

/** A round of a hostile file that is longer or shorter than this is none, ms. */
const EVERY_MS_MIN = 1_000;
const EVERY_MS_MAX = 600_000;

/** null when it is no reading; assets of which nothing can be read are left out. Never throws. */
export function readReading(value: unknown): VenueReading | null {
  if (!isFields(value) || !isFields(value.assets)) return null;
  const venue = VENUE_IDS.find((id) => id === value.venue);
  const everyMs = numberOf(value.everyMs);
  if (venue === undefined || everyMs === null) return null;
  if (everyMs < EVERY_MS_MIN || everyMs > EVERY_MS_MAX) return null;
  const assets = Object.entries(value.assets).flatMap(([asset, one]) => {
    const reading = isFields(one) ? assetReading(one) : null;
    return reading === null ? [] : [[asset, reading] as const];
  });
  return { venue, everyMs, assets: Object.fromEntries(assets) };
}

function assetReading({ openInterest, funding, price }: Fields): AssetReading | null {
  const reading = {
    openInterest: isFields(openInterest) ? openInterestOf(openInterest) : null,
    funding: isFields(funding) ? fundingOf(funding) : null,
    price: numberOf(price),
  };
  return Object.values(reading).every((one) => one === null) ? null : reading;
}

function openInterestOf(fields: Fields): OpenInterest | null {
  const coins = numberOf(fields.coins);
  const inverseUsd = numberOf(fields.inverseUsd);
  const contracts = numberOf(fields.contracts);
  if (coins === null || inverseUsd === null || contracts === null) return null;
  return coins < 0 || inverseUsd < 0 ? null : { coins, inverseUsd, contracts };
}

function fundingOf(fields: Fields): Funding | null {
  const rate = numberOf(fields.rate);
  const intervalHours = numberOf(fields.intervalHours);
  if (rate === null || intervalHours === null || intervalHours <= 0) return null;
  return {
    ...{ rate, intervalHours },
    nextRate: numberOf(fields.nextRate),
    settledRate: numberOf(fields.settledRate),
    settlesAtMs: numberOf(fields.settlesAtMs),
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
