/** The cascade of one asset (SPEC 5.2): when it began, what it holds, and the last one. Pure. */
import type { Snapshot } from "../alert.ts";
import type { Cascade, CascadeLimits } from "../cascade.ts";
import type { VenueId } from "../liquidation.ts";
import { readDelayMs } from "../rule.ts";
import type { RowRing } from "../windows/ring.ts";
import type { RowTable, TableRow } from "../windows/row-table.ts";
import { RowWindow } from "../windows/row-window.ts";
import { Tally, type TallyState } from "../windows/tally.ts";
import { paceAt } from "./window-view.ts";

/** One asset has prices to speak of, and its rows are kept. */
const DETAIL = { hasPrices: true, hasRows: true };

/** A cascade that runs, without its figures: they follow from the rows. */
export interface RunningCascade {
  readonly startMs: number;
  readonly firstVenue: VenueId | null;
  /** Its rows are those later than this. */
  readonly afterMs: number;
  peakCents: number;
  peakAtMs: number;
}

/** What a restart must not forget of an asset: plain data. */
export interface CascadeRecord {
  readonly running: RunningCascade | null;
  readonly last: Cascade | null;
}

/** The same with the figures so far, for a state that is saved without its rows. */
export interface SavedCascade extends CascadeRecord {
  readonly asset: string;
  readonly tally: TallyState | null;
}

/** The line in USD at this open interest; null = not known. */
export function lineUsd(limits: CascadeLimits, openInterestUsd: number | null): number {
  const part = ((openInterestUsd ?? 0) * limits.openInterestBp) / 10_000;
  return Math.max(limits.floorUsd, part);
}

export class AssetCascade {
  readonly asset: string;
  /** The next clock at which it can begin or end with no input; Infinity = never. */
  wakeAtMs = Number.POSITIVE_INFINITY;
  /** True while the frame that brought a row of it is being taken in. */
  isTouched = false;
  /** What the line is drawn by; null = not known. */
  openInterestUsd: number | null = null;
  /** Of which reading of the context that is; -1 = of none. */
  context = -1;
  /** True when the store does not have its latest state. */
  isDirty = false;
  readonly #limits: CascadeLimits;
  readonly #ring: RowRing;
  readonly #table: RowTable;
  readonly #window: RowWindow;
  #running: RunningCascade | null = null;
  #tally = new Tally();
  #last: Cascade | null = null;

  constructor(
    asset: string,
    limits: CascadeLimits,
    series: { readonly ring: RowRing; readonly table: RowTable },
  ) {
    this.asset = asset;
    this.#limits = limits;
    this.#ring = series.ring;
    this.#table = series.table;
    const { windowMs } = limits;
    this.#window = new RowWindow(series.ring, { windowMs, delayMs: readDelayMs(windowMs) });
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }
  get last(): Cascade | null {
    return this.#last;
  }

  /** A row of the asset that its series has taken. */
  take(row: TableRow): void {
    if (this.#running !== null && row.timeMs > this.#running.afterMs) this.#tally.add(row);
  }

  /** One evaluation. True when it began or ended. */
  look(nowMs: number): boolean {
    const window = this.#window;
    window.advance(nowMs);
    const { orders, notionalCents } = window;
    const isOver =
      orders < this.#limits.orders ||
      notionalCents / 100 < lineUsd(this.#limits, this.openInterestUsd);
    const running = this.#running;
    if (isOver) {
      if (running !== null) this.#end(running, nowMs);
    } else if (running === null) this.#begin(nowMs);
    else if (notionalCents > running.peakCents) {
      running.peakCents = notionalCents;
      running.peakAtMs = nowMs;
      this.isDirty = true;
    }
    // While none runs only a row that enters can begin one: what leaves lessens both figures.
    this.wakeAtMs = isOver ? window.nextEntryMs() : window.nextChangeMs();
    return isOver === (running !== null);
  }

  /** The running one with its figures so far. */
  current(): Cascade | null {
    const running = this.#running;
    return running === null ? null : this.#figuresOf(running, null);
  }

  record(): CascadeRecord {
    return { running: this.#running && { ...this.#running }, last: this.#last };
  }

  save(): SavedCascade {
    const tally = this.#running === null ? null : this.#tally.save();
    return { asset: this.asset, ...this.record(), tally };
  }

  /** The rows of a running one must follow, through `take` or as the saved tally. */
  restore({ running, last }: CascadeRecord, tally: TallyState | null = null): void {
    this.#running = running && { ...running };
    this.#last = last;
    this.#tally =
      tally === null ? new Tally() : Tally.restore(tally, (names) => this.#table.group(names));
  }

  #begin(nowMs: number): void {
    const { windowMs } = this.#limits;
    const afterMs = nowMs - windowMs - readDelayMs(windowMs);
    const series = { ring: this.#ring, table: this.#table };
    this.#running = {
      startMs: nowMs,
      firstVenue: paceAt(series, { windowMs, nowMs }).leadingVenue,
      afterMs,
      peakCents: this.#window.notionalCents,
      peakAtMs: nowMs,
    };
    this.#tally = new Tally();
    for (let at = this.#ring.firstAfter(afterMs); at < this.#ring.end; at += 1) {
      this.#tally.add(this.#table.get(this.#ring.refAt(at)));
    }
    this.isDirty = true;
  }

  #end(running: RunningCascade, nowMs: number): void {
    this.#last = this.#figuresOf(running, nowMs);
    this.#running = null;
    this.#tally = new Tally();
    this.isDirty = true;
  }

  #figuresOf(running: RunningCascade, endMs: number | null): Cascade {
    const { startMs, peakCents, peakAtMs, firstVenue } = running;
    const figures: Snapshot = this.#tally.snapshot(DETAIL);
    return { startMs, endMs, peakCents, peakAtMs, firstVenue, figures };
  }
}
