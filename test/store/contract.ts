/** What every database behind the store must do; run over the embedded one and over a server. */
import { beforeAll, describe, expect, test } from "vitest";
import type { CommitBatch, Gap } from "../../src/alert.ts";
import type { Liquidation } from "../../src/liquidation.ts";
import { beginTerm } from "../../src/store/decider.ts";
import type { Database } from "../../src/store/postgres/sql.ts";
import type { StoredLiquidation } from "../../src/store/store.ts";
import { SqlStore } from "../../src/store/store-sql.ts";
import { AT_MS, decision, snapshot } from "../render/samples.ts";
import { batch, draft, row, rowsOf } from "./samples.ts";

/** `database` answers once the suite's set-up has run; its schema is migrated and empty. */
export function storeContract(database: () => Database): void {
  describe("liquidations, alerts and incidents", () => storeTests(database));
}

function storeTests(database: () => Database): void {
  let store: SqlStore;

  beforeAll(async () => {
    store = new SqlStore(database(), await database().transaction(beginTerm));
  });

  const count = async (table: string, where = "true"): Promise<unknown> => {
    const text = `select count(*)::int as n from liqwatch.${table} where ${where}`;
    return (await database().query(text))[0]?.n;
  };

  const storedSince = async (sinceMs: number): Promise<readonly StoredLiquidation[]> => {
    const stored: StoredLiquidation[] = [];
    for await (const chunk of store.liquidationsSince(sinceMs)) stored.push(...chunk);
    return stored;
  };

  const arrivalsSince = async (sinceMs: number): Promise<readonly string[]> =>
    (await storedSince(sinceMs)).map(({ row }) => row.dedupeKey);

  test("an empty store has no clock, no scopes and no gaps", async () => {
    expect(await store.warmStart()).toEqual({
      ...{ engineNowMs: null, scopes: [], stories: [], openGaps: [] },
    });
    expect(await arrivalsSince(0)).toEqual([]);
  });

  test("a row comes back as it was stored, unknown numbers included", async () => {
    const unknown: Liquidation = row("whole|2", {
      venue: "okx",
      symbol: null,
      market: null,
      asset: null,
      positionSide: "short",
      kind: "backstop",
      price: null,
      priceKind: null,
      size: null,
      notionalCents: null,
      history: true,
    });
    const written = [
      {
        row: row('whole|\t"\\,{é}', {
          ...{ price: 0.000_012_3, size: 0.1 + 0.2, notionalCents: 9_007_199_254_740_991 },
          orderKey: "whole|order",
        }),
      },
      { row: unknown },
    ].map((stored, at) => ({ ...stored, countsOrder: at === 0 }));
    await store.commit(batch({ liquidations: written }));
    const read = await store.recentLiquidations(2);
    expect(read.toReversed()).toEqual(written);
    expect(await storedSince(0)).toEqual(written);
  });

  test("an event counts once over batches and within one", async () => {
    const first = await store.commit(batch({ liquidations: rowsOf(row("once|a"), row("once|b")) }));
    const again = await store.commit(
      batch({ liquidations: rowsOf(row("once|b"), row("once|c"), row("once|c"), row("once|d")) }),
    );
    expect(first.acceptedKeys).toEqual(["once|a", "once|b"]);
    expect(again.acceptedKeys).toEqual(["once|c", "once|d"]);
    expect(await count("liquidations", "dedupe_key like 'once|%'")).toBe(4);
  });

  test("rows are read back in order of arrival, from a window time on, over several chunks", async () => {
    const base = AT_MS + 10_000_000;
    // Later arrivals happened earlier: the order of event times is the reverse.
    const rows = Array.from({ length: 5_500 }, (_, at) =>
      row(`order|${at}`, { occurredAtMs: base + 6_000 - at, receivedAtMs: base + 7_000 + at }),
    );
    await store.commit(batch({ liquidations: rowsOf(...rows) }));
    const keys = await arrivalsSince(base + 601);
    expect(keys).toEqual(rows.slice(0, 5_400).map(({ dedupeKey }) => dedupeKey));
  });

  test("a row ahead of our clock stands where it was received", async () => {
    const aheadMs = AT_MS + 90_000_000;
    const ahead = row("ahead", { occurredAtMs: aheadMs + 60_000, receivedAtMs: aheadMs });
    await store.commit(batch({ liquidations: rowsOf(ahead) }));
    expect(await arrivalsSince(aheadMs)).toEqual(["ahead"]);
    expect(await arrivalsSince(aheadMs + 1)).toEqual([]);
  });

  test("characters that Postgres refuses do not block a batch", async () => {
    const key = "hostile|\u0000|\ud800|\\u0000";
    const accepted = await store.commit(batch({ liquidations: rowsOf(row(key, { symbol: key })) }));
    expect(accepted.acceptedKeys).toEqual([key]);
    const again = await store.commit(batch({ liquidations: rowsOf(row(key)) }));
    expect(again.acceptedKeys).toEqual([]);
    const [stored] = await store.recentLiquidations(1);
    expect(stored?.row.symbol).toBe("hostile|\ufffd|\ufffd|\\u0000");
  });

  test("scopes, gaps and the clock survive, and the clock never goes back", async () => {
    const scope = { rule: "majors", scopeKey: "BTC", state: { told: "LOW", quietUntilMs: 7 } };
    const gone = { rule: "majors", scopeKey: "ETH", state: { told: null } };
    const since = { fromMs: AT_MS, toMs: null, reason: "closed" };
    const open: Gap = { venue: "okx", connection: "okx#1", ...since };
    const other: Gap = { venue: "okx", connection: "okx#2", ...since };
    await store.commit(batch({ scopes: [scope, gone], gaps: [open, other], engineNowMs: 5e12 }));
    await store.commit(
      batch({
        scopes: [{ ...gone, state: null }],
        gaps: [{ ...other, toMs: AT_MS + 9 }],
        engineNowMs: 4e12,
      }),
    );
    // A repeated opening does not open a closed gap again.
    await store.commit(batch({ gaps: [other] }));
    expect(await store.warmStart()).toEqual({
      engineNowMs: 5e12,
      scopes: [scope],
      stories: [],
      openGaps: [open],
    });
    expect(await store.openGaps()).toEqual([open]);
  });

  test("the newest verdicts on sides survive, and a batch without any changes none", async () => {
    const verdicts = [["bybit", [{ positionSide: "long", isRight: false }], []]];
    await store.commit(batch({ verdicts: [] }));
    await store.commit(batch({ verdicts }));
    await store.commit(batch({}));
    expect((await store.warmStart()).verdicts).toEqual(verdicts);
  });

  test("incidents are numbered once, assets and the market apart, silent ones not at all", async () => {
    const btc = decision({ alertId: "n1", incidentId: "btc" });
    const market = { scope: "market", scopeKey: "market", incidentId: "market" } as const;
    const silent = decision({
      alertId: "n3",
      incidentId: "silent",
      decision: "suppressed",
      suppression: { reason: "cooldown", untilMs: AT_MS + 5, count: 2 },
    });
    const first = batch({ decisions: [btc, decision({ alertId: "n2", ...market }), silent] });
    const { incidentNumbers } = await store.commit(first);
    expect(incidentNumbers).toEqual({ btc: 1, market: 1 });
    const next = { alertId: "n4", incidentId: "eth", scopeKey: "ETH" };
    const second = await store.commit(batch({ decisions: [decision(next)] }));
    expect(second.incidentNumbers).toEqual({ eth: 2 });
    expect((await store.commit(first)).incidentNumbers).toEqual({ btc: 1, market: 1 });
    expect((await store.recentAlerts(9, { suppressed: true }))[0]).toEqual({
      decision: silent,
      incidentNumber: null,
    });
  });

  test("an incident follows its decisions: severity rises, state opens and resolves", async () => {
    const about = { incidentId: "life", scopeKey: "SOL" };
    const at = (kind: "opened" | "escalated" | "resolved" | "reopened", severity: "LOW" | "HIGH") =>
      batch({
        decisions: [decision({ ...about, decision: kind, severity, alertId: `life-${kind}` })],
      });
    const present = async () =>
      (await store.openIncidents()).find(({ incidentId }) => incidentId === "life");
    await store.commit(at("opened", "LOW"));
    expect(await present()).toMatchObject({ severity: "LOW", state: "open", resolvedAtMs: null });
    await store.commit(at("escalated", "HIGH"));
    expect(await present()).toMatchObject({ severity: "HIGH", kind: "asset", scopeKey: "SOL" });
    await store.commit(at("resolved", "HIGH"));
    expect(await present()).toBe(undefined);
    // A repeated decision is not new, so it does not open the incident again.
    await store.commit(at("opened", "LOW"));
    expect(await present()).toBe(undefined);
    await store.commit(at("reopened", "LOW"));
    expect(await present()).toMatchObject({ severity: "HIGH", state: "open", resolvedAtMs: null });
  });

  test("the alert log has the columns that people and Grafana read", async () => {
    const window = snapshot({ longCents: 681_000_001, shortCents: 61_000_000 });
    const suppression = { reason: "cooldown", untilMs: AT_MS + 60_000, count: 3 } as const;
    const held = decision({ alertId: "columns", decision: "suppressed", window, suppression });
    await store.commit(batch({ decisions: [held] }));
    const rows = await database().query(
      `select "timestamp" = to_timestamp(${AT_MS} / 1000.0) as at, total_volume_usd::text,
         long_usd::text, short_usd::text, largest_trade_usd::text, vwap, price_change_pct,
         alert_severity, decision, rule, scope, scope_key, "window", orders, rows, venues,
         coverage, incident_id, reason, count, detail,
         until = to_timestamp((${AT_MS} + 60000) / 1000.0) as until
       from liqwatch.liquidation_alerts where alert_id = 'columns'`,
    );
    expect(rows).toEqual([
      {
        at: true,
        total_volume_usd: "7420000.01",
        long_usd: "6810000.01",
        short_usd: "610000.00",
        largest_trade_usd: "1120000.00",
        vwap: 67_060.2,
        price_change_pct: -0.807,
        alert_severity: "MEDIUM",
        decision: "suppressed",
        rule: "majors",
        scope: "asset",
        scope_key: "BTC",
        window: "5m",
        orders: 83,
        rows: 97,
        venues: ["bybit", "binance", "okx"],
        coverage: held.coverage,
        incident_id: "9b1c",
        reason: "cooldown",
        count: 3,
        detail: held,
        until: true,
      },
    ]);
  });

  test.each([
    ["update", "update liqwatch.liquidation_alerts set rule = 'x'"],
    ["delete", "delete from liqwatch.liquidation_alerts"],
    ["truncate", "truncate liqwatch.liquidation_alerts"],
    ["update of attempts", "update liqwatch.delivery_attempts set reason = 'x'"],
    ["delete of attempts", "delete from liqwatch.delivery_attempts"],
    ["truncate of attempts", "truncate liqwatch.delivery_attempts"],
  ])("the append-only log refuses %s", async (_what, statement) => {
    await expect(database().run(statement)).rejects.toThrow(/refused: the log is append-only/);
  });

  test("a batch whose last part fails leaves nothing behind", async () => {
    const before = {
      clock: (await store.warmStart()).engineNowMs,
      alerts: await count("liquidation_alerts"),
    };
    const broken: CommitBatch = batch({
      liquidations: rowsOf(row("atomic|1")),
      decisions: [decision({ alertId: "atomic", incidentId: "atomic" })],
      deliveries: [draft(["atomic"], { story: "atomic" })],
      scopes: [{ rule: "atomic", scopeKey: "BTC", state: {} }],
      gaps: [
        { venue: "okx", connection: "atomic", fromMs: Number.NaN, toMs: null, reason: "no time" },
      ],
      engineNowMs: 6e12,
    });
    await expect(store.commit(broken)).rejects.toThrow(/null value in column "from_ms"/);
    expect(await count("liquidations", "dedupe_key = 'atomic|1'")).toBe(0);
    expect(await count("liquidation_alerts")).toBe(before.alerts);
    expect(await count("incidents", "incident_id = 'atomic'")).toBe(0);
    expect(await count("deliveries", "story = 'atomic'")).toBe(0);
    expect(await count("scope_states", "rule = 'atomic'")).toBe(0);
    expect((await store.warmStart()).engineNowMs).toBe(before.clock);
  });

  test("a process whose term is over cannot write", async () => {
    const old = store;
    const term = await database().transaction(beginTerm);
    store = new SqlStore(database(), term);
    const late = batch({ liquidations: rowsOf(row("late-term")) });
    await expect(old.commit(late)).rejects.toThrow(`Another process decides since term ${term}`);
    expect(await count("liquidations", "dedupe_key = 'late-term'")).toBe(0);
    expect((await store.commit(late)).acceptedKeys).toEqual(["late-term"]);
  });
}
