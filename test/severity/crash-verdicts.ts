/** Judges the sides of six venues through half an hour of crashes, one of them flipped or none. */
import type { PositionSide, VenueId } from "../../src/liquidation.ts";
import { SideCheck } from "../../src/severity/side-check.ts";
import { crashMarket, MARKET_SECONDS } from "./crash-market.ts";
import { rowOf, T0 } from "./samples.ts";

const STEP_SECONDS = 5;

export interface CrashVerdicts {
  /** Venues that were suspect and should not have been, in order of name. */
  readonly wronged: readonly VenueId[];
  /** Steps of 5 s with rows of the flipped venue, up to when it was suspect, or to the end. */
  readonly flippedSteps: number;
  readonly isCaught: boolean;
}

export function crashVerdicts(seed: number, flipped: VenueId | null): CrashVerdicts {
  const market = crashMarket(seed);
  const check = new SideCheck();
  const steps = new Set<number>();
  let at = 0;
  for (let second = 0; second < MARKET_SECONDS; second += 1) {
    const nowMs = T0 + second * 1_000;
    if (second % STEP_SECONDS === 0) check.takePrices(nowMs, market.prices[second] ?? {});
    for (let row = market.rows[at]; row?.second === second; row = market.rows[at]) {
      at += 1;
      const { venue, asset } = row;
      const positionSide = venue === flipped ? otherThan(row.positionSide) : row.positionSide;
      if (venue === flipped && !check.isSuspect(venue))
        steps.add(Math.floor(second / STEP_SECONDS));
      const dedupeKey = String(at);
      check.judge(rowOf({ venue, asset, positionSide, receivedAtMs: nowMs, dedupeKey }), nowMs);
    }
  }
  const judged = check.save().venues.filter(([, , stretches]) => stretches.length > 0);
  const names = judged.map(([venue]) => venue).sort();
  return {
    wronged: names.filter((venue) => venue !== flipped),
    flippedSteps: steps.size,
    isCaught: flipped !== null && names.includes(flipped),
  };
}

function otherThan(positionSide: PositionSide): PositionSide {
  return positionSide === "long" ? "short" : "long";
}
