import { describe, expect, it } from "vitest";
import type { Decision, ScopeRecord } from "../../src/alert.ts";
import { windowTimeMs } from "../../src/liquidation.ts";
import { SECOND_WINDOWS_MS } from "../../src/rule.ts";
import type { Admitted } from "../../src/severity/admission.ts";
import { Engine, type EngineInput } from "../../src/severity/engine.ts";
import { SEEN_MS } from "../../src/severity/seen-set.ts";
import { restoreScopes, scopeRecord } from "../../src/severity/warm-start.ts";
import { chanceOf } from "../oracle/chance.ts";
import { holdByTime, randomTrial, stepWithHolds, type Trial } from "./random-inputs.ts";
import { type RuleOver, rowOf, ruleOf, T0 } from "./samples.ts";

const TRIALS = 150;
const MINUTE_MS = 60_000;
const SIZE = { inputsMax: 80, stepsMs: [0, 100, 3_000, 10_000, MINUTE_MS, 20 * MINUTE_MS] };

/** An engine, and what a store would have kept of it. */
interface Kept {
  readonly engine: Engine;
  readonly accepted: Admitted[];
  readonly decisions: Decision[];
}

function run(engine: Engine, inputs: readonly EngineInput[]): Kept {
  const kept: Kept = { engine, accepted: [], decisions: [] };
  for (const input of inputs) {
    const { accepted, decisions } = stepWithHolds(engine, input);
    kept.accepted.push(...accepted);
    kept.decisions.push(...decisions);
  }
  return kept;
}

function recordsOf({ series }: Engine, nowMs: number): readonly ScopeRecord[] {
  const records = [...series.scopes()].map((scope) => scopeRecord(scope, nowMs));
  const read: ScopeRecord[] = JSON.parse(JSON.stringify(records));
  return read;
}

/** What the daemon does at its start: clock and machines first, then the rows that matter. */
function restart({ engine: old, accepted }: Kept, fresh: Engine): Engine {
  if (old.nowMs === null) return fresh;
  const { rowsSinceMs } = restoreScopes(fresh, recordsOf(old, old.nowMs), old.nowMs);
  for (const { row, countsOrder } of accepted) {
    if (windowTimeMs(row) > rowsSinceMs) fresh.restoreRow(row, countsOrder);
  }
  return fresh;
}

/** The last digit of an average depends on the order of adding: late rows stand in theirs. */
function withoutLastDigit(decisions: readonly Decision[]): readonly unknown[] {
  return decisions.map((decision) => {
    const { liqVwap } = decision.window;
    const rounded = liqVwap === null ? null : Number(liqVwap.toPrecision(12));
    return { ...decision, window: { ...decision.window, liqVwap: rounded } };
  });
}

function trialRun({ rules }: Trial, hold?: typeof holdByTime) {
  return () => new Engine(hold === undefined ? { rules } : { rules, hold });
}

describe("a restart from the store", () => {
  for (const [name, hold] of [
    ["without holds", undefined],
    ["with holds", holdByTime],
  ] as const) {
    it(`decides what the uncut run decides, wherever it is cut, ${name}`, () => {
      let decided = 0;
      for (let seed = 1; seed <= TRIALS; seed += 1) {
        const trial = randomTrial(seed, SIZE);
        const make = trialRun(trial, hold);
        const cut = chanceOf(seed).integer(0, trial.inputs.length);
        const [head, tail] = [trial.inputs.slice(0, cut), trial.inputs.slice(cut)];
        const uncut = run(make(), head).engine;
        const restored = restart(run(make(), head), make());
        const expected = run(uncut, tail);
        const actual = run(restored, tail);
        const message = `seed ${seed}, cut after ${cut}`;
        expect(withoutLastDigit(coverless(actual)), message).toEqual(
          withoutLastDigit(coverless(expected)),
        );
        expect(actual.accepted, message).toEqual(expected.accepted);
        expect(dayOf(restored), message).toEqual(dayOf(uncut));
        decided += expected.decisions.length;
      }
      expect(decided).toBeGreaterThan(300);
    });
  }

  it("survives one restart after every input", () => {
    for (let seed = 1_000; seed < 1_015; seed += 1) {
      const trial = randomTrial(seed, SIZE);
      const make = trialRun(trial);
      const expected = run(make(), trial.inputs);
      let kept: Kept = { engine: make(), accepted: [], decisions: [] };
      for (const input of trial.inputs) {
        const engine = restart(kept, make());
        const next = run(engine, [input]);
        kept = {
          engine,
          accepted: [...kept.accepted, ...next.accepted],
          decisions: [...kept.decisions, ...next.decisions],
        };
      }
      expect(withoutLastDigit(coverless(kept)), `seed ${seed}`).toEqual(
        withoutLastDigit(coverless(expected)),
      );
    }
  });
});

/** What was watched is told by the connections anew; it is not stored. */
function coverless({ decisions }: Kept): readonly Decision[] {
  return decisions.map((decision) => ({ ...decision, coverage: { watched: [], dark: [] } }));
}

