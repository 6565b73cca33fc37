/**
 * The `classic` profile of the cascade score (SPEC 5.1): the source system's, on two seconds with fixed
 * figures. On feeds that venues cap it hardly ever fires: the worst minute on record was about $53 M/s
 * for the whole market.
 */
import { SCORE_WINDOWS_MS, type SignalLevel } from "../score.ts";
import { levelOfScore, type Profile, type ScoreInputs, usdOf } from "./score.ts";

const WINDOW_MS = SCORE_WINDOWS_MS.classic;
const WINDOW_SECONDS = WINDOW_MS / 1_000;
const VELOCITY_FULL = 50;
const ACCELERATION_FULL = 20;
const USD_PER_SECOND_FULL = 50e6;
/** Per 8 h, as a fraction: 0.10 %. */
const FUNDING_FULL = 0.001;
const OPEN_INTEREST_FALL_PCT_FULL = 5;
/** Above this acceleration the score is raised by half. */
const BOOST_ABOVE = 20;
const BOOST = 1.5;
/** Rates that are a level of their own, whatever the score: orders/s, USD/s, orders/s2. */
const EXTREME_ORDERS = 100;
const EXTREME_USD = 100e6;
const CRITICAL_ORDERS = 50;
const CRITICAL_ACCELERATION = 20;
const ALERT_ORDERS = 20;
const WATCH_ORDERS = 10;

function ordersPerSecond(inputs: ScoreInputs): number {
  return inputs.orders / WINDOW_SECONDS;
}

/** Orders/s2, as SPEC 3 defines acceleration. */
function ordersPerSecond2({ orders, ordersBefore }: ScoreInputs): number {
  return (orders - ordersBefore) / WINDOW_SECONDS / WINDOW_SECONDS;
}

function usdPerSecond(inputs: ScoreInputs): number {
  return usdOf(inputs) / WINDOW_SECONDS;
}

/** SPEC 5.1, classic: velocity. */
export function velocity(inputs: ScoreInputs): number {
  return ordersPerSecond(inputs) / VELOCITY_FULL;
}

/** SPEC 5.1, classic: acceleration. */
export function acceleration(inputs: ScoreInputs): number {
  return ordersPerSecond2(inputs) / ACCELERATION_FULL;
}

/** SPEC 5.1, classic: volume. */
export function volume(inputs: ScoreInputs): number {
  return usdPerSecond(inputs) / USD_PER_SECOND_FULL;
}

/** SPEC 5.1, classic: how strong funding is, whichever side pays. */
export function funding({ fundingRate8h }: ScoreInputs): number | null {
  return fundingRate8h === null ? null : Math.abs(fundingRate8h) / FUNDING_FULL;
}

/** SPEC 5.1, classic: how far positions fell in five minutes. */
export function openInterest({ openInterestChangePct }: ScoreInputs): number | null {
  return openInterestChangePct === null
    ? null
    : -openInterestChangePct / OPEN_INTEREST_FALL_PCT_FULL;
}

function level(score: number, inputs: ScoreInputs): SignalLevel {
  const speed = ordersPerSecond(inputs);
  const isSpeeding = ordersPerSecond2(inputs) > CRITICAL_ACCELERATION;
  const byScore = levelOfScore(score);
  if (byScore === "EXTREME" || speed > EXTREME_ORDERS || usdPerSecond(inputs) > EXTREME_USD) {
    return "EXTREME";
  }
  if (byScore === "CRITICAL" || (speed > CRITICAL_ORDERS && isSpeeding)) return "CRITICAL";
  if (byScore === "ALERT" || speed > ALERT_ORDERS) return "ALERT";
  return speed > WATCH_ORDERS ? "WATCH" : byScore;
}

export const CLASSIC: Profile = {
  name: "classic",
  windowMs: WINDOW_MS,
  readsContagion: true,
  signals: [
    { name: "velocity", weightPct: 25, of: velocity },
    { name: "acceleration", weightPct: 20, of: acceleration },
    { name: "volume", weightPct: 20, of: volume },
    { name: "contagion", weightPct: 15, of: ({ contagion }) => contagion },
    { name: "funding", weightPct: 10, of: funding },
    { name: "open interest", weightPct: 10, of: openInterest },
  ],
  finish: (mean, inputs) => {
    return ordersPerSecond2(inputs) > BOOST_ABOVE ? Math.min(1, mean * BOOST) : mean;
  },
  level,
};
