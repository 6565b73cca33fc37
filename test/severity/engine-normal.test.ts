import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { TICK_MS } from "../../src/rule.ts";
import { Engine, type EngineInput, REPLAY_LIMITS } from "../../src/severity/engine.ts";
import { type EngineState, restoreEngine, saveEngine } from "../../src/severity/engine-state.ts";
import { chanceOf } from "../oracle/chance.ts";
import { clockOf } from "./random-inputs.ts";
import { rowOf, ruleOf, T0 } from "./samples.ts";

const FIVE_MS = 300_000;
const DAY_MS = 86_400_000;
const START_MS = Math.ceil(T0 / FIVE_MS) * FIVE_MS;
const TRIALS = 150;

/** 4, 8, 16, 40 times the usual, and at least 250 K USD. */
const REST = ruleOf({
  name: "rest",
  metric: "timesNormal",
  windowMs: FIVE_MS,
  floorUsd: 250_000,
  thresholds: { low: 4, medium: 8, high: 16, critical: 40 },
  resolve: { forMs: 60_000 },
});

function rowsAt(receivedAtMs: number, usd: number, over: object = {}): EngineInput {
  const dedupeKey = `${receivedAtMs}|${usd}|${JSON.stringify(over)}`;
  const row = rowOf({ receivedAtMs, notionalCents: usd * 100, dedupeKey, ...over });
  return { type: "rows", receivedAtMs, rows: [row] };
}

/** So many windows of 100 K USD, and then quiet until the clock `nowMs`. */
function learned(windows: number, nowMs: number): EngineState {
  const engine = new Engine({ rules: [REST], limits: REPLAY_LIMITS });
  engine.step({ type: "clock", nowMs: START_MS });
  for (let at = 0; at < windows; at += 1) engine.step(rowsAt(START_MS + at * FIVE_MS + 1, 100_000));
  engine.step({ type: "clock", nowMs });
  return JSON.parse(JSON.stringify(saveEngine(engine)));
}

function engineOf(state: EngineState): Engine {
  const engine = new Engine({ rules: [REST], limits: REPLAY_LIMITS });
  restoreEngine(engine, state);
  return engine;
}

function decisionsOf(engine: Engine, inputs: readonly EngineInput[]): readonly Decision[] {
  return inputs.flatMap((input) => engine.step(input).decisions);
}

/** Every scope is looked at in every tick. */
function slowly(engine: Engine, inputs: readonly EngineInput[]): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const input of inputs) {
    const toMs = clockOf(input) ?? 0;
    const firstMs = (Math.floor((engine.nowMs ?? toMs) / TICK_MS) + 1) * TICK_MS;
    for (let tickMs = firstMs; tickMs <= toMs; tickMs += TICK_MS) {
      for (const scope of engine.series.scopes()) engine.wake(scope, tickMs);
      decisions.push(...engine.step({ type: "clock", nowMs: tickMs }).decisions);
    }
    decisions.push(...engine.step(input).decisions);
  }
  return decisions;
}

