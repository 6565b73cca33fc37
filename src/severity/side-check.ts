/**
 * Whether a venue's sides can be right (SPEC 2). Longs are liquidated because the price fell and
 * shorts because it rose: a venue that mostly says the opposite names the wrong side, and is
 * suspect. Rows while the price stood still, or of an asset without a reference price, have no say.
 *
 * The price of 30 s ago is a rough judge. After a sharp turn shorts are liquidated in the rebound
 * while the price is still below it, at every venue alike. So a venue that names the same sides as
 * the others do, at the same moves, is not suspect whatever the price says: if its sides were
 * exchanged, theirs would be too, and a verdict that half of them share is the market's.
 */
import { type Liquidation, type PositionSide, type VenueId, windowTimeMs } from "../liquidation.ts";
import type { ReferencePrices } from "./engine-input.ts";
import { SidePrices, type SidePricesState } from "./side-prices.ts";
import { type Observation, SideWindow } from "./side-window.ts";

/** A side that weighs less than so many observations says nothing. */
export const SIDE_WEIGHT_MIN = 20;
/** SPEC 2: fewer than this share of a side with the price makes a venue suspect. */
export const RIGHT_SHARE_MIN = 0.6;
/**
 * Venues that saw so many moves together are compared. Far fewer than a verdict needs: the busiest
 * venue has its own long before the others, and if two agree by chance that is no harm, as half of
 * all that are compared must.
 */
export const COMMON_MOVES_MIN = 3;
/** Venues name the same sides when their rows do so more often than not. */
const AGREEMENT_MIN = 0.5;
/** So many venues, the doubtful one included, and this part of those compared make a market. */
const SHARERS_MIN = 2;
const SHARERS_PART_MIN = 0.5;
const SIDES: readonly PositionSide[] = ["long", "short"];
/** A bound for what is remembered of a venue. */
const STRETCHES_MAX = 32;

/** From one verdict to the next; null = it lasts. */
export interface Stretch {
  readonly fromMs: number;
  untilMs: number | null;
}

interface VenueSides {
  readonly window: SideWindow;
  readonly stretches: Stretch[];
}

/** A venue that is suspect now. */
export interface Suspicion {
  readonly venue: VenueId;
  readonly sinceMs: number;
  /** Moves of the price that it was compared with, and those that its sides fit, rounded. */
  readonly moves: number;
  readonly rightMoves: number;
}

export interface SideCheckState {
  readonly prices: SidePricesState;
  readonly venues: readonly (readonly [VenueId, readonly Observation[], readonly Stretch[]])[];
}

export class SideCheck {
  readonly #prices = new SidePrices();
  readonly #venues = new Map<VenueId, VenueSides>();
  readonly #suspects = new Set<VenueId>();
  #hasNewVerdict = false;

  /** Samples come in order of time; an older one, and what is no price, is left out. */
  takePrices(atMs: number, prices: ReferencePrices): void {
    this.#prices.take(atMs, prices);
  }

  /** These assets are priced by another venue from now on: what came before is no price of theirs. */
  forgetPrices(assets: readonly string[]): void {
    this.#prices.forget(assets);
  }

  /** Judges an accepted row of kind liquidation, not history, at the clock `nowMs`. */
  judge(row: Liquidation, nowMs: number): void {
    if (row.asset === null) return;
    const move = this.#prices.moveBefore(row.asset, windowTimeMs(row));
    if (move === null) return;
    const { window } = this.#of(row.venue);
    // Once per observation, of those that are whole: its first row must not weigh as much as all.
    if (!window.has(move.stepMs)) this.#decideAgain(row.venue, nowMs);
    window.add(row.positionSide, move);
  }

  isSuspect(venue: VenueId): boolean {
    return this.#suspects.size > 0 && this.#suspects.has(venue);
  }

  /** Whether rows of this receipt were kept from the rules: for filling an engine anew. */
  wasSuspect(venue: VenueId, receivedAtMs: number): boolean {
    const stretches = this.#venues.get(venue)?.stretches ?? [];
    return stretches.some(({ fromMs, untilMs }) => {
      return receivedAtMs > fromMs && (untilMs === null || receivedAtMs <= untilMs);
    });
  }

