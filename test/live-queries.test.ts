import { describe, expect, it } from "vitest";
import type { Decision } from "../src/alert.ts";
import type { FeedStatus } from "../src/feeds/feed-status.ts";
import { bybit } from "../src/feeds/venues/bybit.ts";
import { LiveQueries } from "../src/live-queries.ts";
import { Engine } from "../src/severity/engine.ts";
import { decision } from "./render/samples.ts";
import { rowOf, ruleOf, T0 } from "./severity/samples.ts";

const RULE = decision().rule;

const STATUS: FeedStatus = {
  venue: "bybit",
  state: "subscribed",
  sinceMs: T0,
  wasSubscribed: true,
  reconnects: 0,
  refusedTopics: [],
  disabledReason: null,
  connections: [],
  ...{ frames: 7, rows: 3, rejects: {}, lastByteMs: T0, lastPongMs: null, lastRowMs: T0 },
};

/** A read model with the engine that it reads; `take` is what the decide loop does with a row. */
function model(status: Partial<FeedStatus> = {}) {
  const engine = new Engine({
    rules: [ruleOf({ name: RULE })],
    maxLagMs: new Map([["bybit", 5_000]]),
  });
  const queries = new LiveQueries({
    ...({ label: null, engine, store: "embedded", startedAtMs: T0 } as const),
    feeds: () => [{ venue: bybit, status: { ...STATUS, ...status } }],
    errors: () => 0,
  });
  const take = (over: Parameters<typeof rowOf>[0]): readonly Decision[] => {
    const row = rowOf({ venue: "bybit", ...over });
    const { receivedAtMs } = row;
    const { accepted, decisions } = engine.step({ type: "rows", receivedAtMs, rows: [row] });
    queries.onStep(accepted, decisions);
    return decisions;
  };
  return { engine, queries, take };
}

describe("feeds", () => {
  it("tell how late their rows come and what they brought in 24 h", () => {
    const { queries, take } = model();
    expect(queries.feeds()).toMatchObject([{ lagMs: null, dayCents: 0 }]);
    take({ receivedAtMs: T0 + 400, occurredAtMs: T0, notionalCents: 1 });
    expect(queries.feeds()).toMatchObject([
      { venue: "bybit", title: "Bybit", condition: "subscribed", lagMs: 400, dayCents: 1, rows: 3 },
    ]);
  });

  it.each([
    [{ state: "connecting", wasSubscribed: false }, "connecting"],
    [{ state: "connecting", wasSubscribed: true }, "down"],
    [{ state: "down", wasSubscribed: false }, "connecting"],
  ] as const)("that are not subscribed are new or down: %o", (status, condition) => {
    const { queries } = model({ ...status, disabledReason: "HTTP 451" });
    expect(queries.feeds()).toMatchObject([{ condition, reason: "HTTP 451" }]);
  });
});

describe("incidents", () => {
  it("show the window's present money, and the store's number once it is known", () => {
    const { queries, take } = model();
    const [opened] = take({ dedupeKey: "a", notionalCents: 12_000 });
    expect(queries.incidents(5)).toMatchObject([{ number: null, value: 120, calmedAtMs: null }]);
    take({ dedupeKey: "b", notionalCents: 1_000, positionSide: "short" });
    queries.onCommit({
      acceptedKeys: [],
      incidentNumbers: { [opened?.incidentId ?? ""]: 17 },
      newDeliveries: 0,
    });
    expect(queries.incidents(5)).toMatchObject([
      { number: "A-17", value: 130, longCents: 12_000, shortCents: 1_000 },
    ]);
  });

  it("of an earlier run are shown on, each as it was told last, and are not counted again", () => {
    const { queries } = model();
    const told = (over: Partial<Decision>, incidentNumber: number) => ({
      decision: decision(over),
      incidentNumber,
    });
    queries.restore([
      told({ incidentId: "b", decision: "escalated", severity: "HIGH" }, 2),
      told({ incidentId: "a", decision: "resolved", atMs: T0 + 9, severity: "LOW" }, 1),
      told({ incidentId: "b", decision: "opened", severity: "LOW" }, 2),
      told({ incidentId: "a", decision: "opened", severity: "LOW" }, 1),
      told({ incidentId: "c", decision: "opened", rule: "taken out of the file" }, 3),
    ]);
    expect(queries.incidents(5)).toMatchObject([
      { incidentId: "b", number: "A-2", severity: "HIGH", calmedAtMs: null },
      { incidentId: "a", number: "A-1", calmedAtMs: T0 + 9 },
    ]);
    expect(queries.summary().alerts).toMatchObject({ opened: 0, escalated: 0, resolved: 0 });
  });

  it("are at most 100, and the calmed ones go first", () => {
    const { queries } = model();
    const alerts = Array.from({ length: 150 }, (_, at) => ({
      decision: decision({
        incidentId: `incident ${at}`,
        decision: at % 2 === 0 ? "opened" : "resolved",
      }),
      incidentNumber: at,
    }));
    queries.restore(alerts);
    const kept = queries.incidents(1_000);
    expect(kept).toHaveLength(100);
    expect(kept.filter(({ calmedAtMs }) => calmedAtMs === null)).toHaveLength(75);
  });
});

describe("lists and figures", () => {
  it("give the newest rows first and keep a bounded number", () => {
    const { queries, take } = model();
    for (let at = 0; at < 250; at += 1) take({ dedupeKey: `${at}`, receivedAtMs: T0 + at });
    expect(queries.recentLiquidations(2).map(({ key }) => key)).toEqual(["249", "248"]);
    expect(queries.recentLiquidations(1_000).length).toBeLessThanOrEqual(200);
  });

  it("name the parts of a day by money, and their sum is the whole", () => {
    const { queries, take } = model();
    take({ dedupeKey: "a", asset: "ETH", notionalCents: 500 });
    take({ dedupeKey: "b", notionalCents: 700, positionSide: "short" });
    const { hour24, byAsset, byVenue } = queries.dayTotals();
    expect(hour24).toEqual({ orders: 2, totalCents: 1_200, longCents: 500, shortCents: 700 });
    expect(byAsset.map(({ name, totalCents }) => [name, totalCents])).toEqual([
      ["BTC", 700],
      ["ETH", 500],
    ]);
    expect(byVenue).toMatchObject([{ name: "bybit", totalCents: 1_200 }]);
  });

  it("sum up a run: frames, rows, alerts, and what became of the messages", () => {
    const { queries, take } = model();
    take({ dedupeKey: "a", notionalCents: 20_000 });
    take({ dedupeKey: "a", notionalCents: 20_000 });
    queries.onBacklog(1);
    queries.onCommit({ acceptedKeys: [], incidentNumbers: {}, newDeliveries: 2 });
    const event = { type: "delivery", deliveryId: "1", target: "discord", alertIds: [] } as const;
    const told = { ...event, atMs: T0, latencyMs: 1, reason: null };
    for (const outcome of ["retry", "delivered", "edited", "parked"] as const)
      queries.onStoreEvent({ ...told, outcome });
    expect(queries.summary()).toMatchObject({
      ...{ frames: 7, liquidations: 1, duplicates: 1, rejected: 0, errors: 0 },
      alerts: { opened: 1 },
      deliveries: {
        ...{ delivered: 1, edited: 1, retried: 1, parked: 1, pending: 1 },
        byNotifier: { discord: 1 },
      },
    });
  });
});
