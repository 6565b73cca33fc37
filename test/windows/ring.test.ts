import { describe, expect, it } from "vitest";
import { type RingRow, RowRing } from "../../src/windows/ring.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const CASES = 400;
const STEPS = 60;

function row(timeMs: number, ref: number, over: Partial<RingRow> = {}): RingRow {
  return { timeMs, ref, longCents: 0, shortCents: 0, orders: 1, ...over };
}

function randomRow(chance: Chance, timeMs: number, ref: number): RingRow {
  const cents = chance.integer(0, 1_000);
  const money = chance.in100(50) ? { longCents: cents } : { shortCents: cents };
  return row(timeMs, ref, { ...money, orders: chance.integer(0, 1) });
}

/** The plain twin: a sorted list, and the position of its first row. */
class PlainRing {
  rows: RingRow[] = [];
  start = 0;

  insert(one: RingRow): number {
    const at = this.rows.findIndex(({ timeMs }) => timeMs > one.timeMs);
    const index = at < 0 ? this.rows.length : at;
    this.rows.splice(index, 0, one);
    return this.start + index;
  }

  evictThrough(timeMs: number): void {
    const kept = this.rows.filter((one) => one.timeMs > timeMs);
    this.start += this.rows.length - kept.length;
    this.rows = kept;
  }
}

/** Every figure of every position, as differences to the first position. */
function figuresOf(ring: RowRing): unknown {
  const at = Array.from({ length: ring.size + 1 }, (_, index) => ring.start + index);
  return {
    start: ring.start,
    rows: at.slice(0, -1).map((position) => ({
      timeMs: ring.timeAt(position),
      ref: ring.refAt(position),
      cents: ring.centsAt(position),
    })),
    before: at.map((position) => [
      ring.ordersBefore(position) - ring.ordersBefore(ring.start),
      ring.longBefore(position) - ring.longBefore(ring.start),
      ring.shortBefore(position) - ring.shortBefore(ring.start),
    ]),
  };
}

function plainFigures({ rows, start }: PlainRing): unknown {
  const sum = (count: number, of: (one: RingRow) => number) =>
    rows.slice(0, count).reduce((total, one) => total + of(one), 0);
  return {
    start,
    rows: rows.map(({ timeMs, ref, longCents, shortCents }) => ({
      timeMs,
      ref,
      cents: longCents + shortCents,
    })),
    before: Array.from({ length: rows.length + 1 }, (_, count) => [
      sum(count, ({ orders }) => orders),
      sum(count, ({ longCents }) => longCents),
      sum(count, ({ shortCents }) => shortCents),
    ]),
  };
}

describe("a ring of rows in event-time order", () => {
  it("holds what a plainly sorted list holds, totals before each row included", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const chance = chanceOf(seed);
      const [ring, plain] = [new RowRing(), new PlainRing()];
      let nowMs = START_MS;
      for (let step = 0; step < STEPS; step += 1) {
        nowMs += chance.integer(0, 3) * chance.integer(0, 20);
        const timeMs = nowMs - (chance.in100(70) ? 0 : chance.integer(0, 50));
        const one = randomRow(chance, timeMs, step);
        ring.insert(one);
        plain.insert(one);
        if (chance.in100(20)) {
          const throughMs = nowMs - chance.integer(0, 300);
          ring.evictThrough(throughMs);
          plain.evictThrough(throughMs);
        }
        const lookMs = nowMs - chance.integer(-5, 60);
        const after = plain.rows.findIndex((kept) => kept.timeMs > lookMs);
        const position = plain.start + (after < 0 ? plain.rows.length : after);
        if (ring.firstAfter(lookMs) !== position) expect.fail(`seed ${seed} step ${step}`);
      }
      expect(figuresOf(ring), `seed ${seed}`).toEqual(plainFigures(plain));
    }
  });

  it("keeps rows of equal time in order of arrival", () => {
    const ring = new RowRing();
    for (const [ref, ms] of [5, 5, 3, 5, 3].entries()) ring.insert(row(START_MS + ms, ref));
    const refs = Array.from({ length: ring.size }, (_, at) => ring.refAt(at));
    expect(refs).toEqual([2, 4, 0, 1, 3]);
  });

  it("tells who follows it where a late row was put, and nothing of rows at the end", () => {
    const ring = new RowRing();
    const told: number[] = [];
    ring.follow({ onInserted: (position) => told.push(position) });
    for (const [ref, ms] of [10, 20, 30].entries()) ring.insert(row(START_MS + ms, ref));
    expect(told).toEqual([]);
    ring.evictThrough(START_MS + 10);
    ring.insert(row(START_MS + 25, 3));
    ring.insert(row(START_MS + 5, 4));
    expect(told).toEqual([2, 1]);
    expect([ring.start, ring.end]).toEqual([1, 5]);
  });

  it("numbers rows on after it ran empty, and takes older ones again", () => {
    const ring = new RowRing();
    ring.insert(row(START_MS, 0, { longCents: 40 }));
    ring.evictThrough(START_MS);
    expect([ring.size, ring.start, ring.end]).toEqual([0, 1, 1]);
    ring.insert(row(START_MS - 9, 1, { shortCents: 7 }));
    expect([ring.timeAt(1), ring.centsAt(1)]).toEqual([START_MS - 9, 7]);
  });

  it("keeps differences of orders right when their count passes 2^32", () => {
    const ring = new RowRing();
    ring.insert(row(START_MS, 0, { orders: 0xffff_fffe }));
    for (let ref = 1; ref <= 4; ref += 1) ring.insert(row(START_MS + ref, ref));
    ring.insert(row(START_MS + 2, 5));
    expect((ring.ordersBefore(ring.end) - ring.ordersBefore(1)) >>> 0).toBe(5);
    expect((ring.ordersBefore(4) - ring.ordersBefore(2)) >>> 0).toBe(2);
  });

  it("sums cents exactly up to the largest safe integer and back to zero", () => {
    const ring = new RowRing();
    const most = Number.MAX_SAFE_INTEGER - 1;
    ring.insert(row(START_MS + 1, 0, { longCents: most }));
    ring.insert(row(START_MS, 1, { longCents: 1 }));
    expect(ring.longBefore(ring.end) - ring.longBefore(ring.start)).toBe(Number.MAX_SAFE_INTEGER);
    expect([ring.centsAt(0), ring.centsAt(1)]).toEqual([1, most]);
    ring.evictThrough(START_MS + 1);
    expect(ring.longBefore(ring.end) - ring.longBefore(ring.start)).toBe(0);
  });

  it("holds at most 48 bytes a row once it has grown", () => {
    const ring = new RowRing();
    expect(ring.bytes).toBe(256);
    for (let ref = 0; ref < 10_000; ref += 1) {
      ring.insert(row(START_MS + ref, ref));
      if (ref > 100) expect(ring.bytes / ring.size).toBeLessThanOrEqual(48.5);
    }
  });
});
