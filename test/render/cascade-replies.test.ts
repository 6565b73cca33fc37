/** Replies about cascades that are rare; the usual ones stand in test/commands/replies. */

import { expect, test } from "vitest";
import type { Cascade, CascadeState } from "../../src/cascade.ts";
import { cascadeReply, cascadesReply } from "../../src/render/replies/cascade.ts";
import type { CascadeScore, RiskScore } from "../../src/score.ts";
import { FEEDS, feed, NOW_MS, SampleDaemon } from "../commands/samples.ts";
import { snapshotOf } from "../severity/samples.ts";

const DAY_MS = 86_400_000;
const { queries } = new SampleDaemon();
const SIGHT = {
  ...{ status: queries.status(), feeds: FEEDS, samples: [], nowMs: NOW_MS, venue: null },
  ...{ watchedSinceMs: NOW_MS - DAY_MS, seen: [], market: null },
  titleOf: (venue: string) => venue.toUpperCase(),
} as const;
const FIGURES = snapshotOf({
  ...{ orders: 9, rows: 9, longCents: 10_000_000, shortCents: 90_000_000 },
  byVenue: [{ name: "okx", notionalCents: 100_000_000, orders: 9 }],
});
const CASCADE: Cascade = {
  ...{ startMs: NOW_MS - DAY_MS, endMs: NOW_MS - DAY_MS + 540_000, firstVenue: null },
  ...{ peakCents: 50_000_000, peakAtMs: NOW_MS - DAY_MS + 60_000, figures: FIGURES },
};
const STATE: CascadeState = {
  ...{ asset: "SOL", asOfMs: NOW_MS, window: null, running: null, last: CASCADE },
  line: { windowMs: 60_000, orders: 5, usd: 1_200_000, openInterestUsd: 24e9 },
};

test("a last one of another day says its day; the line is that of the open interest", () => {
  const { lines } = cascadeReply({ ...SIGHT, state: STATE, incidents: [], scores: null });
  expect(lines).toEqual([
    "Last 1 min $0, 0 liquidations (line: $1.20M and 5)",
    "Last one: 19 Nov 14:06 UTC to 19 Nov 14:15 UTC, $1.00M, 90% shorts, 1 of 3 venues",
    "Judged on all 3 feeds",
  ]);
});

test("shorts are forced buying, and an alert that is kept up to date is named", () => {
  const running = { ...CASCADE, endMs: null, startMs: NOW_MS - 60_000 };
  const state = { ...STATE, running, window: FIGURES };
  const reply = cascadeReply({ ...SIGHT, state, incidents: ["#A-7"], scores: null });
  expect(reply.title).toBe("SOL shorts liquidated: $1.00M in 1 min (cascade)");
  expect(reply.lines[0]).toBe("Forced buying");
  expect(reply.lines[2]).toBe("Its alert is #A-7, kept up to date");
});

test("the score of the last seconds stands with what it is made of, as a signal", () => {
  const parts = [
    { name: "pace", weightPct: 25, value: 0.5 },
    { name: "funding", weightPct: 10, value: null },
  ];
  const cascade: CascadeScore = {
    ...{ profile: "relative", windowMs: 10_000, value: 0.42, level: "WATCH", parts },
  };
  const risk: RiskScore = { value: 0, level: "low", isCascade: false, parts: [] };
  const linesFor = (score: CascadeScore) =>
    cascadeReply({ ...SIGHT, state: STATE, incidents: [], scores: { cascade: score, risk } }).lines;
  expect(linesFor(cascade)[1]).toBe("Signal WATCH (0.42): pace 0.50 · funding unknown");
  expect(linesFor({ ...cascade, value: 0, level: "NONE" })[1]).toBe("Signal NONE (0.00)");
});

test("feeds that are dark are named, and a sample is no feed to judge by", () => {
  const feeds = [
    ...FEEDS.slice(1),
    feed("gate", { title: "Gate", condition: "down" }),
    feed("hyperliquid"),
  ];
  const reply = cascadeReply({
    ...{ ...SIGHT, state: STATE, incidents: [], scores: null },
    ...{ feeds, samples: ["hyperliquid"] },
  });
  expect(reply.lines.at(-1)).toBe("Judged on 2 of 3 feeds (Gate not seen)");
});

test("a long list names the largest and counts the others", () => {
  const running = Array.from({ length: 15 }, (_, at): CascadeState => {
    return { ...STATE, asset: `A${at}`, running: { ...CASCADE, endMs: null }, window: FIGURES };
  });
  const reply = cascadesReply({ ...SIGHT, running, held: [] });
  expect(reply.title).toBe("In cascade now: 15");
  expect(reply.table).toHaveLength(13);
  expect(reply.lines[0]).toBe("3 others with less");
});

test("nothing running says so, on blind feeds that it cannot be said", () => {
  const quiet = cascadesReply({ ...SIGHT, running: [], held: [] });
  expect([quiet.title, ...quiet.lines]).toEqual([
    ...["No cascade now", "No cascade of the whole market", "Judged on all 3 feeds"],
  ]);
  const feeds = FEEDS.map((one) => ({ ...one, condition: "down" as const }));
  const blind = cascadesReply({ ...SIGHT, feeds, running: [], held: [] });
  expect(blind.title).toBe("Cascades: cannot say");
  expect(blind.warnings[0]).toMatch(/^Cannot say: Binance not seen since/);
});
