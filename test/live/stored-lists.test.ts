import { describe, expect, test } from "vitest";
import { UNKNOWN_COVERAGE } from "../../src/coverage.ts";
import { type Questions, StoredLists } from "../../src/live/stored-lists.ts";
import type { BucketQuery } from "../../src/store/buckets.ts";
import type { SumsQuery } from "../../src/store/store.ts";
import { decision } from "../render/samples.ts";
import { row } from "../store/samples.ts";

const NOW_MS = 1_790_000_000_700;

/** A store that answers what a test says; everything else is not asked. */
function listsOver(
  answers: Partial<Questions>,
  { nowMs = NOW_MS }: { readonly nowMs?: number | null } = {},
): StoredLists {
  const unexpected = async (): Promise<never> => {
    throw new Error("The store was asked something unexpected");
  };
  const questions: Questions = {
    ...{
      deliveryCounts: unexpected,
      deliveriesFor: unexpected,
      attemptsOf: unexpected,
      gapsSince: unexpected,
    },
    ...{ liquidationList: unexpected, largestLiquidations: unexpected, isLogged: unexpected },
    ...{ sumsBetween: unexpected, alertList: unexpected, openGaps: unexpected },
    ...{ bucketParts: unexpected, storedAssets: unexpected },
    ...answers,
  };
  return new StoredLists({ questions, nowMs: () => nowMs, venues: ["bybit", "okx"] });
}

describe("the window before", () => {
  test("ends in the second in which the window begins, over the venues asked for", async () => {
    const asked: SumsQuery[] = [];
    const lists = listsOver({
      async sumsBetween(query) {
        asked.push(query);
        return { orders: 2, rows: 3, longCents: 5, shortCents: 7 };
      },
    });
    expect(await lists.totalsBefore({ windowMs: 3_600_000 })).toEqual({
      ...{ orders: 2, totalCents: 12, longCents: 5, shortCents: 7 },
    });
    // The window holds the seconds after 1789996400 up to 1790000000.
    expect(asked[0]).toMatchObject({
      fromMs: 1_789_992_801_000,
      toMs: 1_789_996_401_000,
      venues: ["bybit", "okx"],
    });
    await lists.totalsBefore({ windowMs: 900_000, asset: "BTC", venue: "okx" });
    expect(asked[1]).toMatchObject({ asset: "BTC", venue: "okx", venues: ["okx"] });
  });

  test("is unknown before the first input and when it was not watched", async () => {
    const sumsBetween = async () => null;
    expect(await listsOver({ sumsBetween }).totalsBefore({ windowMs: 900_000 })).toBe(null);
    expect(await listsOver({}, { nowMs: null }).totalsBefore({ windowMs: 900_000 })).toBe(null);
  });
});

describe("totals of a standby", () => {
  const total = { orders: 3, longCents: 5, shortCents: 7 };
  const totals = { ...total, totalCents: 12 };
  const gap = { venue: "okx", connection: "0", fromMs: 1, toMs: null, reason: "closed" } as const;

  test("come from the buckets, are never complete, and name whom the other one does not see", async () => {
    const asked: BucketQuery[] = [];
    const lists = listsOver({
      async bucketParts(query) {
        asked.push(query);
        return { total, byAsset: new Map([["BTC", total]]), byVenue: new Map([["bybit", total]]) };
      },
      openGaps: async () => [gap, { ...gap, connection: "1" }, { ...gap, venue: "gate" }],
    });
    const query = { windowMs: 3_600_000 };
    expect(await lists.storedTotals(query, NOW_MS)).toEqual({
      ...{
        query,
        asOfMs: NOW_MS,
        rows: null,
        coverage: UNKNOWN_COVERAGE,
        darkVenues: ["okx"],
        ...totals,
      },
      byAsset: [{ name: "BTC", ...totals }],
      byVenue: [{ name: "bybit", ...totals }],
    });
    expect(asked).toEqual([{ windowMs: 3_600_000, nowMs: NOW_MS }]);
    const btc = await lists.storedTotals({ ...query, asset: "BTC", venue: "bybit" }, NOW_MS);
    expect([btc.byAsset, btc.byVenue, btc.darkVenues]).toEqual([[], [], []]);
    expect(asked[1]).toMatchObject({ asset: "BTC", venue: "bybit" });
  });
});

describe("lists", () => {
  test("give rows and alerts in the shapes that questions are answered with", async () => {
    const stored = { row: row("a"), countsOrder: true };
    const lists = listsOver({
      liquidationList: async () => ({ items: [stored], next: "more" }),
      largestLiquidations: async () => [stored],
      alertList: async () => ({
        items: [
          { decision: decision({}), incidentNumber: 4 },
          { decision: decision({ scope: "market" }), incidentNumber: 5 },
          { decision: decision({}), incidentNumber: null },
        ],
        next: null,
      }),
    });
    const recent = {
      ...{ key: "a", venue: "bybit", symbol: "BTCUSDT", asset: "BTC", positionSide: "long" },
      ...{ kind: "liquidation", price: 67_050.5, priceKind: "bankruptcy", notionalCents: 670_505 },
      occurredAtMs: stored.row.occurredAtMs,
    };
    expect(await lists.liquidations({ limit: 1 })).toEqual({ items: [recent], next: "more" });
    expect(await lists.largest({ sinceMs: 0, limit: 1 })).toEqual([recent]);
    const { items } = await lists.alerts({ suppressed: false, limit: 3 });
    expect(items.map(({ number }) => number)).toEqual(["A-4", "M-5", null]);
  });

  test("tell an alert without messages from one that the log does not hold", async () => {
    const deliveriesFor = async () => [];
    const attemptsOf = async () => ({});
    const known = listsOver({ deliveriesFor, attemptsOf, isLogged: async () => true });
    const unknown = listsOver({ deliveriesFor, attemptsOf, isLogged: async () => false });
    expect(await known.deliveries("a")).toEqual([]);
    expect(await unknown.deliveries("a")).toBe(null);
  });
});

describe("the gate before the store", () => {
  test("lets two questions run, forty wait, and sends the rest away", async () => {
    const answers: (() => void)[] = [];
    const gapsSince = () => new Promise<never[]>((resolve) => answers.push(() => resolve([])));
    const lists = listsOver({ gapsSince });
    const asked = Array.from({ length: 42 }, () => lists.gaps(0));
    await expect(lists.gaps(0)).rejects.toMatchObject({
      code: "LIQ_STORE",
      message: "Store is busy: 40 questions wait already",
    });
    expect(answers).toHaveLength(2);
    let running = 2;
    for (let done = 0; done < asked.length; done += 1) {
      running = answers.length - done;
      expect(running).toBeLessThanOrEqual(2);
      answers[done]?.();
      await asked[done];
    }
    expect(await Promise.all(asked)).toHaveLength(42);
    const last = lists.gaps(0);
    answers.at(-1)?.();
    expect(await last).toEqual([]);
  });

  test("hands a place on when a question fails", async () => {
    let isFirst = true;
    const lists = listsOver({
      async gapsSince() {
        if (!isFirst) return [];
        isFirst = false;
        throw new Error("away");
      },
    });
    await expect(lists.gaps(0)).rejects.toThrow("away");
    for (let round = 0; round < 5; round += 1) expect(await lists.gaps(0)).toEqual([]);
  });
});
