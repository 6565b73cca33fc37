import { describe, expect, test } from "vitest";
import { METRICS } from "../../src/api/metric-table.ts";
import { PromMetrics } from "../../src/api/metrics.ts";
import { buildApi } from "../../src/api/server.ts";
import { LiqError } from "../../src/errors.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleApi, sampleQueries } from "./samples.ts";

/** Samples by name and labels, as Prometheus reads them. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const cut = line.lastIndexOf(" ");
      return [line.slice(0, cut), Number(line.slice(cut + 1))];
    }),
  );
}

async function scrape(over: Parameters<typeof sampleApi>[0] = {}) {
  const app = buildApi(sampleApi(over));
  const answer = await app.inject("/metrics");
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  return samplesOf(answer.body);
}

describe("/metrics", () => {
  test("tells what queries know at this moment", async () => {
    const samples = await scrape();
    expect(Object.fromEntries(samples)).toMatchObject({
      liqwatch_ready: 1,
      'liqwatch_role{role="deciding"}': 1,
      'liqwatch_role{role="standby"}': 0,
      'liqwatch_store_up{store="embedded"}': 1,
      liqwatch_clock_ok: 1,
      'liqwatch_feed_up{venue="bybit"}': 1,
      'liqwatch_feed_up{venue="okx"}': 0,
      'liqwatch_feed_lag_seconds{venue="bybit"}': 0.4,
      'liqwatch_context_failures{venue="okx"}': 3,
      'liqwatch_feed_reconnects_total{venue="okx"}': 1,
      'liqwatch_frames_total{venue="bybit"}': 9,
      'liqwatch_rows_total{venue="bybit",outcome="accepted"}': 7,
      'liqwatch_rows_total{venue="okx",outcome="quarantined"}': 1,
      'liqwatch_rejects_total{venue="okx",reason="json"}': 3,
      'liqwatch_day_usd{position_side="short"}': 61_000.05,
      'liqwatch_incidents_open{severity="HIGH"}': 1,
      'liqwatch_incidents_open{severity="LOW"}': 0,
      'liqwatch_decisions_total{decision="opened"}': 1,
      'liqwatch_delivery_pending{target="discord"}': 2,
      'liqwatch_delivery_parked{target="discord"}': 1,
      liqwatch_mutes: 1,
    });
    // Never a row: no lag and no time are better than a zero.
    expect(samples.has('liqwatch_feed_lag_seconds{venue="okx"}')).toBe(false);
  });

  test("counts what working parts tell, and figures of others once", async () => {
    const metrics = new PromMetrics({ hasProcess: false });
    metrics.engineStep(0.02);
    metrics.cleared({ liquidations: 2_000, hours: 0 }, 1_790_000_000_500);
    metrics.cleared({ liquidations: 5, hours: 1 }, 1_790_000_001_500);
    metrics.engineStep(2);
    metrics.commit(30);
    metrics.commitFailed();
    metrics.delivery({ target: "telegram", outcome: "retry", latencyMs: 700 });
    const app = buildApi(sampleApi({ metrics }));
    await app.inject("/v1/totals");
    await app.inject("/v1/totals?window=x");
    await app.inject("/v1/alerts/00112233445566aa/deliveries");
    await app.inject("/nowhere/at/all");
    await app.inject("/metrics");
    const samples = samplesOf((await app.inject("/metrics")).body);
    expect(Object.fromEntries(samples)).toMatchObject({
      liqwatch_engine_step_seconds_count: 2,
      'liqwatch_engine_step_seconds_bucket{le="0.000025"}': 1,
      liqwatch_commit_seconds_sum: 0.03,
      liqwatch_commit_failures_total: 1,
      'liqwatch_cleared_rows_total{what="liquidations"}': 2_005,
      'liqwatch_cleared_rows_total{what="hours"}': 1,
      liqwatch_cleared_last_seconds: 1_790_000_001.5,
      'liqwatch_deliveries_total{target="telegram",outcome="retry"}': 1,
      'liqwatch_delivery_seconds_sum{target="telegram"}': 0.7,
      'liqwatch_http_requests_total{route="/v1/totals",method="GET",status="200"}': 1,
      'liqwatch_http_requests_total{route="/v1/totals",method="GET",status="400"}': 1,
      'liqwatch_http_requests_total{route="/v1/alerts/:id/deliveries",method="GET",status="200"}': 1,
      'liqwatch_http_requests_total{route="unknown",method="GET",status="404"}': 1,
      'liqwatch_frames_total{venue="bybit"}': 9,
    });
    expect([...samples.keys()].join()).not.toContain("nowhere");
  });

  test("waits a bounded time for the store", async () => {
    const queries = { ...sampleQueries(), deliveryCounts: () => new Promise<never>(() => {}) };
    const after = (ms: number, run: () => void) => {
      expect(ms).toBe(2_000);
      return nodeRuntime.after(0, run);
    };
    const samples = await scrape({ queries, runtime: { ...nodeRuntime, after } });
    expect(samples.get("liqwatch_ready")).toBe(1);
    expect([...samples.keys()].filter((name) => name.includes("pending"))).toEqual([]);
  });

  test("says that it is not ready while the store is away", async () => {
    const away = async () => {
      throw new LiqError("LIQ_STORE", "Store is away");
    };
    const queries = { ...sampleQueries({ storeTrouble: "away" }), deliveryCounts: away };
    const samples = await scrape({ queries });
    expect(samples.get("liqwatch_ready")).toBe(0);
    expect(samples.get('liqwatch_store_up{store="embedded"}')).toBe(0);
  });

  test("holds the process's own figures when asked to", async () => {
    const samples = await scrape({ metrics: new PromMetrics({ hasProcess: true }) });
    expect(samples.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
    expect(samples.get("process_resident_memory_bytes")).toBeGreaterThan(1e6);
  });
});

describe("names", () => {
  test("are in Prometheus style: our prefix, base units, _total on counters alone", () => {
    for (const [name, { kind, help, labels }] of Object.entries(METRICS)) {
      expect(name).toMatch(/^liqwatch_[a-z_]+$/);
      expect([name, name.endsWith("_total")]).toEqual([name, kind === "counter"]);
      expect(name).not.toMatch(/_ms$|_cents$|_pct$/);
      expect(help).toMatch(/^[A-Z0-9].*[^.]$/);
      for (const label of labels) expect(label).toMatch(/^[a-z_]+$/);
    }
  });
});
