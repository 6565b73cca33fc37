/**
 * Charts: the drawing, and the painting in its thread as a daemon does it, one after another. What the
 * main thread is held up by meanwhile is the point of the thread.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Painter } from "../dist/pictures/painter.js";
import { chartSvg } from "../dist/render/chart.js";
import { nodeRuntime } from "../dist/runtime-node.js";

const PICTURES = 60;
const BARS = 60;
const BAR_MS = 60_000;
const END_MS = Date.UTC(2026, 10, 18, 14, 6);

export async function measureChart(onProgress) {
  const log = { child: () => log, debug() {}, info() {}, warn() {}, error() {} };
  const painter = new Painter({ runtime: nodeRuntime, log, onPaint() {} });
  const startedMs = performance.now();
  await painter.paint(drawn(0));
  const firstMs = performance.now() - startedMs;
  const held = monitorEventLoopDelay({ resolution: 1 });
  held.enable();
  const drawMs = [];
  const paintMs = [];
  let bytes = 0;
  for (let at = 1; at <= PICTURES; at += 1) {
    const fromMs = performance.now();
    const svg = drawn(at);
    const drawnMs = performance.now();
    bytes = (await painter.paint(svg))?.length ?? 0;
    drawMs.push(drawnMs - fromMs);
    paintMs.push(performance.now() - drawnMs);
    if (at % 10 === 0) onProgress(`${at} of ${PICTURES} pictures`);
  }
  held.disable();
  await painter.close();
  return {
    ...{ firstMs: tenth(firstMs), bytes },
    drawMs: tenth(quantile(drawMs, 0.5)),
    paintMs: { p50: tenth(quantile(paintMs, 0.5)), p95: tenth(quantile(paintMs, 0.95)) },
    loopDelayMs: { p99: tenth(held.percentile(99) / 1e6), max: tenth(held.max / 1e6) },
  };
}

export function chartLines({ firstMs, bytes, drawMs, paintMs, loopDelayMs }) {
  return [
    `painted p50 ${paintMs.p50} ms, p95 ${paintMs.p95} ms (1,280 x 720, ${bytes} bytes)`,
    `drawn p50 ${drawMs} ms; the first picture, with the start of the thread, ${firstMs} ms`,
    `event loop held up p99 ${loopDelayMs.p99} ms, max ${loopDelayMs.max} ms`,
  ];
}

/** An hour with a bar a minute, both sides, and a price; each a little different. */
function drawn(seed) {
  const wave = (at) => 0.5 + 0.5 * Math.sin(at * 1.7 + seed);
  const bars = Array.from({ length: BARS }, (_, at) => ({
    fromMs: END_MS - (BARS - at) * BAR_MS,
    longCents: Math.round(wave(at) ** 3 * 2e8),
    shortCents: Math.round(wave(at + 40) ** 4 * 6e7),
  }));
  const prices = bars.map(({ fromMs: atMs }, at) => ({ atMs, price: 67_000 - 400 * wave(at / 9) }));
  const longCents = bars.reduce((sum, bar) => sum + bar.longCents, 0);
  const shortCents = bars.reduce((sum, bar) => sum + bar.shortCents, 0);
  const totals = { orders: BARS, longCents, shortCents, totalCents: longCents + shortCents };
  const coverage = { pct: 98.7, isAssumed: false, isFull: false, isBlind: false, missing: [] };
  const query = { asset: "BTC", windowMs: BARS * BAR_MS };
  const largest = {
    ...{ atMs: END_MS - 30 * BAR_MS, cents: 1e8, positionSide: "long", asset: "BTC" },
    venue: "bybit",
  };
  const span = { fromMs: END_MS - BARS * BAR_MS, toMs: END_MS, barMs: BAR_MS };
  const figures = { query, ...span, bars, totals, largest, prices, unseen: [], coverage };
  return chartSvg(figures, { label: null, titleOf: (venue) => venue });
}

function quantile(values, part) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function tenth(value) {
  return Math.round(value * 10) / 10;
}
