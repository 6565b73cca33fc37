/** Figures for Prometheus. The one home of prom-client: others speak to the interface. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "../metrics.ts";
import type { Queries } from "../queries.ts";
import { SEVERITIES } from "../rule.ts";
import { ROW_OUTCOMES } from "../venue-facts.ts";
import { METRICS, type MetricInfo, type MetricName } from "./metric-table.ts";
import { readiness } from "./routes/health.ts";

/** A store that answers later is left out of this scrape. */
export const STORE_MS_MAX = 2_000;

type Labels = Readonly<Record<string, string>>;

export class PromMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #gauges = new Map<string, Gauge>();
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();

  /** `hasProcess` = with memory, event loop and garbage collection of this process. */
  constructor({ hasProcess }: { readonly hasProcess: boolean }) {
    for (const [name, info] of Object.entries(METRICS)) this.#make(name, info);
    if (hasProcess) collectDefaultMetrics({ register: this.#registry });
  }

  engineStep(durationMs: number): void {
    this.#histogram("liqwatch_engine_step_seconds").observe(durationMs / 1_000);
  }

  commit(durationMs: number): void {
    this.#histogram("liqwatch_commit_seconds").observe(durationMs / 1_000);
  }

  commitFailed(): void {
    this.#counter("liqwatch_commit_failures_total").inc();
  }

  delivery({ target, outcome, latencyMs }: Parameters<Metrics["delivery"]>[0]): void {
    this.#counter("liqwatch_deliveries_total").inc({ target, outcome });
    this.#histogram("liqwatch_delivery_seconds").observe({ target }, latencyMs / 1_000);
  }

  cleared(rows: Readonly<Record<string, number>>, atMs: number): void {
    this.#set("liqwatch_cleared_last_seconds", atMs / 1_000);
    for (const [what, count] of Object.entries(rows)) {
      this.#counter("liqwatch_cleared_rows_total").inc({ what }, count);
    }
  }

  request({ route, method, status, durationMs }: Parameters<Metrics["request"]>[0]): void {
    this.#counter("liqwatch_http_requests_total").inc({ route, method, status });
    this.#histogram("liqwatch_http_request_seconds").observe({ route }, durationMs / 1_000);
  }

  picture({ outcome, durationMs }: Parameters<Metrics["picture"]>[0]): void {
    this.#counter("liqwatch_pictures_total").inc({ outcome });
    if (outcome === "painted")
      this.#histogram("liqwatch_picture_seconds").observe(durationMs / 1_000);
  }

  hookPost({ bot, outcome }: Parameters<Metrics["hookPost"]>[0]): void {
    this.#counter("liqwatch_bot_posts_total").inc({ bot, outcome });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text of one scrape. `late` resolves when the store has had enough time. */
  async expose(queries: Queries, late: Promise<null>): Promise<string> {
    this.#daemon(queries);
    this.#feeds(queries);
    this.#figures(queries);
    // The messages of a database are counted once, by the process that sends them.
    const isSending = queries.status().role === "deciding";
    const asked = isSending ? queries.deliveryCounts().catch(() => null) : null;
    this.#deliveryCounts((await Promise.race([asked, late])) ?? []);
    return this.#registry.metrics();
  }

  #daemon(queries: Queries): void {
    const { role, store, storeTrouble, clockWarning, startedAtMs } = queries.status();
    this.#set("liqwatch_up_since_seconds", startedAtMs / 1_000);
    this.#set("liqwatch_ready", readiness(queries).status === "ready" ? 1 : 0);
    for (const one of ["starting", "deciding", "standby"] as const) {
      this.#set("liqwatch_role", role === one ? 1 : 0, { role: one });
    }
    const isUp = storeTrouble === null && role === "deciding";
    this.#set("liqwatch_store_up", isUp ? 1 : 0, { store });
    this.#set("liqwatch_clock_ok", clockWarning === null ? 1 : 0);
    this.#set("liqwatch_mutes", queries.mutes().length);
  }

  #feeds(queries: Queries): void {
    for (const { venue, condition, lagMs, lastRowAtMs, reconnects, ...feed } of queries.feeds()) {
      this.#set("liqwatch_feed_up", condition === "subscribed" ? 1 : 0, { venue });
      this.#set("liqwatch_feed_degraded", feed.degraded === null ? 0 : 1, { venue });
      this.#set("liqwatch_feed_unsteady", feed.unsteady === null ? 0 : 1, { venue });
      this.#set("liqwatch_feed_suspect", feed.suspect === null ? 0 : 1, { venue });
      if (lagMs !== null) this.#set("liqwatch_feed_lag_seconds", lagMs / 1_000, { venue });
      if (lastRowAtMs !== null) {
        this.#set("liqwatch_feed_last_row_seconds", lastRowAtMs / 1_000, { venue });
      }
      this.#total("liqwatch_feed_reconnects_total", reconnects, { venue });
    }
    for (const { venue, lastAtMs, failures } of queries.contextSources()) {
      if (lastAtMs !== null)
        this.#set("liqwatch_context_last_seconds", lastAtMs / 1_000, { venue });
      this.#set("liqwatch_context_failures", failures, { venue });
    }
    for (const { venue, frames, rows, rejects } of queries.venueFacts()) {
      this.#total("liqwatch_frames_total", frames, { venue });
      for (const outcome of ROW_OUTCOMES) {
        this.#total("liqwatch_rows_total", rows[outcome], { venue, outcome });
      }
      for (const [reason, count] of Object.entries(rejects)) {
        this.#total("liqwatch_rejects_total", count, { venue, reason });
      }
    }
  }

  #figures(queries: Queries): void {
    const { hour24 } = queries.dayTotals();
    this.#set("liqwatch_day_usd", hour24.longCents / 100, { position_side: "long" });
    this.#set("liqwatch_day_usd", hour24.shortCents / 100, { position_side: "short" });
    const open = queries.incidents(INCIDENTS_MAX).filter(({ calmedAtMs }) => calmedAtMs === null);
    for (const severity of SEVERITIES) {
      const count = open.filter((incident) => incident.severity === severity).length;
      this.#set("liqwatch_incidents_open", count, { severity });
    }
    const { alerts, errors } = queries.summary();
    for (const [decision, count] of Object.entries(alerts)) {
      this.#total("liqwatch_decisions_total", count, { decision });
    }
    this.#total("liqwatch_errors_total", errors);
  }

  #deliveryCounts(counts: Awaited<ReturnType<Queries["deliveryCounts"]>>): void {
    const [pending, parked] = [
      this.#gauge("liqwatch_delivery_pending"),
      this.#gauge("liqwatch_delivery_parked"),
    ];
    pending.reset();
    parked.reset();
    for (const { target, state, count } of counts) {
      pending.inc({ target }, state === "pending" ? count : 0);
      parked.inc({ target }, state === "parked" ? count : 0);
    }
  }

  #make(name: string, { kind, help, labels, buckets = [] }: MetricInfo): void {
    const common = { name, help, labelNames: [...labels], registers: [this.#registry] };
    if (kind === "gauge") this.#gauges.set(name, new Gauge(common));
    if (kind === "counter") this.#counters.set(name, new Counter(common));
    if (kind === "histogram") {
      this.#histograms.set(name, new Histogram({ ...common, buckets: [...buckets] }));
    }
  }

  #set(name: MetricName, value: number, labels: Labels = {}): void {
    this.#gauge(name).set(labels, value);
  }

  /** A counter that others keep: it is brought up to their figure. */
  #total(name: MetricName, value: number, labels: Labels = {}): void {
    const counter = this.#counter(name);
    counter.remove(labels);
    counter.inc(labels, value);
  }

  #gauge(name: MetricName): Gauge {
    return known(this.#gauges.get(name), name);
  }
  #counter(name: MetricName): Counter {
    return known(this.#counters.get(name), name);
  }
  #histogram(name: MetricName): Histogram {
    return known(this.#histograms.get(name), name);
  }
}

const INCIDENTS_MAX = 100;

function known<Metric>(metric: Metric | undefined, name: string): Metric {
  if (metric === undefined) throw new TypeError(`${name} is another kind of metric`);
  return metric;
}