describe("a rule on what is usual", () => {
  it("opens at 4 times the usual 5 min, escalates at 8, and is silent under its floor", () => {
    const nowMs = START_MS + DAY_MS + FIVE_MS;
    const engine = engineOf(learned(20, nowMs));
    const told = decisionsOf(engine, [
      rowsAt(nowMs + 1_000, 399_999),
      rowsAt(nowMs + 2_000, 1),
      rowsAt(nowMs + 3_000, 400_000),
      { type: "clock", nowMs: nowMs + 2 * FIVE_MS },
    ]);
    expect(
      told.map(({ decision, severity, value, atMs }) => [decision, severity, value, atMs]),
    ).toEqual([
      ["opened", "LOW", 4, nowMs + 2_000],
      ["escalated", "MEDIUM", 8, nowMs + 3_000],
      // The last row leaves at + 303 s, and the value has been nothing for a minute at + 363 s.
      ["resolved", "MEDIUM", 8, nowMs + 362_900],
    ]);
    const small = { ...REST, floorUsd: 800_001 };
    const floored = new Engine({ rules: [small], limits: REPLAY_LIMITS });
    restoreEngine(floored, learned(20, nowMs));
    expect(decisionsOf(floored, [rowsAt(nowMs + 1_000, 800_000)])).toEqual([]);
    expect(floored.step(rowsAt(nowMs + 2_000, 1)).decisions).toHaveLength(1);
  });

  it("has no figure while it learns, and finds one on the tick on which it has learned", () => {
    // 24 h are watched when the window that began 23 h 55 min after the start is over.
    const nowMs = START_MS + DAY_MS - 20_000;
    const engine = engineOf(learned(20, nowMs));
    expect(engine.step(rowsAt(nowMs + 1_000, 900_000)).decisions).toEqual([]);
    expect(engine.normal.usualOf("BTC", nowMs + 1_000).type).toBe("learning");
    const told = decisionsOf(engine, [{ type: "clock", nowMs: nowMs + 60_000 }]);
    expect(told.map(({ decision, atMs }) => [decision, atMs])).toEqual([
      ["opened", START_MS + DAY_MS + TICK_MS],
    ]);
  });

  it("knows enough windows on the tick after the twelfth is over", () => {
    const nowMs = START_MS + DAY_MS + 2 * FIVE_MS - 20_000;
    const engine = engineOf(learned(11, nowMs));
    const told = decisionsOf(engine, [
      rowsAt(nowMs + 1_000, 5_000_000, { occurredAtMs: nowMs - FIVE_MS }),
      rowsAt(nowMs + 2_000, 1_000_000),
      { type: "clock", nowMs: nowMs + 21_000 },
    ]);
    // The late row made the twelfth window: p95 of 12 is the largest.
    expect(told).toEqual([]);
    const other = engineOf(learned(11, nowMs));
    const late = decisionsOf(other, [
      rowsAt(nowMs + 1_000, 100_000, { occurredAtMs: nowMs - FIVE_MS }),
      rowsAt(nowMs + 2_000, 1_000_000),
    ]);
    expect(late.map(({ value }) => value)).toEqual([10]);
  });

  it("decides the same whether every tick is looked at or only those that matter, and when cut", () => {
    const kinds: Record<string, number> = {};
    const states = [11, 12, 30].map((windows) => learned(windows, START_MS + DAY_MS - 40_000));
    for (let seed = 1; seed <= TRIALS; seed += 1) {
      const chance = chanceOf(seed);
      let nowMs = START_MS + DAY_MS - 40_000;
      const inputs = Array.from({ length: chance.integer(1, 25) }, (_, at): EngineInput => {
        nowMs += chance.pick([0, 30, 100, 900, 15_000, 45_000, 200_000]);
        const lagMs = chance.pick([0, 0, 0, 20_000, FIVE_MS, 3 * FIVE_MS]);
        const usd = chance.pick([1, 50_000, 200_000, 400_000, 1_000_000]);
        return rowsAt(nowMs, usd, { occurredAtMs: nowMs - lagMs, dedupeKey: `${at}` });
      });
      inputs.push({ type: "clock", nowMs: nowMs + 3 * FIVE_MS });
      const state = chance.pick(states);
      const expected = slowly(engineOf(state), inputs);
      expect(decisionsOf(engineOf(state), inputs), `seed ${seed}`).toEqual(expected);
      const cut = chance.integer(0, inputs.length);
      const first = engineOf(state);
      const before = decisionsOf(first, inputs.slice(0, cut));
      const second = engineOf(JSON.parse(JSON.stringify(saveEngine(first))));
      const after = decisionsOf(second, inputs.slice(cut));
      expect([...before, ...after], `seed ${seed} cut ${cut}`).toEqual(expected);
      for (const { decision } of expected) kinds[decision] = (kinds[decision] ?? 0) + 1;
    }
    expect(kinds.opened).toBeGreaterThan(50);
    expect(kinds.resolved).toBeGreaterThan(20);
    expect(kinds.escalated).toBeGreaterThan(20);
  });

  it("uses the thresholds of an asset where it has its own, to open and to resolve", () => {
    const nowMs = START_MS + DAY_MS + FIVE_MS;
    const own = { ...REST, thresholdsByAsset: { BTC: { low: 7 } } };
    const [ruled, other] = [own, { ...own, thresholdsByAsset: { ETH: { low: 7 } } }].map((rule) => {
      const engine = new Engine({ rules: [rule], limits: REPLAY_LIMITS });
      restoreEngine(engine, learned(20, nowMs));
      return decisionsOf(engine, [
        rowsAt(nowMs + 1_000, 600_000),
        rowsAt(nowMs + 60_000, 150_000),
        { type: "clock", nowMs: nowMs + 2 * FIVE_MS },
      ]).map(({ decision, value, atMs }) => [decision, value, atMs - nowMs]);
    });
    // Calm is a value under 3.5 (or 2) for a minute: from the moment at which 600 K have left.
    expect(ruled).toEqual([
      ["opened", 7.5, 60_000],
      ["resolved", 7.5, 360_900],
    ]);
    expect(other).toEqual([
      ["opened", 6, 1_000],
      ["resolved", 7.5, 360_900],
    ]);
  });

  it("says since when nothing was as large, in what it tells of 5 min of an asset", () => {
    const nowMs = START_MS + DAY_MS + FIVE_MS;
    const engine = engineOf(learned(20, nowMs));
    const [opened] = decisionsOf(engine, [rowsAt(nowMs + 1, 500_000)]);
    // The book is a day old: it cannot say what was before.
    expect(opened?.largestSince).toBeUndefined();
    const late = engineOf(learned(20, nowMs));
    late.step(rowsAt(nowMs + 1, 600_000, { occurredAtMs: START_MS + 3 * FIVE_MS }));
    const [told] = decisionsOf(late, [rowsAt(nowMs + 2, 500_000)]);
    expect(told?.largestSince).toEqual({ atMs: START_MS + 3 * FIVE_MS, isLonger: false });
  });

  it("leaves history and rows of other kinds out of what is usual", () => {
    const nowMs = START_MS + DAY_MS + FIVE_MS;
    const engine = engineOf(learned(20, nowMs));
    const at = { occurredAtMs: nowMs - DAY_MS / 2, notionalCents: 99_000_000 };
    engine.step(rowsAt(nowMs + 1, 1, { ...at, history: true, dedupeKey: "h" }));
    engine.step(rowsAt(nowMs + 1, 1, { ...at, kind: "deleverage", dedupeKey: "d" }));
    expect(engine.normal.usualOf("BTC", nowMs + 2)).toEqual({
      type: "known",
      p95Cents: 10_000_000,
    });
    engine.step(rowsAt(nowMs + 1, 1, { ...at, dedupeKey: "r" }));
    engine.step(rowsAt(nowMs + 1, 1, { ...at, occurredAtMs: nowMs - DAY_MS / 3, dedupeKey: "s" }));
    // 22 windows, two of them large: the 21st is one of those.
    expect(engine.normal.usualOf("BTC", nowMs + 2)).toEqual({
      type: "known",
      p95Cents: 99_000_000,
    });
  });
});
