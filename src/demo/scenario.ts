/**
 * The demo's script (SPEC 11) as a time line: calm throughout, in the first half minute one asset
 * that runs up to CRITICAL and calms, from 35 s a crash of the whole market. Pure and seeded.
 * Every event is invented; only the crash's envelope is taken from a real one.
 */
import { burst } from "./burst.ts";
import { calm } from "./calm.ts";
import { type Chance, seededChance } from "./chance.ts";
import { crash } from "./crash.ts";
import type { Envelope } from "./envelope.ts";
import type { Listings } from "./listings.ts";
import { type DemoMarket, marketAt } from "./market.ts";
import { PricePath } from "./price-path.ts";
import type { Scenario, ScenarioDrop, ScenarioEvent } from "./timeline.ts";
import { type Span, wavesOf } from "./waves.ts";

export const BURST = { asset: "SOL", fromMs: 2_500, lengthMs: 7_500 } as const;
export const CRASH = { fromMs: 35_000, lengthMs: 60_000, reboundFromMs: 75_000 } as const;
/** The script; afterwards calm goes on, see `calmAfter`. */
export const SCRIPT_MS = 100_000;
/** In the thick of the crash; three refusals keep the feed dark for some four seconds. */
const DROP: ScenarioDrop = { offsetMs: 58_000, venue: "okx", refusals: 3 };

export interface ScenarioOptions {
  readonly seed: number;
  readonly envelope: Envelope;
  readonly listings: Listings;
}

export function scenario(options: ScenarioOptions): Scenario {
  const { envelope, listings } = options;
  const waves = wavesOf(envelope, CRASH);
  const path = new PricePath({ burst: BURST, crash: CRASH, waves });
  const act = (part: number) => ({ chance: chanceOf(options, part), envelope, listings, path });
  const events = [
    ...calm({ ...act(1), fromMs: 0, lengthMs: SCRIPT_MS }),
    ...burst({ ...act(2), ...BURST }),
    ...crash({ ...act(3), waves }),
  ];
  return { events: inOrder(events), drops: [DROP], lengthMs: SCRIPT_MS };
}

/** What the venues say of the market besides liquidations, at any moment of the script and later. */
export function marketOf({ envelope }: ScenarioOptions): (offsetMs: number) => DemoMarket {
  const waves = wavesOf(envelope, CRASH);
  const path = new PricePath({ burst: BURST, crash: CRASH, waves });
  return (offsetMs) => marketAt(path, waves, offsetMs);
}

/** What follows the script: calm over `span`, in order. */
export function calmAfter(options: ScenarioOptions, span: Span): readonly ScenarioEvent[] {
  const { envelope, listings } = options;
  const waves = wavesOf(envelope, CRASH);
  const path = new PricePath({ burst: BURST, crash: CRASH, waves });
  const chance = chanceOf(options, span.fromMs);
  return inOrder(calm({ chance, envelope, listings, path, ...span }));
}

/** Each act has its own chance, so that a change to one leaves the others alone. */
function chanceOf({ seed }: ScenarioOptions, part: number): Chance {
  return seededChance(seed * 1_000 + part);
}

/** The sort is stable, so equal moments keep the order in which they were made. */
function inOrder(events: readonly ScenarioEvent[]): readonly ScenarioEvent[] {
  return events.toSorted((left, right) => left.offsetMs - right.offsetMs);
}
