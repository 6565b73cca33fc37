/**
 * A reading as a short text, for keeping a day of them: one list of numbers per asset, small assets
 * left out. Numbers come back as they were.
 */
import { isFields, parseJson } from "../feeds/fields.ts";
import type { AssetReading, VenueReading } from "../market-context.ts";
import { readReading } from "./reading.ts";

/** Less open interest at the venue is not kept over a restart, USD: it is half of the assets. */
export const KEPT_USD_MIN = 1_000_000;

type Cell = number | null;

export function packReading({ venue, everyMs, assets }: VenueReading): string {
  const kept = Object.entries(assets).filter(([, reading]) => isKept(reading));
  const cells = kept.map(([asset, reading]) => [asset, cellsOf(reading)] as const);
  return JSON.stringify({ venue, everyMs, assets: Object.fromEntries(cells) });
}

/** null when the text is no packed reading. Never throws. */
export function unpackReading(text: string): VenueReading | null {
  const value = parseJson(text);
  if (!isFields(value) || !isFields(value.assets)) return null;
  const assets = Object.entries(value.assets).map(
    ([asset, cells]) => [asset, Array.isArray(cells) ? fieldsOf(cells) : null] as const,
  );
  return readReading({ ...value, assets: Object.fromEntries(assets) });
}

/** Where open interest is unknown the price alone is worth keeping. */
function isKept({ openInterest, price }: AssetReading): boolean {
  if (openInterest === null) return price !== null;
  const { coins, inverseUsd } = openInterest;
  return coins * (price ?? 0) + inverseUsd >= KEPT_USD_MIN;
}

function cellsOf({ openInterest, funding, price }: AssetReading): readonly Cell[] {
  const { coins = null, inverseUsd = null, contracts = null } = openInterest ?? {};
  const { rate = null, intervalHours = null, settledRate = null } = funding ?? {};
  const settlesAtMs = funding?.settlesAtMs ?? null;
  return [price, coins, inverseUsd, contracts, rate, intervalHours, settledRate, settlesAtMs];
}

function fieldsOf(cells: readonly unknown[]): object {
  const [price, coins, inverseUsd, contracts, rate, intervalHours, settledRate, settlesAtMs] =
    cells;
  return {
    price,
    openInterest: { coins, inverseUsd, contracts },
    funding: { rate, intervalHours, settledRate, settlesAtMs },
  };
}
