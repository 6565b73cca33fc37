/**
 * Which assets are in cascade (SPEC 5.2). As with rules, an asset is looked at after a frame that
 * brought a row of it and at ticks: at those at which its window changes, and after its open interest
 * did. Cascades come before the rules of the same moment, which may ask for them.
 */
import type { ScopeRecord } from "../alert.ts";
import { type CascadeLimits, type CascadeState, MAJORS } from "../cascade.ts";
import type { TableRow } from "../windows/row-table.ts";
import { AssetCascade, type CascadeRecord, lineUsd, type SavedCascade } from "./cascade.ts";
import type { SeriesSet } from "./series.ts";
import { windowsOf } from "./window-view.ts";

/** Under this name the store keeps cascades beside the scopes of rules: names have no outer spaces. */
export const CASCADE_RECORDS = " cascades";

/** One-sided open interest of an asset over all venues at a clock, USD; null = not known. */
export type OpenInterestOf = (asset: string, atMs: number) => number | null;

/** All that a state which is saved without the store must hold. */
export interface CascadesState {
  readonly contextMs: number | null;
  readonly assets: readonly SavedCascade[];
}

const NEVER = Number.POSITIVE_INFINITY;

export class CascadeBook {
  readonly limits: CascadeLimits;
  readonly #series: SeriesSet;
  #openInterestUsd: OpenInterestOf;
  /**
   * The clock at which open interest is read: that of the last input of context, so that a line moves
   * with an input and never by time alone. null = there was none yet.
   */
  #contextMs: number | null = null;
  /** Goes up when open interest may have changed; two inputs may share a clock. */
  #contexts = 0;
  readonly #assets = new Map<string, AssetCascade>();
  /** Those with rows that this frame brought. */
  readonly #touched: AssetCascade[] = [];
  /** Those that time alone can change. */
  readonly #awake = new Set<AssetCascade>();
  #nextMs = NEVER;
  #running = 0;
  #runningMajors = 0;

  constructor(
    series: SeriesSet,
    options: { readonly limits: CascadeLimits; readonly openInterestUsd: OpenInterestOf },
  ) {
    this.#series = series;
    this.limits = options.limits;
    this.#openInterestUsd = options.openInterestUsd;
  }

  /** Assets in cascade. */
  get running(): number {
    return this.#running;
  }
  /** Those of them that are not majors. */
  get runningOthers(): number {
    return this.#running - this.#runningMajors;
  }
  /** As of the last look: before the rules of a moment are looked at, that is this moment. */
  isRunning(asset: string): boolean {
    return this.#assets.get(asset)?.isRunning === true;
  }

  /** True while a cascade runs: ticks still matter. */
  get isBusy(): boolean {
    return this.#running > 0;
  }
  /** The next clock at which one can begin or end with no input; Infinity = never. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** A row that the series have taken: its asset is looked at when the frame has ended. */
  take(asset: string, row: TableRow): void {
    const one = this.#of(asset);
    one.take(row);
    if (one.isTouched) return;
    one.isTouched = true;
    this.#touched.push(one);
  }

  /** After a frame: the assets that it had rows of. */
  afterFrame(nowMs: number): void {
    for (const one of this.#touched) {
      one.isTouched = false;
      this.#look(one, nowMs);
    }
    this.#touched.length = 0;
  }

