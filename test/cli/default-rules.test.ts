/**
 * SPEC 4.1 promises of the default rules, checked by backtest: 5 to 20 messages in Discord and 2 to 6
 * in Telegram on a normal day, at most 40 in a crash. The days are invented, the crash has the
 * published shape of 10 October 2025 in its true length.
 */
import { describe, expect, test } from "vitest";
import { Backtest } from "../../src/cli/backtest-run.ts";
import { bundledShares } from "../../src/config/venue-shares.ts";
import { calmDays } from "../../src/demo/calm-days.ts";
import { demoListings } from "../../src/demo/demo.ts";
import { readEnvelope } from "../../src/demo/envelope.ts";
import { CRASH, scenario } from "../../src/demo/scenario.ts";
import { load } from "../config/loading.ts";

const envelope = readEnvelope();
const START_MS = Date.UTC(2026, 10, 2);
const CRASH_MS = 714_000;
/** The demo's crash has a tenth of the rows: each stands for ten. */
const ROWS_FOLD = 10;
/** Five days are 130,000 rows. */
const TEST_MS_MAX = 60_000;

function toldOf(lines: Iterable<string>) {
  const settings = load("preset: normal", { needsNotifiers: false, hasPlaceholders: true });
  const rejects: unknown[] = [];
  const run = new Backtest([{ name: "defaults", settings }], (reject) => rejects.push(reject));
  for (const line of lines) run.line(line);
  expect(rejects).toEqual([]);
  const targets = run.result().configurations[0]?.targets ?? [];
  return new Map(targets.map((target) => [target.target, target]));
}

function* calmLines(seed: number): Generator<string> {
  const days = { days: 5, startMs: START_MS, assets: envelope.assets, venueUsd: bundledShares() };
  for (const row of calmDays({ seed, ...days })) yield JSON.stringify(row);
}

function* crashLines(): Generator<string> {
  const { events } = scenario({ seed: 20_251_010, envelope, listings: demoListings() });
  for (const { offsetMs, venue, symbol, asset, positionSide, price, notionalUsd } of events) {
    const since = offsetMs - CRASH.fromMs;
    if (since < 0 || since >= CRASH.lengthMs) continue;
    const occurredAtMs = START_MS + Math.floor((since / CRASH.lengthMs) * CRASH_MS);
    const usd = Number((notionalUsd * ROWS_FOLD).toFixed(2));
    const what = { venue, symbol, asset, positionSide, price, occurredAtMs };
    yield JSON.stringify({ ...what, notionalUsd: usd });
  }
}

describe("the default rules", () => {
  test.each([1, 2])(
    "tell 5 to 20 things on the median calm day, seed %i",
    (seed) => {
      const told = toldOf(calmLines(seed));
      expect(told.get("discord")?.medianDay).toBeGreaterThanOrEqual(5);
      expect(told.get("discord")?.medianDay).toBeLessThanOrEqual(20);
      expect(told.get("telegram")?.medianDay).toBeLessThanOrEqual(6);
    },
    TEST_MS_MAX,
  );

  test("tell a crash of the whole market in at most 40 messages, soon", () => {
    const told = toldOf(crashLines());
    const discord = told.get("discord");
    expect(discord?.worstHour?.messages).toBeGreaterThanOrEqual(3);
    expect(discord?.worstHour?.messages).toBeLessThanOrEqual(40);
    expect(discord?.firstAfterMs).toBeLessThan(60_000);
    expect(told.get("telegram")?.worstHour?.messages).toBeLessThanOrEqual(40);
  });
});
