import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/severity/engine.ts";
import {
  type PlainLine,
  type PlainMoment,
  plainClassic,
  plainRelative,
  plainRisk,
} from "./plain-score.ts";
import { randomScoreCase, runScoreCase, scoreRules } from "./score-cases.ts";

const CASES_PER_TEST = 2_500;
const TESTS = 4;
const TIMEOUT_MS = 120_000;

/** Context is read from the engine's own book: that one is held against its own plain reading. */
function momentOf(
  { context }: Engine,
  asset: string,
  seen: Pick<PlainMoment, "nowMs" | "rows"> & { readonly closed: ReadonlySet<string> },
): PlainMoment {
  const { nowMs, rows, closed } = seen;
  return {
    ...{ nowMs, rows },
    // A venue of which nothing was ever heard counts as watched.
    isLive: (venue) => !closed.has(venue),
    context: {
      openInterestUsd: context.openInterestUsd(asset, nowMs),
      changePct: context.openInterestChange(asset, 300_000, nowMs)?.pct ?? null,
      fundingRate8h: context.fundingRate8h(asset, nowMs),
    },
  };
}

/** A line moves with an input of context and never by time alone. */
function lineOf(engine: Engine, asset: string, contextMs: number | null): PlainLine {
  const value = engine.levels.widthOf(asset)?.value ?? null;
  return {
    openInterestUsd: contextMs === null ? null : engine.context.openInterestUsd(asset, contextMs),
    width: value === null ? null : { units: Math.round(value * 1_000), scale: 1_000 },
  };
}

describe("the scores of rules", () => {
  for (let part = 0; part < TESTS; part += 1) {
    const from = part * CASES_PER_TEST + 1;
    const to = from + CASES_PER_TEST - 1;
    it(`are the plain ones, and are looked at when they can differ, in cases ${from} to ${to}`, {
      timeout: TIMEOUT_MS,
    }, () => {
      let decided = 0;
      for (let seed = from; seed <= to; seed += 1) {
        const scoreCase = randomScoreCase(seed, scoreRules);
        let farthest = 0;
        const always = runScoreCase(scoreCase, (engine, { rows, closed, contextMs }) => {
          const nowMs = engine.nowMs ?? 0;
          // The plain reading is slow: one tick in 41, another one in each second.
          if ((nowMs / 100) % 41 !== 0) return;
          for (const scope of engine.series.scopes()) {
            const ofAsset = rows.filter(({ row }) => row.asset === scope.asset);
            const moment = momentOf(engine, scope.asset ?? "", { nowMs, rows: ofAsset, closed });
            const { rule } = scope.compiled;
            const line = lineOf(engine, scope.asset ?? "", contextMs);
            const plain =
              rule.name === "risk"
                ? plainRisk(moment, line)
                : (rule.name === "relative" ? plainRelative : plainClassic)(moment);
            farthest = Math.max(farthest, Math.abs(scope.value - plain));
          }
        });
        expect(farthest, `seed ${seed}`).toBeLessThan(1e-9);
        const touched = runScoreCase(scoreCase);
        expect(touched, `seed ${seed}`).toEqual(always);
        decided += touched.decisions.length;
      }
      // Cases in which nothing is decided would prove nothing.
      expect(decided).toBeGreaterThan(CASES_PER_TEST);
    });
  }
});
