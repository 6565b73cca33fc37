/** A chart of liquidations: its figures, and the picture made of them. Types and the widths of bars. */
import type { Coverage } from "./coverage.ts";
import type { PositionSide, VenueId } from "./liquidation.ts";
import type { Totals } from "./queries.ts";

/** What a chart shows. */
export interface ChartQuery {
  /** 15 min, 1 h, 4 h, 12 h or 24 h, up to now. */
  readonly windowMs: number;
  /** Canonical asset; absent = all. */
  readonly asset?: string | undefined;
}

/** Money liquidated in [fromMs, fromMs + barMs); bars stand on whole multiples of their width. */
export interface Bar {
  readonly fromMs: number;
  readonly longCents: number;
  readonly shortCents: number;
}

export interface PricePoint {
  readonly atMs: number;
  /** Quote per base. */
  readonly price: number;
}

/** A stretch of which less than `PARTIAL_PCT` of the usual volume was watched. */
export interface UnseenSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The largest row of a chart. */
export interface ChartPeak {
  readonly atMs: number;
  readonly cents: number;
  readonly positionSide: PositionSide;
  readonly asset: string | null;
  readonly venue: VenueId;
}

export interface ChartFigures {
  readonly query: ChartQuery;
  /** Where the chart begins: later than the window when nothing was watched or found before. */
  readonly fromMs: number;
  /** The end of the window's last second. */
  readonly toMs: number;
  readonly barMs: number;
  /** Those with money, oldest first; together they are `totals`. */
  readonly bars: readonly Bar[];
  /** Of the whole window: what `/liq` says. */
  readonly totals: Totals;
  /** null = none with money, or the store could not say. */
  readonly largest: ChartPeak | null;
  /** Reference prices of the asset, oldest first; empty where none is known. */
  readonly prices: readonly PricePoint[];
  readonly unseen: readonly UnseenSpan[];
  readonly coverage: Coverage;
}

/** A picture for a message. */
export interface Picture {
  /** PNG. */
  readonly bytes: Uint8Array;
  /** File name: `btc-1h.png`. */
  readonly name: string;
  /** What it shows, for whoever cannot see it. */
  readonly alt: string;
}

export interface Chart {
  readonly figures: ChartFigures;
  /** null = it could not be painted in time; the figures stand without it. */
  readonly picture: Picture | null;
}

/** Charts of the running daemon. */
export interface Charts {
  draw(query: ChartQuery): Promise<Chart>;
}

/** More bars than this would be thinner than a line. */
export const BARS_MAX = 60;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Widths that people count in. */
const BAR_WIDTHS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  HOUR_MS,
];

/** The narrowest bars of which at most `BARS_MAX` (and a part of one) stand in a chart. */
export function barMsOf(spanMs: number): number {
  return BAR_WIDTHS_MS.find((widthMs) => spanMs / widthMs <= BARS_MAX) ?? HOUR_MS;
}
