/** The replay report of SPEC 12, built line by line from what the engine accepts and decides. */
import type { Decision, Snapshot } from "../alert.ts";
import type { Liquidation } from "../liquidation.ts";
import type { Metric } from "../rule.ts";
import type { Admitted } from "../severity/admission.ts";
import type { Engine } from "../severity/engine.ts";
import { DAY_MS } from "../windows/day-total.ts";
import type { SecondSums } from "../windows/second-totals.ts";
import type { Peaks } from "./peaks.ts";

const SIGNIFICANT_DIGITS = 9;
const MONEY_METRICS: readonly Metric[] = ["notionalUsd", "largestUsd"];

interface Total extends SecondSums {
  largestCents: number;
}

/** Everything in the report that the engine itself does not keep; plain data. */
export interface ReportState {
  frames: number;
  rejected: number;
  /** The largest receivedAtMs read, duplicates and refused rows too. */
  asOfMs: number | null;
  all: Total;
  readonly byAsset: Map<string, Total>;
  readonly byVenue: Map<string, Total>;
  alerts: Decision[];
}

export function newReport(): ReportState {
  return {
    frames: 0,
    rejected: 0,
    asOfMs: null,
    all: newTotal(),
    byAsset: new Map(),
    byVenue: new Map(),
    alerts: [],
  };
}

/** The report state as JSON can hold it, and back. */
export function saveReport(report: ReportState): SavedReport {
  return { ...report, byAsset: [...report.byAsset], byVenue: [...report.byVenue] };
}
export function restoreReport(saved: SavedReport): ReportState {
  return { ...saved, byAsset: new Map(saved.byAsset), byVenue: new Map(saved.byVenue) };
}
export type SavedReport = Omit<ReportState, "byAsset" | "byVenue"> & {
  readonly byAsset: readonly (readonly [string, Total])[];
  readonly byVenue: readonly (readonly [string, Total])[];
};

/** Adds accepted rows of kind liquidation to the totals. */
export function addToReport(report: ReportState, accepted: readonly Admitted[]): void {
  for (const { row, countsOrder } of accepted) {
    if (row.kind !== "liquidation") continue;
    const own = { orders: countsOrder ? 1 : 0, rows: 1, cents: row.notionalCents ?? 0 };
    addSums(report.all, row, own);
    addSums(totalOf(report.byVenue, row.venue), row, own);
    if (row.asset !== null) addSums(totalOf(report.byAsset, row.asset), row, own);
  }
}

/** Rows that were added without asset and money have them now; they were counted already. */
export function repriceReport(report: ReportState, priced: readonly Admitted[]): void {
  for (const { row, countsOrder } of priced) {
    if (row.kind !== "liquidation") continue;
    const cents = row.notionalCents ?? 0;
    const none = { orders: 0, rows: 0 };
    addSums(report.all, row, { ...none, cents });
    addSums(totalOf(report.byVenue, row.venue), row, { ...none, cents });
    const own = { orders: countsOrder ? 1 : 0, rows: 1, cents };
    if (row.asset !== null) addSums(totalOf(report.byAsset, row.asset), row, own);
  }
}

function addSums(
  total: Total,
  { positionSide }: Pick<Liquidation, "positionSide">,
  {
    orders,
    rows,
    cents,
  }: { readonly orders: number; readonly rows: number; readonly cents: number },
): void {
  total.orders += orders;
  total.rows += rows;
  if (positionSide === "long") total.longCents += cents;
  else total.shortCents += cents;
  total.largestCents = Math.max(total.largestCents, cents);
}

