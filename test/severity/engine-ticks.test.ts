import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { TICK_MS } from "../../src/rule.ts";
import { Engine, type EngineInput, type EngineOptions } from "../../src/severity/engine.ts";
import { clockOf, holdByTime, randomTrial, stepWithHolds, type Trial } from "./random-inputs.ts";

const TRIALS = 90;
/** Some ten minutes at most: the slow way walks through every tick of them. */
const SIZE = { inputsMax: 80, stepsMs: [0, 40, 100, 1_000, 6_000, 30_000] };

/** Every scope is looked at in every tick: what SPEC says, read literally. */
function slowly({ rules, inputs }: Trial, options: Partial<EngineOptions>): readonly Decision[] {
  const engine = new Engine({ ...options, rules });
  const decisions: Decision[] = [];
  const stepOf = (input: EngineInput) => decisions.push(...engine.step(input).decisions);
  for (const input of inputs) {
    const toMs = clockOf(input) ?? 0;
    const fromMs = engine.nowMs ?? toMs;
    for (let tickMs = tickAfter(fromMs); tickMs <= toMs; tickMs += TICK_MS) {
      for (const scope of engine.series.scopes()) engine.wake(scope, tickMs);
      stepOf({ type: "clock", nowMs: tickMs });
    }
    stepOf(input);
  }
  return decisions;
}

/** As the daemon does it: scopes that were touched or are due, and all when a hold changes. */
function quickly({ rules, inputs }: Trial, options: Partial<EngineOptions>): readonly Decision[] {
  const engine = new Engine({ ...options, rules });
  const step = (input: EngineInput) =>
    options.hold === undefined ? engine.step(input) : stepWithHolds(engine, input);
  return inputs.flatMap((input) => step(input).decisions);
}

const tickAfter = (ms: number) => (Math.floor(ms / TICK_MS) + 1) * TICK_MS;

function kindsOf(decisions: readonly Decision[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { decision, suppression } of decisions) {
    const kind = suppression === null ? decision : suppression.reason;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Compares both ways on many streams; gives what was decided, to show that much was. */
function compared(options: Partial<EngineOptions>, fromSeed: number): Record<string, number> {
  const all: Decision[] = [];
  for (let seed = fromSeed; seed < fromSeed + TRIALS; seed += 1) {
    const trial = randomTrial(seed, SIZE);
    const decisions = quickly(trial, options);
    expect(decisions, `seed ${seed}`).toEqual(slowly(trial, options));
    all.push(...decisions);
  }
  return kindsOf(all);
}

describe("looking only at scopes that are touched or due", () => {
  it("decides what looking at every scope in every tick decides", () => {
    const kinds = compared({}, 1);
    for (const kind of ["opened", "escalated", "reopened", "resolved", "cooldown"]) {
      expect([kind, kinds[kind] ?? 0]).toEqual([kind, expect.toSatisfy((n: number) => n > 20)]);
    }
  });

  it("does so with holds that come and go", () => {
    const kinds = compared({ hold: holdByTime }, 1_000);
    for (const kind of ["opened", "resolved", "mute", "maintenance", "quiet-hours"]) {
      expect([kind, kinds[kind] ?? 0]).toEqual([kind, expect.toSatisfy((n: number) => n > 10)]);
    }
  });
});
