import { describe, expect, it } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import { Engine } from "../../src/severity/engine.ts";
import { Holds, NO_HOLDS } from "../../src/severity/holds.ts";
import { MUTES_MAX, MuteBook } from "../../src/severity/mutes.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

const by = "telegram:4711";

function scopeOf(asset: string | null, rule = "minute", venue: VenueId | null = null) {
  return { asset, venue, rule: { name: rule } };
}

describe("the book of mutes", () => {
  it("keeps one mute per asset and one of everything, until they end", () => {
    const book = new MuteBook();
    expect(book.untilMs(scopeOf("BTC"), 0)).toBe(null);
    book.set({ asset: "ETH", untilMs: 300, by }, 0);
    book.set({ asset: "BTC", untilMs: 100, by }, 0);
    book.set({ asset: "BTC", untilMs: 200, by }, 0);
    book.set({ asset: null, untilMs: 150, by }, 0);
    expect(book.list(0).map(({ asset, untilMs }) => [asset, untilMs])).toEqual([
      [null, 150],
      ["BTC", 200],
      ["ETH", 300],
    ]);
    expect(book.list(150).map(({ asset }) => asset)).toEqual(["BTC", "ETH"]);
    expect(book.list(300)).toEqual([]);
  });

  it("mutes an asset until the later of two ends, and the market with everything alone", () => {
    const book = new MuteBook();
    book.set({ asset: "BTC", untilMs: 200, by }, 0);
    expect(book.untilMs(scopeOf(null), 0)).toBe(null);
    book.set({ asset: null, untilMs: 150, by }, 0);
    expect(book.untilMs(scopeOf(null), 149)).toBe(150);
    expect(book.untilMs(scopeOf("BTC"), 149)).toBe(200);
    expect(book.untilMs(scopeOf("SOL"), 149)).toBe(150);
    expect(book.untilMs(scopeOf("SOL"), 150)).toBe(null);
  });

  it("ends what holds and says so once", () => {
    const book = new MuteBook();
    book.set({ asset: "BTC", untilMs: 100, by }, 0);
    expect(book.end({ asset: "ETH" }, 0)).toBe(false);
    expect(book.end({ asset: null }, 0)).toBe(false);
    expect(book.end({ asset: "BTC" }, 100)).toBe(false);
    book.set({ asset: "BTC", untilMs: 100, by }, 0);
    expect(book.end({ asset: "BTC" }, 99)).toBe(true);
    expect(book.end({ asset: "BTC" }, 99)).toBe(false);
  });

  it("mutes what a venue or a rule alone is about, and both of a mute that names both", () => {
    const book = new MuteBook();
    book.set({ asset: null, venue: "gate", untilMs: 100, by }, 0);
    book.set({ asset: null, rule: "whale", untilMs: 200, by }, 0);
    book.set({ asset: "BTC", rule: "majors", untilMs: 300, by }, 0);
    const until = (...scope: Parameters<typeof scopeOf>) => book.untilMs(scopeOf(...scope), 0);
    expect([until("BTC", "minute", "gate"), until("BTC", "minute", "okx")]).toEqual([100, null]);
    expect([until("SOL", "whale"), until(null, "whale"), until(null)]).toEqual([200, 200, null]);
    expect([until("BTC", "majors"), until("ETH", "majors")]).toEqual([300, null]);
    expect(until("BTC", "whale", "gate")).toBe(200);
    expect(book.end({ asset: null, rule: "majors" }, 0)).toBe(false);
    expect(book.end({ asset: "BTC", rule: "majors" }, 0)).toBe(true);
    expect(until("BTC", "majors")).toBe(null);
  });

  it("is bounded, and room comes back as mutes end", () => {
    const book = new MuteBook();
    for (let index = 0; index < MUTES_MAX; index += 1) {
      expect(book.set({ asset: `A${index}`, untilMs: 100, by }, 0)).toBe(true);
    }
    expect(book.set({ asset: "ONE-MORE", untilMs: 200, by }, 99)).toBe(false);
    expect(book.set({ asset: "A7", untilMs: 200, by }, 99)).toBe(true);
    expect(book.set({ asset: "ONE-MORE", untilMs: 200, by }, 100)).toBe(true);
    expect(book.list(100).map(({ asset }) => asset)).toEqual(["A7", "ONE-MORE"]);
  });
});

/** An engine that keeps to a book; what it says is one line per decision, times from T0. */
class Muted {
  readonly book = new MuteBook();
  readonly engine: Engine;
  #rows = 0;

  constructor(over: RuleOver = {}) {
    this.engine = new Engine({ rules: [ruleOf(over)], ...new Holds(this.book, NO_HOLDS).options });
  }

