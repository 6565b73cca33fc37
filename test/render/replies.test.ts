/** Edges of single replies; whole ones stand in test/commands/replies. */
import { describe, expect, test } from "vitest";
import { type Coverage, UNKNOWN_COVERAGE } from "../../src/coverage.ts";
import { VENUE_IDS } from "../../src/liquidation.ts";
import type { FeedState } from "../../src/queries.ts";
import { alertsReply } from "../../src/render/replies/alerts.ts";
import { dayReply } from "../../src/render/replies/day.ts";
import { levelsReply } from "../../src/render/replies/levels.ts";
import { mutesLine } from "../../src/render/replies/mutes.ts";
import {
  changePhrase,
  exactUsd,
  leaningPhrase,
  partsLine,
} from "../../src/render/replies/phrases.ts";
import { sightOf } from "../../src/render/replies/sight.ts";
import { statusReply } from "../../src/render/replies/status.ts";
import { subjectTitle } from "../../src/render/replies/subject-title.ts";
import { thresholdsReply } from "../../src/render/replies/thresholds.ts";
import { topReply } from "../../src/render/replies/top.ts";
import { usualLine } from "../../src/render/replies/usual.ts";
import { venuesReply } from "../../src/render/replies/venues.ts";
import { whalesReply } from "../../src/render/replies/whales.ts";
import { windowReply } from "../../src/render/replies/window.ts";
import {
  FEEDS,
  feed,
  logged,
  NO_MONEY,
  NOW_MS,
  RULE,
  SampleDaemon,
  totals,
} from "../commands/samples.ts";
import { btcLevels, LEARNING } from "../level-samples.ts";
import { FULL_COVERAGE } from "../severity/coverage-samples.ts";

const { queries } = new SampleDaemon();
const sight = {
  ...{ status: queries.status(), feeds: FEEDS, samples: [], nowMs: NOW_MS, venue: null },
  watchedSinceMs: NOW_MS - 26 * 3_600_000,
  seen: [],
};
const titleOf = (venue: string) => venue;

describe("money", () => {
  test("is exact where it says so", () => {
    expect([0, 5, 100, 123_456_789_012_345].map(exactUsd)).toEqual([
      ...["$0.00", "$0.05", "$1.00", "$1,234,567,890,123.45"],
    ]);
  });

  test("leans to whichever side has more, and changes against something only", () => {
    expect(leaningPhrase(totals(3, 1))).toBe("75% longs");
    expect(leaningPhrase(totals(1, 3))).toBe("75% shorts");
    expect(leaningPhrase(NO_MONEY)).toBe(null);
    expect(changePhrase(totals(1, 0), totals(2, 0))).toBe("-50.0% against the 24 h before");
    expect(changePhrase(totals(1, 0), NO_MONEY)).toBe(null);
  });

  test("beyond five parts is one sum", () => {
    const parts = Array.from({ length: 7 }, (_, at) => ({ ...totals(100, 0), name: `A${at}` }));
    expect(partsLine(parts)).toBe(
      "A0 $100 · A1 $100 · A2 $100 · A3 $100 · A4 $100 · 2 others $200",
    );
    expect(partsLine(parts.slice(1))).toMatch(/ · 1 other \$100$/);
  });
});

