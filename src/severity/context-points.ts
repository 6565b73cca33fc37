/** Funding over all venues, and the points of five minutes: read from the venues' histories. Pure. */
import type { VenueId } from "../liquidation.ts";
import type { ContextPoint, FundingContext } from "../market-context.ts";
import { POINT_MS, POINTS, rate8h, type VenueHistory } from "./venue-history.ts";

/** SPEC 6: the trend is the slope of so many points. */
const TREND_POINTS = 10;
const HOUR_MS = 3_600_000;
/** From the middle of ten points to the middle of the ten before, hours. */
const TREND_HOURS = (TREND_POINTS * POINT_MS) / HOUR_MS;

type Histories = ReadonlyMap<VenueId, VenueHistory>;

interface Weight {
  readonly venue: VenueId;
  readonly history: VenueHistory;
  readonly usd: number;
}

/**
 * The present rate of each venue, weighted by its present open interest. Points of the past get the
 * present weights, too: money that moves from one venue to another is no change of rates.
 */
export function fundingContext(
  histories: Histories,
  nowMs: number,
  { hasHistory }: { readonly hasHistory: boolean },
): FundingContext | null {
  const weights = [...histories].flatMap(([venue, history]): Weight[] => {
    const usd = history.openInterestUsd(nowMs);
    const funding = history.funding(nowMs);
    return usd === null || usd <= 0 || funding === null ? [] : [{ venue, history, usd }];
  });
  const now = weighted(weights, ({ history }) => {
    const funding = history.funding(nowMs);
    return funding === null ? null : rate8h(funding);
  });
  if (now === null) return null;
  const venues = weights.map(({ venue }) => venue);
  const settledRate8h = weighted(weights, ({ history }) => history.settledRate8h);
  const unknown = { trendPerHour: null, accelerationPerHour2: null };
  const bare = { rate8h: now, settledRate8h, venues, dayLow8h: null, dayHigh8h: null, ...unknown };
  return hasHistory ? { ...bare, ...historyOf(weights, nowMs) } : bare;
}

function historyOf(
  weights: readonly Weight[],
  nowMs: number,
): Omit<FundingContext, "rate8h" | "settledRate8h" | "venues"> {
  const lastMs = Math.floor(nowMs / POINT_MS) * POINT_MS;
  const rateAt = (back: number): number | null => {
    return weighted(
      weights,
      ({ history }) => history.point(lastMs - back * POINT_MS)?.rate8h ?? null,
    );
  };
  const rates = Array.from({ length: POINTS }, (_, back) => rateAt(back));
  const known = rates.filter((rate) => rate !== null);
  const whole = weights.filter(({ history }) => hasPoints(history, lastMs, TREND_POINTS));
  const older = weights.filter(({ history }) => hasPoints(history, lastMs, 2 * TREND_POINTS));
  const trendPerHour = slopeOf(whole, lastMs);
  const [now, before] = [slopeOf(older, lastMs), slopeOf(older, lastMs - TREND_POINTS * POINT_MS)];
  return {
    trendPerHour,
    accelerationPerHour2: now === null || before === null ? null : (now - before) / TREND_HOURS,
    dayLow8h: known.length === 0 ? null : Math.min(...known),
    dayHigh8h: known.length === 0 ? null : Math.max(...known),
  };
}

function hasPoints(history: VenueHistory, lastMs: number, count: number): boolean {
  for (let back = 0; back < count; back += 1) {
    if ((history.point(lastMs - back * POINT_MS)?.rate8h ?? null) === null) return false;
  }
  return true;
}

/** Least squares over the ten points up to `lastMs`, per hour. */
function slopeOf(weights: readonly Weight[], lastMs: number): number | null {
  let [top, bottom] = [0, 0];
  const middle = (TREND_POINTS - 1) / 2;
  for (let at = 0; at < TREND_POINTS; at += 1) {
    const startMs = lastMs - (TREND_POINTS - 1 - at) * POINT_MS;
    const rate = weighted(weights, ({ history }) => history.point(startMs)?.rate8h ?? null);
    if (rate === null) return null;
    top += (at - middle) * rate;
    bottom += (at - middle) ** 2;
  }
  return (top / bottom) * (HOUR_MS / POINT_MS);
}

/** The mean over those that have a value; null when none has. */
function weighted(
  weights: readonly Weight[],
  figureOf: (weight: Weight) => number | null,
): number | null {
  let [sum, whole] = [0, 0];
  for (const weight of weights) {
    const value = figureOf(weight);
    if (value === null) continue;
    sum += value * weight.usd;
    whole += weight.usd;
  }
  return whole > 0 ? sum / whole : null;
}

/** The last 288 steps of five minutes that somebody told something of, oldest first. */
export function contextPoints(
  histories: Histories,
  nowMs: number,
  priceAbout: (ms: number) => number | null,
): readonly ContextPoint[] {
  const lastMs = Math.floor(nowMs / POINT_MS) * POINT_MS;
  const starts = Array.from({ length: POINTS }, (_, at) => lastMs - (POINTS - 1 - at) * POINT_MS);
  return starts.flatMap((atMs) => {
    const price = priceAbout(atMs + POINT_MS - 1);
    const told = [...histories].flatMap(([venue, history]) => {
      const point = history.point(atMs);
      if (point === null) return [];
      const { positions } = point;
      const usd = positions === null ? null : usdOf(positions, price);
      return [{ venue, usd, rate8h: point.rate8h }];
    });
    if (told.length === 0) return [];
    const counted = told.filter(({ usd }) => usd !== null);
    return [
      {
        ...{ atMs, price, venues: counted.map(({ venue }) => venue) },
        openInterestUsd:
          counted.length === 0 ? null : counted.reduce((sum, { usd }) => sum + (usd ?? 0), 0),
        fundingRate8h: meanRate(told),
      },
    ];
  });
}

function usdOf(
  { coins, inverseUsd }: { readonly coins: number; readonly inverseUsd: number },
  price: number | null,
): number | null {
  if (coins === 0) return inverseUsd;
  return price === null ? null : coins * price + inverseUsd;
}

function meanRate(
  told: readonly { readonly usd: number | null; readonly rate8h: number | null }[],
): number | null {
  let [sum, whole] = [0, 0];
  for (const { usd, rate8h: rate } of told) {
    if (usd === null || rate === null) continue;
    sum += rate * usd;
    whole += usd;
  }
  return whole > 0 ? sum / whole : null;
}
