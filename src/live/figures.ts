/** From sums and rows inside to the shapes that questions are answered with. Pure. */
import type { Liquidation, VenueId } from "../liquidation.ts";
import type { DaemonStatus, NamedTotals, RecentLiquidation, Totals } from "../queries.ts";
import type { SideCheck } from "../severity/side-check.ts";
import type { SuspectFeed } from "../venue-facts.ts";
import type { SecondSums } from "../windows/second-totals.ts";

/** What a crash or a power loss may cost. */
export const DURABILITY: Readonly<Record<DaemonStatus["store"], string>> = {
  embedded: "Embedded database: survives a crash of the process, not a loss of power",
  postgres: "Postgres: as durable as the server is set up to be",
};

type Sums = Readonly<Pick<SecondSums, "orders" | "longCents" | "shortCents">>;

export function totalsOf({ orders, longCents, shortCents }: Sums): Totals {
  return { orders, longCents, shortCents, totalCents: longCents + shortCents };
}

/** Descending by money, ties by name. */
export function namedTotals<Name extends string>(
  sums: ReadonlyMap<Name, Sums>,
): readonly NamedTotals<Name>[] {
  return [...sums]
    .map(([name, sum]) => ({ name, ...totalsOf(sum) }))
    .sort((a, b) => b.totalCents - a.totalCents || (a.name < b.name ? -1 : 1));
}

export function recentOf(row: Liquidation): RecentLiquidation {
  const { dedupeKey: key, venue, symbol, asset, positionSide, kind } = row;
  const { price, priceKind, notionalCents, occurredAtMs } = row;
  return {
    ...{ key, venue, symbol, asset, positionSide, kind },
    ...{ price, priceKind, notionalCents, occurredAtMs },
  };
}

/** null while nothing speaks against the sides of this venue. */
export function suspectFeed(
  sides: Pick<SideCheck, "suspects">,
  venue: VenueId,
): SuspectFeed | null {
  const found = sides.suspects().find((one) => one.venue === venue);
  if (found === undefined) return null;
  const { sinceMs, moves, rightMoves } = found;
  const detail = `its sides fit only ${rightMoves} of the last ${moves} moves of the price`;
  return { sinceMs, detail };
}

/** `A-20417` for an asset's incident, `M-118` for one of the market. */
export function incidentName(isMarket: boolean, number: number | null): string | null {
  return number === null ? null : `${isMarket ? "M" : "A"}-${number}`;
}
