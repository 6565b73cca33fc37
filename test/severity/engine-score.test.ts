import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/severity/engine.ts";
import { type PlainMoment, plainClassic, plainRelative } from "./plain-score.ts";
import { cascadeScoreRules, randomScoreCase, runScoreCase } from "./score-cases.ts";

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

describe("the cascade score of a rule", () => {
  for (let part = 0; part < TESTS; part += 1) {
    const from = part * CASES_PER_TEST + 1;
    const to = from + CASES_PER_TEST - 1;
    it(`is the plain one, and is looked at when it can differ, in cases ${from} to ${to}`, {
      timeout: TIMEOUT_MS,
    }, () => {
      let decided = 0;
      for (let seed = from; seed <= to; seed += 1) {
        const scoreCase = randomScoreCase(seed, cascadeScoreRules);
        let farthest = 0;
        const always = runScoreCase(scoreCase, (engine, { rows, closed }) => {
          const nowMs = engine.nowMs ?? 0;
          // The plain reading is slow: one tick in 41, another one in each second.
          if ((nowMs / 100) % 41 !== 0) return;
          for (const scope of engine.series.scopes()) {
            const ofAsset = rows.filter(({ row }) => row.asset === scope.asset);
            const moment = momentOf(engine, scope.asset ?? "", { nowMs, rows: ofAsset, closed });
            const isRelative = scope.compiled.rule.name === "relative";
            const plain = isRelative ? plainRelative(moment) : plainClassic(moment);
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