export interface PrintedSums {
  readonly orders: number;
  readonly rows: number;
  readonly notionalUsd: number;
  readonly longUsd: number;
  readonly shortUsd: number;
}
export interface PrintedAlert {
  readonly atMs: number;
  readonly decision: string;
  readonly rule: string;
  readonly scope: string;
  readonly severity: string;
  readonly value: number;
  readonly window: Readonly<Record<string, number | null>>;
  readonly reason?: string;
  readonly untilMs?: number;
  readonly count?: number;
}
/** The shape of SPEC 12, keys not yet sorted. */
export interface PrintedReport {
  readonly input: Readonly<Record<string, number>>;
  readonly totals: {
    readonly all: PrintedSums;
    readonly byAsset: Readonly<Record<string, PrintedSums>>;
    readonly byVenue: Readonly<Record<string, PrintedSums>>;
  };
  readonly day: {
    readonly asOfMs: number | null;
    readonly all: PrintedSums;
    readonly byAsset: Readonly<Record<string, PrintedSums>>;
  };
  readonly alerts: readonly PrintedAlert[];
  readonly peaks: Readonly<Record<string, unknown>>;
}

/** The finished report; printing it with sorted keys gives the same bytes for the same input. */
export function reportOf(report: ReportState, engine: Engine, peaks: Peaks): PrintedReport {
  const { counts } = engine.admission;
  const day = { nowMs: report.asOfMs ?? 0, windowMs: DAY_MS };
  return {
    input: { ...counts, frames: report.frames, rejected: report.rejected },
    totals: {
      all: printTotal(report.all),
      byAsset: printAll(report.byAsset, printTotal),
      byVenue: printAll(report.byVenue, printTotal),
    },
    day: {
      asOfMs: report.asOfMs,
      all: printSums(engine.series.day.total(day)),
      byAsset: printAll(engine.series.day.byAsset(day), printSums),
    },
    alerts: report.alerts.map(printAlert),
    peaks: peaks.of(engine),
  };
}

/**
 * JSON with the keys of every object sorted by code unit. Written by hand, because an object puts
 * names like `4` (an asset) before all others, whatever order they are set in.
 */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${sortedJson(inner)}`);
  return `{${fields.join(",")}}`;
}

function printAlert(decision: Decision): PrintedAlert {
  const isMoney = MONEY_METRICS.includes(decision.metric);
  const { suppression } = decision;
  return {
    atMs: decision.atMs,
    decision: decision.decision,
    rule: decision.rule,
    scope: decision.scopeKey,
    severity: decision.severity,
    value: isMoney ? decision.value : significant(decision.value),
    window: printWindow(decision.window),
    ...(suppression ?? {}),
  };
}

function printWindow(window: Snapshot): Record<string, number | null> {
  return {
    ...printSums(window),
    largestUsd: window.largestCents === null ? null : window.largestCents / 100,
    liqVwap: window.liqVwap === null ? null : significant(window.liqVwap),
    priceChangePct: window.priceChangePct === null ? null : significant(window.priceChangePct),
  };
}

function printSums(sums: Readonly<SecondSums>): PrintedSums {
  return {
    orders: sums.orders,
    rows: sums.rows,
    notionalUsd: (sums.longCents + sums.shortCents) / 100,
    longUsd: sums.longCents / 100,
    shortUsd: sums.shortCents / 100,
  };
}

function printTotal(total: Total): PrintedSums & { readonly largestUsd: number } {
  return { ...printSums(total), largestUsd: total.largestCents / 100 };
}

function printAll<Value>(
  named: ReadonlyMap<string, Value>,
  print: (value: Value) => PrintedSums,
): Record<string, PrintedSums> {
  return Object.fromEntries([...named].map(([name, value]) => [name, print(value)]));
}

/** Nine significant digits, no trailing zeros; -0 is 0. */
export function significant(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS)) + 0;
}

function totalOf(totals: Map<string, Total>, name: string): Total {
  const known = totals.get(name);
  if (known !== undefined) return known;
  const total = newTotal();
  totals.set(name, total);
  return total;
}

function newTotal(): Total {
  return { orders: 0, rows: 0, longCents: 0, shortCents: 0, largestCents: 0 };
}
