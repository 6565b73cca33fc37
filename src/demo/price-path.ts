/**
 * What a coin costs at any moment of the script: one path for all acts, so that calm rows between
 * forced ones tell the same price. Pure, without chance.
 */
import type { Chance } from "./chance.ts";
import { START_PRICES } from "./prices.ts";
import { type Span, shareBefore, type Wave } from "./waves.ts";

/** How far prices fall in the crash at the worst, and how much of that they win back. */
const FALLS: Readonly<Record<string, number>> = { BTC: 0.085, ETH: 0.12, SOL: 0.17, PAXG: 0.01 };
const FALL_OF_OTHERS = 0.24;
const WON_BACK = 0.35;
/** The asset of the opening act gives way by this, and has it back when the crash begins. */
const BURST_FALL = 0.018;
/** A single row may lie this far off the path. */
const NOISE = 0.0012;

/** What counts as lately, and less than which is no move. */
const LATELY_MS = 30_000;
const MOVE_MIN = 1e-6;

export interface PricePathOptions {
  readonly burst: Span & { readonly asset: string };
  readonly crash: Span & { readonly reboundFromMs: number };
  readonly waves: readonly Wave[];
}

export class PricePath {
  readonly #options: PricePathOptions;

  constructor(options: PricePathOptions) {
    this.#options = options;
  }

  /** USD per coin, a little off the path as single rows are; null for a coin without a price. */
  at(chance: Chance, asset: string, offsetMs: number): number | null {
    const middle = this.middle(asset, offsetMs);
    return middle === null ? null : middle * (1 + chance.between(-NOISE, NOISE));
  }

  /** USD per coin on the path; null for a coin without a price. */
  middle(asset: string, offsetMs: number): number | null {
    const startPrice = START_PRICES[asset];
    if (startPrice === undefined) return null;
    const fall = this.#burstFall(asset, offsetMs) + this.#crashFall(asset, offsetMs);
    return startPrice * (1 - fall);
  }

  /** Which way the price has gone lately: who was on the other side is who gets liquidated. */
  direction(asset: string, offsetMs: number): "up" | "down" | "flat" {
    const [now, before] = [this.middle(asset, offsetMs), this.middle(asset, offsetMs - LATELY_MS)];
    if (now === null || before === null || Math.abs(now / before - 1) < MOVE_MIN) return "flat";
    return now > before ? "up" : "down";
  }

  #burstFall(asset: string, offsetMs: number): number {
    const { burst, crash } = this.#options;
    if (asset !== burst.asset) return 0;
    const burstEndMs = burst.fromMs + burst.lengthMs;
    if (offsetMs <= burstEndMs) return BURST_FALL * ramp(offsetMs, burst.fromMs, burstEndMs);
    return BURST_FALL * (1 - ramp(offsetMs, burstEndMs, crash.fromMs));
  }

  /** Prices fall as positions are closed, which is the mechanism, and come back a little. */
  #crashFall(asset: string, offsetMs: number): number {
    const { crash, waves } = this.#options;
    const rebound = ramp(offsetMs, crash.reboundFromMs, crash.fromMs + crash.lengthMs);
    const depth = shareBefore(waves, offsetMs) - rebound * WON_BACK;
    return (FALLS[asset] ?? FALL_OF_OTHERS) * depth;
  }
}

/** 0 before `from`, 1 after `to`, a straight line between. */
function ramp(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