  /** By name. */
  suspects(): readonly Suspicion[] {
    return [...this.#suspects].sort().map((venue) => {
      const { window, stretches } = this.#of(venue);
      const { all, right } = window.weight();
      const sinceMs = stretches.at(-1)?.fromMs ?? 0;
      return { venue, sinceMs, moves: all, rightMoves: Math.round(right) };
    });
  }

  /** What a store should remember, since the last call; null = no verdict began or ended. */
  takeVerdicts(): SideCheckState["venues"] | null {
    if (!this.#hasNewVerdict) return null;
    this.#hasNewVerdict = false;
    return this.save().venues.filter(([, , stretches]) => stretches.length > 0);
  }

  save(): SideCheckState {
    return {
      prices: this.#prices.save(),
      venues: [...this.#venues].map(([venue, { window, stretches }]) => {
        return [venue, window.save(), stretches.map((stretch) => ({ ...stretch }))];
      }),
    };
  }

  restore({ prices, venues }: SideCheckState): void {
    this.#prices.restore(prices);
    for (const [venue, observations, stretches] of venues) {
      const sides = this.#of(venue);
      sides.window.restore(observations);
      for (const stretch of stretches) sides.stretches.push({ ...stretch });
      if (sides.stretches.at(-1)?.untilMs === null) this.#suspects.add(venue);
    }
  }

  /** What this venue says may show that the doubt about another one is the market's. */
  #decideAgain(heard: VenueId, nowMs: number): void {
    for (const venue of [heard, ...this.#suspects]) this.#decide(venue, nowMs);
  }

  /**
   * A verdict begins with a side that is wrong while other venues name other sides. It ends when they
   * name the same ones, or when neither side is wrong and most of both together is right.
   */
  #decide(venue: VenueId, nowMs: number): void {
    const { window, stretches } = this.#of(venue);
    const isWrong = SIDES.some((positionSide) => isWrongSide(window, positionSide));
    const isOwn = isWrong && !this.#isOfMarket(venue);
    const last = stretches.at(-1);
    if (last === undefined || last.untilMs !== null) {
      if (!isOwn) return;
      this.#hasNewVerdict = true;
      stretches.push({ fromMs: nowMs, untilMs: null });
      if (stretches.length > STRETCHES_MAX) stretches.shift();
      this.#suspects.add(venue);
    } else if (!isOwn && (isWrong || isMostlyRight(window))) {
      this.#hasNewVerdict = true;
      last.untilMs = nowMs;
      this.#suspects.delete(venue);
    }
  }

  /** Whether half of the venues that can be compared, this one included, name the same sides. */
  #isOfMarket(doubtful: VenueId): boolean {
    const { window } = this.#of(doubtful);
    let venues = 1;
    let sharers = 1;
    for (const [venue, peer] of this.#venues) {
      if (venue === doubtful) continue;
      const { moves, share } = window.agreementWith(peer.window);
      if (moves < COMMON_MOVES_MIN) continue;
      venues += 1;
      if (share > AGREEMENT_MIN) sharers += 1;
    }
    return sharers >= SHARERS_MIN && sharers >= SHARERS_PART_MIN * venues;
  }

  #of(venue: VenueId): VenueSides {
    const known = this.#venues.get(venue);
    if (known !== undefined) return known;
    const made: VenueSides = { window: new SideWindow(), stretches: [] };
    this.#venues.set(venue, made);
    return made;
  }
}

function isWrongSide(window: SideWindow, positionSide: PositionSide): boolean {
  const { all, right } = window.weightOf(positionSide);
  return all >= SIDE_WEIGHT_MIN && right < RIGHT_SHARE_MIN * all;
}

/** After a restart with an older version's verdict the window is empty, which proves nothing. */
function isMostlyRight(window: SideWindow): boolean {
  const { all, right } = window.weight();
  return all >= SIDE_WEIGHT_MIN && right >= RIGHT_SHARE_MIN * all;
}
