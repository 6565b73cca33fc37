/** What a reply is about, and the reply when there is nothing to show. Pure. */
import type { VenueId } from "../../liquidation.ts";
import type { Reply } from "../reply.ts";
import type { Sight } from "./sight.ts";

export interface ReplySubject {
  /** null = all assets. */
  readonly asset: string | null;
  /** null = all venues. */
  readonly venue: VenueId | null;
  readonly titleOf: (venue: string) => string;
}

/** `BTC liquidations on Bybit`, `Liquidations, all assets`. */
export function subjectTitle({ asset, venue, titleOf }: ReplySubject): string {
  const what = asset === null ? "Liquidations, all assets" : `${asset} liquidations`;
  return venue === null ? what : `${what} on ${titleOf(venue)}`;
}

/** Nothing seen is a figure only for somebody who can see. */
export function nothingSeen(title: string, windowText: string, sight: Sight): Reply {
  const line = sight.isBlind
    ? "No figure: an empty total of feeds that cannot see would mean nothing."
    : `None seen in the last ${windowText}. Quiet is normal; a feed that cannot see says so.`;
  const warnings = sight.isBlind ? [sight.cannotSay] : sight.warnings;
  return { title, warnings, table: [], lines: [line, sight.bound] };
}
