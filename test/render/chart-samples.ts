/** Charts of several shapes, made without chance. */
import { type Bar, barMsOf, type ChartFigures, type PricePoint } from "../../src/chart.ts";
import type { Coverage } from "../../src/coverage.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** 18 November 2026, 14:06:31 UTC: a window ends with its second. */
export const END_MS = Date.UTC(2026, 10, 18, 14, 6, 31);
const WELL_SEEN: Coverage = {
  ...{ pct: 98.7, isAssumed: false, isFull: false, isBlind: false, missing: [] },
};

interface Made {
  readonly asset?: string | undefined;
  readonly windowMs?: number;
  readonly spanMs?: number;
  /** Cents of the bars by age, newest first: [longs, shorts]. */
  readonly bars: readonly (readonly [longCents: number, shortCents: number])[];
  readonly largest?: Partial<ChartFigures["largest"]> & { barsAgo: number };
  readonly prices?: readonly PricePoint[];
  readonly unseen?: ChartFigures["unseen"];
  readonly coverage?: Partial<Coverage>;
}

export function figuresOf(made: Made): ChartFigures {
  const { asset, windowMs = HOUR_MS, spanMs = windowMs, unseen = [], prices = [] } = made;
  const barMs = barMsOf(spanMs);
  const newestMs = Math.floor((END_MS - 1) / barMs) * barMs;
  const bars: Bar[] = made.bars
    .map(([longCents, shortCents], ago) => ({
      ...{ fromMs: newestMs - ago * barMs, longCents, shortCents },
    }))
    .filter(({ longCents, shortCents }) => longCents + shortCents > 0)
    .reverse();
  const sum = (centsOf: (bar: Bar) => number) => bars.reduce((all, bar) => all + centsOf(bar), 0);
  const longCents = sum((bar) => bar.longCents);
  const shortCents = sum((bar) => bar.shortCents);
  const { barsAgo = 0, ...peak } = made.largest ?? {};
  return {
    query: { asset, windowMs },
    ...{ fromMs: END_MS - spanMs, toMs: END_MS, barMs, bars, prices, unseen },
    totals: { orders: bars.length, longCents, shortCents, totalCents: longCents + shortCents },
    largest:
      made.largest === undefined
        ? null
        : {
            ...{ cents: 0, positionSide: "long", asset: asset ?? null, venue: "bybit" },
            ...peak,
            atMs: newestMs - barsAgo * barMs + 1,
          },
    coverage: { ...WELL_SEEN, ...made.coverage },
  };
}

/** Between 0 and 1, the same for the same number. */
export function grain(index: number): number {
  const wave = Math.sin(index * 12.9898 + 4.1414) * 43_758.5453;
  return wave - Math.floor(wave);
}

function priced(values: number, priceAt: (minutesAgo: number) => number): readonly PricePoint[] {
  const newestMs = Math.floor(END_MS / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: values }, (_, ago) => ({
    ...{ atMs: newestMs - ago * MINUTE_MS, price: priceAt(ago) },
  })).reverse();
}

const bars = (count: number, of: (ago: number) => readonly [number, number]) =>
  Array.from({ length: count }, (_, ago) => of(ago));

/** The minute of a crash, most money at its 9th bar. */
const crashAt = (ago: number) => Math.exp(-((ago - 9) ** 2) / 18);

export const SAMPLES = {
  crash: figuresOf({
    asset: "BTC",
    bars: bars(60, (ago) => [
      Math.round((crashAt(ago) * 0.9 + 0.1 * grain(ago)) * 210e6 * (0.4 + grain(ago + 99))),
      Math.round(grain(ago + 7) * 22e6),
    ]),
    largest: { barsAgo: 8, cents: 112_345_678, venue: "bybit" },
    prices: priced(60, (ago) => {
      const fallen = 1 / (1 + Math.exp((ago - 10) / 1.6));
      return 67_412 - 1_450 * fallen + 500 * Math.max(0, 1 - ago / 5) + 90 * (grain(ago) - 0.5);
    }),
  }),
  quiet: figuresOf({
    asset: "ETH",
    bars: bars(60, (ago) => [
      grain(ago) > 0.9 ? Math.round(grain(ago + 1) * 400_000) : 0,
      grain(ago + 50) > 0.93 ? Math.round(grain(ago + 2) * 700_000) : 0,
    ]),
    largest: { barsAgo: 52, cents: 512_000, venue: "okx" },
  }),
  none: figuresOf({ asset: "LTC", bars: [], coverage: { pct: 100, isFull: true } }),
  blind: figuresOf({
    asset: "BTC",
    bars: [],
    unseen: [{ fromMs: END_MS - HOUR_MS, toMs: END_MS }],
    coverage: { pct: 12.4, isBlind: true },
  }),
  shortsOnly: figuresOf({
    asset: "SOL",
    windowMs: 4 * HOUR_MS,
    bars: bars(48, (ago) => [0, Math.round(grain(ago) ** 3 * 90e6)]),
    largest: { barsAgo: 40, cents: 8_812_345, positionSide: "short", venue: "binance" },
  }),
  oneBar: figuresOf({
    asset: "DOGE",
    windowMs: 15 * MINUTE_MS,
    bars: bars(24, (ago) => (ago === 23 ? [12_345_600, 0] : [0, 0])),
    largest: { barsAgo: 23, cents: 12_345_600, venue: "kraken-futures" },
  }),
  tiny: figuresOf({
    asset: "1000000MOGWIFHATCOIN",
    bars: bars(60, (ago) => (ago % 17 === 3 ? [4, 120] : [0, 0])),
  }),
  huge: figuresOf({
    windowMs: 24 * HOUR_MS,
    bars: bars(48, (ago) => [
      Math.round(grain(ago) ** 4 * 90e9 * (ago === 20 ? 20 : 1)),
      Math.round(grain(ago + 5) ** 4 * 60e9),
    ]),
    largest: { barsAgo: 20, cents: 20_312_345_678, asset: "BTC", venue: "hyperliquid" },
  }),
  gap: figuresOf({
    asset: "BTC",
    bars: bars(60, (ago) => [
      ago > 20 && ago < 35 ? 0 : Math.round(grain(ago) ** 2 * 30e6),
      ago > 20 && ago < 35 ? 0 : Math.round(grain(ago + 3) ** 2 * 25e6),
    ]),
    largest: { barsAgo: 41, cents: 4_400_000, positionSide: "short", venue: "gate" },
    prices: priced(60, (ago) => 0.000012345 * (1 + 0.01 * Math.sin(ago / 9))).filter(
      (_, index) => index < 20 || index > 34,
    ),
    unseen: [{ fromMs: END_MS - 35 * MINUTE_MS, toMs: END_MS - 20 * MINUTE_MS }],
    coverage: { pct: 71.2 },
  }),
  demo: figuresOf({
    windowMs: 15 * MINUTE_MS,
    spanMs: 2 * MINUTE_MS,
    bars: bars(60, (ago) => [
      Math.round(crashAt(ago / 2) * 900e6 * (0.5 + grain(ago))),
      Math.round(grain(ago + 9) * 60e6),
    ]),
    largest: { barsAgo: 16, cents: 912_345_678, asset: "ETH", venue: "bybit" },
    coverage: { pct: 12.4 },
  }),
  unnamable: figuresOf({ asset: "币安人生", bars: [[1_000_000, 2_000_000]] }),
} satisfies Record<string, ChartFigures>;

export type SampleName = keyof typeof SAMPLES;