function dayOf({ series, nowMs }: Engine): unknown {
  return SECOND_WINDOWS_MS.map((windowMs) => {
    const at = { windowMs, nowMs: nowMs ?? 0 };
    return [series.day.total(at), [...series.day.byAsset(at)].sort(), series.day.byVenue(at).size];
  });
}

describe("what is remembered of a scope", () => {
  const QUIET_MS = 60_000;
  const REOPEN_MS = 90_000;

  /** Opened at T0 by one row of LOW, resolved at 69,900: gone from 60,000 on, under for 10 s. */
  function engineAt(ms: number, over: RuleOver = {}): Engine {
    const rule = ruleOf({ cooldownMs: QUIET_MS, resolve: { reopenWithinMs: REOPEN_MS }, ...over });
    const engine = new Engine({ rules: [rule] });
    engine.step({ type: "rows", receivedAtMs: T0, rows: [rowOf()] });
    engine.step({ type: "clock", nowMs: T0 + ms });
    return engine;
  }

  const stateAt = (engine: Engine) => recordsOf(engine, engine.nowMs ?? 0)[0]?.state ?? null;

  it("is its machine, under the names of rule and scope", () => {
    expect(recordsOf(engineAt(5), T0 + 5)).toEqual([
      {
        rule: "minute",
        scopeKey: "BTC",
        state: {
          told: 1,
          quietUntilMs: T0 + QUIET_MS,
          incident: expect.objectContaining({ startMs: T0, isSilent: false, tellings: 1 }),
          last: null,
        },
      },
    ]);
  });

  it("is nothing once it is at rest: nothing open, nothing to reopen, no quiet time left", () => {
    expect(stateAt(engineAt(69_800))).toMatchObject({ incident: { tellings: 1 } });
    expect(stateAt(engineAt(69_900))).toMatchObject({
      incident: null,
      last: { resolvedAtMs: T0 + 69_900 },
    });
    expect(stateAt(engineAt(69_900 + REOPEN_MS))).toMatchObject({ incident: null });
    expect(stateAt(engineAt(69_901 + REOPEN_MS))).toBeNull();
    const long = { cooldownMs: 600_000, resolve: { reopenWithinMs: 0 } };
    expect(stateAt(engineAt(599_999, long))).toMatchObject({ quietUntilMs: T0 + 600_000 });
    expect(stateAt(engineAt(600_000, long))).toBeNull();
  });
});

describe("which rows must follow", () => {
  const NOW_MS = T0 + 40 * 3_600_000;
  const incident = { id: "a", startMs: T0, stretch: null };
  const machine = { told: 1, quietUntilMs: 0, incident, last: null };
  const record = (state: ScopeRecord["state"], rule = "minute") => ({
    rule,
    scopeKey: "BTC",
    state,
  });

  const REOPEN_MS = 900_000;
  const rules = [ruleOf({ resolve: { reopenWithinMs: REOPEN_MS } })];

  const sinceMs = (...records: readonly ScopeRecord[]) =>
    restoreScopes(new Engine({ rules }), records, NOW_MS).rowsSinceMs;

  it("is what the seen-set holds, or the oldest incident if that is longer", () => {
    expect(sinceMs()).toBe(NOW_MS - SEEN_MS);
    expect(sinceMs(record(null))).toBe(NOW_MS - SEEN_MS);
    expect(sinceMs(record(machine))).toBe(T0 - 60_000);
  });

  it("is not what a resolved incident held, once that can no longer reopen", () => {
    const over = (resolvedAtMs: number) =>
      record({ ...machine, incident: null, last: { incident, resolvedAtMs } });
    expect(sinceMs(over(NOW_MS - REOPEN_MS))).toBe(T0 - 60_000);
    expect(sinceMs(over(NOW_MS - REOPEN_MS - 1))).toBe(NOW_MS - SEEN_MS);
  });

  it("is not asked of records that are not ours, or of rules that are gone", () => {
    expect(sinceMs(record(machine, "gone"))).toBe(NOW_MS - SEEN_MS);
    expect(sinceMs(record({ told: 1 }))).toBe(NOW_MS - SEEN_MS);
  });

  it("sets the clock, with its last tick, before any row", () => {
    const engine = new Engine({ rules: [ruleOf()] });
    restoreScopes(engine, [], T0 + 250);
    expect([engine.nowMs, engine.lastTickMs]).toEqual([T0 + 250, T0 + 200]);
    engine.restoreRow(rowOf({ receivedAtMs: T0 + 200 }), true);
    expect(engine.admission.counts.liquidations).toBe(0);
    const again = engine.step({
      type: "rows",
      receivedAtMs: T0 + 260,
      rows: [rowOf({ receivedAtMs: T0 + 200 })],
    });
    expect(again).toEqual({ accepted: [], decisions: [] });
    // What was restored is evaluated at the next tick.
    expect(engine.step({ type: "clock", nowMs: T0 + 300 }).decisions).toMatchObject([
      { decision: "opened", atMs: T0 + 300 },
    ]);
  });
});
