/**
 * What a venue's sides said lately, against the price. The unit is the observation: all rows of a
 * venue that were compared with one move of the price. A thousand rows in five seconds tell no more
 * of a venue than one does: were they counted singly, one turn of the price within a second's burst
 * would outweigh an hour. An observation weighs 1, divided among its rows, so that the few rows of
 * the other side that every burst has weigh little, however often they come.
 */
import type { PositionSide } from "../liquidation.ts";
import type { PriceMove } from "./side-prices.ts";

/** A verdict is about so many observations of a venue, the last ones (SPEC 2 says rows). */
export const OBSERVATIONS_MAX = 50;

/** Rows by side; those of them that are right came while the price moved as their side says. */
export interface Observation {
  readonly stepMs: number;
  readonly longRows: number;
  readonly longRightRows: number;
  readonly shortRows: number;
  readonly shortRightRows: number;
}

/** How much was observed, and how much of it was right, in observations. */
export interface Weight {
  readonly all: number;
  readonly right: number;
}

/** How far two venues name the same sides. */
export interface Agreement {
  /** Moves of the price that both have rows of. */
  readonly moves: number;
  /** The chance that a row of one and a row of the other name the same side; 0 without moves. */
  readonly share: number;
}

type Counted = { -readonly [Key in keyof Observation]: Observation[Key] };

export class SideWindow {
  /** By step, the oldest first, each step once. */
  readonly #observations: Counted[] = [];

  /** Whether a row of this step would go into an observation that is there. */
  has(stepMs: number): boolean {
    return this.#observations[this.#placeOf(stepMs)]?.stepMs === stepMs;
  }

  /** A row that is older than a full window has no say. */
  add(positionSide: PositionSide, { stepMs, isFall }: PriceMove): void {
    const observation = this.#at(stepMs);
    if (observation === null) return;
    if (positionSide === "long") {
      observation.longRows += 1;
      if (isFall) observation.longRightRows += 1;
    } else {
      observation.shortRows += 1;
      if (!isFall) observation.shortRightRows += 1;
    }
  }

  weightOf(positionSide: PositionSide): Weight {
    const isLong = positionSide === "long";
    let all = 0;
    let right = 0;
    for (const one of this.#observations) {
      const rows = one.longRows + one.shortRows;
      all += (isLong ? one.longRows : one.shortRows) / rows;
      right += (isLong ? one.longRightRows : one.shortRightRows) / rows;
    }
    return { all, right };
  }

  /** Of both sides: `all` is the number of observations. */
  weight(): Weight {
    const right = this.weightOf("long").right + this.weightOf("short").right;
    return { all: this.#observations.length, right };
  }

  /** Over the moves that both saw. The way of the price has no part in it. */
  agreementWith(other: SideWindow): Agreement {
    let moves = 0;
    let same = 0;
    let at = 0;
    for (const one of this.#observations) {
      while ((other.#observations[at]?.stepMs ?? Number.POSITIVE_INFINITY) < one.stepMs) at += 1;
      const its = other.#observations[at];
      if (its?.stepMs !== one.stepMs) continue;
      const [ours, theirs] = [longShare(one), longShare(its)];
      moves += 1;
      same += ours * theirs + (1 - ours) * (1 - theirs);
    }
    return { moves, share: moves === 0 ? 0 : same / moves };
  }

  save(): readonly Observation[] {
    return this.#observations.map((one) => ({ ...one }));
  }

  restore(observations: readonly Observation[]): void {
    this.#observations.push(...observations.map((one) => ({ ...one })));
  }

  #at(stepMs: number): Counted | null {
    const observations = this.#observations;
    const place = this.#placeOf(stepMs);
    const known = observations[place];
    if (known?.stepMs === stepMs) return known;
    if (place < 0 && observations.length >= OBSERVATIONS_MAX) return null;
    const made = { stepMs, longRows: 0, longRightRows: 0, shortRows: 0, shortRightRows: 0 };
    observations.splice(place + 1, 0, made);
    if (observations.length > OBSERVATIONS_MAX) observations.shift();
    return made;
  }

  /** The last observation at or before the step; -1 = none. From the end: rows are young. */
  #placeOf(stepMs: number): number {
    let place = this.#observations.length - 1;
    while ((this.#observations[place]?.stepMs ?? Number.NEGATIVE_INFINITY) > stepMs) place -= 1;
    return place;
  }
}

function longShare({ longRows, shortRows }: Observation): number {
  return longRows / (longRows + shortRows);
}
