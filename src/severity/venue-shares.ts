/**
 * Which part of the liquidations each venue usually has (SPEC 2). A venue that was watched for 7 days
 * is measured by its stored money; the others have the published figures that come with liqwatch.
 */
import type { UsualMoney } from "../alert.ts";
import type { VenueId } from "../liquidation.ts";

/** A venue without a published figure is taken for this part of all that is published. */
export const UNPUBLISHED_PART = 0.01;
/** An asset with fewer orders in 7 days has the shares of all assets: its own would be chance. */
export const ASSET_ORDERS_MIN = 100;

export interface VenueShare {
  /** 0 to 1; all venues together are 1. */
  readonly share: number;
  /** Published or guessed, not measured. */
  readonly isAssumed: boolean;
}

export type VenueShares = ReadonlyMap<VenueId, VenueShare>;

/** Published money by venue, whatever its unit: only the proportions count. */
export type PublishedShares = Readonly<Partial<Record<VenueId, number>>>;

/**
 * Shares of `venues` among each other. Measured venues keep, together, what is published for them,
 * and divide it by their money: the money of a venue that was not watched cannot be compared.
 *
 * @param measured money of the venues that were watched for 7 days; 0 for one without any
 */
export function mixShares(
  venues: readonly VenueId[],
  published: PublishedShares,
  measured: ReadonlyMap<VenueId, number>,
): VenueShares {
  const all = Object.values(published).reduce((sum, money) => sum + money, 0);
  const weightOf = (venue: VenueId) => published[venue] ?? all * UNPUBLISHED_PART;
  const among = venues.filter((venue) => measured.has(venue));
  const money = among.reduce((sum, venue) => sum + (measured.get(venue) ?? 0), 0);
  const kept = among.reduce((sum, venue) => sum + weightOf(venue), 0);
  const weights = venues.map((venue) => {
    const own = money > 0 ? measured.get(venue) : undefined;
    if (own === undefined) return { venue, weight: weightOf(venue), isAssumed: true };
    return { venue, weight: (kept * own) / money, isAssumed: false };
  });
  const whole = weights.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(
    weights.map(({ venue, weight, isAssumed }) => {
      return [venue, { share: whole > 0 ? weight / whole : 0, isAssumed }];
    }),
  );
}

/** The fewest venues that together have `part` of the usual volume, largest first. */
export function mainVenues(shares: VenueShares, part: number): readonly VenueId[] {
  const byShare = [...shares].sort(([a, left], [b, right]) => {
    return right.share - left.share || (a < b ? -1 : 1);
  });
  const main: VenueId[] = [];
  let sum = 0;
  for (const [venue, { share }] of byShare) {
    // Sums of fractions: what is short by rounding alone is enough.
    if (sum >= part - 1e-9) break;
    main.push(venue);
    sum += share;
  }
  return main;
}

/** Money of one asset, or of all when that one is too rare to tell. */
export function moneyOf(
  money: readonly UsualMoney[],
  asset: string | null,
): ReadonlyMap<VenueId, number> {
  const own = money.filter((one) => one.asset === asset);
  const orders = own.reduce((sum, one) => sum + one.orders, 0);
  const told =
    asset === null || orders >= ASSET_ORDERS_MIN ? own : money.filter((one) => one.asset === null);
  return new Map(told.map(({ venue, cents }) => [venue, cents]));
}

/**
 * How much each venue usually has, by what is published alone: a replay, which has measured nothing,
 * says the same as live. Nothing for samples, which no figure misses.
 */
export function publishedVolumes(
  published: PublishedShares,
  samples: readonly VenueId[],
): (venue: VenueId) => number {
  const all = Object.values(published).reduce((sum, money) => sum + money, 0);
  return (venue) => (samples.includes(venue) ? 0 : (published[venue] ?? all * UNPUBLISHED_PART));
}
