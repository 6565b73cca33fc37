import { describe, expect, it } from "vitest";
import { SEEN_KEYS_MAX, SEEN_MS, SeenSet } from "../../src/severity/seen-set.ts";
import { chanceOf } from "../oracle/chance.ts";
import { T0 } from "./samples.ts";

const FOREVER = { retainMs: Number.POSITIVE_INFINITY, keysMax: Number.POSITIVE_INFINITY };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CASES = 60;
const STEPS = 3_000;

const at = (timeMs: number, nowMs = timeMs) => ({ timeMs, nowMs });

describe("the set of seen keys", () => {
  it("answers as a plain set does while nothing is old, and grows", () => {
    for (let seed = 1; seed <= CASES; seed += 1) {
      const chance = chanceOf(seed);
      const [seen, plain] = [new SeenSet(FOREVER), new Set<string>()];
      const names = chance.integer(10, 5_000);
      for (let step = 0; step < STEPS; step += 1) {
        const key = `key-${chance.integer(1, names)}`;
        const isNew = !plain.has(key);
        plain.add(key);
        if (seen.has(key) === isNew || seen.add(key, at(T0 + step * 1e6)) !== isNew) {
          expect.fail(`seed ${seed} step ${step} ${key}`);
        }
      }
      expect([seen.size, seen.dropped]).toEqual([plain.size, 0]);
    }
  });

  it("keeps every key of the last 25 h, and sweeps older ones out in time", () => {
    const seen = new SeenSet({ retainMs: SEEN_MS, keysMax: SEEN_KEYS_MAX });
    const chance = chanceOf(7);
    const timeOf = new Map<string, number>();
    let nowMs = T0;
    for (let step = 0; step < 40_000; step += 1) {
      nowMs += chance.integer(0, 30_000);
      const timeMs = nowMs - (chance.in100(80) ? 0 : chance.integer(0, SEEN_MS - 1));
      seen.add(`key-${step}`, at(timeMs, nowMs));
      timeOf.set(`key-${step}`, timeMs);
    }
    const young = [...timeOf].filter(([, timeMs]) => timeMs > nowMs - SEEN_MS);
    expect(young.filter(([key]) => !seen.has(key))).toEqual([]);
    expect(young.length).toBeLessThan(10_000);
    // Swept when the table fills, so never more than a table's worth of old keys stay.
    expect(seen.size).toBeLessThan(3 * young.length);
    expect(seen.has("key-0")).toBe(false);
    expect(seen.dropped).toBe(0);
  });

  it("drops the oldest minutes first when there are too many, and counts them", () => {
    const seen = new SeenSet({ retainMs: SEEN_MS, keysMax: 1_000 });
    for (let key = 0; key < 1_000; key += 1) seen.add(`key-${key}`, at(T0 + key * MINUTE_MS));
    expect([seen.size, seen.dropped]).toEqual([1_000, 0]);
    expect(seen.add("one too many", at(T0 + 1_000 * MINUTE_MS))).toBe(true);
    expect([seen.size, seen.dropped]).toEqual([900, 101]);
    expect([seen.has("key-100"), seen.has("key-101"), seen.has("one too many")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("goes by the time of the row, not by the order of arrival", () => {
    const seen = new SeenSet({ retainMs: SEEN_MS, keysMax: 100 });
    seen.add("late", at(T0 - 20 * HOUR_MS, T0));
    for (let key = 0; key < 100; key += 1) seen.add(`key-${key}`, at(T0 + key * MINUTE_MS));
    expect(seen.has("late")).toBe(false);
    expect(seen.has("key-99")).toBe(true);
  });

  it("takes a forgotten key as new", () => {
    const seen = new SeenSet({ retainMs: HOUR_MS, keysMax: 1e6 });
    seen.add("first", at(T0));
    for (let key = 0; key < 2_000; key += 1) seen.add(`key-${key}`, at(T0 + 2 * HOUR_MS));
    expect(seen.has("first")).toBe(false);
    expect(seen.add("first", at(T0 + 2 * HOUR_MS))).toBe(true);
    expect(seen.add("first", at(T0 + 2 * HOUR_MS))).toBe(false);
  });

  it("keeps a key whose row stands before 1970's first minute", () => {
    const seen = new SeenSet(FOREVER);
    expect(seen.add("ancient", at(-5))).toBe(true);
    expect(seen.add("ancient", at(-5))).toBe(false);
  });

  it("comes back from what it saved, through JSON, minutes included", () => {
    const limits = { retainMs: SEEN_MS, keysMax: 3_000 };
    const seen = new SeenSet(limits);
    for (let key = 0; key < 2_900; key += 1) seen.add(`key-${key}`, at(T0 + key * 10_000));
    const again = new SeenSet(limits);
    const saved: ReturnType<SeenSet["save"]> = JSON.parse(JSON.stringify(seen.save()));
    again.restore(saved);
    expect(again.size).toBe(2_900);
    const sorted = (set: SeenSet) => set.save().map(String).sort();
    expect(sorted(again)).toEqual(sorted(seen));
    // Both must now forget the same: the minutes came along.
    for (const set of [seen, again]) {
      for (let key = 0; key < 200; key += 1) set.add(`new-${key}`, at(T0 + 30_000_000));
    }
    expect(again.dropped).toBe(seen.dropped);
    expect(again.dropped).toBeGreaterThan(0);
    expect(sorted(again)).toEqual(sorted(seen));
  });

  it("gives the tag of a key back, also after growing, sweeping and saving", () => {
    const seen = new SeenSet({ retainMs: HOUR_MS, keysMax: 1e6 });
    seen.add("tagged", { ...at(T0), tag: 7 });
    seen.add("plain", at(T0));
    expect([seen.tagOf("tagged"), seen.tagOf("plain"), seen.tagOf("unseen")]).toEqual([7, 0, 0]);
    expect(seen.add("tagged", { ...at(T0), tag: 9 })).toBe(false);
    for (let key = 0; key < 5_000; key += 1) seen.add(`key-${key}`, { ...at(T0), tag: key % 21 });
    const again = new SeenSet(FOREVER);
    again.restore(seen.save());
    for (const set of [seen, again]) {
      expect([set.tagOf("tagged"), set.tagOf("key-20"), set.tagOf("key-4999")]).toEqual([7, 20, 1]);
    }
    for (let key = 0; key < 9_000; key += 1) seen.add(`new-${key}`, at(T0 + 2 * HOUR_MS));
    expect(seen.tagOf("tagged")).toBe(0);
  });
});
