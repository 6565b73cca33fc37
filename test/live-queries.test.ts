/** The read model over a real engine and the feeds' own status. */
import { describe, expect, test } from "vitest";
import type { DeliveryEvent } from "../src/store/store.ts";
import { scene, statusOf } from "./live/read-model.ts";
import { rowOf, T0 } from "./severity/samples.ts";

const HOUR_MS = 3_600_000;
const _DAY_MS = 24 * HOUR_MS;

describe("a venue whose sides seem exchanged", () => {
  test("is named with its figures, beside its money", () => {
    const { queries, rows, take } = scene();
    for (let ms = 0; ms <= 130_000; ms += 5_000) {
      const receivedAtMs = T0 + ms;
      const referencePrices = { BTC: 100_000 - ms / 10 };
      take({ type: "context", atMs: receivedAtMs, referencePrices });
      if (ms < 30_000) continue;
      rows(rowOf({ venue: "bybit", positionSide: "short", notionalCents: 100, receivedAtMs }));
    }
    expect(
      queries.feeds().map(({ venue, suspect, dayCents }) => [venue, suspect, dayCents]),
    ).toEqual([
      ["binance", null, 0],
      [
        "bybit",
        {
          sinceMs: T0 + 130_000,
          detail: "its sides fit only 0 of the last 21 moves of the price",
        },
        2_100,
      ],
    ]);
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
    queries.onCommit({ acceptedKeys: [], incidentNumbers: {} });
    expect(trouble()).toBe(null);
  });

  test("the summary counts decisions and messages since start", () => {
    const { queries, rows } = scene();
    rows(rowOf({ notionalCents: 20_000 }));
    queries.onStoreEvent({ type: "waiting", target: "discord", messages: 1 });
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
