import { describe, expect, it } from "vitest";
import { ROW_WINDOW_MS_MAX, readDelayMs } from "../../src/rule.ts";
import { type RingRow, RowRing } from "../../src/windows/ring.ts";
import { RowWindow } from "../../src/windows/row-window.ts";
import { type Chance, chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const CASES = 10_000;
const STEPS_MAX = 30;
/** SPEC 3: what is kept, and two lengths that a rule may ask for besides. */
const WINDOWS_MS = [100, 500, 2_000, 10_000, 60_000, 300_000, 700, 10_100];
const STEPS_MS = [0, 0, 1, 40, 100, 500, 2_000, 10_000, 60_000, 400_000];
const EDGE_JITTER_MS = [-1, 0, 0, 1];

interface Looker {
  readonly windowMs: number;
  readonly delayMs: number;
  readonly window: RowWindow;
}

/** What a window holds by the words of SPEC 3: T - W < windowTime <= T, T = now - D. */
function inside(rows: readonly RingRow[], { windowMs, delayMs }: Looker, nowMs: number): RingRow[] {
  const lastMs = nowMs - delayMs;
  return rows.filter(({ timeMs }) => lastMs - windowMs < timeMs && timeMs <= lastMs);
}

/** The first clocks after `nowMs` at which a row enters, and at which one enters or leaves. */
function plainNext(rows: readonly RingRow[], looker: Looker, nowMs: number): string {
  let [entry, change] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { timeMs } of rows) {
    const entersMs = timeMs + looker.delayMs;
    const leavesMs = entersMs + looker.windowMs;
    if (entersMs > nowMs) entry = Math.min(entry, entersMs);
    if (leavesMs > nowMs) change = Math.min(change, leavesMs);
  }
  return `${entry} ${Math.min(entry, change)}`;
}

function figuresOf(window: RowWindow, isLargestRead: boolean): string {
  const { rows, orders, longCents, shortCents, notionalCents } = window;
  const largest = isLargestRead ? window.largestCents() : "unread";
  return `${rows} ${orders} ${longCents} ${shortCents} ${notionalCents} ${largest}`;
}

function plainFigures(rows: readonly RingRow[], isLargestRead: boolean): string {
  let [orders, longCents, shortCents, largest] = [0, 0, 0, 0];
  for (const row of rows) {
    orders += row.orders;
    longCents += row.longCents;
    shortCents += row.shortCents;
    largest = Math.max(largest, row.longCents, row.shortCents);
  }
  const read = isLargestRead ? largest : "unread";
  return `${rows.length} ${orders} ${longCents} ${shortCents} ${longCents + shortCents} ${read}`;
}

function randomRow(chance: Chance, nowMs: number, ref: number): RingRow {
  const edges = chance.pick(WINDOWS_MS) + chance.pick([0, 2_000]) + chance.pick(EDGE_JITTER_MS);
  const lateMs = chance.pick([0, 0, 0, chance.integer(0, 3_000), edges]);
  const cents = chance.pick([0, 5, chance.integer(1, 100_000)]);
  const isLong = chance.in100(60);
  return {
    timeMs: nowMs - Math.max(0, lateMs),
    longCents: isLong ? cents : 0,
    shortCents: isLong ? 0 : cents,
    orders: chance.integer(0, 1),
    ref,
  };
}

class Case {
  readonly #chance: Chance;
  readonly #ring = new RowRing();
  readonly #rows: RingRow[] = [];
  readonly #lookers: Looker[] = [];
  #nowMs = START_MS;
  wrong: string | null = null;

  constructor(seed: number) {
    this.#chance = chanceOf(seed);
  }

  run(): string | null {
    const steps = this.#chance.integer(1, STEPS_MAX);
    for (let step = 0; step < steps && this.wrong === null; step += 1) this.#step(step);
    return this.wrong;
  }

