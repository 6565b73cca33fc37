/**
 * Open interest, funding and reference prices as the venues told them (SPEC 6): fed by the engine's
 * `context` inputs alone, so that a replay knows what the daemon knew. Pure and bounded.
 */
import type { VenueId } from "../liquidation.ts";
import type {
  AssetContext,
  OpenInterestChange,
  VenueContext,
  VenueReading,
} from "../market-context.ts";
import { contextPoints, fundingContext } from "./context-points.ts";
import type { ReferencePrices } from "./engine-input.ts";
import { ReferenceBook, type ReferenceState } from "./reference-book.ts";
import { type HistoryState, type Positions, rate8h, VenueHistory } from "./venue-history.ts";

/** A bound for hostile recordings: venues list some 1,000 assets in some 3,000 pairs with a venue. */
export const CONTEXT_ASSETS_MAX = 1_500;

const MINUTE_MS = 60_000;
/** SPEC 6: the changes that are told, and the day's. */
export const CHANGE_WINDOWS_MS: readonly number[] = [60_000, 300_000, 3_600_000, 86_400_000];

type Histories = ReadonlyMap<VenueId, VenueHistory>;

export interface ContextState {
  readonly references: ReferenceState;
  readonly histories: readonly (readonly [asset: string, VenueId, HistoryState])[];
}

export class ContextBook {
  readonly references = new ReferenceBook();
  readonly #assets = new Map<string, Map<VenueId, VenueHistory>>();

  /** Takes one round of a venue; gives the prices that stand for their asset (see `ReferenceBook`). */
  take(atMs: number, { venue, everyMs, assets }: VenueReading): ReturnType<ReferenceBook["take"]> {
    const prices: Record<string, number> = {};
    for (const [asset, reading] of Object.entries(assets)) {
      const history = this.#of(asset, venue);
      if (history === null) continue;
      history.take(atMs, everyMs, reading);
      if (reading.price !== null) prices[asset] = reading.price;
    }
    return this.references.take({ atMs, venue, everyMs }, prices);
  }

  /** Prices that one venue is asked for more often than for the rest. */
  takePrices(
    look: { readonly atMs: number; readonly venue: VenueId; readonly everyMs: number },
    prices: ReferencePrices,
  ): ReturnType<ReferenceBook["take"]> {
    return this.references.take(look, prices);
  }

  /** One-sided, all venues whose value is young enough; null = none. */
  openInterestUsd(asset: string, nowMs: number): number | null {
    let usd: number | null = null;
    for (const history of this.#histories(asset).values()) {
      const part = history.openInterestUsd(nowMs);
      if (part !== null) usd = (usd ?? 0) + part;
    }
    return usd;
  }

  /**
   * How positions changed: each venue from its latest answer back over the window, at its present
   * price. Only venues that are known at both ends take part, so that one that drops out is no fall.
   */
  openInterestChange(asset: string, windowMs: number, nowMs: number): OpenInterestChange | null {
    let [beforeUsd, usd] = [0, 0];
    const venues: VenueId[] = [];
    for (const [venue, history] of this.#histories(asset)) {
      const ends = changeOf(history, windowMs, nowMs);
      if (ends === null) continue;
      beforeUsd += ends.beforeUsd;
      usd += ends.usd;
      venues.push(venue);
    }
    if (!(beforeUsd > 0)) return null;
    const pct = (usd / beforeUsd) * 100;
    return { windowMs, pct, usd, usdPerMinute: (usd * MINUTE_MS) / windowMs, venues };
  }

