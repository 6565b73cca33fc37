import { describe, expect, it } from "vitest";
import { Scene, WHOLE } from "./incident-scene.ts";
import { T0 } from "./samples.ts";

const NOTHING: readonly unknown[] = [];

/** The scene with an incident opened LOW at 0 with value 100. */
function opened(over: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(over);
  scene.input(0, 100);
  return scene;
}

/** The same, resolved at `ms` after ten seconds under 50. */
function resolvedAt(ms: number, over: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = opened(over);
  scene.ticks(0, ms - 10_000, 100);
  const rows = scene.ticks(ms - 10_000, ms, 0);
  if (rows.length !== 1 || rows[0]?.at !== ms) throw new RangeError("Not resolved as said");
  return scene;
}

describe("an incident", () => {
  it("opens at the first severity, with the window as it is", () => {
    const scene = new Scene();
    expect(scene.input(-5, 99)).toEqual(NOTHING);
    expect(scene.input(3, 250)).toEqual([
      { at: 3, says: "opened incident-3", rank: 2, value: 250, telling: 1, window: 3 },
    ]);
    expect(scene.input(4, 260)).toEqual(NOTHING);
    expect(scene.machine.told).toBe(2);
  });

  it("escalates once over two levels, then only above what was told", () => {
    const scene = opened();
    expect(scene.input(10, 450)).toEqual([
      { at: 10, says: "escalated incident-0", rank: 3, value: 450, telling: 2, window: 10 },
    ]);
    expect(scene.input(20, 150)).toEqual(NOTHING);
    expect(scene.input(30, 799)).toEqual(NOTHING);
    expect(scene.tick(100, 800)).toEqual([
      { at: 100, says: "escalated incident-0", rank: 4, value: 800, telling: 3, window: 100 },
    ]);
    expect(scene.input(110, 9_999)).toEqual(NOTHING);
  });

  it("resolves at the tick at which it was under the line for as long as asked", () => {
    const scene = opened();
    scene.input(20, 300);
    expect(scene.ticks(0, 5_000, 300)).toEqual(NOTHING);
    expect(scene.ticks(5_000, 14_900, 49.99)).toEqual(NOTHING);
    expect(scene.tick(15_000, 49.99)).toEqual([
      { at: 15_000, says: "resolved incident-0", rank: 2, value: 300, telling: 3, window: WHOLE },
    ]);
    expect(scene.machine.incident).toBeNull();
  });

  it("does not resolve while the value stands at the line itself", () => {
    const scene = opened();
    expect(scene.ticks(0, 60_000, 50)).toEqual(NOTHING);
    expect(scene.ticks(60_000, 70_000, 49)).toMatchObject([{ at: 70_000 }]);
  });

  it("resolves under LOW itself when belowPctOfLow is 100, and at ticks only", () => {
    const scene = opened({ resolve: { belowPctOfLow: 100, forMs: 100 } });
    expect(scene.input(30, 99)).toEqual(NOTHING);
    expect(scene.input(99, 99)).toEqual(NOTHING);
    // (0, 100] holds the inputs at 30 and 99, both under; the one at 0 is out.
    expect(scene.tick(100, 99)).toMatchObject([{ at: 100, rank: 1, value: 100 }]);
  });

  it("starts the span anew at every value that is not under", () => {
    const scene = opened();
    scene.ticks(0, 9_900, 10);
    expect(scene.input(9_950, 60)).toEqual(NOTHING);
    expect(scene.ticks(9_900, 19_900, 10)).toEqual(NOTHING);
    expect(scene.tick(20_000, 10)).toMatchObject([{ at: 20_000, rank: 1 }]);
  });

  it("takes a value that was not looked at since as unchanged: not under until the last tick", () => {
    const scene = opened();
    // Nobody looked between 0 and 40,000: at each of those ticks the value was still 100.
    scene.input(40_050, 0);
    expect(scene.deadline).toBe(50_000);
    expect(scene.tick(50_000, 0)).toMatchObject([{ at: 50_000 }]);
  });

  it("remembers highest severity and highest value apart", () => {
    // The floor holds the severity down, never the value.
    const floor = new Scene({ metric: "count", floorUsd: 5_000 });
    floor.input(0, 5_000);
    floor.input(10, 300);
    expect(floor.machine.incident).toMatchObject({ peakRank: 4, peakValue: 5_000 });
    const scene = opened({ floorUsd: 90 });
    scene.input(10, 210);
    scene.ticks(0, 20_000, 80);
    expect(scene.machine.incident).toMatchObject({ peakRank: 2, peakValue: 210 });
  });
});

