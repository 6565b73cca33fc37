/** The read model over a real engine and the feeds' own status. */
import { describe, expect, test } from "vitest";
import type { FeedStatus } from "../src/feeds/feed-status.ts";
import { VENUES } from "../src/feeds/index.ts";
import type { Liquidation, VenueId } from "../src/liquidation.ts";
import type { Questions } from "../src/live/stored-lists.ts";
import { LiveQueries } from "../src/live-queries.ts";
import { readDelayMs } from "../src/rule.ts";
import { Engine, type EngineInput } from "../src/severity/engine.ts";
import { MuteBook } from "../src/severity/mutes.ts";
import type { DeliveryEvent } from "../src/store/store.ts";
import { chanceOf } from "./oracle/chance.ts";
import { bookOf, gapOf } from "./severity/coverage-samples.ts";
import { rowOf, ruleOf, T0 } from "./severity/samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function statusOf(venue: VenueId, over: Partial<FeedStatus> = {}): FeedStatus {
  return {
    venue,
    ...{ state: "subscribed", sinceMs: T0, wasSubscribed: true, reconnects: 0, degraded: null },
    ...{ refusedTopics: [], disabledReason: null, connections: [] },
    ...{ frames: 0, rows: 0, rejects: {}, lastByteMs: null, lastPongMs: null, lastRowMs: null },
    ...over,
  };
}

function scene() {
  const engine = new Engine({ rules: [ruleOf()] });
  const statuses = new Map<VenueId, FeedStatus>([
    ["binance", statusOf("binance")],
    ["bybit", statusOf("bybit")],
  ]);
  const coverage = bookOf(["binance", "bybit"], { sinceMs: T0, gaps: [] });
  // Lists of the store have suites of their own.
  const questions: Questions = JSON.parse("{}");
  const queries = new LiveQueries({
    overrides: () => [],
    ...{ label: null, engine, mutes: new MuteBook(), coverage, questions, store: "embedded" },
    ...{ venues: ["binance", "bybit"], samples: ["bybit"] },
    ...{ startedAtMs: T0, errors: () => 2, listedAssets: () => ["BTC", "SOL", "BTC"] },
    feeds: () =>
      VENUES.flatMap((venue) => {
        const status = statuses.get(venue.id);
        return status === undefined ? [] : [{ venue, status }];
      }),
  });
  const take = (input: EngineInput) => {
    const { accepted, decisions } = engine.step(input);
    queries.onStep(input, accepted, decisions);
  };
  const rows = (...taken: readonly Liquidation[]) => {
    const receivedAtMs = Math.max(...taken.map((row) => row.receivedAtMs));
    take({ type: "rows", receivedAtMs, rows: taken });
  };
  return { engine, statuses, queries, coverage, take, rows };
}

describe("a venue whose sides seem exchanged", () => {
  test("is named with its figures, beside its money", () => {
    const { queries, rows, take } = scene();
    for (let ms = 0; ms <= 60_000; ms += 5_000) {
      take({ type: "context", atMs: T0 + ms, referencePrices: { BTC: 100_000 - ms } });
    }
    for (let index = 0; index < 21; index += 1) {
      const receivedAtMs = T0 + 60_000 + index;
      rows(rowOf({ venue: "bybit", positionSide: "short", notionalCents: 100, receivedAtMs }));
    }
    expect(
      queries.feeds().map(({ venue, suspect, dayCents }) => [venue, suspect, dayCents]),
    ).toEqual([
      ["binance", null, 0],
      [
        "bybit",
        {
          sinceMs: T0 + 60_019,
          detail: "only 0 of its last 21 BTC and ETH rows fit the way of the price",
        },
        2_100,
      ],
    ]);
  });
});

