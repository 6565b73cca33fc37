/** The inputs of an asset's cascade score, kept up with the clock at the price of the rows that move. */
import { readDelayMs } from "../rule.ts";
import type { CascadeProfile, CascadeScore } from "../score.ts";
import type { RowRing } from "../windows/ring.ts";
import { RowFlow } from "../windows/row-flow.ts";
import type { RowTable } from "../windows/row-table.ts";
import { RowWindow } from "../windows/row-window.ts";
import { VenueCount } from "../windows/venue-count.ts";
import { Crowd } from "./crowd.ts";
import type { Surroundings } from "./gauge.ts";
import { describeScore, type Profile, type ScoreInputs, scoreOf } from "./score.ts";
import { CLASSIC } from "./score-classic.ts";
import { RELATIVE } from "./score-relative.ts";

export const PROFILES: Readonly<Record<CascadeProfile, Profile>> = {
  relative: RELATIVE,
  classic: CLASSIC,
};

/** One object, set anew at each look: looks are the hot path. */
class Inputs implements ScoreInputs {
  rows = 0;
  orders = 0;
  ordersBefore = 0;
  longCents = 0;
  shortCents = 0;
  venues = 0;
  liveVenues = 0;
  contagion = 0;
  openInterestUsd: number | null = null;
  openInterestChangePct: number | null = null;
  fundingRate8h: number | null = null;
}

/** Whose rows are scored: all of one asset. */
export interface ScoredSeries {
  readonly asset: string;
  readonly ring: RowRing;
  readonly table: RowTable;
}

export class ScoreReader {
  readonly profile: Profile;
  readonly #asset: string;
  readonly #now: RowWindow;
  readonly #before: RowWindow;
  readonly #flow: RowFlow;
  readonly #venues: VenueCount;
  readonly #crowd: Crowd;
  readonly #inputs = new Inputs();

  constructor(profile: Profile, { asset, ring, table }: ScoredSeries) {
    const { windowMs } = profile;
    const delayMs = readDelayMs(windowMs);
    this.profile = profile;
    this.#asset = asset;
    this.#now = new RowWindow(ring, { windowMs, delayMs });
    this.#before = new RowWindow(ring, { windowMs, delayMs: delayMs + windowMs });
    this.#venues = new VenueCount(table);
    this.#flow = new RowFlow(ring, { windowMs, delayMs }, this.#venues);
    this.#crowd = new Crowd(asset);
  }

  read(nowMs: number, around: Surroundings): number {
    return scoreOf(this.profile, this.#look(nowMs, around));
  }

  describe(nowMs: number, around: Surroundings): CascadeScore {
    return describeScore(this.profile, this.#look(nowMs, around));
  }

  /** After a look at `nowMs`: the next clock at which the score can differ with no input. */
  nextChangeMs(nowMs: number): number {
    const ownMs = this.#now.nextChangeMs();
    // An empty window scores 0 until a row enters it.
    if (this.#inputs.rows === 0) return ownMs;
    const nextSecondMs = (Math.floor(nowMs / 1_000) + 1) * 1_000;
    return Math.min(
      ownMs,
      this.#before.nextChangeMs(),
      this.#crowd.untilMs,
      this.profile.readsContagion ? nextSecondMs : Number.POSITIVE_INFINITY,
    );
  }

  #look(nowMs: number, around: Surroundings): ScoreInputs {
    const inputs = this.#inputs;
    const now = this.#now;
    now.advance(nowMs);
    this.#before.advance(nowMs);
    this.#flow.advance(nowMs);
    inputs.rows = now.rows;
    inputs.orders = now.orders;
    inputs.longCents = now.longCents;
    inputs.shortCents = now.shortCents;
    inputs.ordersBefore = this.#before.orders;
    inputs.venues = this.#venues.venues;
    // What needs more than its rows is not asked for while there are none.
    if (inputs.rows > 0) this.#lookAround(inputs, nowMs, around);
    return inputs;
  }

  #lookAround(inputs: Inputs, nowMs: number, around: Surroundings): void {
    const crowd = this.#crowd;
    crowd.look(nowMs, around);
    inputs.liveVenues = crowd.liveVenues;
    inputs.openInterestUsd = crowd.openInterestUsd;
    inputs.openInterestChangePct = crowd.openInterestChangePct;
    inputs.fundingRate8h = crowd.fundingRate8h;
    if (!this.profile.readsContagion) return;
    inputs.contagion = around.series.contagionOf(this.#asset, Math.floor(nowMs / 1_000));
  }
}