  /** At a tick: the assets whose window or open interest changed. */
  atTick(tickMs: number): void {
    if (this.#nextMs > tickMs) return;
    this.#nextMs = NEVER;
    for (const one of this.#awake) {
      if (one.wakeAtMs <= tickMs) this.#look(one, tickMs);
      else this.#nextMs = Math.min(this.#nextMs, one.wakeAtMs);
    }
  }

  /** Open interest may have changed: every line may have. They are looked at on the next tick. */
  onContext(nowMs: number): void {
    this.readContextAt(nowMs);
    for (const one of this.#assets.values()) this.#wake(one, nowMs);
  }

  /** A restart: what is known of open interest is read as of then. */
  readContextAt(nowMs: number): void {
    this.#contextMs = nowMs;
    this.#contexts += 1;
  }

  /** The same book, reading open interest where `other` does. */
  withContextOf(other: CascadeBook): this {
    this.#openInterestUsd = other.#openInterestUsd;
    this.#contextMs = other.#contextMs;
    this.#contexts += 1;
    return this;
  }

  /** A row that a restart puts back: nothing is evaluated before the next tick. */
  restoreRow(asset: string, row: TableRow, nowMs: number): void {
    const one = this.#of(asset);
    one.take(row);
    this.#wake(one, nowMs);
  }

  /** What there is to say of an asset at the clock `nowMs`; moves nothing. */
  stateOf(asset: string, nowMs: number): CascadeState {
    const { windowMs, orders } = this.limits;
    const openInterestUsd = this.#openInterestOf(asset);
    const views = windowsOf(this.#series, asset, { windowsMs: [windowMs], nowMs });
    const one = this.#assets.get(asset);
    return {
      asset,
      asOfMs: nowMs,
      line: { windowMs, orders, usd: lineUsd(this.limits, openInterestUsd), openInterestUsd },
      window: views?.[0]?.snapshot ?? null,
      running: one?.current() ?? null,
      last: one?.last ?? null,
    };
  }

  /** Assets in cascade, and those that were; in the order in which they were first seen. */
  *known(): IterableIterator<{ readonly asset: string; readonly isRunning: boolean }> {
    for (const { asset, isRunning, last } of this.#assets.values()) {
      if (isRunning || last !== null) yield { asset, isRunning };
    }
  }

  /** What the store must remember, of those that changed since the last call. */
  takeRecords(): readonly ScopeRecord[] {
    const dirty = [...this.#assets.values()].filter(({ isDirty }) => isDirty);
    for (const one of dirty) one.isDirty = false;
    return dirty.map(recordOf);
  }

  /** What a restart would find if everything were stored. */
  records(): readonly ScopeRecord[] {
    return [...this.known()].flatMap(({ asset }) => {
      const one = this.#assets.get(asset);
      return one === undefined ? [] : [recordOf(one)];
    });
  }

  /** `state` is as one of `records` was; the rows of a running one must follow. */
  restoreRecord({ scopeKey, state }: ScopeRecord, nowMs: number): void {
    if (isCascadeRecord(state)) this.#restore(scopeKey, nowMs, (one) => one.restore(state));
  }

  save(): CascadesState {
    const assets = [...this.#assets.values()].map((one) => one.save());
    return { contextMs: this.#contextMs, assets };
  }

  /** The rows must be back in their series. */
  restore({ contextMs, assets }: CascadesState, nowMs: number): void {
    this.#contextMs = contextMs;
    for (const { asset, tally, ...record } of assets) {
      this.#restore(asset, nowMs, (one) => one.restore(record, tally));
    }
  }

  #restore(asset: string, nowMs: number, restore: (one: AssetCascade) => void): void {
    const one = this.#of(asset);
    restore(one);
    if (one.isRunning) this.#count(asset, 1);
    this.#wake(one, nowMs);
  }

  #openInterestOf(asset: string): number | null {
    return this.#contextMs === null ? null : this.#openInterestUsd(asset, this.#contextMs);
  }

  #look(one: AssetCascade, nowMs: number): void {
    if (one.context !== this.#contexts) {
      one.context = this.#contexts;
      one.openInterestUsd = this.#openInterestOf(one.asset);
    }
    if (one.look(nowMs)) {
      this.#count(one.asset, one.isRunning ? 1 : -1);
    }
    if (one.wakeAtMs === NEVER) this.#awake.delete(one);
    else this.#wake(one, one.wakeAtMs);
  }

  #wake(one: AssetCascade, atMs: number): void {
    one.wakeAtMs = Math.min(one.wakeAtMs, atMs);
    this.#nextMs = Math.min(this.#nextMs, one.wakeAtMs);
    this.#awake.add(one);
  }

  #count(asset: string, change: 1 | -1): void {
    this.#running += change;
    if (MAJORS.has(asset)) this.#runningMajors += change;
  }

  #of(asset: string): AssetCascade {
    let one = this.#assets.get(asset);
    if (one === undefined) {
      const { table } = this.#series;
      one = new AssetCascade(asset, this.limits, { ring: this.#series.ringFor(asset), table });
      this.#assets.set(asset, one);
    }
    return one;
  }
}

function recordOf(one: AssetCascade): ScopeRecord {
  return { rule: CASCADE_RECORDS, scopeKey: one.asset, state: { ...one.record() } };
}

/** We wrote it; a shape of another version is not taken for ours. */
function isCascadeRecord(state: unknown): state is CascadeRecord {
  return typeof state === "object" && state !== null && "running" in state && "last" in state;
}