describe("feeds", () => {
  test("one that never connected is not said to have been seen", () => {
    const feeds = [feed("binance", { condition: "connecting", rows: 0 }), feed("bybit")];
    const missing: Coverage = { ...FULL_COVERAGE, pct: 51.1, isFull: false, missing: ["binance"] };
    const seen = [{ windowMs: 3_600_000, coverage: missing }];
    const said = "51.1% of the usual volume was seen, by assumed shares of venues";
    expect(sightOf({ ...sight, feeds, seen })).toMatchObject({
      isBlind: false,
      warnings: [`Partial: ${said}; Binance not connected yet.`],
    });
    expect(sightOf({ ...sight, feeds, venue: "bybit" })).toMatchObject({ warnings: [] });
    expect(sightOf({ ...sight, feeds: [] })).toMatchObject({
      cannotSay: "Cannot say: no feed is on.",
    });
  });

  test("beyond eight only the first are shown, the dark ones before all", () => {
    const feeds = VENUE_IDS.slice(0, 12).map((venue, at) =>
      feed(venue, at === 11 ? { condition: "down", title: "Bitmex" } : {}),
    );
    const few = venuesReply({ feeds, isAll: false, nowMs: NOW_MS });
    expect(few.table[1]).toMatch(/^○ Bitmex .* DOWN 600 min$|^○ Bitmex .* DOWN 10 h$/);
    expect(few.table).toHaveLength(9);
    expect(few.lines.at(-1)).toBe("4 more: /venues all");
    expect(venuesReply({ feeds, isAll: true, nowMs: NOW_MS }).table).toHaveLength(13);
  });

  test("quiet and DOWN look different", () => {
    const feeds = [
      feed("bybit", { lastRowAtMs: NOW_MS - 3_120_000 }),
      feed("okx", { condition: "connecting" }),
    ];
    const { table } = venuesReply({ feeds, isAll: false, nowMs: NOW_MS });
    expect(table[1]).toMatch(/^● Bybit .* 52 min .* quiet, connected$/);
    expect(table[2]).toMatch(/^◌ OKX .* connecting$/);
  });

  test("a venue that hangs up again and again is seen and not ok", () => {
    const unsteady = { sinceMs: NOW_MS - 120_000, hangUps: 4, reason: "cut: code 1006" };
    const feeds = [feed("okx"), feed("bybit", { unsteady })];
    const reply = venuesReply({ feeds, isAll: false, nowMs: NOW_MS });
    expect(reply.title).toBe("1 of 2 feeds ok");
    expect(reply.warnings).toEqual([]);
    expect(reply.table[2]).toMatch(/^◌ Bybit .* UNSTEADY$/);
    expect(reply.lines[0]).toMatch(
      /^Bybit UNSTEADY since .* \(2 min\): hung up 4 times in a row, cut: code 1006$/,
    );
    expect(sightOf({ ...sight, feeds, seen: [] }).warnings).toEqual([]);
  });

  test("a venue that cannot be read is no venue that is ok, in lists and before figures", () => {
    const degraded = { sinceMs: NOW_MS - 120_000, frames: 31, detail: "shape: topic is 7" };
    const feeds = [feed("okx"), feed("bybit", { degraded })];
    const reply = venuesReply({ feeds, isAll: false, nowMs: NOW_MS });
    expect(reply.title).toBe("1 of 2 feeds ok");
    expect(reply.table[2]).toMatch(/^◍ Bybit .* UNREADABLE$/);
    expect(reply.lines[0]).toMatch(
      /^Bybit UNREADABLE since .* \(2 min\): 31 messages in a row, shape: topic is 7$/,
    );
    const coverage: Coverage = { ...FULL_COVERAGE, pct: 75.5, isFull: false, missing: ["bybit"] };
    const partial = sightOf({ ...sight, feeds, seen: [{ windowMs: 3_600_000, coverage }] });
    expect(partial.isBlind).toBe(false);
    expect(partial.warnings[0]).toMatch(
      /^Partial: 75.5% .*; Bybit cannot be read since .* \(2 min\)\.$/,
    );
  });

  test("main venues that went this moment leave a day that was seen, and are named when back, too", () => {
    const blind = { ...FULL_COVERAGE, isFull: false, isBlind: true, missing: ["bybit"] } as const;
    const asked = (pct: number, over: Partial<FeedState>) => {
      const feeds = [feed("okx"), feed("bybit", over)];
      return sightOf({
        ...sight,
        feeds,
        seen: [{ windowMs: 3_600_000, coverage: { ...blind, pct } }],
      });
    };
    const gone = { condition: "down", sinceMs: NOW_MS - 2_000 } as const;
    expect(asked(99.9, gone).warnings[0]).toMatch(
      /^Cannot say what happens now: Bybit not seen since .* \(2 s\)\. Figures end there\.$/,
    );
    expect(asked(12, gone).warnings[0]).toMatch(/^Cannot say how much: Bybit .* far too low\.$/);
    // Windows of seconds end 2 s behind the clock.
    expect(asked(12, {}).cannotSay).toBe("Cannot say: Bybit only just back.");
  });

  test("a venue whose sides are in doubt is seen, and says SUSPECT with the reason", () => {
    const suspect = { sinceMs: NOW_MS - 120_000, detail: "only 3 of its last 50 rows fit" };
    const reply = venuesReply({
      ...{ feeds: [feed("okx"), feed("bybit", { suspect })], isAll: false, nowMs: NOW_MS },
    });
    expect(reply.title).toBe("2 of 2 feeds ok");
    expect(reply.table[2]).toMatch(/^● Bybit .* SUSPECT$/);
    expect(reply.lines[0]).toMatch(
      /^Bybit SUSPECT since .* \(2 min\): only 3 of its last 50 rows fit; no alert counts it$/,
    );
  });
});

describe("empty lists", () => {
  test("are said in words", () => {
    expect(
      alertsReply({ logged: [], running: [], isSuppressed: true, nowMs: NOW_MS }).lines,
    ).toEqual(["Nothing is held back, and nothing was."]);
    expect(thresholdsReply([], [], LEARNING).lines[0]).toBe("No rules: nothing is told.");
    expect(mutesLine([], NOW_MS)).toBe("Nothing is muted");
    const none = { windowMs: 60_000, titleOf, asset: "BTC" };
    const whales = whalesReply({ ...sight, ...none, minCents: 100, rows: [] });
    expect(whales.title).toBe("Largest BTC liquidations, from $1, 1 min");
    const top = {
      ...sight,
      ...none,
      assets: [],
      assetCount: 0,
      totalCents: 0,
      lastFiveMinutes: null,
    };
    expect(topReply(top).lines[0]).toMatch(/^None seen in the last 1 min/);
    expect(dayReply({ ...sight, ...none, windows: [], before: null, largest: [] }).table).toEqual(
      [],
    );
  });
});

