/**
 * The picture of a chart, as SVG: shorts green upwards (forced buying), longs red downwards (forced
 * selling) on one scale, the reference price over both. Drawn for a dark card of its own, so that it
 * looks the same on light and dark pages. Pure.
 */
import type { ChartFigures } from "../chart.ts";
import { isPartial, PARTIAL_PCT } from "../coverage.ts";
import { axes } from "./chart-axes.ts";
import { COLORS, type Frame, frameOf, HEIGHT, label, WIDTH } from "./chart-frame.ts";
import { barsOf, peakOf, priceOf, unseenOf } from "./chart-marks.ts";
import { formatUsd } from "./money.ts";
import { formatPrice, formatShare, formatSignedPercent } from "./numbers.ts";
import { escapeXml, tag } from "./svg.ts";
import { formatClockSeconds, formatDuration, formatWindow } from "./times.ts";
import type { Label } from "./title.ts";

export interface ChartOptions {
  /** null = real venues. */
  readonly label: Label | null;
  /** How a venue is called. */
  readonly titleOf: (venue: string) => string;
}

/** Letters of an asset's name that are shown. */
const NAME_CHARS_MAX = 16;
/** What the bundled font has signs for: Latin, Greek, Cyrillic. */
const DRAWABLE = /^[\u0020-\u024f\u0370-\u052f]+$/;

export function chartSvg(figures: ChartFigures, options: ChartOptions): string {
  const frame = frameOf(figures);
  const parts = [
    tag("rect", { width: WIDTH, height: HEIGHT, fill: COLORS.card }),
    ...headOf(figures, options),
    ...unseenOf(figures, frame),
    ...axes(figures, frame),
    ...barsOf(figures, frame),
    ...priceOf(figures, frame),
    ...peakOf(figures, frame),
    ...emptyOf(figures, frame),
    ...watermarkOf(frame, options.label),
    ...footOf(figures),
  ];
  const open = {
    ...{ xmlns: "http://www.w3.org/2000/svg", width: WIDTH, height: HEIGHT },
    ...{ viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "font-family": "DejaVu Sans" },
  };
  return tag("svg", open, parts.join("\n"));
}

/** What the picture says, in words: for whoever cannot see it. */
export function chartAlt(figures: ChartFigures, options: Pick<ChartOptions, "label">): string {
  const { totals } = figures;
  const money = `longs ${formatUsd(totals.longCents)}, shorts ${formatUsd(totals.shortCents)}`;
  const start = options.label === null ? "" : `${options.label}: `;
  return `${start}${titleOf(figures)}: at least ${formatUsd(totals.totalCents)}, ${money}`;
}

/** `btc-1h.png`; whatever an asset is called, a name that every file system takes. */
export function chartName({ query }: Pick<ChartFigures, "query">): string {
  const asset = (query.asset ?? "market").toLowerCase().replace(/[^a-z0-9]+/g, "");
  return `${asset === "" ? "asset" : asset}-${formatWindow(query.windowMs).replace(" ", "")}.png`;
}

function titleOf({ query }: Pick<ChartFigures, "query">): string {
  const { asset, windowMs } = query;
  const span = `last ${formatWindow(windowMs)}`;
  if (asset === undefined) return `All liquidations, ${span}`;
  const name = cutName(asset);
  // The text beside the picture has the name.
  return DRAWABLE.test(asset)
    ? `${name} liquidations, ${span}`
    : `Liquidations of ${name}, ${span}`;
}

function headOf(figures: ChartFigures, options: ChartOptions): readonly string[] {
  const { totals, coverage } = figures;
  const isUnknown = isUnseen(figures);
  const start = options.label === null ? "" : `${options.label} · `;
  const total = isUnknown ? "cannot say" : `≥ ${formatUsd(totals.totalCents)}`;
  const mark = isPartial(coverage) && !isUnknown ? " (partial)" : "";
  return [
    label(16, 29, `${start}${titleOf(figures)}`, { size: 17, isStrong: true }),
    label(WIDTH - 16, 29, `${total}${mark}`, { size: 17, isStrong: true, anchor: "end" }),
    isUnknown ? "" : legendOf(figures),
    largestOf(figures, options),
  ];
}

