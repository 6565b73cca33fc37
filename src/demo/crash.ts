/**
 * The crash: the envelope of 10 October 2025 (714 s and some 63,000 liquidations on one venue)
 * pressed into a minute and some thousands of rows over three venues. The mix of assets and the
 * mean money per row are the source's; every single row is invented. Pure.
 */
import type { PositionSide } from "../liquidation.ts";
import type { Chance } from "./chance.ts";
import type { Envelope, EnvelopeAsset } from "./envelope.ts";
import type { Listings } from "./listings.ts";
import { START_PRICES } from "./prices.ts";
import type { ScenarioEvent } from "./timeline.ts";

/** Rows aimed at. */
const ROWS = 6_000;
/** A bin's rows are spread over at least this, so that the thickest one is a wave and not a wall. */
const BIN_MS_MIN = 600;
const TAIL = 1.1;
const ROW_USD_MAX = 9_000_000;
const ROW_USD_MIN = 200;
/** The last part is the rebound, in which shorts are caught too. */
const REBOUND_FROM = 0.82;
const LONG_SHARE = { falling: 0.94, rebound: 0.7 };
/** How far prices fall at the worst, and how much of that they win back. */
const FALLS: Readonly<Record<string, number>> = { BTC: 0.085, ETH: 0.12, SOL: 0.17, PAXG: 0.01 };
const FALL_OF_OTHERS = 0.24;
const WON_BACK = 0.35;
const NOISE = 0.002;

export interface CrashOptions {
  readonly chance: Chance;
  readonly envelope: Envelope;
  readonly listings: Listings;
  readonly fromMs: number;
  readonly lengthMs: number;
}

export function crash(options: CrashOptions): ScenarioEvent[] {
  const { envelope, listings } = options;
  const assets = envelope.assets.filter(({ asset }) => listings.has(asset));
  const events: ScenarioEvent[] = [];
  // What rounding leaves of one bin is carried into the next, so that small bins are not lost.
  let carried = 0;
  let reached = 0;
  for (const { share, fromMs, lengthMs } of spans(options)) {
    carried += share * ROWS;
    const rows = Math.floor(carried);
    carried -= rows;
    for (let row = 0; row < rows; row += 1) {
      const offsetMs = Math.floor(fromMs + options.chance.next() * lengthMs);
      const progress = (offsetMs - options.fromMs) / options.lengthMs;
      const fallen = Math.min(1, reached + (share * row) / rows);
      const event = eventOf(options, assets, { offsetMs, progress, fallen });
      if (event !== null) events.push(event);
    }
    reached += share;
  }
  return events;
}

interface Span {
  /** Of all liquidations. */
  readonly share: number;
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** The envelope's bins on the demo's clock. */
function spans({ envelope, fromMs, lengthMs }: CrashOptions): readonly Span[] {
  const { bins } = envelope;
  const total = bins.reduce((sum, bin) => sum + bin.liquidations, 0);
  const lastSecond = bins.at(-1)?.second ?? 0;
  const msPerSecond = lengthMs / (lastSecond + 1);
  return bins.map((bin, index) => {
    const startMs = bin.second * msPerSecond;
    const nextMs = (bins[index + 1]?.second ?? lastSecond + 1) * msPerSecond;
    const wantedMs = Math.max(BIN_MS_MIN, nextMs - startMs);
    return {
      share: bin.liquidations / Math.max(1, total),
      fromMs: fromMs + startMs,
      lengthMs: Math.min(wantedMs, lengthMs - startMs),
    };
  });
}

interface Moment {
  readonly offsetMs: number;
  /** Of the crash's time. */
  readonly progress: number;
  /** Share of all liquidations that came before. */
  readonly fallen: number;
}

function eventOf(
  { chance, listings }: CrashOptions,
  assets: readonly EnvelopeAsset[],
  moment: Moment,
): ScenarioEvent | null {
  const known = chance.pick(assets, ({ liquidations }) => liquidations);
  const contract = known === null ? null : listings.pick(chance, known.asset);
  if (known === null || contract === null) return null;
  const notionalUsd = known.meanUsd * chance.heavyTail(TAIL);
  return {
    offsetMs: moment.offsetMs,
    venue: contract.venue,
    symbol: contract.symbol,
    asset: known.asset,
    positionSide: sideAt(chance, moment),
    price: priceAt(chance, known.asset, moment),
    notionalUsd: Math.min(ROW_USD_MAX, Math.max(ROW_USD_MIN, notionalUsd)),
  };
}

function sideAt(chance: Chance, { progress }: Moment): PositionSide {
  const longShare = progress < REBOUND_FROM ? LONG_SHARE.falling : LONG_SHARE.rebound;
  return chance.next() < longShare ? "long" : "short";
}

/** Prices fall as positions are closed, which is the mechanism, and come back a little at the end. */
function priceAt(chance: Chance, asset: string, { progress, fallen }: Moment): number {
  const startPrice = START_PRICES[asset] ?? 1;
  const rebound = Math.max(0, (progress - REBOUND_FROM) / (1 - REBOUND_FROM)) * WON_BACK;
  const fall = (FALLS[asset] ?? FALL_OF_OTHERS) * (fallen - rebound);
  return startPrice * (1 - fall) * (1 + chance.between(-NOISE, NOISE));
}
