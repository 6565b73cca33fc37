/** What a chart shows inside its frame: bars, the price, the largest row, what was not seen. Pure. */
import type { Bar, ChartFigures, PricePoint } from "../chart.ts";
import { COLORS, type Frame } from "./chart-frame.ts";
import { rounded, tag } from "./svg.ts";

/** A bar of little money is still to be seen. */
const BAR_PIXELS_MIN = 1.5;
/** The price is drawn inside the plot by this, so that its ends are not on the frame. */
const PRICE_INSET = 14;
/** Prices further apart than this are not joined: nothing is known in between. */
const PRICE_GAP_MS_MAX = 180_000;

/** All bars of one colour are one path: a picture of 120 elements takes longer to paint. */
export function barsOf({ bars, barMs }: ChartFigures, frame: Frame): readonly string[] {
  const { zeroY, pixelsPerCent } = frame;
  const path = (centsOf: (bar: Bar) => number, sign: 1 | -1): string =>
    bars
      .filter((bar) => centsOf(bar) > 0)
      .map((bar) => {
        const { x, width } = placeOf(bar, barMs, frame);
        const height = Math.max(BAR_PIXELS_MIN, centsOf(bar) * pixelsPerCent);
        const y = zeroY - sign * height;
        return `M${rounded(x)} ${rounded(zeroY)}V${rounded(y)}h${rounded(width)}V${rounded(zeroY)}z`;
      })
      .join("");
  const drawn = [
    { d: path(({ shortCents }) => shortCents, 1), fill: COLORS.short },
    { d: path(({ longCents }) => longCents, -1), fill: COLORS.long },
  ];
  return drawn.filter(({ d }) => d !== "").map((attributes) => tag("path", attributes));
}

/** The first and the last bar are cut where the window begins and ends. */
function placeOf({ fromMs }: Bar, barMs: number, frame: Frame) {
  const left = frame.xOf(Math.max(fromMs, frame.fromMs));
  const right = frame.xOf(Math.min(fromMs + barMs, frame.toMs));
  const gap = Math.min(1.5, (right - left) * 0.2);
  return { x: left + gap / 2, width: Math.max(1, right - left - gap) };
}

export interface PriceScale {
  readonly lowest: number;
  readonly highest: number;
  yOf(price: number): number;
}

/** null = no price is known. */
export function priceScale(prices: readonly PricePoint[], frame: Frame): PriceScale | null {
  if (prices.length === 0) return null;
  const lowest = Math.min(...prices.map(({ price }) => price));
  const highest = Math.max(...prices.map(({ price }) => price));
  const top = frame.top + PRICE_INSET;
  const bottom = frame.bottom - PRICE_INSET;
  const yOf = (price: number) =>
    highest === lowest
      ? (top + bottom) / 2
      : bottom - ((price - lowest) / (highest - lowest)) * (bottom - top);
  return { lowest, highest, yOf };
}

/** Dark underneath, so that it is to be seen over bars as well. */
export function priceOf({ prices }: ChartFigures, frame: Frame): readonly string[] {
  const scale = priceScale(prices, frame);
  if (scale === null) return [];
  let beforeMs = Number.NEGATIVE_INFINITY;
  const d = prices
    .map(({ atMs, price }) => {
      const isJoined = atMs - beforeMs <= PRICE_GAP_MS_MAX;
      beforeMs = atMs;
      return `${isJoined ? "L" : "M"}${rounded(frame.xOf(atMs))} ${rounded(scale.yOf(price))}`;
    })
    .join("");
  const line = { d, fill: "none", "stroke-linejoin": "round" };
  return [
    tag("path", { ...line, stroke: COLORS.card, "stroke-width": 4, "stroke-opacity": 0.7 }),
    tag("path", { ...line, stroke: COLORS.price, "stroke-width": 1.8 }),
  ];
}

/** Where the largest row is; what it was stands above the plot, where it covers nothing. */
export function peakOf({ largest, bars, barMs }: ChartFigures, frame: Frame): readonly string[] {
  const bar = bars.find(({ fromMs }) => {
    return largest !== null && largest.atMs >= fromMs && largest.atMs < fromMs + barMs;
  });
  if (largest === null || bar === undefined) return [];
  const isLong = largest.positionSide === "long";
  const { x, width } = placeOf(bar, barMs, frame);
  const height = (isLong ? bar.longCents : bar.shortCents) * frame.pixelsPerCent;
  const endY = frame.zeroY + (isLong ? 1 : -1) * Math.max(height, PEAK_PIXELS);
  const d = `M${rounded(x + width / 2)} ${rounded(endY - PEAK_PIXELS)}l5 5l-5 5l-5 -5z`;
  return [tag("path", { d, fill: COLORS.peak, stroke: COLORS.card, "stroke-width": 1.5 })];
}

/** Half of the mark's height. */
const PEAK_PIXELS = 5;

/** Distance of the lines across what was not seen. */
const HATCH_PIXELS = 9;

/** Lines by hand: a pattern takes three times as long to paint. */
export function unseenOf({ unseen }: ChartFigures, frame: Frame): readonly string[] {
  const d = unseen.map(({ fromMs, toMs }) => {
    const left = frame.xOf(Math.max(fromMs, frame.fromMs));
    return hatch(left, frame.xOf(Math.min(toMs, frame.toMs)), frame);
  });
  if (d.length === 0) return [];
  return [tag("path", { d: d.join(""), stroke: COLORS.hatch, "stroke-width": 2, fill: "none" })];
}

/** Lines rising to the right, each cut where it leaves the stretch. */
function hatch(left: number, right: number, { top, bottom }: Frame): string {
  const height = bottom - top;
  let d = "";
  const first = Math.floor((left - height) / HATCH_PIXELS) * HATCH_PIXELS;
  for (let footX = first; footX < right; footX += HATCH_PIXELS) {
    const fromX = Math.max(left, footX);
    const toX = Math.min(right, footX + height);
    if (toX <= fromX) continue;
    const fromY = bottom - (fromX - footX);
    d += `M${rounded(fromX)} ${rounded(fromY)}l${rounded(toX - fromX)} ${rounded(fromX - toX)}`;
  }
  return d;
}
