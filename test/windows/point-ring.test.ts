import { describe, expect, test } from "vitest";
import { PointRing } from "../../src/windows/point-ring.ts";
import { chanceOf } from "../oracle/chance.ts";

/** The same with plain arrays: everything is kept, the last of each step stands. */
class PlainRing {
  rows: number[][] = [];
  readonly stepMs: number;
  readonly points: number;

  constructor(stepMs: number, points: number) {
    this.stepMs = stepMs;
    this.points = points;
  }

  add(atMs: number, values: readonly number[]): void {
    const lastMs = this.rows.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    if (atMs < lastMs) return;
    const step = Math.floor(atMs / this.stepMs);
    this.rows = this.rows.filter(([rowMs = 0]) => Math.floor(rowMs / this.stepMs) !== step);
    this.rows = [...this.rows, [atMs, ...values]].slice(-this.points);
  }

  nearest(ms: number, awayMsMax: number): number {
    const away = this.rows.map(([rowMs = 0]) => Math.abs(rowMs - ms));
    const least = Math.min(...away);
    return least <= awayMsMax ? away.indexOf(least) : -1;
  }
}

describe("a ring of points", () => {
  test("finds what plain arrays find, in 10,000 random cases", () => {
    const chance = chanceOf(11);
    for (let round = 0; round < 100; round += 1) {
      const stepMs = chance.pick([1, 5, 60]);
      const points = chance.integer(1, 40);
      const ring = new PointRing({ stepMs, points, width: 2 });
      const plain = new PlainRing(stepMs, points);
      let atMs = chance.integer(0, 1_000);
      for (let step = 0; step < 100; step += 1) {
        atMs += chance.integer(-3, 30);
        const values = [chance.integer(0, 9), chance.in100(10) ? Number.NaN : 7];
        ring.add(atMs, values);
        plain.add(atMs, values);
        const ms = atMs + chance.integer(-200, 50);
        const away = chance.integer(0, 60);
        expect(ring.nearest(ms, away)).toBe(plain.nearest(ms, away));
        expect(ring.atOrBefore(ms)).toBe(
          plain.rows.filter(([rowMs = 0]) => rowMs <= ms).length - 1,
        );
      }
      const rows = plain.rows.map((row) => row.map((one) => (Number.isNaN(one) ? null : one)));
      expect(ring.save()).toEqual(rows);
      const again = new PointRing({ stepMs, points, width: 2 });
      again.restore(JSON.parse(JSON.stringify(ring.save())));
      expect(again.save()).toEqual(rows);
    }
  });

  test("forgets columns and everything", () => {
    const ring = new PointRing({ stepMs: 10, points: 3, width: 2 });
    for (const atMs of [0, 10, 20, 30]) ring.add(atMs, [atMs, 1]);
    ring.forget([0]);
    expect(ring.save()).toEqual([
      [10, null, 1],
      [20, null, 1],
      [30, null, 1],
    ]);
    ring.clear();
    expect([ring.length, ring.nearest(10, 100)]).toEqual([0, -1]);
  });
});
