import { describe, expect, it } from "vitest";
import { VENUE_IDS, type VenueId } from "../../src/liquidation.ts";
import { ROW_KEPT_MS } from "../../src/rule.ts";
import { RowRing } from "../../src/windows/ring.ts";
import { RowFlow } from "../../src/windows/row-flow.ts";
import { RowTable } from "../../src/windows/row-table.ts";
import { RowWindow } from "../../src/windows/row-window.ts";
import { VenueCount } from "../../src/windows/venue-count.ts";
import { chanceOf } from "../oracle/chance.ts";

const START_MS = 1_790_000_000_000;
const CASES = 10_000;
const STEPS_MS = [0, 0, 1, 40, 500, 1_999, 2_000, 10_000, 12_000, 400_000, 700_000];

describe("rows that come into a window and go out of it", () => {
  it("are those of the window at every look, in 10,000 random cases", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const chance = chanceOf(seed);
      const ring = new RowRing();
      const size = { windowMs: chance.pick([2_000, 10_000, 60_000]), delayMs: 2_000 };
      const held = new Set<number>();
      const window = new RowWindow(ring, size);
      const flow = new RowFlow(ring, {
        enter(ref) {
          expect(held.has(ref)).toBe(false);
          held.add(ref);
        },
        leave: (ref) => expect(held.delete(ref)).toBe(true),
        clear: () => held.clear(),
      });
      const times: number[] = [];
      let nowMs = START_MS;
      for (let step = 0; step < 12; step += 1) {
        nowMs += chance.pick(STEPS_MS);
        if (chance.in100(70)) {
          const lateMs = chance.pick([0, 0, 300, 1_999, 2_001, 9_999, 61_000]);
          const timeMs = nowMs - lateMs;
          ring.evictThrough(nowMs - ROW_KEPT_MS);
          ring.insert({ timeMs, longCents: 1, shortCents: 0, orders: 1, ref: times.length });
          times.push(timeMs);
        }
        if (chance.in100(30)) continue;
        window.advance(nowMs);
        flow.follow(window);
        const lastMs = nowMs - size.delayMs;
        const inside = times.flatMap((timeMs, ref) =>
          timeMs > lastMs - size.windowMs && timeMs <= lastMs ? [ref] : [],
        );
        expect(
          [...held].sort((a, b) => a - b),
          `seed ${seed}`,
        ).toEqual(inside);
      }
    }
  });

  it("do not ask the row table for what it may have dropped", () => {
    const table = new RowTable();
    const ring = new RowRing();
    const venues = new VenueCount(table);
    const window = new RowWindow(ring, { windowMs: 10_000, delayMs: 0 });
    const flow = new RowFlow(ring, venues);
    const look = (nowMs: number) => {
      window.advance(nowMs);
      flow.follow(window);
    };
    const add = (venue: VenueId, timeMs: number) => {
      table.evictThrough(timeMs - ROW_KEPT_MS);
      const group = table.group({ venue, symbol: null, asset: "BTC", priceKind: null });
      const ref = table.add({
        ...{ timeMs, cents: 1, isPriced: true, positionSide: "long", countsOrder: true },
        ...{ price: null, size: null, group },
      });
      return { timeMs, longCents: 1, shortCents: 0, orders: 1, ref };
    };
    ring.insert(add("okx", START_MS));
    look(START_MS);
    expect(venues.venues).toBe(1);
    // Rows of another series push the first one out of the table; its ring still holds it.
    for (let at = 0; at < 3; at += 1) add("bybit", START_MS + 2 * ROW_KEPT_MS + at);
    expect(table.start).toBe(1);
    look(START_MS + 2 * ROW_KEPT_MS);
    expect(venues.venues).toBe(0);
    ring.insert(add("bybit", START_MS + 2 * ROW_KEPT_MS + 5));
    look(START_MS + 2 * ROW_KEPT_MS + 5);
    expect(venues.venues).toBe(1);
  });
});

describe("how many venues have rows", () => {
  it("counts each once, until its last row leaves", () => {
    const table = new RowTable();
    const venues = new VenueCount(table);
    const rowOf = (venue: VenueId): number => {
      const group = table.group({ venue, symbol: null, asset: "BTC", priceKind: null });
      return table.add({
        ...{ timeMs: START_MS, cents: 1, isPriced: true, positionSide: "long", countsOrder: true },
        ...{ price: null, size: null, group },
      });
    };
    const refs = [...VENUE_IDS, VENUE_IDS[0]].map(rowOf);
    for (const ref of refs) venues.enter(ref);
    expect(venues.venues).toBe(VENUE_IDS.length);
    for (const ref of refs.slice(0, 2)) venues.leave(ref);
    expect(venues.venues).toBe(VENUE_IDS.length - 1);
    venues.clear();
    expect(venues.venues).toBe(0);
  });
});
