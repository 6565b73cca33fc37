/** The worked examples of ARCHITECTURE.md: the numbers that stand there are those of the code. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CascadeScore } from "../src/score.ts";
import { describeScore, type ScoreInputs } from "../src/severity/score.ts";
import { CLASSIC } from "../src/severity/score-classic.ts";
import { RELATIVE } from "../src/severity/score-relative.ts";

const TEXT = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8");

const three = (value: number): string => value.toFixed(3);

/** `| pace | 25 | 0.651 | 16.3 |` for each signal, and the score. */
function tableOf({ parts, value, level }: CascadeScore): string {
  const rows = parts.map(({ name, weightPct, value: of }) => {
    const points = of === null ? "" : (weightPct * of).toFixed(1);
    return `| ${name} | ${weightPct} | ${of === null ? "unknown" : three(of)} | ${points} |`;
  });
  return [...rows, `| **score** | | **${three(value)}** ${level} | |`].join("\n");
}

/** BTC: 42 orders in ten seconds, $2.4 M of longs and $0.1 M of shorts, on 3 of 7 venues. */
const BTC: ScoreInputs = {
  ...{ rows: 45, orders: 42, ordersBefore: 12, longCents: 240_000_000, shortCents: 10_000_000 },
  ...{ venues: 3, liveVenues: 7, contagion: 0 },
  ...{ openInterestUsd: 8e9, openInterestChangePct: -0.6, fundingRate8h: 0.00012 },
};

/** Two seconds of the same: 30 orders after 10, and no figure of open interest or funding. */
const FAST: ScoreInputs = {
  ...{ rows: 31, orders: 30, ordersBefore: 10, longCents: 150_000_000, shortCents: 0 },
  ...{ venues: 3, liveVenues: 7, contagion: 0.45 },
  ...{ openInterestUsd: null, openInterestChangePct: null, fundingRate8h: null },
};

describe("ARCHITECTURE.md", () => {
  it("works out a score of the relative profile", () => {
    expect(TEXT).toContain(tableOf(describeScore(RELATIVE, BTC)));
  });

  it("works out a score of the classic profile, without open interest and funding", () => {
    expect(TEXT).toContain(tableOf(describeScore(CLASSIC, FAST)));
  });
});
