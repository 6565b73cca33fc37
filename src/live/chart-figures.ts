/** The figures of a chart, read from memory: the very cells that `/liq` adds up. */
import {
  barMsOf,
  type ChartFigures,
  type ChartPeak,
  type ChartQuery,
  type UnseenSpan,
} from "../chart.ts";
import { isPartial } from "../coverage.ts";
import type { RecentLiquidation } from "../queries.ts";
import type { CoverageBook } from "../severity/coverage-book.ts";
import type { DayTotals } from "../windows/day-total.ts";
import { totalsOf } from "./figures.ts";

const SECOND_MS = 1_000;
/** A chart of less would be a few bars of nothing. */
const SPAN_MS_MIN = 60_000;

export interface ChartSources {
  readonly day: Pick<DayTotals, "bars" | "total">;
  readonly coverage: Pick<CoverageBook, "coverage" | "ofWindow" | "sinceMs">;
  /** The engine's clock. */
  readonly nowMs: number;
}

/** All but the largest row, which only the store knows, and the prices. */
export function chartFigures(
  query: ChartQuery,
  { day, coverage, nowMs }: ChartSources,
): Omit<ChartFigures, "largest" | "prices"> {
  const { asset, windowMs } = query;
  const toMs = (Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS;
  const asked = { nowMs, windowMs, asset };
  const { sinceMs } = coverage;
  const isWatched = sinceMs !== null && sinceMs <= toMs - windowMs;
  const fromMs = isWatched
    ? toMs - windowMs
    : beginOf({ toMs, windowMs, sinceMs, firstMs: day.bars(asked, SECOND_MS)[0]?.fromMs ?? toMs });
  const barMs = barMsOf(toMs - fromMs);
  return {
    ...{ query, fromMs, toMs, barMs },
    bars: day.bars(asked, barMs),
    totals: totalsOf(day.total(asked)),
    unseen: unseenSpans({ fromMs, toMs, barMs }, (span) =>
      isPartial(coverage.coverage({ asset: asset ?? null, venues: [], ...span })),
    ),
    coverage: coverage.ofWindow(query, nowMs),
  };
}

/** Where nothing was watched and nothing found there is nothing to draw: the rest gets the room. */
function beginOf({
  toMs,
  windowMs,
  firstMs,
  sinceMs,
}: {
  readonly toMs: number;
  readonly windowMs: number;
  readonly firstMs: number;
  readonly sinceMs: number | null;
}): number {
  const knownMs = Math.min(firstMs, sinceMs ?? toMs, toMs - SPAN_MS_MIN);
  return Math.max(toMs - windowMs, Math.floor(knownMs / SECOND_MS) * SECOND_MS);
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Bars of which too little was seen, neighbours joined. */
function unseenSpans(
  { fromMs, toMs, barMs }: Span & { readonly barMs: number },
  isUnseen: (span: Span) => boolean,
): readonly UnseenSpan[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (let barAt = Math.floor(fromMs / barMs) * barMs; barAt < toMs; barAt += barMs) {
    const bar = { fromMs: Math.max(fromMs, barAt), toMs: Math.min(toMs, barAt + barMs) };
    if (!isUnseen(bar)) continue;
    const before = spans.at(-1);
    if (before?.toMs === bar.fromMs) before.toMs = bar.toMs;
    else spans.push(bar);
  }
  return spans;
}

/** The largest row as a chart names it; one that came after the figures were read is none of theirs. */
export function peakOf(
  row: RecentLiquidation | undefined,
  { toMs }: Pick<ChartFigures, "toMs">,
): ChartPeak | null {
  if (row === undefined || row.notionalCents === null || row.occurredAtMs >= toMs) return null;
  const { occurredAtMs: atMs, notionalCents: cents, positionSide, asset, venue } = row;
  return { atMs, cents, positionSide, asset, venue };
}
