import { describe, expect, it } from "vitest";
import {
  describeScore,
  levelOfScore,
  type ScoreInputs,
  scoreOf,
} from "../../src/severity/score.ts";
import { CLASSIC } from "../../src/severity/score-classic.ts";
import { RELATIVE } from "../../src/severity/score-relative.ts";

/** Ten rows and orders of $50,000 in all, longs, on one of one live venue; nothing else is known. */
const INPUTS: ScoreInputs = {
  ...{ rows: 10, orders: 10, ordersBefore: 10, longCents: 5_000_000, shortCents: 0 },
  ...{ venues: 1, liveVenues: 1, contagion: 0 },
  ...{ openInterestUsd: null, openInterestChangePct: null, fundingRate8h: null },
};

const partsOf = (profile: typeof RELATIVE, over: Partial<ScoreInputs>) =>
  Object.fromEntries(
    describeScore(profile, { ...INPUTS, ...over }).parts.map(({ name, value }) => [name, value]),
  );

describe("the relative profile", () => {
  it("weighs its six signals to one", () => {
    const weights = RELATIVE.signals.map(({ weightPct }) => weightPct);
    expect(weights).toEqual([25, 20, 20, 15, 10, 10]);
    expect(weights.reduce((sum, weight) => sum + weight)).toBe(100);
  });

  it("measures money against open interest, against $5,000/s without one, never under $500/s", () => {
    // $5,000/s is one time the usual $5,000/s: log10(2) / 2.
    expect(partsOf(RELATIVE, {}).pace).toBeCloseTo(Math.log10(2) / 2, 12);
    expect(partsOf(RELATIVE, { openInterestUsd: 1e9 }).pace).toBeCloseTo(Math.log10(6) / 2, 12);
    expect(partsOf(RELATIVE, { openInterestUsd: 1e6 }).pace).toBeCloseTo(Math.log10(11) / 2, 12);
    expect(partsOf(RELATIVE, { longCents: 1e12 }).pace).toBe(1);
  });

  it("takes more orders than before as acceleration, and fewer as none", () => {
    expect(partsOf(RELATIVE, { orders: 35 }).acceleration).toBe(0.5);
    expect(partsOf(RELATIVE, { orders: 35, ordersBefore: 40 }).acceleration).toBe(0);
    expect(partsOf(RELATIVE, { orders: 70 }).orders).toBe(0.7);
    expect(partsOf(RELATIVE, { orders: 170 }).orders).toBe(1);
  });

  it("spreads over venues that could have seen it", () => {
    expect(partsOf(RELATIVE, { venues: 3, liveVenues: 5 }).breadth).toBe(0.5);
    expect(partsOf(RELATIVE, { venues: 1, liveVenues: 1 }).breadth).toBe(0);
    expect(partsOf(RELATIVE, { venues: 3, liveVenues: 2 }).breadth).toBe(1);
  });

  it("counts funding that the liquidated side pays", () => {
    const short = { longCents: 0, shortCents: 100 };
    expect(partsOf(RELATIVE, { fundingRate8h: 0.00025 }).funding).toBe(0.5);
    expect(partsOf(RELATIVE, { fundingRate8h: -0.00025 }).funding).toBe(0);
    expect(partsOf(RELATIVE, { fundingRate8h: -0.00025, ...short }).funding).toBe(0.5);
    expect(partsOf(RELATIVE, { fundingRate8h: 0.001, shortCents: 5_000_000 }).funding).toBe(0);
  });

  it("counts a fall of open interest alone", () => {
    expect(partsOf(RELATIVE, { openInterestChangePct: -1.5 })["open interest"]).toBe(0.5);
    expect(partsOf(RELATIVE, { openInterestChangePct: 2 })["open interest"]).toBe(0);
  });

  it("leaves out what is unknown and scales the rest up", () => {
    const full = { orders: 170, ordersBefore: 0, longCents: 1e12, venues: 2, liveVenues: 2 };
    expect(scoreOf(RELATIVE, { ...INPUTS, ...full })).toBe(1);
    const calm = { ...INPUTS, ...full, openInterestUsd: 1e9, openInterestChangePct: 0 };
    expect(scoreOf(RELATIVE, calm)).toBeCloseTo(80 / 90, 12);
    expect(partsOf(RELATIVE, {})).toMatchObject({ funding: null, "open interest": null });
  });

  it("is 0 in an empty window, whatever funding and open interest do", () => {
    const empty = { rows: 0, orders: 0, ordersBefore: 0, longCents: 0, venues: 0 };
    const falling = { ...INPUTS, ...empty, openInterestChangePct: -9, fundingRate8h: 1 };
    expect(scoreOf(RELATIVE, falling)).toBe(0);
    expect(describeScore(RELATIVE, falling).level).toBe("NONE");
  });
});

describe("the classic profile", () => {
  it("has the fixed figures of the source system, on two seconds", () => {
    const parts = partsOf(CLASSIC, {
      ...{ orders: 50, ordersBefore: 10, longCents: 5e9, contagion: 0.4 },
      ...{ fundingRate8h: -0.0005, openInterestChangePct: -2.5 },
    });
    expect(parts).toEqual({
      ...{ velocity: 0.5, acceleration: 0.5, volume: 0.5, contagion: 0.4, funding: 0.5 },
      "open interest": 0.5,
    });
  });

  it("is raised by half above 20 orders/s2, and never over 1", () => {
    // 90 orders in 2 s after none: 45 orders/s, 22.5 orders/s2.
    const fast = { ...INPUTS, orders: 90, ordersBefore: 0, longCents: 0 };
    const plain = (25 * 0.9 + 20) / 80;
    expect(scoreOf(CLASSIC, fast)).toBeCloseTo(plain * 1.5, 12);
    expect(scoreOf(CLASSIC, { ...fast, ordersBefore: 10 })).toBeCloseTo(plain, 12);
    expect(scoreOf(CLASSIC, { ...fast, longCents: 2e10, contagion: 1 })).toBe(1);
  });

  it("has levels by rate, too", () => {
    const level = (over: Partial<ScoreInputs>) =>
      describeScore(CLASSIC, { ...INPUTS, longCents: 0, ...over }).level;
    const steady = (orders: number) => level({ orders, ordersBefore: orders });
    expect([steady(20), steady(21), steady(40), steady(41)]).toEqual([
      ...["NONE", "WATCH", "WATCH", "ALERT"],
    ]);
    // 51 orders/s with exactly 20 orders/s2, and with more.
    expect(level({ orders: 102, ordersBefore: 22 })).toBe("ALERT");
    expect(level({ orders: 102, ordersBefore: 21 })).toBe("CRITICAL");
    expect([steady(200), steady(201)]).toEqual(["ALERT", "EXTREME"]);
    expect(level({ longCents: 2e10 + 1 })).toBe("EXTREME");
  });
});

it("a level begins above its score", () => {
  expect([0.3, 0.31, 0.5, 0.51, 0.7, 0.71, 0.9, 0.91].map(levelOfScore)).toEqual([
    ...["NONE", "WATCH", "WATCH", "ALERT", "ALERT", "CRITICAL", "CRITICAL", "EXTREME"],
  ]);
});
