/**
 * Whether a venue's sides can be right (SPEC 2). Longs are liquidated because the price fell and
 * shorts because it rose: a venue whose rows mostly say the opposite names the wrong side, and is
 * suspect. Rows while the price stood still, or of an asset without a reference price, have no say.
 */
import { type Liquidation, type PositionSide, type VenueId, windowTimeMs } from "../liquidation.ts";
import type { ReferencePrices } from "./engine-input.ts";
import { PRICED_ASSETS_MAX } from "./reference-book.ts";

/** The price of a row is compared with the one this long before it, ms. */
export const LOOK_BACK_MS = 30_000;
/** A verdict is about so many judged rows of a venue, the last ones. */
export const JUDGED_ROWS_MAX = 50;
/** Fewer judged rows of one side say nothing. */
export const SIDE_ROWS_MIN = 20;
/** SPEC 2: fewer than this share of a side's rows with the price make a venue suspect. */
export const RIGHT_SHARE_MIN = 0.6;
/** An older sample is no price of a moment: a round of 15 s that took its time, ms. */
export const SAMPLE_AGE_MS_MAX = 20_000;
/** Rows that come later than this are not judged: their prices are forgotten, ms. */
const SAMPLES_MS = 300_000;
/** Bounds for hostile files: samples of an asset, assets, and stretches of a venue remembered. */
const SAMPLES_MAX = 512;
const ASSETS_MAX = PRICED_ASSETS_MAX;
const STRETCHES_MAX = 32;

interface Sample {
  readonly atMs: number;
  readonly price: number;
}

export interface Judged {
  readonly positionSide: PositionSide;
  /** The price had moved as the side says. */
  readonly isRight: boolean;
}

/** From one verdict to the next; null = it lasts. */
export interface Stretch {
  readonly fromMs: number;
  untilMs: number | null;
}

/** Judged rows of one side, and those of them that came with the price. */
interface SideCount {
  rows: number;
  rightRows: number;
}

/** The counts are those of `judged`, kept up so that a row costs the same however many there are. */
interface VenueSides {
  readonly judged: Judged[];
  readonly counts: Readonly<Record<PositionSide, SideCount>>;
  readonly stretches: Stretch[];
}

/** A venue that is suspect now. */
export interface Suspicion {
  readonly venue: VenueId;
  readonly sinceMs: number;
  /** Judged rows, and those of them that came with the price, when the last one was judged. */
  readonly rows: number;
  readonly rightRows: number;
}

export interface SideCheckState {
  readonly prices: readonly (readonly [asset: string, samples: readonly Sample[]])[];
  readonly venues: readonly (readonly [VenueId, readonly Judged[], readonly Stretch[]])[];
}

export class SideCheck {
  readonly #prices = new Map<string, Sample[]>();
  readonly #venues = new Map<VenueId, VenueSides>();
  readonly #suspects = new Set<VenueId>();
  #hasNewVerdict = false;

  /** Samples come in order of time; an older one, and what is no price, is left out. */
  takePrices(atMs: number, prices: ReferencePrices): void {
    for (const [asset, price] of Object.entries(prices)) {
      if (!(price > 0) || !Number.isFinite(price)) continue;
      const samples = this.#prices.get(asset) ?? [];
      if (samples.length === 0 && this.#prices.size >= ASSETS_MAX) continue;
      if (atMs <= (samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)) continue;
      samples.push({ atMs, price });
      const kept = samples.findIndex((sample) => sample.atMs > atMs - SAMPLES_MS);
      samples.splice(0, Math.max(kept, samples.length - SAMPLES_MAX));
      this.#prices.set(asset, samples);
    }
  }

  /** These assets are priced by another venue from now on: what came before is no price of theirs. */
  forgetPrices(assets: readonly string[]): void {
    for (const asset of assets) this.#prices.delete(asset);
  }

  /** Judges an accepted row of kind liquidation, not history, at the clock `nowMs`. */
  judge(row: Liquidation, nowMs: number): void {
    if (row.asset === null) return;
    const samples = this.#prices.get(row.asset);
    if (samples === undefined) return;
    const timeMs = windowTimeMs(row);
    const before = priceAt(samples, timeMs - LOOK_BACK_MS);
    const price = priceAt(samples, timeMs);
    if (before === null || price === null || price === before) return;
    const { positionSide } = row;
    const sides = this.#of(row.venue);
    note(sides, { positionSide, isRight: price < before === (positionSide === "long") });
    this.#decide(row.venue, sides, nowMs);
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
      const { counts, stretches } = this.#of(venue);
      return { venue, sinceMs: stretches.at(-1)?.fromMs ?? 0, ...bothOf(counts) };
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
      prices: [...this.#prices].map(([asset, samples]) => [asset, [...samples]]),
      venues: [...this.#venues].map(([venue, { judged, stretches }]) => {
        return [venue, [...judged], stretches.map((stretch) => ({ ...stretch }))];
      }),
    };
  }

