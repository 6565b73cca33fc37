/** The domain words of the two scores: signals, levels, bands. */

/** `relative` measures an asset against itself; `classic` has the fixed figures of the source system. */
export const CASCADE_PROFILES = ["relative", "classic"] as const;
export type CascadeProfile = (typeof CASCADE_PROFILES)[number];

/** What a cascade score looks at, by profile, ms: its rules give no window. */
export const SCORE_WINDOWS_MS: Readonly<Record<CascadeProfile, number>> = {
  relative: 10_000,
  classic: 2_000,
};

/** Levels of a score. No severity and no forecast: people always read the word signal beside them. */
export const SIGNAL_LEVELS = ["NONE", "WATCH", "ALERT", "CRITICAL", "EXTREME"] as const;
export type SignalLevel = (typeof SIGNAL_LEVELS)[number];

export const RISK_BANDS = ["low", "moderate", "high", "extreme"] as const;
export type RiskBand = (typeof RISK_BANDS)[number];

/** One part of a score. */
export interface ScorePart {
  /** `pace`, `breadth`, `open interest`. */
  readonly name: string;
  /** Its share of the score when every part is known, percent. */
  readonly weightPct: number;
  /** 0 to 1; null = what it is made of is unknown, and the other weights are scaled up. */
  readonly value: number | null;
}

/** A score with the word for its height and what it is made of. */
export interface Score<Level extends string = string> {
  readonly value: number;
  readonly level: Level;
  readonly parts: readonly ScorePart[];
}

/** 0 to 1; 0 in an empty window. */
export interface CascadeScore extends Score<SignalLevel> {
  readonly profile: CascadeProfile;
  readonly windowMs: number;
}

/** 0 to 2; 0 unless the asset is in a cascade. */
export interface RiskScore extends Score<RiskBand> {
  readonly isCascade: boolean;
}