describe("totals", () => {
  test("are of a window, an asset, a venue; unknown assets are in the market alone", () => {
    const { queries, rows, take } = scene();
    rows(
      rowOf({ notionalCents: 100 }),
      rowOf({ notionalCents: 20, positionSide: "short", venue: "bybit" }),
      rowOf({ notionalCents: 3, asset: null, symbol: "X", history: true }),
      rowOf({ notionalCents: null, asset: "SOL" }),
    );
    expect(queries.totals({ windowMs: 900_000 })).toMatchObject({
      ...{ asOfMs: T0, rows: 4, orders: 4, totalCents: 123, longCents: 103, shortCents: 20 },
      byAsset: [
        { name: "BTC", totalCents: 120, longCents: 100, shortCents: 20 },
        { name: "SOL", totalCents: 0 },
      ],
      byVenue: [
        { name: "binance", totalCents: 103 },
        { name: "bybit", totalCents: 20 },
      ],
    });
    const btc = queries.totals({ windowMs: 900_000, asset: "BTC" });
    expect([btc.totalCents, btc.byAsset, btc.byVenue.length]).toEqual([120, [], 2]);
    const both = queries.totals({ windowMs: 900_000, asset: "BTC", venue: "bybit" });
    expect([both.totalCents, both.byAsset, both.byVenue]).toEqual([20, [], []]);
    take({ type: "clock", nowMs: T0 + 900_000 });
    expect(queries.totals({ windowMs: 900_000 }).rows).toBe(0);
    expect(queries.totals({ windowMs: HOUR_MS }).rows).toBe(4);
  });

  test("agree with the day's totals whatever came", () => {
    const { queries, rows } = scene();
    const chance = chanceOf(7);
    for (let index = 0; index < 500; index += 1) {
      const receivedAtMs = T0 + index * 200_000;
      rows(
        rowOf({
          receivedAtMs,
          occurredAtMs: receivedAtMs - chance.integer(0, 400_000),
          asset: chance.pick(["BTC", "ETH", "SOL", null]),
          venue: chance.pick(["binance", "bybit"]),
          positionSide: chance.pick(["long", "short"]),
          notionalCents: chance.integer(1, 1e9),
          dedupeKey: String(index),
        }),
      );
    }
    const day = queries.dayTotals();
    const { byAsset, byVenue, ...whole } = queries.totals({ windowMs: DAY_MS });
    expect(whole).toMatchObject(day.hour24);
    expect(byAsset).toEqual(day.byAsset);
    expect(byVenue).toEqual(day.byVenue);
    expect(queries.totals({ windowMs: 4 * HOUR_MS })).toMatchObject(day.hour4);
    for (const { name, totalCents } of byAsset) {
      expect(queries.totals({ windowMs: DAY_MS, asset: name }).totalCents).toBe(totalCents);
    }
  });

  test("are watched in full once every venue asked for was, for the whole window", () => {
    const { queries, statuses, coverage, take } = scene();
    take({ type: "clock", nowMs: T0 });
    const isFull = (venue?: VenueId) =>
      queries.totals({ windowMs: HOUR_MS, venue }).coverage.isFull;
    expect(isFull()).toBe(false);
    take({ type: "clock", nowMs: T0 + HOUR_MS - 1 });
    expect(isFull()).toBe(false);
    take({ type: "clock", nowMs: T0 + HOUR_MS });
    expect(isFull()).toBe(true);
    expect(queries.totals({ windowMs: 4 * HOUR_MS }).coverage.pct).toBe(25);
    statuses.set("bybit", statusOf("bybit", { state: "connecting" }));
    coverage.note(gapOf("bybit", T0 + HOUR_MS / 2));
    expect([isFull(), isFull("bybit"), isFull("binance")]).toEqual([false, false, true]);
    const { darkVenues, coverage: seen } = queries.totals({ windowMs: HOUR_MS });
    // Binance is five eighths of the two; Bybit was watched for half an hour.
    expect([darkVenues, seen.pct, seen.missing]).toEqual([["bybit"], 81.2, ["bybit"]]);
    expect([queries.venues(), queries.samples()]).toEqual([["binance", "bybit"], ["bybit"]]);
    expect(queries.totals({ windowMs: HOUR_MS, venue: "binance" }).darkVenues).toEqual([]);
    expect(queries.dayTotals().watchedSinceMs).toBe(T0);
  });
});

