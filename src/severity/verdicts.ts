/** Verdicts on the sides of venues, as a store keeps them over restarts. */
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import type { Judged, SideCheckState, Stretch } from "./side-check.ts";

export type Verdicts = SideCheckState["venues"];

/** We wrote it; what has another shape is of another version and is left out. */
export function readVerdicts(stored: unknown): Verdicts {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one: unknown): Verdicts => {
    const [name, judged, stretches]: readonly unknown[] = Array.isArray(one) ? one : [];
    const venue = VENUE_IDS.find((id): id is VenueId => id === name);
    if (venue === undefined || !Array.isArray(judged) || !Array.isArray(stretches)) return [];
    const isWhole = judged.every(isJudged) && stretches.every(isStretch);
    return isWhole ? [[venue, judged, stretches]] : [];
  });
}

function isJudged(value: unknown): value is Judged {
  if (typeof value !== "object" || value === null) return false;
  if (!("positionSide" in value && "isRight" in value)) return false;
  const { positionSide, isRight } = value;
  return (positionSide === "long" || positionSide === "short") && typeof isRight === "boolean";
}

function isStretch(value: unknown): value is Stretch {
  if (typeof value !== "object" || value === null) return false;
  if (!("fromMs" in value && "untilMs" in value)) return false;
  const { fromMs, untilMs } = value;
  return typeof fromMs === "number" && (untilMs === null || typeof untilMs === "number");
}