describe("a resolved incident", () => {
  const over = { cooldownMs: 600_000, resolve: { reopenWithinMs: 5_000 } };

  it("reopens when it was resolved no longer than reopenWithin ago, whatever the cooldown", () => {
    const scene = resolvedAt(20_000, over);
    expect(scene.input(25_000, 120)).toEqual([
      { at: 25_000, says: "reopened incident-0", rank: 1, value: 120, telling: 3, window: 25_000 },
    ]);
    expect(scene.begun).toEqual([0]);
    expect(scene.machine).toMatchObject({ told: 1, last: null });
  });

  it("keeps its quiet time when it reopens, raises what was told, and writes nothing else", () => {
    const scene = resolvedAt(20_000, over);
    const { quietUntilMs } = scene.machine;
    expect(scene.input(21_000, 900)).toMatchObject([{ says: "reopened incident-0", rank: 4 }]);
    expect(scene.machine).toMatchObject({ told: 4, quietUntilMs });
    expect(scene.input(21_001, 999)).toEqual(NOTHING);
  });

  it("keeps the higher told severity when it reopens lower", () => {
    const scene = new Scene(over);
    scene.input(0, 500);
    scene.ticks(0, 10_000, 0);
    expect(scene.input(12_000, 150)).toMatchObject([{ says: "reopened incident-0", rank: 1 }]);
    expect(scene.input(12_100, 450)).toEqual(NOTHING);
    expect(scene.input(12_200, 800)).toMatchObject([{ says: "escalated incident-0", rank: 4 }]);
  });

  it("is over for good a millisecond later", () => {
    const scene = resolvedAt(20_000, over);
    expect(scene.input(25_001, 150)).toEqual(NOTHING);
    expect(scene.begun).toEqual([0, 25_001]);
    expect(scene.machine.incident).toMatchObject({ isSilent: true, startMs: T0 + 25_001 });
  });

  it("never reopens at 0s, not even at the tick at which it resolved", () => {
    const scene = resolvedAt(20_000, { cooldownMs: 0 });
    expect(scene.input(20_000, 150)).toMatchObject([{ says: "opened incident-20000" }]);
  });

  it("resolves again with the peaks of both its lives", () => {
    const scene = resolvedAt(20_000, over);
    scene.input(22_000, 450);
    expect(scene.ticks(22_000, 32_100, 0)).toEqual([
      { at: 32_000, says: "resolved incident-0", rank: 3, value: 450, telling: 4, window: WHOLE },
    ]);
    expect(scene.input(33_000, 150)).toMatchObject([{ says: "reopened incident-0", telling: 5 }]);
  });
});

