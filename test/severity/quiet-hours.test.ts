import { describe, expect, it } from "vitest";
import type { QuietHours } from "../../src/mute.ts";
import { QuietClock, waitsInQuiet } from "../../src/severity/quiet-hours.ts";

const NIGHT: QuietHours = {
  ...{ fromMinute: 22 * 60, toMinute: 7 * 60, zone: "Europe/Berlin", breaksThrough: "CRITICAL" },
};

function untilAt(hours: QuietHours, iso: string): string | null {
  const untilMs = new QuietClock(hours).untilMs(Date.parse(iso));
  return untilMs === null ? null : new Date(untilMs).toISOString();
}

describe("quiet hours", () => {
  it("hold from one local time to the next, over midnight, their end left out", () => {
    // Berlin is an hour ahead of UTC in November.
    expect(untilAt(NIGHT, "2026-11-20T20:59:59.999Z")).toBe(null);
    expect(untilAt(NIGHT, "2026-11-20T21:00:00.000Z")).toBe("2026-11-21T06:00:00.000Z");
    expect(untilAt(NIGHT, "2026-11-21T05:59:59.999Z")).toBe("2026-11-21T06:00:00.000Z");
    expect(untilAt(NIGHT, "2026-11-21T06:00:00.000Z")).toBe(null);
    const noon = { ...NIGHT, fromMinute: 12 * 60, toMinute: 13 * 60, zone: "UTC" };
    expect(untilAt(noon, "2026-11-20T12:30:00Z")).toBe("2026-11-20T13:00:00.000Z");
    expect(untilAt(noon, "2026-11-20T13:00:00Z")).toBe(null);
  });

  it("end by the wall clock where the clock is put back or forward at night", () => {
    expect(untilAt(NIGHT, "2026-10-24T21:00:00Z")).toBe("2026-10-25T06:00:00.000Z");
    expect(untilAt(NIGHT, "2026-03-28T22:00:00Z")).toBe("2026-03-29T05:00:00.000Z");
    // 02:30 does not exist on that morning: the first minute after it does.
    const skipped = { ...NIGHT, toMinute: 150 };
    expect(untilAt(skipped, "2026-03-28T22:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
  });

  it("give the same answer whatever was asked before", () => {
    const clock = new QuietClock(NIGHT);
    const startMs = Date.parse("2026-10-24T12:00:00Z");
    for (let step = 0; step < 400; step += 1) {
      const nowMs = startMs + ((step * 7_919) % 2_880) * 60_000;
      expect(clock.untilMs(nowMs), String(nowMs)).toBe(new QuietClock(NIGHT).untilMs(nowMs));
    }
  });

  it("let a severity through, if one is named", () => {
    const severities = [null, "LOW", "HIGH", "CRITICAL"] as const;
    const waiting = (hours: QuietHours) => severities.map((one) => waitsInQuiet(hours, one));
    expect(waiting(NIGHT)).toEqual([true, true, true, false]);
    expect(waiting({ ...NIGHT, breaksThrough: "HIGH" })).toEqual([true, true, false, false]);
    expect(waiting({ ...NIGHT, breaksThrough: null })).toEqual([true, true, true, true]);
  });
});
