/** Verdicts on the sides of venues, as a store keeps them over restarts. */
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import type { SideCheckState, Stretch } from "./side-check.ts";
import type { Observation } from "./side-window.ts";

export type Verdicts = SideCheckState["venues"];

/**
 * We wrote it; what has another shape is of another version and is left out. Of single rows, as they
 * were judged before there were observations, the verdicts stay: the venue is then judged on what
 * comes.
 */
export function readVerdicts(stored: unknown): Verdicts {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one: unknown): Verdicts => {
    const [name, seen, stretches]: readonly unknown[] = Array.isArray(one) ? one : [];
    const venue = VENUE_IDS.find((id): id is VenueId => id === name);
    if (venue === undefined || !Array.isArray(seen) || !Array.isArray(stretches)) return [];
    if (!stretches.every(isStretch)) return [];
    if (seen.every(isObservation)) return [[venue, seen, stretches]];
    return seen.every(isSingleRow) ? [[venue, [], stretches]] : [];
  });
}

const COUNTS = ["stepMs", "longRows", "longRightRows", "shortRows", "shortRightRows"] as const;

function isObservation(value: unknown): value is Observation {
  if (typeof value !== "object" || value === null) return false;
  const counts = new Map<string, unknown>(Object.entries(value));
  return COUNTS.every((name) => Number.isFinite(counts.get(name)));
}

function isSingleRow(value: unknown): boolean {
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
