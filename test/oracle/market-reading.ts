/** SPEC 4 and 5.2: which assets are in cascade, and whether the whole market is, from arrays. */
import type { CascadeLimits, MarketWideLimits } from "../../src/cascade.ts";
import { countOrders, sumCents, type TakenRow } from "./window-reading.ts";

const MAJORS = ["BTC", "ETH"];
const LONGEST_DELAYED_WINDOW_MS = 10_000;

/** Open interest is not in the oracle: the line of every asset is the floor. */
export class PlainCascades {
  readonly running = new Set<string>();
  readonly #limits: CascadeLimits;
  readonly #delayMs: number;

  constructor(limits: CascadeLimits) {
    this.#limits = limits;
    this.#delayMs = limits.windowMs <= LONGEST_DELAYED_WINDOW_MS ? 2_000 : 0;
  }

  /** One evaluation of one asset: `rows` is everything ever taken. */
  look(asset: string, rows: readonly TakenRow[], nowMs: number): void {
    const inWindow = this.#inWindow(rows, nowMs).filter((row) => row.asset === asset);
    const { orders, floorUsd } = this.#limits;
    const isIn = countOrders(inWindow) >= orders && sumCents(inWindow) >= floorUsd * 100;
    if (isIn) this.running.add(asset);
    else this.running.delete(asset);
  }

  isMarketWide(limits: MarketWideLimits, rows: readonly TakenRow[], nowMs: number): boolean {
    const others = [...this.running].filter((asset) => !MAJORS.includes(asset));
    if (this.running.size < limits.assets || others.length < limits.othersThanMajors) return false;
    const inWindow = this.#inWindow(rows, nowMs);
    const all = sumCents(inWindow);
    const long = sumCents(inWindow.filter((row) => row.positionSide === "long"));
    const larger = Math.max(long, all - long);
    return all >= limits.floorUsd * 100 && larger * 100 >= limits.oneSidePct * all;
  }

  /** The moments at which a row enters and leaves. */
  edgesOf(row: TakenRow): readonly number[] {
    const entersMs = row.windowTimeMs + this.#delayMs;
    return [entersMs, entersMs + this.#limits.windowMs];
  }

  #inWindow(rows: readonly TakenRow[], nowMs: number): TakenRow[] {
    const toMs = nowMs - this.#delayMs;
    return rows.filter((row) => {
      const isIn = toMs - this.#limits.windowMs < row.windowTimeMs && row.windowTimeMs <= toMs;
      return isIn && !row.history && !row.isTooOld;
    });
  }
}

/** SPEC 4: the majors at HIGH and above are told whatever the market does. */
export function isExempt(asset: string | null, severity: number): boolean {
  return asset === null || (MAJORS.includes(asset) && severity >= 3);
}
