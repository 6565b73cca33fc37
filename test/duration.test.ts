import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../src/duration.ts";

test("durations are an integer and a unit", () => {
  expect(["0s", "100ms", "30s", "5m", "24h", "7d"].map(parseDuration)).toEqual([
    0, 100, 30_000, 300_000, 86_400_000, 604_800_000,
  ]);
  for (const wrong of ["", "5", "5 m", "5M", "-5m", "1.5h", "5min", "1e3s", "9999d"]) {
    expect(parseDuration(wrong)).toBe(null);
  }
});

test("durations are written in the largest unit that is exact; a day of hours stays 24h", () => {
  expect([0, 250, 1_500, 60_000, 300_000, 86_400_000, 172_800_000].map(formatDuration)).toEqual([
    "0s",
    "250ms",
    "1500ms",
    "1m",
    "5m",
    "24h",
    "2d",
  ]);
});
