import { describe, expect, test } from "vitest";
import { UNKNOWN_COVERAGE } from "../../src/coverage.ts";
import type { IncidentState } from "../../src/queries.ts";
import { btcLevels } from "../level-samples.ts";
import { asking } from "./asking.ts";
import {
  FEEDS,
  feed,
  logged,
  NO_MONEY,
  NOW_MS,
  type SampleOptions,
  shortWindow,
  totals,
} from "./samples.ts";

const HOUR_MS = 3_600_000;
const held = logged(
  { decision: "suppressed", suppression: { reason: "cooldown", untilMs: NOW_MS, count: 3 } },
  null,
);
const calmed = logged({ decision: "resolved", atMs: NOW_MS - 26 * HOUR_MS });
const WELL: SampleOptions = {
  before: totals(200_000_000, 64_000_000),
  short: [shortWindow()],
  alerts: [logged(), held, calmed],
  held: [
    {
      ...{ rule: "majors", scopeKey: "ETH", metric: "notionalUsd", windowMs: 300_000 },
      ...{ severity: "CRITICAL", value: 61_000_000, reason: "mute", count: 3 },
      sinceMs: NOW_MS - 600_000,
    },
    {
      ...{ rule: "whale", scopeKey: "SOL", metric: "largestUsd", windowMs: 60_000 },
      ...{ severity: "LOW", value: 1_600_000, reason: "cooldown", count: 1 },
      sinceMs: NOW_MS - 26 * HOUR_MS,
    },
  ],
  levels: btcLevels(NOW_MS),
};
const dark = FEEDS.map((one) =>
  feed(one.venue, {
    ...{ shows: one.shows, condition: "down", sinceMs: NOW_MS - 120_000 },
    ...{ reason: "closed by the venue", dayCents: 0, lastRowAtMs: null, lagMs: null },
  }),
);
const PARTIAL: SampleOptions = {
  feeds: [...FEEDS.slice(0, 2), ...dark.slice(2)],
  watchedSinceMs: NOW_MS - 3 * HOUR_MS,
};
const SAMPLED: SampleOptions = {
  feeds: [
    ...FEEDS,
    feed("hyperliquid", {
      ...{ title: "Hyperliquid", shows: "only a sample of watched accounts", dayCents: 81_200_00 },
    }),
  ],
  samples: ["hyperliquid"],
  sharedBy: "hyperliquid",
};
const BLIND: SampleOptions = { feeds: dark, day: () => NO_MONEY, largest: [], label: "SIMULATION" };

const MARKET_INCIDENT: IncidentState = {
  ...{ incidentId: "m1", number: "M-118", rule: "market-wide", scopeKey: "market" },
  ...{ windowMs: 300_000, severity: "HIGH", value: 185e6, metric: "notionalUsd" },
  ...{ longCents: 17_170_000_000, shortCents: 1_290_000_000, coverage: UNKNOWN_COVERAGE },
  ...{ startedAtMs: NOW_MS - 252_000, calmedAtMs: null },
};

const QUESTIONS = {
  windows: ["/liq24h", "/rekt btc", "/liq24h bybit $btc", "/liq", "/liq btc 5m", "/liq 5m bybit"],
  market: ["/oi", "/oi btc", "/funding", "/funding eth", "/market", "/market eth", "/oi xrp"],
  cascade: ["/cascade", "/cascade btc", "/cascade sol", "/cascade xrp", "/cascade doge"],
  lists: [
    "/top",
    "/top 1 1h",
    "/whales $2.5m",
    "/whales btc okx 1h 5",
    ...["/levels", "/levels btc", "/levels eth"],
    "/alerts",
    "/alerts suppressed",
  ],
  state: ["/venues", "/exchanges all", "/thresholds", "/thresholds majors", "/status"],
  help: ["/help", "/start", "/help liq", "/help /nope", "/help thresholds", "/oi"],
  chart: ["/chart", "/chart btc 24h", "/chart kas", "/chart btc 5m", "/chart bybit"],
  mistakes: [
    ...["/liq24h btcc", "/liq24h gate", "/liq 7m", "/liq 5", "/liq eth btc", "/venues btc"],
    ...["/top 99", "/top 0", "/top -1", "/thresholds major", "/liqq", "/frobnicate", "/mute btc"],
  ],
} as const;

async function dialogue(
  options: SampleOptions,
  questions: readonly string[],
  as?: "admin",
  by?: string,
) {
  const { read, pass } = asking(options);
  const parts: string[] = [];
  for (const question of questions) {
    parts.push(`> ${question}\n${await read(question, as, by)}\n`);
    if (by !== undefined) pass(35_000);
  }
  return parts.join("\n");
}

