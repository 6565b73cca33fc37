/** SPEC 12: the sums of the report that no rule has a part in. */
import { countOrders, largestCents, sumCents, type TakenRow } from "./window-reading.ts";

export interface PlainDayFigures {
  readonly orders: number;
  readonly rows: number;
  readonly notionalUsd: number;
  readonly longUsd: number;
  readonly shortUsd: number;
}

export interface PlainTotalFigures extends PlainDayFigures {
  readonly largestUsd: number;
}

const DAY_SECONDS = 86_400;

export function dayFigures(rows: readonly TakenRow[]): PlainDayFigures {
  return {
    orders: countOrders(rows),
    rows: rows.length,
    notionalUsd: sumCents(rows) / 100,
    longUsd: sumCents(rows.filter((row) => row.positionSide === "long")) / 100,
    shortUsd: sumCents(rows.filter((row) => row.positionSide === "short")) / 100,
  };
}

export function totalFigures(rows: readonly TakenRow[]): PlainTotalFigures {
  return { ...dayFigures(rows), largestUsd: largestCents(rows) / 100 };
}

/** The 24 h window at `asOfMs`, exact to the second, history rows included. */
export function rowsOfDay(rows: readonly TakenRow[], asOfMs: number): TakenRow[] {
  const asOfSecond = Math.floor(asOfMs / 1000);
  return rows.filter((row) => {
    const at = Math.floor(row.windowTimeMs / 1000);
    return asOfSecond - DAY_SECONDS < at && at <= asOfSecond;
  });
}

/** One entry per name that has a row; rows without a name (unknown assets) are in none. */
export function figuresByName<Figures>(
  rows: readonly TakenRow[],
  nameOf: (row: TakenRow) => string | null,
  figuresOf: (rows: readonly TakenRow[]) => Figures,
): Record<string, Figures> {
  const names = new Set(rows.map(nameOf).filter((name) => name !== null));
  const entries = [...names].map((name): [string, Figures] => {
    return [name, figuresOf(rows.filter((row) => nameOf(row) === name))];
  });
  return Object.fromEntries(entries);
}