describe("short windows", () => {
  test("hold what SPEC 3 says, for every length, whatever the order of arrival", () => {
    const { queries, rows, take } = scene();
    const chance = chanceOf(11);
    const taken: Liquidation[] = [];
    for (let index = 0; index < 400; index += 1) {
      const receivedAtMs = T0 + index * 1_000;
      const row = rowOf({
        receivedAtMs,
        occurredAtMs: receivedAtMs - chance.integer(0, 3_000),
        notionalCents: chance.integer(1, 1e8),
        positionSide: chance.pick(["long", "short"]),
        venue: chance.pick(["binance", "bybit"]),
        asset: chance.pick(["BTC", "ETH"]),
        dedupeKey: String(index),
      });
      taken.push(row);
      rows(row);
      if (chance.in100(10)) take({ type: "clock", nowMs: receivedAtMs + 300 });
      const nowMs = queries.status().engineNowMs ?? 0;
      const windows = queries.shortWindows("BTC");
      if (taken.every((one) => one.asset !== "BTC")) {
        expect(windows).toBe(null);
        continue;
      }
      for (const window of windows ?? []) {
        const lastMs = nowMs - readDelayMs(window.windowMs);
        const inside = taken.filter((one) => {
          const isInside =
            one.occurredAtMs <= lastMs && one.occurredAtMs > lastMs - window.windowMs;
          return one.asset === "BTC" && isInside;
        });
        const sum = inside.reduce((cents, one) => cents + (one.notionalCents ?? 0), 0);
        const largest = Math.max(0, ...inside.map((one) => one.notionalCents ?? 0));
        expect([window.windowMs, window.rows, window.totalCents, window.largestCents]).toEqual([
          ...[window.windowMs, inside.length, sum, largest],
        ]);
        expect(window.longCents + window.shortCents).toBe(window.totalCents);
      }
      expect(windows?.map(({ windowMs }) => windowMs)).toEqual([
        ...[100, 500, 2_000, 10_000, 60_000, 300_000],
      ]);
    }
  });
});

describe("what is known", () => {
  test("assets are those of contracts and of rows, sorted, the same list for a while", () => {
    const { queries, rows, take } = scene();
    expect(queries.assets()).toEqual(["BTC", "SOL"]);
    rows(rowOf({ asset: "ZEC" }), rowOf({ asset: null, symbol: "X" }));
    const names = queries.assets();
    expect(names).toEqual(["BTC", "SOL", "ZEC"]);
    rows(rowOf({ asset: "ADA" }));
    expect(queries.assets()).toBe(names);
    take({ type: "clock", nowMs: T0 + 10_000 });
    expect(queries.assets()).toEqual(["ADA", "BTC", "SOL", "ZEC"]);
  });

  test("venues say what became of their rows, besides their state", () => {
    const { queries, statuses, rows } = scene();
    statuses.set("bybit", statusOf("bybit", { frames: 9, rejects: { json: 2 } }));
    rows(rowOf({ venue: "bybit" }), rowOf({ venue: "bybit" }));
    const facts = queries.venueFacts().find(({ venue }) => venue === "bybit");
    expect(facts).toMatchObject({
      ...{ completeness: "complete", frames: 9, rejects: { json: 2 } },
      rows: { accepted: 1, duplicate: 1, quarantined: 0 },
    });
    expect(facts?.sideRule.link).toMatch(/^https:/);
    const feed = queries.feeds().find(({ venue }) => venue === "bybit");
    expect(feed).toMatchObject({ lagMs: 0, dayCents: 10_000, condition: "subscribed" });
  });

  test("trouble with the store is known until a commit goes through", () => {
    const { queries } = scene();
    const trouble = () => queries.status().storeTrouble;
    queries.onStoreEvent({ type: "trouble", part: "queue", message: "away" });
    expect(trouble()).toBe(null);
    queries.onStoreEvent({ type: "trouble", part: "database", message: "away" });
    expect(trouble()).toBe("away");
    queries.onStoreEvent({ type: "recovered", part: "queue" });
    expect(trouble()).toBe("away");
    queries.onStoreEvent({ type: "recovered", part: "database" });
    expect(trouble()).toBe(null);
    queries.onStoreTrouble("disk is full");
    queries.onCommit({ acceptedKeys: [], incidentNumbers: {}, newDeliveries: 0 });
    expect(trouble()).toBe(null);
  });

  test("the summary counts decisions and messages since start", () => {
    const { queries, rows } = scene();
    rows(rowOf({ notionalCents: 20_000 }));
    queries.onBacklog(3);
    const attempt: Omit<DeliveryEvent, "outcome"> = {
      ...{ deliveryId: "d", target: "discord", alertIds: [], atMs: T0 },
      ...{ type: "delivery", latencyMs: 1, reason: null },
    };
    for (const outcome of ["retry", "delivered", "edited", "parked"] as const) {
      queries.onStoreEvent({ ...attempt, outcome });
    }
    expect(queries.summary()).toMatchObject({
      ...{ liquidations: 1, errors: 2, alerts: { opened: 1, resolved: 0 } },
      deliveries: {
        ...{ delivered: 1, edited: 1, retried: 1, parked: 1, pending: 1 },
        byNotifier: { discord: 1 },
      },
    });
    expect(queries.incidents(5)).toHaveLength(1);
    expect(queries.recentLiquidations(5)).toHaveLength(1);
  });
});
