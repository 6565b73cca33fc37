import { describe, expect, it } from "vitest";
import type { Gap } from "../../src/alert.ts";
import { WATCH_MS_MAX, WatchTimes, WHOLE_VENUE } from "../../src/severity/watch-times.ts";
import { chanceOf } from "../oracle/chance.ts";
import { gapOf } from "./coverage-samples.ts";

const END_MS = 60;

/** Millisecond by millisecond: what of [fromMs, toMs) each connection saw. */
function plainly(
  gaps: readonly Gap[],
  { firstMs, shards }: { readonly firstMs: number; readonly shards: readonly string[] },
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
) {
  const seen = shards.map((shard) => {
    const own = gaps.filter(({ connection }) => [shard, WHOLE_VENUE].includes(connection));
    let ms = 0;
    for (let at = fromMs; at < toMs; at += 1) {
      const isDark = own.some((gap) => gap.fromMs <= at && at < (gap.toMs ?? END_MS * 2));
      if (at >= firstMs && !isDark) ms += 1;
    }
    return ms;
  });
  const watched = seen.reduce((sum, ms) => sum + ms, 0) / (shards.length * (toMs - fromMs));
  return { watched, dark: seen.filter((ms) => ms === 0).length / shards.length };
}

describe("the part of a time in which a venue was watched", () => {
  it("equals counting every millisecond of every connection", () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const chance = chanceOf(seed);
      const shards = ["a", "b", "c"].slice(0, chance.integer(1, 3));
      const firstMs = chance.integer(0, 20);
      const gaps: Gap[] = [];
      for (const connection of [...shards, WHOLE_VENUE]) {
        for (let at = firstMs; at < END_MS; ) {
          const fromMs = at + chance.integer(0, 30);
          const toMs = fromMs + chance.integer(1, 12);
          const isOpen = toMs > END_MS;
          gaps.push(gapOf("okx", fromMs, { connection, toMs: isOpen ? null : toMs }));
          at = toMs + 1;
        }
      }
      const times = new WatchTimes(() => shards);
      const stored = gaps.filter(() => chance.integer(0, 1) === 0);
      times.restore({ first: [{ venue: "okx", atMs: firstMs }], gaps: stored });
      for (const gap of gaps) times.note({ ...gap, toMs: null });
      for (const gap of gaps) times.note(gap);
      const fromMs = chance.integer(0, END_MS - 2);
      const span = { fromMs, toMs: chance.integer(fromMs + 1, END_MS) };
      const { watched, dark } = plainly(gaps, { firstMs, shards }, span);
      expect(times.watchedPart("okx", span), `seed ${seed}`).toBeCloseTo(watched, 12);
      expect(times.watchedPart("okx", span) === 1, `seed ${seed}`).toBe(watched === 1);
      expect(times.darkPart("okx", span), `seed ${seed}`).toBe(dark);
    }
  });

  it("is nothing for a venue that was never watched, and before its first gap", () => {
    const times = new WatchTimes();
    expect(times.watchedPart("okx", { fromMs: 0, toMs: 10 })).toBe(0);
    expect([times.firstMs("okx"), times.isDark("okx", 10)]).toEqual([null, true]);
    times.note(gapOf("okx", 4, { toMs: 5, connection: WHOLE_VENUE }));
    expect(times.firstMs("okx")).toBe(4);
    expect(times.watchedPart("okx", { fromMs: 0, toMs: 10 })).toBe(0.5);
    expect([times.isDark("okx", 5), times.isDark("okx", 6)]).toEqual([true, false]);
  });

  it("is nothing while what arrives is not understood, on every connection", () => {
    const times = new WatchTimes(() => ["a", "b"]);
    times.restore({ first: [{ venue: "okx", atMs: 0 }], gaps: [] });
    times.note(gapOf("okx", 5, { connection: "unread" }));
    expect(times.watchedPart("okx", { fromMs: 0, toMs: 10 })).toBe(0.5);
    expect(times.isDark("okx", 10)).toBe(true);
  });

  it("is nine tenths while one of ten connections is dark", () => {
    const shards = Array.from({ length: 10 }, (_, at) => `linear/${at}`);
    const times = new WatchTimes(() => shards);
    times.restore({ first: [{ venue: "okx", atMs: 0 }], gaps: [] });
    times.note(gapOf("okx", 50, { connection: "linear/3" }));
    expect(times.watchedPart("okx", { fromMs: 50, toMs: 90 })).toBeCloseTo(0.9, 12);
    expect([times.darkPart("okx", { fromMs: 50, toMs: 90 }), times.isDark("okx", 90)]).toEqual([
      ...[0.1, false],
    ]);
  });

  it("leaves connections of an earlier run out once those of this one are known", () => {
    let live: readonly string[] = [];
    const times = new WatchTimes(() => live);
    const first = [{ venue: "okx" as const, atMs: 0 }];
    times.restore({ first, gaps: [gapOf("okx", 10, { connection: "former" })] });
    expect(times.watchedPart("okx", { fromMs: 0, toMs: 20 })).toBe(0.5);
    live = ["swap/0"];
    expect(times.watchedPart("okx", { fromMs: 0, toMs: 20 })).toBe(1);
  });

  it("forgets gaps of more than 7 days ago, and of too many the oldest: it was not watched then", () => {
    const times = new WatchTimes();
    times.note(gapOf("okx", 0, { toMs: 1 }));
    for (let at = 0; at <= 10_000; at += 1) {
      times.note(gapOf("okx", WATCH_MS_MAX + 10 + at * 2, { toMs: WATCH_MS_MAX + 11 + at * 2 }));
    }
    expect(times.firstMs("okx")).toBe(WATCH_MS_MAX + 11);
    const span = { fromMs: WATCH_MS_MAX + 9, toMs: WATCH_MS_MAX + 13 };
    expect(times.watchedPart("okx", span)).toBe(0.25);
  });
});