describe("replies are as written down; vitest -u writes them anew", () => {
  test.each(Object.entries(QUESTIONS))("%s", async (name, questions) => {
    await expect(await dialogue(WELL, questions)).toMatchFileSnapshot(`replies/${name}.txt`);
  });

  test("figures that hold a sample name it", async () => {
    const questions = ["/liq24h", "/liq24h btc hyperliquid", "/liq 1h", "/top", "/whales $1k"];
    const text = await dialogue(SAMPLED, questions);
    for (const reply of text.split("> ").slice(1)) {
      expect(reply).toContain("Only a sample, not a total: Hyperliquid.");
    }
    await expect(text).toMatchFileSnapshot("replies/sample.txt");
  });

  test("what an admin may do", async () => {
    const questions = [
      ...["/mute btc 2h", "/mute", "/mute all 30m", "/unmute btc", "/unmute btc", "/unmute"],
      ...["/mute all 8d", "/mute btc all", "/mute btc 1s", "/help"],
    ];
    await expect(await dialogue(WELL, questions, "admin")).toMatchFileSnapshot("replies/admin.txt");
  });

  test("thresholds: shown, confirmed, reverted, and who did it", async () => {
    const questions = [
      ...["/thresholds set majors low=$2.5m", "/thresholds", "/thresholds confirm 4242"],
      ...["/thresholds", "/thresholds critical 75m MAJORS", "/thresholds confirm 4242"],
      ...["/thresholds log", "/thresholds revert majors", "/thresholds confirm 4242"],
      "/thresholds log",
    ];
    const text = await dialogue(WELL, questions, "admin", "telegram:4711");
    await expect(text).toMatchFileSnapshot("replies/thresholds.txt");
  });

  test("thresholds: what cannot be, said as the file's mistakes are", async () => {
    const questions = [
      ...["/thresholds set majors low=$9m", "/thresholds majors low=0", "/thresholds low=2m"],
      ...["/thresholds set mayors low=2m", "/thresholds set majors", "/thresholds set majors 2m"],
      ...["/thresholds set majors low=abc", "/thresholds set majors low=-5 high=1e9"],
      ...[
        "/thresholds set majors low=1m low=2m",
        "/thresholds confirm",
        "/thresholds confirm 9999",
      ],
      ...["/thresholds confirm x'; drop table", "/thresholds revert", "/thresholds revert nope"],
      ...["/thresholds set majors low=1.5m", "/thresholds log"],
    ];
    const text = await dialogue(WELL, questions, "admin");
    await expect(text).toMatchFileSnapshot("replies/thresholds-mistakes.txt");
  });

  test("thresholds: readers see them and change nothing", async () => {
    const { read, daemon } = asking(WELL);
    for (const question of ["set majors low=2m", "majors low=2m", "revert", "log", "confirm 1234"])
      expect(await read(`/thresholds ${question}`)).toBe("Changing thresholds is for admins");
    expect(daemon.scene.store.changes).toEqual([]);
  });

  test("a feed that is down, and windows older than the watching", async () => {
    const questions = ["/liq24h btc", "/liq24h okx", "/top", "/venues", "/status"];
    await expect(await dialogue(PARTIAL, questions)).toMatchFileSnapshot("replies/partial.txt");
  });

  test("a cascade of the whole market is named, and whose alerts it stands for", async () => {
    const waiting = { metric: "notionalUsd", windowMs: 300_000, value: 1, count: 1 } as const;
    const held = ["SOL", "XRP:long", "SOL@okx", "DOGE"].map((scopeKey) => {
      const why = { reason: "inhibited", sinceMs: NOW_MS - 60_000 } as const;
      return { rule: "large-caps", scopeKey, severity: "HIGH", ...waiting, ...why } as const;
    });
    const questions = ["/cascade", "/cascade btc", "/cascade sol"];
    const text = await dialogue({ ...WELL, held, incidents: [MARKET_INCIDENT] }, questions);
    await expect(text).toMatchFileSnapshot("replies/market-wide.txt");
  });

  test("every feed down: cannot say, never a zero", async () => {
    const asked = ["/liq24h btc", "/liq btc 5m", "/liq 1h", "/top", "/whales", "/cascade xrp"];
    const questions = [...asked, "/venues"];
    const text = await dialogue(BLIND, questions);
    await expect(text).toMatchFileSnapshot("replies/blind.txt");
    expect(text).not.toMatch(/\$0\b|None seen/);
    expect(text.match(/Cannot say: Binance not seen since 14:04 UTC \(2 min\)/g)).toHaveLength(6);
  });
});

describe("what cannot be seen", () => {
  test("an empty window of somebody who is blind is a question mark beside older money", async () => {
    const day: SampleOptions["day"] = ({ windowMs }) =>
      windowMs >= 4 * HOUR_MS ? totals(500, 500) : NO_MONEY;
    const { read } = asking({ feeds: dark, day });
    const lines = (await read("/liq24h")).split("\n");
    expect(lines[1]).toContain("Nothing is seen now: Binance not seen since 14:04 UTC (2 min)");
    expect(lines[3]).toBe("1h       ?      ?       ?");
    expect(lines[4]).toBe("4h   $1.0K   $500    $500");
  });

  test("a process that starts or stands by says so instead of a figure", async () => {
    const day = () => NO_MONEY;
    const starting = await asking({ role: "starting", day }).read("/liq24h");
    expect(starting).toContain("Cannot say: the stored rows are being read back.");
    const standby = await asking({ role: "standby", day }).read("/liq 1h btc");
    expect(standby).toContain("Cannot say: this process stands by, another one decides.");
  });

  test("nothing seen by feeds that are well is said as such", async () => {
    const text = await asking({ day: () => NO_MONEY }).read("/liq24h btc");
    expect(text).toContain("None seen in the last 24 h.");
    expect(text).not.toContain("Cannot say");
  });

  test("a store that is away costs the largest row, not the figures", async () => {
    const store = () => Promise.reject(new Error("ECONNREFUSED at 10.0.0.5"));
    const text = await asking({ store }).read("/liq24h");
    expect(text).toContain("24h   $312M   $231M  $81.2M");
    expect(text).toContain("the store did not answer");
    expect(text).not.toContain("ECONNREFUSED");
  });

  test("rows without money or asset are named as far as they are known", async () => {
    const unknown = { key: "u", venue: "gate" as const, symbol: "NEW_USDT", asset: null };
    const rest = { positionSide: "short" as const, kind: "liquidation" as const };
    const row = { price: null, priceKind: null, notionalCents: null, occurredAtMs: NOW_MS };
    const text = await asking({ largest: [{ ...unknown, ...rest, ...row }] }).read("/whales");
    expect(text.split("\n")[1]).toBe("?  NEW_USDT  short  gate    14:06");
  });
});