describe("a silent incident inside the cooldown", () => {
  /** Opened at 0, resolved at 20,000; quiet until 60,000. */
  const cooling = () => resolvedAt(20_000);

  it("opens without a word and tells it when it resolves before the quiet time ends", () => {
    const scene = cooling();
    expect(scene.input(30_000, 150)).toEqual(NOTHING);
    expect(scene.ticks(30_000, 39_900, 0)).toEqual(NOTHING);
    expect(scene.tick(40_000, 0)).toEqual([
      {
        at: 30_000,
        says: "cooldown incident-30000",
        rank: 1,
        value: 150,
        telling: 0,
        window: 30_000,
        until: 40_000,
        count: 1,
      },
    ]);
    expect(scene.machine).toMatchObject({ incident: null, told: 1 });
  });

  it("becomes opened at the first evaluation from the end of the quiet time on", () => {
    const scene = cooling();
    scene.input(50_000, 150);
    expect(scene.deadline).toBe(60_000);
    expect(scene.tick(59_900, 150)).toEqual(NOTHING);
    const rows = scene.tick(60_000, 160);
    expect(rows.map(({ says, at, until }) => [says, at, until])).toEqual([
      ["cooldown incident-50000", 50_000, 60_000],
      ["opened incident-50000", 60_000, undefined],
    ]);
    expect(rows[1]).toMatchObject({ rank: 1, value: 160, telling: 1 });
    expect(scene.machine.quietUntilMs).toBe(T0 + 120_000);
  });

  it("becomes opened as soon as its severity is above what was told", () => {
    const scene = cooling();
    scene.input(30_000, 150);
    expect(scene.input(31_000, 450).map(({ says, rank }) => [says, rank])).toEqual([
      ["cooldown incident-30000", 1],
      ["opened incident-30000", 3],
    ]);
    expect(scene.input(31_001, 460)).toEqual(NOTHING);
  });

  it("opens aloud at once when its first severity is above what was told", () => {
    const scene = cooling();
    expect(scene.input(30_000, 250)).toMatchObject([{ says: "opened incident-30000", rank: 2 }]);
  });

  it("ends its stretch with the quiet time although it is under LOW, and may open later", () => {
    const scene = cooling();
    scene.input(55_000, 150);
    scene.ticks(55_000, 59_900, 80);
    expect(scene.tick(60_000, 80)).toMatchObject([{ says: "cooldown incident-55000", count: 1 }]);
    expect(scene.ticks(60_000, 61_000, 80)).toEqual(NOTHING);
    expect(scene.input(61_500, 130)).toMatchObject([{ says: "opened incident-55000" }]);
    expect(scene.begun).toEqual([0, 55_000]);
  });

  it("resolves without any row once its stretch has ended", () => {
    const scene = cooling();
    scene.input(55_000, 150);
    scene.ticks(55_000, 60_000, 0);
    expect(scene.ticks(60_000, 65_000, 0)).toEqual(NOTHING);
    expect(scene.machine.incident).toBeNull();
  });

  it("counts the evaluations whose severity exceeds every earlier one of it", () => {
    const scene = new Scene();
    scene.input(0, 900);
    scene.ticks(0, 10_000, 0);
    for (const value of [150, 120, 250, 160, 250, 500]) scene.input(20_000 + value, value);
    const rows = scene.ticks(20_500, 30_500, 0);
    expect(rows).toMatchObject([{ at: 20_150, rank: 3, value: 150, count: 3 }]);
  });

  it("changes neither told nor quiet time nor the last told incident", () => {
    const scene = resolvedAt(20_000, { cooldownMs: 100_000, resolve: { reopenWithinMs: 30_000 } });
    scene.hold = "mute";
    scene.input(25_000, 150);
    scene.hold = null;
    const { told, quietUntilMs, last } = scene.machine;
    scene.ticks(25_000, 35_000, 0);
    expect(scene.machine).toMatchObject({ incident: null, told, quietUntilMs, last });
    expect(scene.input(36_000, 150)).toMatchObject([{ says: "reopened incident-0" }]);
  });

  it("is never reopened itself", () => {
    const scene = resolvedAt(20_000, { resolve: { reopenWithinMs: 5_000 } });
    scene.input(26_000, 150);
    scene.ticks(26_000, 36_000, 0);
    expect(scene.machine.incident).toBeNull();
    scene.input(37_000, 150);
    expect(scene.begun).toEqual([0, 26_000, 37_000]);
  });
});

describe("the next deadline", () => {
  it("is never while nothing is open or the value is not under", () => {
    const scene = new Scene();
    expect(scene.deadline).toBe(Number.POSITIVE_INFINITY);
    scene.input(0, 100);
    expect(scene.deadline).toBe(Number.POSITIVE_INFINITY);
  });

  it("is the tick at which the incident would resolve", () => {
    const scene = opened();
    scene.tick(100, 10);
    // The value was 100 at the tick of 0 and under from 100 on.
    expect(scene.deadline).toBe(10_000);
  });
});
