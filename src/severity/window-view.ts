/** Windows as questions ask for them: read at one clock, kept by nobody, moving no rule's window. */
import type { Snapshot } from "../alert.ts";
import type { PriceSpread, WindowPace } from "../pace.ts";
import { readDelayMs } from "../rule.ts";
import { paceOf, priceSpreadOf } from "../windows/pace.ts";
import type { RowRing } from "../windows/ring.ts";
import type { RowTable, TableRow } from "../windows/row-table.ts";
import { Tally } from "../windows/tally.ts";
import type { SeriesSet } from "./series.ts";

export interface WindowView {
  readonly snapshot: Snapshot;
  readonly pace: WindowPace;
  /** null when no row has a price. */
  readonly prices: PriceSpread | null;
}

/**
 * Windows of up to five minutes of one asset at the clock `nowMs`, in the order asked for; null when
 * no row of it was ever taken in.
 */
export function windowsOf(
  series: SeriesSet,
  asset: string,
  at: { readonly windowsMs: readonly number[]; readonly nowMs: number },
): readonly WindowView[] | null {
  const { table } = series;
  const ring = series.ringOf(asset);
  if (ring === null) return null;
  return at.windowsMs.map((windowMs) => {
    const { rows, earlier } = rowsAround({ ring, table }, { windowMs, nowMs: at.nowMs });
    const tally = new Tally();
    for (const row of rows) tally.add(row);
    return {
      snapshot: tally.snapshot({ hasPrices: true, hasRows: true }),
      pace: paceOf(rows, earlier, windowMs),
      prices: priceSpreadOf(rows),
    };
  });
}

/** How fast rows come in a series just now: its window of this length against the one before. */
export function paceAt(
  series: { readonly ring: RowRing; readonly table: RowTable },
  at: { readonly windowMs: number; readonly nowMs: number },
): WindowPace {
  const { rows, earlier } = rowsAround(series, at);
  return paceOf(rows, earlier, at.windowMs);
}

function rowsAround(
  { ring, table }: { readonly ring: RowRing; readonly table: RowTable },
  { windowMs, nowMs }: { readonly windowMs: number; readonly nowMs: number },
): { readonly rows: readonly TableRow[]; readonly earlier: readonly TableRow[] } {
  const lastMs = nowMs - readDelayMs(windowMs);
  const start = ring.firstAfter(lastMs - windowMs);
  const between = (from: number, to: number): TableRow[] => {
    return Array.from({ length: to - from }, (_, at) => table.get(ring.refAt(from + at)));
  };
  return {
    rows: between(start, ring.firstAfter(lastMs)),
    earlier: between(ring.firstAfter(lastMs - 2 * windowMs), start),
  };
}
