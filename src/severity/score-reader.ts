/** The inputs of an asset's cascade score, kept up with the clock at the price of the rows that move. */
import { readDelayMs } from "../rule.ts";
import type { CascadeProfile, CascadeScore } from "../score.ts";
import type { RowRing } from "../windows/ring.ts";
import { RowEdge } from "../windows/row-edge.ts";
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
  /** Where the window of the same length just before begins: it ends where this one does. */
  readonly #before: RowEdge;
  readonly #ring: RowRing;
  /** How long ago the one before begins, ms. */
  readonly #reachMs: number;
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
    this.#before = new RowEdge(ring);
    this.#ring = ring;
    this.#reachMs = delayMs + 2 * windowMs;
    this.#venues = new VenueCount(table);
    this.#flow = new RowFlow(ring, this.#venues);
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
      this.#nextBeforeMs(),
      this.#crowd.untilMs,
      this.profile.readsContagion ? nextSecondMs : Number.POSITIVE_INFINITY,
    );
  }

  /** When a row leaves the window before; one that enters it leaves the present one. */
  #nextBeforeMs(): number {
    const { position } = this.#before;
    if (position >= this.#now.head) return Number.POSITIVE_INFINITY;
    return this.#ring.timeAt(position) + this.#reachMs;
  }

  #look(nowMs: number, around: Surroundings): ScoreInputs {
    const inputs = this.#inputs;
    const [now, before, ring] = [this.#now, this.#before, this.#ring];
    now.advance(nowMs);
    before.advance(nowMs - this.#reachMs);
    this.#flow.follow(now);
    inputs.rows = now.rows;
    inputs.orders = now.orders;
    inputs.longCents = now.longCents;
    inputs.shortCents = now.shortCents;
    inputs.ordersBefore = (ring.ordersBefore(now.head) - ring.ordersBefore(before.position)) >>> 0;
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