  mute(asset: string | null, atMs: number, forMs: number): void {
    this.book.set({ asset, untilMs: T0 + atMs + forMs, by }, T0 + atMs);
    this.engine.wakeIncidents();
  }

  row(atMs: number, usd: number, asset = "BTC"): readonly string[] {
    this.#rows += 1;
    const receivedAtMs = T0 + atMs;
    const dedupeKey = `row ${this.#rows}`;
    const row = rowOf({ receivedAtMs, asset, notionalCents: usd * 100, dedupeKey });
    return this.#step({ type: "rows", receivedAtMs, rows: [row] });
  }

  clock(atMs: number): readonly string[] {
    return this.#step({ type: "clock", nowMs: T0 + atMs });
  }

  #step(input: Parameters<Engine["step"]>[0]): readonly string[] {
    return this.engine.step(input).decisions.map((decision) => {
      const { atMs, suppression, scopeKey, severity } = decision;
      const held =
        suppression === null
          ? ""
          : ` ${suppression.reason} until ${suppression.untilMs - T0} x${suppression.count}`;
      return `${atMs - T0} ${decision.decision} ${scopeKey} ${severity}${held}`;
    });
  }
}

describe("an engine that keeps to the book", () => {
  it("opens what was muted at the tick at which the mute ends, and logs the stretch", () => {
    const muted = new Muted();
    muted.clock(0);
    muted.mute("BTC", 0, 20_050);
    expect(muted.row(1_000, 150)).toEqual([]);
    expect(muted.row(2_000, 100)).toEqual([]);
    expect(muted.row(3_000, 100, "ETH")).toEqual(["3000 opened ETH LOW"]);
    // Nothing but the clock moves: the engine wakes up by itself.
    expect(muted.clock(20_000)).toEqual([]);
    expect(muted.clock(25_000)).toEqual([
      "1000 suppressed BTC MEDIUM mute until 20100 x2",
      "20100 opened BTC MEDIUM",
    ]);
  });

  it("writes only the stretch when it calmed before the mute ended", () => {
    const muted = new Muted();
    muted.clock(0);
    muted.mute("BTC", 0, 600_000);
    muted.row(1_000, 150);
    expect(muted.clock(71_000)).toEqual(["1000 suppressed BTC LOW mute until 70900 x1"]);
    expect(muted.clock(700_000)).toEqual([]);
  });

  it("holds back an escalation of a told incident, and tells it when the mute is ended early", () => {
    const muted = new Muted();
    expect(muted.row(0, 100)).toEqual(["0 opened BTC LOW"]);
    muted.mute(null, 0, 3_600_000);
    expect(muted.row(1_000, 300)).toEqual([]);
    expect(muted.clock(1_900)).toEqual([]);
    muted.book.end({ asset: null }, T0 + 1_900);
    muted.engine.wakeIncidents();
    expect(muted.clock(2_000)).toEqual([
      "1000 suppressed BTC HIGH mute until 2000 x1",
      "2000 escalated BTC HIGH",
    ]);
  });

  it("looks again at the new end when a mute is replaced by a longer or a shorter one", () => {
    const muted = new Muted({ windowMs: 300_000 });
    muted.clock(0);
    muted.mute("BTC", 0, 10_000);
    muted.row(1_000, 150);
    muted.mute("BTC", 5_000, 60_000);
    expect(muted.clock(30_000)).toEqual([]);
    muted.mute("BTC", 30_000, 5_000);
    expect(muted.clock(40_000)).toEqual([
      "1000 suppressed BTC LOW mute until 35000 x1",
      "35000 opened BTC LOW",
    ]);
  });

  it("leaves scopes of the market alone unless everything is muted", () => {
    const muted = new Muted({ scope: "market" });
    muted.clock(0);
    muted.mute("BTC", 0, 60_000);
    expect(muted.row(1_000, 100)).toEqual(["1000 opened market LOW"]);
    muted.mute(null, 1_000, 60_000);
    expect(muted.row(2_000, 900)).toEqual([]);
  });

  it.each([
    ["asset+side", "BTC:long"],
    ["asset+venue", "BTC@binance"],
  ] as const)("mutes every scope of the asset: %s", (scope, key) => {
    const muted = new Muted({ scope });
    muted.clock(0);
    muted.mute("BTC", 0, 5_000);
    expect(muted.row(1_000, 100)).toEqual([]);
    expect(muted.clock(5_000)).toEqual([
      `1000 suppressed ${key} LOW mute until 5000 x1`,
      `5000 opened ${key} LOW`,
    ]);
  });
});
