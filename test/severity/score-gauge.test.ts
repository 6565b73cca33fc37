import { describe, expect, it } from "vitest";
import type { VenueId } from "../../src/liquidation.ts";
import { Engine } from "../../src/severity/engine.ts";
import { restoreEngine, saveEngine } from "../../src/severity/engine-state.ts";
import { rowOf, ruleOf, T0 } from "./samples.ts";
import { randomScoreCase, runScoreCase, scoreRules } from "./score-cases.ts";

const RULE = ruleOf({
  ...{ metric: "cascadeScore", windowMs: 10_000 },
  thresholds: { low: 0.15, medium: 0.4, high: 0.6, critical: 0.8 },
  resolve: { belowPctOfLow: 100, forMs: 100, reopenWithinMs: 0 },
});

/** Small rows of two venues at one moment: breadth is the whole signal. */
function wideEngine() {
  const engine = new Engine({ rules: [RULE] });
  const rows = (venues: readonly VenueId[], receivedAtMs: number, history = false) => {
    const list = venues.map((venue) => {
      const dedupeKey = `${venue}${receivedAtMs}`;
      return rowOf({ venue, receivedAtMs, history, dedupeKey, notionalCents: 1 });
    });
    return engine.step({ type: "rows", receivedAtMs, rows: list }).decisions;
  };
  rows(["okx", "bybit"], T0);
  return { engine, rows, tick: (nowMs: number) => engine.step({ type: "clock", nowMs }).decisions };
}

describe("a rule on the cascade score", () => {
  it("says what the score is made of, and what is unknown", () => {
    const { tick } = wideEngine();
    const [opened] = tick(T0 + 2_000);
    expect(opened).toMatchObject({ decision: "opened", severity: "LOW", windowMs: 10_000 });
    const parts = Object.fromEntries(
      (opened?.score?.parts ?? []).map((one) => [one.name, one.value]),
    );
    expect(parts).toMatchObject({ breadth: 1, orders: 0.02, funding: null });
    expect(opened?.score?.level).toBe("NONE");
    expect(opened?.value).toBe(opened?.score?.value);
  });

  it("looks again when a venue appears whose rows touch nothing, or goes, or comes", () => {
    for (const change of ["history", "closed"] as const) {
      const { engine, rows, tick } = wideEngine();
      expect(tick(T0 + 2_000).map(({ decision }) => decision)).toEqual(["opened"]);
      // Breadth falls to a half, or to nothing with one venue left.
      if (change === "history") rows(["gate"], T0 + 3_050, true);
      else {
        const event = { venue: "okx", connection: "1", receivedAtMs: T0 + 3_050 } as const;
        engine.step({ type: "connection", event: { ...event, event: "closed" } });
      }
      const decided = tick(T0 + 3_300);
      expect(decided.map(({ decision, atMs }) => [decision, atMs])).toEqual([
        ["resolved", T0 + 3_100],
      ]);
    }
  });

  it("looks again when a venue had no row for a day", () => {
    const DAY_MS = 86_400_000;
    const { rows, tick } = wideEngine();
    rows(["gate"], T0 - DAY_MS + 100_000, true);
    rows(["okx"], T0 + 90_000);
    tick(T0 + 92_500);
    // okx alone in the window, of three, later of two: nothing; breadth needs the second.
    rows(["okx", "bybit"], T0 + 93_000);
    const opened = tick(T0 + 101_000).filter(({ decision }) => decision === "opened");
    expect(opened.map(({ atMs }) => atMs - T0)).toEqual([100_000]);
  });

  it("goes on after a save at any input as if there had been none", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const scoreCase = randomScoreCase(seed, scoreRules);
      const whole = runScoreCase(scoreCase);
      let engine = new Engine({ rules: scoreCase.rules });
      const decisions = scoreCase.steps.flatMap(({ input }) => {
        const made = engine.step(input).decisions;
        const state = JSON.parse(JSON.stringify(saveEngine(engine)));
        engine = new Engine({ rules: scoreCase.rules });
        restoreEngine(engine, state);
        return made;
      });
      expect(decisions, `seed ${seed}`).toEqual(whole.decisions);
    }
  });
});
