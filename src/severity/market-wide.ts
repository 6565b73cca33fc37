/**
 * The built-in rule `market-wide` (SPEC 4): its figure is the money of its window, and it asks for a
 * cascade of the whole market besides. "Within 60 s" is the window of a cascade: assets that are in
 * cascade now, and the money and sides of all assets in that window.
 */
import type { MarketWideLimits } from "../cascade.ts";
import { readDelayMs } from "../rule.ts";
import { RowWindow } from "../windows/row-window.ts";
import type { Gauge, GaugedScope, Surroundings } from "./gauge.ts";

export class MarketWideGauge implements Gauge {
  /** Open interest moves the line of every cascade. */
  readonly readsContext = true;
  isMet = false;
  readonly #limits: MarketWideLimits;
  readonly #scope: GaugedScope;
  #window: RowWindow | null = null;
  /** Only the sides are missing: a row that leaves can bring that about. */
  #isNearlyMet = false;
  /** The next clock at which a cascade can begin or end: at a tick, maybe after its rows have gone. */
  #cascadesMs = Number.POSITIVE_INFINITY;

  constructor(limits: MarketWideLimits, scope: GaugedScope) {
    this.#limits = limits;
    this.#scope = scope;
  }

  read(nowMs: number, { cascades }: Surroundings): number {
    const { windowMs } = cascades.limits;
    const sizes = { windowMs, delayMs: readDelayMs(windowMs) };
    this.#window ??= new RowWindow(this.#scope.ring, sizes);
    this.#window.advance(nowMs);
    const { assets, othersThanMajors, floorUsd } = this.#limits;
    this.#isNearlyMet =
      cascades.running >= assets &&
      cascades.runningOthers >= othersThanMajors &&
      this.#window.notionalCents / 100 >= floorUsd;
    this.#cascadesMs = cascades.nextMs;
    this.isMet = this.#isNearlyMet && this.#isOneSided(this.#window);
    return this.#scope.window.notionalCents / 100;
  }

  nextRiseMs(): number {
    const entryMs = this.#scope.window.nextEntryMs();
    if (this.#window === null) return entryMs;
    const window = this.#window;
    const sidesMs = this.#isNearlyMet ? window.nextChangeMs() : window.nextEntryMs();
    return Math.min(entryMs, sidesMs, this.#cascadesMs);
  }

  nextChangeMs(): number {
    const changeMs = this.#scope.window.nextChangeMs();
    return Math.min(changeMs, this.#window?.nextChangeMs() ?? changeMs, this.#cascadesMs);
  }

  /** Integers on both sides: 70 % of ten cents is seven. */
  #isOneSided({ longCents, shortCents }: RowWindow): boolean {
    const larger = Math.max(longCents, shortCents);
    return larger * 100 >= this.#limits.oneSidePct * (longCents + shortCents);
  }
}
