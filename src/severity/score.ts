/** A score as a weighted mean of signals, each a pure function of the same inputs (SPEC 5.1). */
import type { CascadeProfile, CascadeScore, ScorePart, SignalLevel } from "../score.ts";

/** What a cascade score reads of one asset at one clock; its window and the one just before. */
export interface ScoreInputs {
  /** Rows of the window: without one there is nothing to score. */
  readonly rows: number;
  readonly orders: number;
  /** Orders of the window of the same length just before. */
  readonly ordersBefore: number;
  readonly longCents: number;
  readonly shortCents: number;
  /** Venues with a row of the asset in the window. */
  readonly venues: number;
  /** Venues that are watched and had a row of the asset in the last 24 h. */
  readonly liveVenues: number;
  /** 0 to 1: how alike the venues' money of the last minute went; 0 in profiles that do not ask. */
  readonly contagion: number;
  /** One-sided, USD; null = unknown, as are the two below. */
  readonly openInterestUsd: number | null;
  /** Percent over 5 min, negative = positions were closed. */
  readonly openInterestChangePct: number | null;
  /** Fraction of the position per 8 h; positive = longs pay shorts. */
  readonly fundingRate8h: number | null;
}

/** One signal: its value is clipped to [0, 1]; null when what it is made of is unknown. */
export interface Signal {
  readonly name: string;
  readonly weightPct: number;
  of(inputs: ScoreInputs): number | null;
}

export interface Profile {
  readonly name: CascadeProfile;
  readonly windowMs: number;
  readonly signals: readonly Signal[];
  /** Reads `ScoreInputs.contagion`. */
  readonly readsContagion: boolean;
  /** From the weighted mean to the score. */
  finish(mean: number, inputs: ScoreInputs): number;
  level(score: number, inputs: ScoreInputs): SignalLevel;
}

/**
 * The score, 0 to 1. An empty window scores 0 whatever funding and open interest do: it is a score of
 * liquidations. Signals without input drop out and the weights of the others are scaled up.
 */
export function scoreOf(profile: Profile, inputs: ScoreInputs): number {
  if (inputs.rows === 0) return 0;
  let [sum, weights] = [0, 0];
  for (const signal of profile.signals) {
    const value = signal.of(inputs);
    if (value === null) continue;
    sum += signal.weightPct * clipped(value);
    weights += signal.weightPct;
  }
  return profile.finish(sum / weights, inputs);
}

/** The score with its level and what it is made of. */
export function describeScore(profile: Profile, inputs: ScoreInputs): CascadeScore {
  const value = scoreOf(profile, inputs);
  return {
    profile: profile.name,
    windowMs: profile.windowMs,
    value,
    level: inputs.rows === 0 ? "NONE" : profile.level(value, inputs),
    parts: profile.signals.map((signal) => partOf(signal, inputs)),
  };
}

function partOf({ name, weightPct, of }: Signal, inputs: ScoreInputs): ScorePart {
  const value = of(inputs);
  return { name, weightPct, value: value === null ? null : clipped(value) };
}

/** SPEC 5.1: > 0.9 EXTREME, > 0.7 CRITICAL, > 0.5 ALERT, > 0.3 WATCH, else NONE. */
export function levelOfScore(score: number): SignalLevel {
  if (score > 0.9) return "EXTREME";
  if (score > 0.7) return "CRITICAL";
  if (score > 0.5) return "ALERT";
  return score > 0.3 ? "WATCH" : "NONE";
}

export function clipped(value: number): number {
  return Math.min(1, Math.max(0, value));
}

export function usdOf({ longCents, shortCents }: ScoreInputs): number {
  return (longCents + shortCents) / 100;
}
