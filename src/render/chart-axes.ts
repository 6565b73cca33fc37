/** Axes of a chart: money on the left, prices on the right, times below. Pure. */
import type { ChartFigures } from "../chart.ts";
import { COLORS, type Frame, label } from "./chart-frame.ts";
import { priceScale } from "./chart-marks.ts";
import { multiples, roundStep, timeTicks } from "./chart-scale.ts";
import { formatUsd } from "./money.ts";
import { formatPrice } from "./numbers.ts";
import { tag } from "./svg.ts";
import { formatClock, formatClockSeconds } from "./times.ts";

/** Lines of money in the plot, about. */
const MONEY_TICKS = 4;
const TIME_TICKS_MAX = 7;
const MINUTE_MS = 60_000;
const CENTS_PER_USD = 100;
/** Labels nearer to each other than this would touch. */
const LABEL_PIXELS = 15;

const SMALL = { size: 12, color: COLORS.dim } as const;

export function axes(figures: ChartFigures, frame: Frame): readonly string[] {
  return [...moneyAxis(frame), ...timeAxis(frame), ...priceAxis(figures, frame)];
}

function moneyAxis(frame: Frame): readonly string[] {
  const { left, right, top, bottom, zeroY, pixelsPerCent } = frame;
  const zero = line(left, zeroY, right, COLORS.zero);
  if (pixelsPerCent === 0) return [zero, label(left - 8, zeroY + 4, "$0", END)];
  const centsOf = (pixels: number) => pixels / pixelsPerCent;
  const step = roundStep((centsOf(bottom - top) / MONEY_TICKS) * 1.25, CENTS_PER_USD);
  const values = multiples(step, -centsOf(bottom - zeroY), centsOf(zeroY - top));
  const isCrowded = step * pixelsPerCent < LABEL_PIXELS;
  return values.flatMap((cents) => {
    if (cents === 0) return [zero, label(left - 8, zeroY + 4, "$0", END)];
    if (isCrowded) return [];
    const y = zeroY - cents * pixelsPerCent;
    const text = formatUsd(Math.abs(cents)).replace(/\.0+(?=\D)|(\.\d*[1-9])0+(?=\D)/, "$1");
    return [line(left, y, right, COLORS.grid), label(left - 8, y + 4, text, END)];
  });
}

const END = { ...SMALL, anchor: "end" } as const;

function timeAxis(frame: Frame): readonly string[] {
  const { left, right, bottom, fromMs, toMs, xOf } = frame;
  const { stepMs, ticksMs } = timeTicks(fromMs, toMs, TIME_TICKS_MAX);
  const textOf = (timeMs: number) =>
    stepMs < MINUTE_MS ? formatClockSeconds(timeMs).replace(" UTC", "") : formatClock(timeMs);
  const marks = ticksMs.flatMap((timeMs) => {
    const x = xOf(timeMs);
    const tick = tag("path", { d: `M${x.toFixed(1)} ${bottom}v5`, stroke: COLORS.zero });
    // A label at the very edge would be cut, or run into the one of the other axis.
    if (x < left + 12 || x > right - 18) return [tick];
    return [tick, label(x, bottom + 19, textOf(timeMs), { ...SMALL, anchor: "middle" })];
  });
  return [line(left, bottom, right, COLORS.grid), ...marks, label(16, bottom + 19, "UTC", SMALL)];
}

function priceAxis({ prices }: ChartFigures, frame: Frame): readonly string[] {
  const scale = priceScale(prices, frame);
  if (scale === null) return [];
  const { right } = frame;
  const style = { size: 12, color: COLORS.price } as const;
  const ends = scale.lowest === scale.highest ? [scale.lowest] : [scale.lowest, scale.highest];
  return ends.map((price) => label(right + 8, scale.yOf(price) + 4, formatPrice(price), style));
}

function line(left: number, y: number, right: number, color: string): string {
  const d = `M${left} ${y.toFixed(1)}H${right}`;
  return tag("path", { d, stroke: color, "stroke-width": 1 });
}