  restore({ prices, venues }: SideCheckState): void {
    for (const [asset, samples] of prices) this.#prices.set(asset, [...samples]);
    for (const [venue, judged, stretches] of venues) {
      const sides = this.#of(venue);
      for (const row of judged) note(sides, row);
      for (const stretch of stretches) sides.stretches.push({ ...stretch });
      if (sides.stretches.at(-1)?.untilMs === null) this.#suspects.add(venue);
    }
  }

  /** It begins with one side that is wrong, and ends when neither is and most of all rows are right. */
  #decide(venue: VenueId, { counts, stretches }: VenueSides, nowMs: number): void {
    const isWrong = isWrongSide(counts.long) || isWrongSide(counts.short);
    const last = stretches.at(-1);
    if (last === undefined || last.untilMs !== null) {
      if (!isWrong) return;
      this.#hasNewVerdict = true;
      stretches.push({ fromMs: nowMs, untilMs: null });
      if (stretches.length > STRETCHES_MAX) stretches.shift();
      this.#suspects.add(venue);
    } else if (!isWrong && rightShare(bothOf(counts)) >= RIGHT_SHARE_MIN) {
      this.#hasNewVerdict = true;
      last.untilMs = nowMs;
      this.#suspects.delete(venue);
    }
  }

  #of(venue: VenueId): VenueSides {
    const known = this.#venues.get(venue);
    if (known !== undefined) return known;
    const counts = { long: { rows: 0, rightRows: 0 }, short: { rows: 0, rightRows: 0 } };
    const made: VenueSides = { judged: [], counts, stretches: [] };
    this.#venues.set(venue, made);
    return made;
  }
}

/** The newest sample at or before `atMs`; null when there is none that is fresh enough. */
function priceAt(samples: readonly Sample[], atMs: number): number | null {
  // From the end: rows are young.
  for (let at = samples.length - 1; at >= 0; at -= 1) {
    const sample = samples[at];
    if (sample === undefined || sample.atMs > atMs) continue;
    return atMs - sample.atMs > SAMPLE_AGE_MS_MAX ? null : sample.price;
  }
  return null;
}

function note({ judged, counts }: VenueSides, row: Judged): void {
  judged.push(row);
  counts[row.positionSide].rows += 1;
  counts[row.positionSide].rightRows += row.isRight ? 1 : 0;
  if (judged.length <= JUDGED_ROWS_MAX) return;
  const oldest = judged.shift();
  if (oldest === undefined) return;
  counts[oldest.positionSide].rows -= 1;
  counts[oldest.positionSide].rightRows -= oldest.isRight ? 1 : 0;
}

function bothOf({ long, short }: VenueSides["counts"]): Readonly<SideCount> {
  return { rows: long.rows + short.rows, rightRows: long.rightRows + short.rightRows };
}

function isWrongSide(count: Readonly<SideCount>): boolean {
  return count.rows >= SIDE_ROWS_MIN && rightShare(count) < RIGHT_SHARE_MIN;
}

function rightShare({ rows, rightRows }: Readonly<SideCount>): number {
  return rightRows / rows;
}