/** Nothing was found where nothing could be: no figure at all. */
function isUnseen({ totals, coverage }: ChartFigures): boolean {
  return coverage.isBlind && totals.totalCents === 0;
}

/** `◆ largest $1.12M long, Bybit, 13:58 UTC`. */
function largestOf(
  { largest, query }: ChartFigures,
  { titleOf: venueTitle }: ChartOptions,
): string {
  if (largest === null) return "";
  const { asset, positionSide, venue, cents, atMs } = largest;
  const name = query.asset === undefined && asset !== null ? `${cutName(asset)} ` : "";
  const what = `${formatUsd(cents)} ${name}${positionSide}, ${venueTitle(venue)}`;
  const text = `◆ largest ${what}, ${formatClockSeconds(atMs)}`;
  return label(16, 71, text, { size: 12, color: COLORS.dim });
}

/** The part that fits; what the font cannot draw would be boxes. */
function cutName(asset: string): string {
  const letters = [...asset];
  if (!DRAWABLE.test(asset)) return "this asset";
  return letters.length <= NAME_CHARS_MAX ? asset : `${letters.slice(0, NAME_CHARS_MAX).join("")}…`;
}

/** One text of several colours, so that no width has to be known. */
function legendOf({ totals, prices }: ChartFigures): string {
  const { longCents, shortCents, totalCents } = totals;
  const money = (cents: number) =>
    totalCents === 0 ? "$0" : `${formatUsd(cents)} (${formatShare(cents, totalCents)})`;
  const entry = (sign: string, color: string, text: string) =>
    `${tag("tspan", { fill: color }, sign)}${tag("tspan", { fill: COLORS.text }, escapeXml(` ${text}`))}`;
  const entries = [
    entry("▲", COLORS.short, `shorts ${money(shortCents)}`),
    entry("▼", COLORS.long, `longs ${money(longCents)}`),
  ];
  const [first, last] = [prices.at(0), prices.at(-1)];
  if (first !== undefined && last !== undefined) {
    const change = formatSignedPercent((last.price / first.price - 1) * 100);
    entries.push(entry("━", COLORS.price, `price ${formatPrice(last.price)} (${change})`));
  }
  const attributes = { x: 16, y: 51, "font-size": 13, "xml:space": "preserve" };
  return tag("text", attributes, entries.join("    "));
}

function emptyOf(figures: ChartFigures, frame: Frame): readonly string[] {
  if (figures.totals.totalCents > 0) return [];
  const text = isUnseen(figures)
    ? "Cannot say: the main venues are not seen"
    : "None seen. Quiet is normal.";
  const middle = { size: 15, anchor: "middle" } as const;
  return [label((frame.left + frame.right) / 2, frame.zeroY - 14, text, middle)];
}

/** Over the whole plot, so that no cut of the picture passes for news. */
function watermarkOf(frame: Frame, word: Label | null): readonly string[] {
  if (word === null) return [];
  const x = (frame.left + frame.right) / 2;
  const y = (frame.top + frame.bottom) / 2 + 20;
  const text = {
    ...{ x, y, "font-size": 62, "text-anchor": "middle", "letter-spacing": 4 },
    ...{ fill: "#ffffff", "fill-opacity": 0.13 },
  };
  return [tag("text", text, word)];
}

/** What limits the figures, and when they were read. */
function footOf(figures: ChartFigures): readonly string[] {
  const { unseen, barMs, toMs } = figures;
  const hatched = unseen.length === 0 ? "" : `, hatched: under ${PARTIAL_PCT}%`;
  const foot = { size: 11.5, color: COLORS.dim };
  const bars = `per ${formatWindow(barMs)} · ${formatClockSeconds(toMs - 1)}`;
  return [
    label(
      16,
      HEIGHT - 12,
      `${isUnseen(figures) ? "" : "At least: "}${limitOf(figures)}${hatched}`,
      foot,
    ),
    label(WIDTH - 16, HEIGHT - 12, bars, { ...foot, anchor: "end" }),
  ];
}

function limitOf({ coverage, query, fromMs, toMs, barMs }: ChartFigures): string {
  if (toMs - fromMs + barMs < query.windowMs) {
    return `watched for ${formatDuration(toMs - fromMs)} only`;
  }
  if (coverage.pct === null || coverage.isFull) return "venues need not publish all";
  return `${coverage.pct}% of the usual volume seen`;
}
