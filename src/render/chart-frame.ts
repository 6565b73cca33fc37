/** Where things stand in a chart: the plot, its scales, its colours. Pure. */
import type { ChartFigures, PricePoint } from "../chart.ts";
import { formatPrice } from "./numbers.ts";
import { escapeXml, tag } from "./svg.ts";

/** In CSS pixels; painted at twice this, which is the width that Telegram leaves as it is. */
export const WIDTH = 640;
export const HEIGHT = 360;

const TOP = 88;
const BOTTOM = HEIGHT - 54;
const LEFT = 70;
const RIGHT_MARGIN = 16;
/** A sign of a price, and what stands before it. */
const PRICE_SIGN_PIXELS = 7.7;
const PRICE_GAP_PIXELS = 20;

/** A part of the plot that a small side has at least, so that its bars can be seen. */
const PART_MIN = 0.16;

export const COLORS = {
  card: "#16191f",
  text: "#e8eaee",
  dim: "#a3abb8",
  grid: "#2c323c",
  zero: "#6b7482",
  long: "#f2545b",
  short: "#2fbf71",
  price: "#f4d35e",
  peak: "#ffffff",
  hatch: "#3a4353",
} as const;

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The line between buying above and selling below. */
  readonly zeroY: number;
  readonly pixelsPerCent: number;
  readonly fromMs: number;
  readonly toMs: number;
  xOf(timeMs: number): number;
}

export function frameOf(figures: ChartFigures): Frame {
  const { bars, fromMs, toMs, prices } = figures;
  const left = LEFT;
  const right = WIDTH - priceMargin(prices);
  const upCents = Math.max(0, ...bars.map(({ shortCents }) => shortCents));
  const downCents = Math.max(0, ...bars.map(({ longCents }) => longCents));
  const zeroY = TOP + (BOTTOM - TOP) * upPart(upCents, downCents);
  // Whichever half is the tighter one decides: both are on one scale.
  const room = (pixels: number, cents: number) =>
    cents === 0 ? Number.POSITIVE_INFINITY : pixels / cents;
  const pixelsPerCent = Math.min(room(zeroY - TOP, upCents), room(BOTTOM - zeroY, downCents));
  return {
    ...{ left, right, top: TOP, bottom: BOTTOM, zeroY, fromMs, toMs },
    pixelsPerCent: Number.isFinite(pixelsPerCent) ? pixelsPerCent : 0,
    xOf: (timeMs) => left + ((timeMs - fromMs) / (toMs - fromMs)) * (right - left),
  };
}

/** Prices of many digits take more room. */
function priceMargin(prices: readonly PricePoint[]): number {
  const signs = Math.max(0, ...prices.map(({ price }) => formatPrice(price).length));
  return signs === 0 ? RIGHT_MARGIN : PRICE_GAP_PIXELS + signs * PRICE_SIGN_PIXELS;
}

/** The part of the plot above the line. */
function upPart(upCents: number, downCents: number): number {
  if (upCents === 0 && downCents === 0) return 0.5;
  const part = upCents / (upCents + downCents);
  // The empty half keeps a strip: that nothing went that way is to be seen, too.
  return Math.min(1 - PART_MIN, Math.max(PART_MIN, part));
}

export interface LabelStyle {
  readonly size: number;
  readonly color?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly isStrong?: boolean;
}

/** A line of text. Strong = with an outline of its own colour: only one font is bundled. */
export function label(x: number, y: number, text: string, style: LabelStyle): string {
  const { size, color = COLORS.text, anchor = "start", isStrong = false } = style;
  const attributes = {
    ...{ x, y, "font-size": size, fill: color },
    ...(anchor === "start" ? {} : { "text-anchor": anchor }),
    ...(isStrong ? { stroke: color, "stroke-width": 0.55 } : {}),
  };
  return tag("text", attributes, escapeXml(text));
}
