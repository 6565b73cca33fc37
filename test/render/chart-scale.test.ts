import { describe, expect, test } from "vitest";
import { BARS_MAX, barMsOf } from "../../src/chart.ts";
import { multiples, roundStep, timeTicks } from "../../src/render/chart-scale.ts";
import { escapeXml, tag } from "../../src/render/svg.ts";

describe("round steps", () => {
  test("are 1, 2 or 5 times a power of ten, not above the value, not under the least", () => {
    expect([0.7, 1, 1.99, 2, 4.9, 5, 9.99, 10, 123_456].map((value) => roundStep(value))).toEqual([
      ...[0.5, 1, 1, 2, 2, 5, 5, 10, 100_000],
    ]);
    expect([roundStep(3, 100), roundStep(0, 100), roundStep(250, 100)]).toEqual([100, 100, 200]);
  });

  test("have their multiples in a span, both ends included", () => {
    expect(multiples(50, -100, 120)).toEqual([-100, -50, 0, 50, 100]);
    expect(multiples(50, 1, 49)).toEqual([]);
  });

  test("of time stand on whole minutes and hours", () => {
    const at = Date.UTC(2026, 10, 18, 14, 6, 31);
    const hour = timeTicks(at - 3_600_000, at, 7);
    expect([hour.stepMs, hour.ticksMs.length]).toEqual([600_000, 6]);
    expect(hour.ticksMs.every((timeMs) => timeMs % 600_000 === 0)).toBe(true);
    expect(timeTicks(at - 86_400_000, at, 7).stepMs).toBe(4 * 3_600_000);
    expect(timeTicks(at - 120_000, at, 7).stepMs).toBe(30_000);
  });
});

test("bars are as narrow as people count in, and at most sixty", () => {
  const minutes = [1, 2, 15, 60, 240, 720, 1_440];
  expect(minutes.map((span) => barMsOf(span * 60_000) / 1_000)).toEqual([
    ...[1, 2, 15, 60, 300, 900, 1_800],
  ]);
  for (let spanMs = 60_000; spanMs <= 86_400_000; spanMs += 1_234_567) {
    expect(spanMs / barMsOf(spanMs)).toBeLessThanOrEqual(BARS_MAX);
  }
});

test("markup keeps every sign and leaves out what XML forbids", () => {
  expect(escapeXml(`<&>"'\u0000\ud800é`)).toBe("&#60;&#38;&#62;&#34;&#39;é");
  expect(tag("rect", { x: 1.23456, fill: '"' })).toBe('<rect x="1.23" fill="&#34;"/>');
});
