import { expect, it } from "vitest";
import { ROW_KEPT_MS } from "../../src/rule.ts";
import { RowRing } from "../../src/windows/ring.ts";
import { RowEdge } from "../../src/windows/row-edge.ts";
import { chanceOf } from "../oracle/chance.ts";

it("an edge stands before the first row that is later, in 2,000 random cases", () => {
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const chance = chanceOf(seed);
    const ring = new RowRing();
    const edge = new RowEdge(ring);
    let nowMs = 1_790_000_000_000;
    for (let step = 0; step < 15; step += 1) {
      nowMs += chance.pick([0, 0, 1, 500, 9_999, 22_000, 700_000]);
      const timeMs = nowMs - chance.pick([0, 0, 0, 1_999, 22_000, 22_001]);
      ring.evictThrough(nowMs - ROW_KEPT_MS);
      ring.insert({ timeMs, longCents: 1, shortCents: 0, orders: 1, ref: step });
      if (chance.in100(40)) continue;
      edge.advance(nowMs - 22_000);
      expect(edge.position, `seed ${seed}`).toBe(ring.firstAfter(nowMs - 22_000));
    }
  }
});
