/** SPEC 5.2 read plainly: every row is kept, every window filtered anew, every tick looked at. */
import type { CascadeLimits } from "../../src/cascade.ts";
import { type Liquidation, windowTimeMs } from "../../src/liquidation.ts";
import { readDelayMs, TICK_MS } from "../../src/rule.ts";

export interface PlainCascade {
  readonly startMs: number;
  endMs: number | null;
  peakCents: number;
  peakAtMs: number;
  cents: number;
  orders: number;
}

interface PlainRow {
  readonly asset: string;
  readonly timeMs: number;
  readonly cents: number;
  readonly order: string;
}

export class PlainCascades {
  readonly running = new Map<string, PlainCascade>();
  readonly last = new Map<string, PlainCascade>();
  readonly #limits: CascadeLimits;
  readonly #rows: PlainRow[] = [];
  readonly #orders = new Map<string, PlainRow>();
  #openInterest: ReadonlyMap<string, number> = new Map();
  #nowMs: number | null = null;

  constructor(limits: CascadeLimits) {
    this.#limits = limits;
  }

  /** Every tick in (now, toMs]. */
  advance(toMs: number): void {
    const fromMs = this.#nowMs ?? toMs;
    const first = (Math.floor(fromMs / TICK_MS) + 1) * TICK_MS;
    for (let tickMs = first; tickMs <= toMs; tickMs += TICK_MS) {
      for (const asset of new Set(this.#rows.map((row) => row.asset))) this.#look(asset, tickMs);
    }
    this.#nowMs = Math.max(fromMs, toMs);
  }

  context(openInterest: ReadonlyMap<string, number>): void {
    this.#openInterest = openInterest;
  }

  /** The rows of one frame, none of which was seen before. */
  frame(rows: readonly Liquidation[]): void {
    const touched = new Set<string>();
    for (const row of rows) {
      const order = `${row.venue}|${row.orderKey}`;
      if (row.asset === null || row.history) {
        if (!this.#orders.has(order)) this.#orders.set(order, NOWHERE);
        continue;
      }
      const taken = {
        ...{ asset: row.asset, timeMs: windowTimeMs(row), cents: row.notionalCents ?? 0, order },
      };
      this.#rows.push(taken);
      if (!this.#orders.has(order)) this.#orders.set(order, taken);
      touched.add(row.asset);
    }
    for (const asset of touched) this.#look(asset, this.#nowMs ?? 0);
  }

  #look(asset: string, nowMs: number): void {
    const { windowMs, orders, floorUsd, openInterestBp } = this.#limits;
    const toMs = nowMs - readDelayMs(windowMs);
    const inWindow = this.#rows.filter((row) => {
      return row.asset === asset && row.timeMs > toMs - windowMs && row.timeMs <= toMs;
    });
    const cents = sum(inWindow);
    const part = ((this.#openInterest.get(asset) ?? 0) * openInterestBp) / 10_000;
    const isIn = this.#count(inWindow) >= orders && cents / 100 >= Math.max(floorUsd, part);
    const running = this.running.get(asset);
    if (running === undefined && isIn) {
      const peak = { peakCents: cents, peakAtMs: nowMs };
      this.running.set(asset, { startMs: nowMs, endMs: null, ...peak, cents: 0, orders: 0 });
    }
    if (running !== undefined && isIn && cents > running.peakCents) {
      running.peakCents = cents;
      running.peakAtMs = nowMs;
    }
    if (running === undefined || isIn) return;
    this.running.delete(asset);
    this.last.set(asset, { ...running, endMs: nowMs, ...this.figures(asset, running.startMs) });
  }

  /** All rows since the window before it began. */
  figures(asset: string, startMs: number): { readonly cents: number; readonly orders: number } {
    const { windowMs } = this.#limits;
    const afterMs = startMs - windowMs - readDelayMs(windowMs);
    const rows = this.#rows.filter((row) => row.asset === asset && row.timeMs > afterMs);
    return { cents: sum(rows), orders: this.#count(rows) };
  }

  #count(rows: readonly PlainRow[]): number {
    return rows.filter((row) => this.#orders.get(row.order) === row).length;
  }
}

const NOWHERE: PlainRow = { asset: "", timeMs: 0, cents: 0, order: "" };

function sum(rows: readonly PlainRow[]): number {
  return rows.reduce((total, { cents }) => total + cents, 0);
}
