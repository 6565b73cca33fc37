/**
 * A market to judge sides in: half an hour with crashes of the demo's shape and sharp Vs. Positions
 * are liquidated where the price reaches what it has not seen for a while: seconds for those just
 * opened, minutes for the others, which is why the side and the price of 30 s ago agree often and
 * not always.
 */
import { type Envelope, readEnvelope } from "../../src/demo/envelope.ts";
import { PricePath } from "../../src/demo/price-path.ts";
import { wavesOf } from "../../src/demo/waves.ts";
import type { PositionSide, VenueId } from "../../src/liquidation.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";

export const MARKET_SECONDS = 1_800;
/** Rows a second at the most, the busiest first. */
const RATES = [20, 8, 4, 2, 0.7, 0.2] as const;
export const CRASH_VENUES = [
  ...(["binance", "bybit", "okx", "gate", "bitget", "kraken-futures"] as const),
] satisfies readonly VenueId[];
/** A row in so many is of a position that was closed for a reason of its own. */
const STRAY_PERCENT = 6;
/** How long the price had not been where a position is liquidated, s. */
const HORIZON_S = { min: 2, max: 120 } as const;
const CALM_STEP = 0.00004;

export interface CrashRow {
  readonly venue: VenueId;
  readonly asset: string;
  readonly second: number;
  readonly positionSide: PositionSide;
}

export interface CrashMarket {
  /** By second. */
  readonly prices: readonly Readonly<Record<string, number>>[];
  readonly rows: readonly CrashRow[];
}

let known: Envelope | undefined;
function envelope(): Envelope {
  known ??= readEnvelope();
  return known;
}

export function crashMarket(seed: number): CrashMarket {
  const chance = chanceOf(seed);
  const path = pathOf(chance);
  const prices = path.map((factor) => ({ BTC: 120_000 * factor, ETH: 4_300 * factor ** 1.4 }));
  const rows: CrashRow[] = [];
  for (let second = 1; second < MARKET_SECONDS; second += 1) {
    const moved = Math.abs(Math.log((path[second] ?? 1) / (path[Math.max(0, second - 5)] ?? 1)));
    // Nobody is liquidated in stillness; five seconds of 0.4 % are as busy as it gets.
    const activity = Math.min(1, moved / 0.004);
    for (const [index, venue] of CRASH_VENUES.entries()) {
      for (let left = activity * (RATES[index] ?? 0); left > 0; left -= 1) {
        if (left < 1 && chance.next() >= left) break;
        const positionSide = sideAt(chance, path, second);
        if (positionSide === null) continue;
        rows.push({ venue, second, positionSide, asset: chance.in100(60) ? "BTC" : "ETH" });
      }
    }
  }
  return { prices, rows };
}

/** null = nothing to liquidate here. */
function sideAt(chance: Chance, path: readonly number[], second: number): PositionSide | null {
  if (chance.in100(STRAY_PERCENT)) return chance.in100(50) ? "long" : "short";
  const horizon = Math.round(HORIZON_S.min * (HORIZON_S.max / HORIZON_S.min) ** chance.next());
  const seen = path.slice(Math.max(0, second - horizon), second);
  const price = path[second] ?? 1;
  if (price < Math.min(...seen)) return "long";
  return price > Math.max(...seen) ? "short" : null;
}

/** By second, as a factor on the first price. */
function pathOf(chance: Chance): readonly number[] {
  const acts = [
    ...Array.from({ length: chance.integer(1, 3) }, () => crashOf(chance)),
    ...Array.from({ length: chance.integer(2, 8) }, () => turnOf(chance)),
  ];
  let walk = 0;
  return Array.from({ length: MARKET_SECONDS }, (_, second) => {
    walk += CALM_STEP * (chance.next() + chance.next() + chance.next() - 1.5) * 2;
    return acts.reduce((product, act) => product * act(second * 1_000), Math.exp(walk));
  });
}

/** A crash of the demo's shape and its rebound, in one to five minutes. */
function crashOf(chance: Chance): (offsetMs: number) => number {
  const lengthMs = chance.integer(60, 300) * 1_000;
  const fromMs = chance.integer(60, MARKET_SECONDS - 300) * 1_000;
  const crash = {
    fromMs,
    lengthMs,
    reboundFromMs: fromMs + (lengthMs * chance.integer(50, 80)) / 100,
  };
  const waves = wavesOf(envelope(), crash);
  const path = new PricePath({ burst: { asset: "SOL", fromMs: 0, lengthMs: 1 }, crash, waves });
  const still = { next: () => 0.5, between: () => 0, heavyTail: () => 1, pick: () => null };
  const first = path.at(still, "BTC", 0) ?? 1;
  return (offsetMs) => (path.at(still, "BTC", offsetMs) ?? first) / first;
}

/** A sharp V, or its mirror: there in 10 to 90 s, and back as fast or half as fast. */
function turnOf(chance: Chance): (offsetMs: number) => number {
  const fromMs = chance.integer(30, MARKET_SECONDS - 60) * 1_000;
  const thereMs = chance.integer(10, 90) * 1_000;
  const backMs = (thereMs * chance.integer(70, 200)) / 100;
  const depth = (chance.integer(5, 50) / 1_000) * (chance.in100(60) ? -1 : 1);
  return (offsetMs) => {
    const passedMs = offsetMs - fromMs;
    const share = passedMs < thereMs ? passedMs / thereMs : 1 - (passedMs - thereMs) / backMs;
    return 1 + depth * Math.max(0, share);
  };
}
