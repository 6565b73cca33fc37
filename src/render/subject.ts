/** Whom a decision is about, read off its scope key and its window. Pure. */
import type { Decision, Snapshot } from "../alert.ts";
import { type PositionSide, VENUE_IDS, type VenueId } from "../liquidation.ts";

/** What a message says about a venue; the caller brings it, so that `render/` knows no feeds. */
export interface VenueNote {
  readonly title: string;
  /** `complete` needs no words; every other label does. */
  readonly completeness: string;
  /** A few words: `max 1 per symbol per second`. */
  readonly completenessShort: string;
}
export type VenueNotes = Readonly<Partial<Record<VenueId, VenueNote>>>;

export interface Subject {
  /** null = the market. */
  readonly asset: string | null;
  readonly positionSide: PositionSide | null;
  readonly venue: VenueId | null;
}

/** From this share of the money on, a window is called longs (or shorts); below it, both. */
export const ONE_SIDED_SHARE = 0.7;

/** Reads `market`, `BTC`, `BTC:long` and `BTC@binance`. */
export function subjectOf(decision: Pick<Decision, "scope" | "scopeKey">): Subject {
  const { scope, scopeKey } = decision;
  if (scope === "market") return { asset: null, positionSide: null, venue: null };
  if (scope === "asset+side") {
    const colon = scopeKey.lastIndexOf(":");
    const positionSide = scopeKey.slice(colon + 1) === "short" ? "short" : "long";
    return { asset: scopeKey.slice(0, colon), positionSide, venue: null };
  }
  if (scope === "asset+venue") {
    const sign = scopeKey.lastIndexOf("@");
    const name = scopeKey.slice(sign + 1);
    const venue = VENUE_IDS.find((id) => id === name) ?? null;
    return { asset: scopeKey.slice(0, sign), positionSide: null, venue };
  }
  return { asset: scopeKey, positionSide: null, venue: null };
}

/** The side with at least 70 % of the money; null when neither has it or there is no money. */
export function leaning(window: Pick<Snapshot, "longCents" | "shortCents">): PositionSide | null {
  const total = window.longCents + window.shortCents;
  if (total === 0) return null;
  if (window.longCents >= total * ONE_SIDED_SHARE) return "long";
  return window.shortCents >= total * ONE_SIDED_SHARE ? "short" : null;
}

/** The side that a decision is about: the scope's, the largest row's, or the leaning one. */
export function sideOf(decision: Decision): PositionSide | null {
  const { positionSide } = subjectOf(decision);
  if (positionSide !== null) return positionSide;
  if (decision.metric === "largestUsd" && decision.window.largest !== null) {
    return decision.window.largest.positionSide;
  }
  return leaning(decision.window);
}

/** How a venue is called in texts. */
export function venueTitle(venue: VenueId, notes: VenueNotes): string {
  return notes[venue]?.title ?? venue;
}