  #step(step: number): void {
    const chance = this.#chance;
    // Windows come and go with scopes: some begin on a ring that is full already.
    for (const windowMs of WINDOWS_MS) {
      if (this.#lookers.length < WINDOWS_MS.length && chance.in100(step === 0 ? 60 : 8)) {
        this.#begin(windowMs);
      }
    }
    this.#nowMs += chance.pick(STEPS_MS) + (chance.in100(30) ? chance.integer(0, 120) : 0);
    if (chance.in100(80)) this.#insert(randomRow(chance, this.#nowMs, step));
    for (const looker of this.#lookers) if (chance.in100(70)) this.#look(looker, step);
  }

  #begin(windowMs: number): void {
    const delayMs = readDelayMs(windowMs);
    const window = new RowWindow(this.#ring, { windowMs, delayMs });
    this.#lookers.push({ windowMs, delayMs, window });
  }

  /** As the series do it: what no window can hold is dropped first, and not let in. */
  #insert(row: RingRow): void {
    const oldestMs = this.#nowMs - ROW_WINDOW_MS_MAX;
    this.#rows.push(row);
    if (row.timeMs <= oldestMs) return;
    this.#ring.evictThrough(oldestMs);
    this.#ring.insert(row);
  }

  #look(looker: Looker, step: number): void {
    const isLargestRead = this.#chance.in100(60);
    looker.window.advance(this.#nowMs);
    const plain = inside(this.#rows, looker, this.#nowMs);
    const read = figuresOf(looker.window, isLargestRead);
    const expected = plainFigures(plain, isLargestRead);
    const next = `${looker.window.nextEntryMs()} ${looker.window.nextChangeMs()}`;
    const expectedNext = plainNext(this.#rows, looker, this.#nowMs);
    if (read === expected && next === expectedNext) return;
    const place = `step ${step}, window ${looker.windowMs}`;
    this.wrong = `${place}: ${read} at ${next}, expected ${expected} at ${expectedNext}`;
  }
}

describe("a window over a ring", () => {
  it("equals brute force in every figure at every look, and changes exactly when it says", () => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= CASES; seed += 1) {
      const found = new Case(seed).run();
      if (found !== null) wrong.push(`seed ${seed}, ${found}`);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  function ringOf(...rows: readonly (readonly [ms: number, cents: number])[]): RowRing {
    const ring = new RowRing();
    for (const [ref, [ms, longCents]] of rows.entries()) {
      ring.insert({ timeMs: START_MS + ms, longCents, shortCents: 0, orders: 1, ref });
    }
    return ring;
  }

  it("takes T and leaves T - W out", () => {
    const ring = ringOf([0, 5], [60_000, 7]);
    const window = new RowWindow(ring, { windowMs: 60_000, delayMs: 0 });
    window.advance(START_MS + 60_000);
    expect([window.rows, window.notionalCents]).toEqual([1, 7]);
  });

  it("is read two seconds behind the clock when it is short", () => {
    const window = new RowWindow(ringOf([0, 5]), { windowMs: 100, delayMs: 2_000 });
    window.advance(START_MS + 1_999);
    expect([window.rows, window.nextChangeMs()]).toEqual([0, START_MS + 2_000]);
    window.advance(START_MS + 2_000);
    expect([window.rows, window.nextChangeMs()]).toEqual([1, START_MS + 2_100]);
    window.advance(START_MS + 2_100);
    expect([window.rows, window.nextChangeMs()]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it("finds the next largest row when the largest has left", () => {
    const window = new RowWindow(ringOf([0, 90], [10, 20], [20, 50]), {
      windowMs: 60_000,
      delayMs: 0,
    });
    window.advance(START_MS + 20);
    expect(window.largestCents()).toBe(90);
    window.advance(START_MS + 60_000);
    expect(window.largestCents()).toBe(50);
    window.advance(START_MS + 60_020);
    expect(window.largestCents()).toBe(0);
  });

  it("sees a late row that is larger than all before it", () => {
    const ring = ringOf([0, 10], [100, 20]);
    const window = new RowWindow(ring, { windowMs: 60_000, delayMs: 0 });
    window.advance(START_MS + 100);
    expect(window.largestCents()).toBe(20);
    ring.insert({ timeMs: START_MS + 50, longCents: 0, shortCents: 70, orders: 0, ref: 2 });
    window.advance(START_MS + 100);
    expect([window.largestCents(), window.orders, window.rows]).toEqual([70, 2, 3]);
  });
});
