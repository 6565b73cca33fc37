/**
 * The `relative` profile of the cascade score (SPEC 5.1): ten seconds of an asset, its money against
 * its own open interest, so that a small asset can score as high as BTC.
 */
import { SCORE_WINDOWS_MS } from "../score.ts";
import { levelOfScore, type Profile, type ScoreInputs, usdOf } from "./score.ts";

const WINDOW_MS = SCORE_WINDOWS_MS.relative;
const WINDOW_SECONDS = WINDOW_MS / 1_000;
/** USD/s that count as usual: this share of the open interest each second, at least so many USD. */
const PACE_SHARE = 1e-6;
const PACE_USD_MIN = 500;
/** The same while open interest is unknown. */
const PACE_USD_UNKNOWN = 5_000;
/** A hundred times the usual pace is the whole signal: log10(100). */
const PACE_DECADES = 2;
/** Orders/s more than in the ten seconds before, and orders/s, that are the whole signal. */
const ACCELERATION_FULL = 5;
const ORDERS_FULL = 10;
/** Per 8 h, as a fraction: 0.05 %. */
const FUNDING_FULL = 0.0005;
const OPEN_INTEREST_FALL_PCT_FULL = 3;

/** Money per second in decades above the usual pace of the asset. SPEC 5.1, pace. */
export function pace(inputs: ScoreInputs): number {
  const { openInterestUsd } = inputs;
  const usual =
    openInterestUsd === null
      ? PACE_USD_UNKNOWN
      : Math.max(PACE_USD_MIN, openInterestUsd * PACE_SHARE);
  return Math.log10(1 + usdOf(inputs) / WINDOW_SECONDS / usual) / PACE_DECADES;
}

/** How many orders/s more than in the ten seconds before. SPEC 5.1, acceleration. */
export function acceleration({ orders, ordersBefore }: ScoreInputs): number {
  return (orders - ordersBefore) / WINDOW_SECONDS / ACCELERATION_FULL;
}

/** SPEC 5.1, orders. */
export function orders(inputs: ScoreInputs): number {
  return inputs.orders / WINDOW_SECONDS / ORDERS_FULL;
}

/** On how many of the venues that could see it; 0 below two of them. SPEC 5.1, breadth. */
export function breadth({ venues, liveVenues }: ScoreInputs): number {
  return liveVenues < 2 ? 0 : (venues - 1) / (liveVenues - 1);
}

/**
 * Funding that the liquidated side pays: positive when longs pay and longs are liquidated, or shorts
 * pay and shorts are. 0 while both sides lost the same money. SPEC 5.1, funding.
 */
export function funding({ fundingRate8h, longCents, shortCents }: ScoreInputs): number | null {
  if (fundingRate8h === null) return null;
  return (fundingRate8h * Math.sign(longCents - shortCents)) / FUNDING_FULL;
}

/** How far positions fell in five minutes. SPEC 5.1, open interest. */
export function openInterest({ openInterestChangePct }: ScoreInputs): number | null {
  return openInterestChangePct === null
    ? null
    : -openInterestChangePct / OPEN_INTEREST_FALL_PCT_FULL;
}

export const RELATIVE: Profile = {
  name: "relative",
  windowMs: WINDOW_MS,
  readsContagion: false,
  signals: [
    { name: "pace", weightPct: 25, of: pace },
    { name: "acceleration", weightPct: 20, of: acceleration },
    { name: "orders", weightPct: 20, of: orders },
    { name: "breadth", weightPct: 15, of: breadth },
    { name: "funding", weightPct: 10, of: funding },
    { name: "open interest", weightPct: 10, of: openInterest },
  ],
  finish: (mean) => mean,
  level: levelOfScore,
};
