import { describe, expect, test } from "vitest";
import {
  formatClockSeconds,
  formatDuration,
  formatInstant,
  formatSpan,
  formatWindow,
  formatWindowShort,
} from "../../src/render/times.ts";

const at = (hour: number, minute: number, second = 0, day = 19): number =>
  Date.UTC(2026, 10, day, hour, minute, second);

describe("times", () => {
  test.each([
    [100, "100 ms", "100ms"],
    [2_500, "2.5 s", "2.5s"],
    [10_000, "10 s", "10s"],
    [60_000, "1 min", "1m"],
    [300_000, "5 min", "5m"],
    [86_400_000, "24 h", "24h"],
  ])("a window of %d ms is %s, in short %s", (windowMs, full, short) => {
    expect(formatWindow(windowMs)).toBe(full);
    expect(formatWindowShort(windowMs)).toBe(short);
  });

  test.each([
    [-5, "0 s"],
    [41_400, "41 s"],
    [1_740_000, "29 min"],
    [7_500_000, "2 h 5 min"],
    [7_200_000, "2 h"],
    [259_200_000, "3 d"],
  ])("%d ms took %s", (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  test("an instant of another day names the day", () => {
    expect(formatInstant(at(14, 6), at(23, 59))).toBe("14:06 UTC");
    expect(formatInstant(at(21, 40, 0, 18), at(0, 10))).toBe("18 Nov 21:40 UTC");
    expect(formatClockSeconds(at(14, 6, 12))).toBe("14:06:12 UTC");
  });

  test("a span over midnight names both days", () => {
    expect(formatSpan(at(14, 2), at(14, 31))).toBe("14:02 – 14:31 UTC");
    expect(formatSpan(at(23, 50, 0, 18), at(0, 10))).toBe("18 Nov 23:50 – 19 Nov 00:10 UTC");
  });

  test("a span of less than two minutes has seconds, so that it says something", () => {
    expect(formatSpan(at(14, 46, 6), at(14, 46, 53))).toBe("14:46:06 – 14:46:53 UTC");
    expect(formatSpan(at(23, 59, 30, 18), at(0, 0, 9))).toBe(
      "18 Nov 23:59:30 – 19 Nov 00:00:09 UTC",
    );
    expect(formatSpan(at(14, 46, 6), at(14, 48, 6))).toBe("14:46 – 14:48 UTC");
  });
});