test("figures other than money are written as what they are", () => {
  const rows = [
    logged({ metric: "count", value: 1_234 }),
    logged({ metric: "usdPerSecond", value: 58_000 }),
    logged({ decision: "resolved", atMs: NOW_MS - 86_400_000 }),
  ];
  const { table } = alertsReply({ logged: rows, running: [], isSuppressed: false, nowMs: NOW_MS });
  expect(table[0]).toContain("1,234/5m");
  expect(table[1]).toContain("$58K/s/5m");
  expect(table[2]).toMatch(/^19 Nov 14:06 .* calmed/);
  const counting = { ...RULE, metric: "count" as const, filter: { ...RULE.filter, assets: [] } };
  expect(thresholdsReply([counting], [], LEARNING).lines[0]).toBe(
    "majors: liquidations, each asset, again after 10 min",
  );
});

test("rules on what is usual say how far they have learned it, and what single assets have", () => {
  const rest = {
    ...{ ...RULE, name: "rest", metric: "timesNormal" as const },
    thresholds: { low: 4, medium: 8, high: 16, critical: 40.5 },
    thresholdsByAsset: { DOGE: { low: 6, critical: 60 } },
  };
  const learning = thresholdsReply([rest], [], LEARNING);
  expect(learning.table[1]).toMatch(/^rest +5m +4x +8x +16x +40\.5x$/);
  expect(learning.lines.slice(0, 2)).toEqual([
    "rest: money against what 5 min of the asset usually hold, each asset (BTC, ETH), again after 10 min; learning, 9 h of 24 h",
    "rest for DOGE: LOW 6x, CRITICAL 60x",
  ]);
  const known = thresholdsReply([rest], [], { type: "rare", windows: 0, windowsMin: 12 });
  expect(known.lines[0]).toMatch(/again after 10 min$/);
});

test("how unusual a window is, or why nobody knows", () => {
  expect(usualLine({ type: "known", p95Cents: 12_000_000 }, 74_400_000)).toBe(
    "6.2x its usual 5 min ($120K, by 7 days)",
  );
  expect(usualLine({ type: "known", p95Cents: 0 }, 5)).toBe(
    "What is usual is not known: its windows had no money",
  );
  expect(usualLine({ type: "rare", windows: 7, windowsMin: 12 }, 5)).toBe(
    "What is usual is not known: only 7 of 12 windows",
  );
});

test("a ladder of prices keeps the levels with the most money, in the order of prices", () => {
  const [model] = btcLevels(NOW_MS).levels;
  if (model === undefined) throw new Error("No level");
  const levels = Array.from({ length: 15 }, (_, at) => {
    const edge = String((15 - at) / 1_000);
    return { ...model, edge, from: Number(edge), notionalCents: at * 100_000 };
  });
  const { table, lines } = levelsReply({
    ...{ ...sight, asset: "PEPE", found: [{ name: "PEPE", width: "0.001", levels }] },
  });
  expect(table).toHaveLength(13);
  expect(table[1]).toMatch(/^0\.012 +\$3\.0K/);
  expect(table[12]).toMatch(/^0\.001 +\$14K/);
  expect(lines[0]).toBe(
    "Levels of 0.001, by their lower edge; 3 with less money are left out. Times in UTC",
  );
});

test("a window of one venue that is kept without sides shows no sides", () => {
  const reply = windowReply({
    ...sight,
    ...{ asset: "BTC", venue: "bybit", windowMs: 300_000, titleOf, totals: totals(5, 0) },
    ...{ hasLongsAndShorts: false, byAsset: [], byVenue: [], largestCents: null },
    priceChangePct: null,
    priceSource: null,
    usual: null,
  });
  expect(reply.table).toEqual(["total  $5"]);
  expect(subjectTitle({ asset: null, venue: null, titleOf })).toBe("Liquidations, all assets");
});

test("trouble stands before the counts", () => {
  const parkedTargets = [{ target: "discord", sinceMs: NOW_MS - 60_000, reason: "gone: 404" }];
  const clockWarning = "Clock is 3 s ahead";
  const trouble = { clockWarning, storeTrouble: "Database is away", parkedTargets };
  const state = {
    status: { ...queries.status(), ...trouble },
    feeds: [],
    mutes: [],
    heldBack: 0,
    nowMs: NOW_MS,
    coverage: UNKNOWN_COVERAGE,
  };
  expect(statusReply({ ...state, summary: queries.summary() }).warnings).toEqual([
    ...["Clock is 3 s ahead", "Database is away", "Nothing is seen just now: /venues says why."],
    "discord refuses our messages for 1 min: liqwatch test-alert discord",
  ]);
});
