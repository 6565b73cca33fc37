/**
 * The demo's script (SPEC 11) as a time line: calm throughout, in the first half minute one asset
 * that runs up to CRITICAL and calms, from 35 s a crash of the whole market. Pure and seeded.
 * Every event is invented; only the crash's envelope is taken from a real one.
 */
import { burst } from "./burst.ts";
import { calm } from "./calm.ts";
import { seededChance } from "./chance.ts";
import { crash } from "./crash.ts";
import type { Envelope } from "./envelope.ts";
import type { Listings } from "./listings.ts";
import type { Scenario, ScenarioDrop, ScenarioEvent } from "./timeline.ts";

export const BURST_FROM_MS = 2_500;
export const BURST_MS = 7_500;
export const BURST_ASSET = "SOL";
export const CRASH_FROM_MS = 35_000;
export const CRASH_MS = 60_000;
/** The script; afterwards calm goes on, see `calmAfter`. */
export const SCRIPT_MS = 100_000;
/** In the thick of the crash; three refusals keep the feed dark for some four seconds. */
const DROP: ScenarioDrop = { offsetMs: 58_000, venue: "okx", refusals: 3 };

export interface ScenarioOptions {
  readonly seed: number;
  readonly envelope: Envelope;
  readonly listings: Listings;
}

export function scenario({ seed, envelope, listings }: ScenarioOptions): Scenario {
  const chance = (part: number) => seededChance(seed * 1_000 + part);
  const events = [
    ...calm({ chance: chance(1), envelope, listings, fromMs: 0, toMs: SCRIPT_MS }),
    ...burst({
      chance: chance(2),
      listings,
      asset: BURST_ASSET,
      fromMs: BURST_FROM_MS,
      lengthMs: BURST_MS,
    }),
    ...crash({
      chance: chance(3),
      envelope,
      listings,
      fromMs: CRASH_FROM_MS,
      lengthMs: CRASH_MS,
    }),
  ];
  return { events: inOrder(events), drops: [DROP], lengthMs: SCRIPT_MS };
}

/** What follows the script: calm from `fromMs` to `toMs`, in order. */
export function calmAfter(
  { seed, envelope, listings }: ScenarioOptions,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly ScenarioEvent[] {
  const chance = seededChance(seed * 1_000 + fromMs);
  return inOrder(calm({ chance, envelope, listings, fromMs, toMs }));
}

/** The sort is stable, so equal moments keep the order in which they were made. */
function inOrder(events: readonly ScenarioEvent[]): readonly ScenarioEvent[] {
  return events.toSorted((left, right) => left.offsetMs - right.offsetMs);
}