  /** Weighted by open interest, as a fraction per 8 h; null while no venue tells both. */
  fundingRate8h(asset: string, nowMs: number): number | null {
    return fundingContext(this.#histories(asset), nowMs, { hasHistory: false })?.rate8h ?? null;
  }

  /** Until when what was told of this asset's open interest holds without a new answer, ms. */
  openInterestUntilMs(asset: string, nowMs: number): number {
    let untilMs = Number.POSITIVE_INFINITY;
    for (const history of this.#histories(asset).values()) {
      untilMs = Math.min(untilMs, history.untilMs(nowMs));
    }
    return untilMs;
  }

  /** Everything that is known of one asset; null when no venue ever told anything. */
  of(asset: string, nowMs: number): AssetContext | null {
    const histories = this.#histories(asset);
    const price = this.references.latest(asset, CHANGE_WINDOWS_MS, nowMs);
    if (histories.size === 0 && price === null) return null;
    const venues = [...histories].flatMap(([venue, history]) =>
      venueContext(venue, history, nowMs),
    );
    const usd = this.openInterestUsd(asset, nowMs);
    const changes = CHANGE_WINDOWS_MS.flatMap((windowMs) => {
      return this.openInterestChange(asset, windowMs, nowMs) ?? [];
    });
    const counted = venues.filter(({ openInterestUsd }) => openInterestUsd !== null);
    const told = venues.map(({ venue }) => venue);
    return {
      ...{ asset, price, venues: venues.toSorted(byOpenInterest) },
      openInterest:
        usd === null ? null : { usd, venues: counted.map(({ venue }) => venue), changes },
      funding: fundingContext(histories, nowMs, { hasHistory: true }),
      stale: [...histories.keys()].filter((venue) => !told.includes(venue)).sort(),
    };
  }

  /** The points of five minutes of the last day, oldest first. */
  points(asset: string, nowMs: number): ReturnType<typeof contextPoints> {
    const priceAbout = (ms: number) => this.references.about(asset, ms);
    return contextPoints(this.#histories(asset), nowMs, priceAbout);
  }

  /** Every asset that was told of, sorted. */
  assets(): readonly string[] {
    return [...this.#assets.keys()].sort();
  }

  save(): ContextState {
    const histories = [...this.#assets].flatMap(([asset, venues]) => {
      return [...venues].map(([venue, history]) => [asset, venue, history.save()] as const);
    });
    return { references: this.references.save(), histories };
  }

  restore({ references, histories }: ContextState): void {
    this.references.restore(references);
    for (const [asset, venue, state] of histories) this.#of(asset, venue)?.restore(state);
  }

  #histories(asset: string): Histories {
    return this.#assets.get(asset) ?? NO_HISTORIES;
  }

  #of(asset: string, venue: VenueId): VenueHistory | null {
    let venues = this.#assets.get(asset);
    if (venues === undefined) {
      if (this.#assets.size >= CONTEXT_ASSETS_MAX) return null;
      venues = new Map();
      this.#assets.set(asset, venues);
    }
    const known = venues.get(venue) ?? new VenueHistory();
    venues.set(venue, known);
    return known;
  }
}

const NO_HISTORIES: Histories = new Map();

function changeOf(
  history: VenueHistory,
  windowMs: number,
  nowMs: number,
): { readonly beforeUsd: number; readonly usd: number } | null {
  const now = history.positions(nowMs);
  const before = now === null ? null : history.positionsBefore(now, windowMs);
  if (now === null || before === null) return null;
  const moved: Positions = {
    atMs: now.atMs,
    coins: now.coins - before.coins,
    inverseUsd: now.inverseUsd - before.inverseUsd,
  };
  const beforeUsd = history.usdOf(before, nowMs);
  const usd = history.usdOf(moved, nowMs);
  return beforeUsd === null || usd === null ? null : { beforeUsd, usd };
}

function venueContext(
  venue: VenueId,
  history: VenueHistory,
  nowMs: number,
): readonly VenueContext[] {
  const openInterestUsd = history.openInterestUsd(nowMs);
  const price = history.price(nowMs);
  const funding = history.funding(nowMs);
  if (openInterestUsd === null && price === null && funding === null) return [];
  const { intervalHours = 0, settlesAtMs = null, nextRate = null } = funding ?? {};
  const told = funding && {
    rate8h: rate8h(funding),
    nextRate8h: nextRate === null ? null : rate8h({ rate: nextRate, intervalHours }),
    settledRate8h: history.settledRate8h,
    ...{ intervalHours, settlesAtMs },
  };
  return [{ venue, atMs: history.atMs, openInterestUsd, price, funding: told }];
}

function byOpenInterest(left: VenueContext, right: VenueContext): number {
  const usd = (right.openInterestUsd ?? -1) - (left.openInterestUsd ?? -1);
  return usd || (left.venue < right.venue ? -1 : 1);
}
