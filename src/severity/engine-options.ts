/** What an engine is made with. */
import type { HoldReason } from "../alert.ts";
import type { CascadeLimits } from "../cascade.ts";
import type { VenueId } from "../liquidation.ts";
import type { Rule, Severity } from "../rule.ts";
import type { LevelWidth } from "../windows/level-width.ts";
import type { CoverageOf } from "./decision.ts";
import type { UsualVolumeOf } from "./normal-book.ts";
import { SEEN_KEYS_MAX, SEEN_MS, type SeenLimits } from "./seen-set.ts";

export interface EngineOptions {
  readonly rules: readonly Rule[];
  /** Venues that should be watched; a decision names those that were not. */
  readonly venues?: readonly VenueId[];
  /** Median lag above which a venue is behind; a decision names those that were. */
  readonly maxLagMs?: ReadonlyMap<VenueId, number>;
  /** How much of the usual volume the figures of a decision could see. */
  readonly coverageOf?: CoverageOf;
  /** How much each venue usually has: what was watched without the large ones tells nothing usual. */
  readonly usualVolumeOf?: UsualVolumeOf;
  /** Widths of price levels by asset; others follow from the first price. */
  readonly levelWidths?: ReadonlyMap<string, LevelWidth>;
  readonly limits?: SeenLimits;
  /** Absent = those of SPEC 5.2. */
  readonly cascade?: CascadeLimits | undefined;
  /** What holds a scope's alerts back at this clock: mutes, maintenance, quiet hours. */
  readonly hold?: (scope: HeldScope) => HoldReason | null;
  /** When the hold of a held scope ends by itself; for other changes see `wakeIncidents`. */
  readonly heldUntilMs?: (scope: HeldScope) => number;
}

/** Whose alerts may be held back, and the clock at which that is asked. */
export interface HeldScope {
  readonly rule: Rule;
  readonly key: string;
  /** null for scopes of the market. */
  readonly asset: string | null;
  /** The one venue that the scope is about; null = several may have a part in it. */
  readonly venue: VenueId | null;
  /** What this look has reached; null = under every threshold. */
  readonly severity: Severity | null;
  readonly nowMs: number;
}

export const LIVE_LIMITS: SeenLimits = { retainMs: SEEN_MS, keysMax: SEEN_KEYS_MAX };
/** A replay keeps every key of its file. */
export const REPLAY_LIMITS: SeenLimits = {
  retainMs: Number.POSITIVE_INFINITY,
  keysMax: Number.POSITIVE_INFINITY,
};
