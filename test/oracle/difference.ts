/** Comparing two reports: as JSON, keys in any order, every key counted but those left out. */

import { isOtherHalf } from "./fraction.ts";

/** One place at which two reports differ, as text of a path and both values. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** The first difference, depth first, keys by name; null when the reports are equal. */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  path = "report",
): Difference | null {
  if (Object.is(expected, actual)) return null;
  const areNumbers = typeof expected === "number" && typeof actual === "number";
  if (areNumbers && isOtherHalf(expected, actual)) return null;
  if (!isContainer(expected) || !isContainer(actual)) return differenceAt(path, expected, actual);
  if (Array.isArray(expected) !== Array.isArray(actual)) {
    return differenceAt(path, expected, actual);
  }
  const left = new Map(Object.entries(expected));
  const right = new Map(Object.entries(actual));
  for (const key of [...new Set([...left.keys(), ...right.keys()])].sort(byPlace)) {
    const place = Array.isArray(expected) ? `${path}[${key}]` : `${path}.${key}`;
    const found = firstDifference(left.get(key), right.get(key), place);
    if (found !== null) return found;
  }
  return null;
}

/** Array places by number, names by code unit. */
function byPlace(a: string, b: string): number {
  const distance = Number(a) - Number(b);
  if (!Number.isNaN(distance)) return distance;
  return a < b ? -1 : 1;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function differenceAt(path: string, expected: unknown, actual: unknown): Difference {
  return { path, expected: shown(expected), actual: shown(actual) };
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}
