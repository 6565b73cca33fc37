/** Every metric of ours: names, labels and meaning. `docs/http.md` is made from this table. */

export interface MetricInfo {
  readonly kind: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

/** One step takes microseconds; the network and disks take milliseconds. */
const STEP_S = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 0.5];
const WORK_S = [1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const METRICS = {
  liqwatch_up_since_seconds: {
    kind: "gauge",
    help: "Start of the process, seconds since 1970",
    labels: [],
  },
  liqwatch_ready: { kind: "gauge", help: "1 when /readyz is 200", labels: [] },
  liqwatch_role: {
    kind: "gauge",
    help: "1 for the present role: starting, deciding or standby",
    labels: ["role"],
  },
  liqwatch_store_up: {
    kind: "gauge",
    help: "1 while the database takes commits",
    labels: ["store"],
  },
  liqwatch_clock_ok: { kind: "gauge", help: "0 while our own clock seems wrong", labels: [] },
  liqwatch_feed_up: {
    kind: "gauge",
    help: "1 while the venue is subscribed",
    labels: ["venue"],
  },
  liqwatch_feed_degraded: {
    kind: "gauge",
    help: "1 while the venue's messages arrive and cannot be read",
    labels: ["venue"],
  },
  liqwatch_feed_unsteady: {
    kind: "gauge",
    help: "1 while the venue hangs up again and again, until a connection has held for a minute",
    labels: ["venue"],
  },
  liqwatch_feed_suspect: {
    kind: "gauge",
    help: "1 while the venue's sides seem wrong and rules leave it out",
    labels: ["venue"],
  },
  liqwatch_context_last_seconds: {
    kind: "gauge",
    help: "When the venue last told open interest, funding or prices, seconds since 1970",
    labels: ["venue"],
  },
  liqwatch_context_failures: {
    kind: "gauge",
    help: "Rounds in a row in which the venue did not tell them in full",
    labels: ["venue"],
  },
  liqwatch_feed_lag_seconds: {
    kind: "gauge",
    help: "Median lag of the venue's last 20 rows",
    labels: ["venue"],
  },
  liqwatch_feed_last_row_seconds: {
    kind: "gauge",
    help: "Receipt of the venue's newest row, seconds since 1970",
    labels: ["venue"],
  },
  liqwatch_feed_reconnects_total: {
    kind: "counter",
    help: "Sockets opened again",
    labels: ["venue"],
  },
  liqwatch_frames_total: {
    kind: "counter",
    help: "Messages that arrived, heartbeats included",
    labels: ["venue"],
  },
  liqwatch_rows_total: {
    kind: "counter",
    help: "Rows by what became of them: accepted, duplicate or quarantined",
    labels: ["venue", "outcome"],
  },
  liqwatch_rejects_total: {
    kind: "counter",
    help: "Rows and frames refused, by reason",
    labels: ["venue", "reason"],
  },
  liqwatch_day_usd: {
    kind: "gauge",
    help: "Liquidated in the last 24 h, at least, in USD",
    labels: ["position_side"],
  },
  liqwatch_incidents_open: {
    kind: "gauge",
    help: "Incidents that people were told of and that have not calmed",
    labels: ["severity"],
  },
  liqwatch_mutes: { kind: "gauge", help: "Mutes that hold now", labels: [] },
  liqwatch_engine_step_seconds: {
    kind: "histogram",
    help: "One frame's rows through the engine",
    labels: [],
    buckets: STEP_S,
  },
  liqwatch_decisions_total: {
    kind: "counter",
    help: "Rows of the alert log since start",
    labels: ["decision"],
  },
  liqwatch_commit_seconds: {
    kind: "histogram",
    help: "One transaction of the decide loop, from question to answer",
    labels: [],
    buckets: WORK_S,
  },
  liqwatch_commit_failures_total: {
    kind: "counter",
    help: "Commits that failed and were tried again",
    labels: [],
  },
  liqwatch_deliveries_total: {
    kind: "counter",
    help: "Attempts by outcome: delivered, edited, retry, parked or lost",
    labels: ["target", "outcome"],
  },
  liqwatch_delivery_seconds: {
    kind: "histogram",
    help: "One attempt, from the claim to the service's answer",
    labels: ["target"],
    buckets: WORK_S,
  },
  liqwatch_delivery_pending: {
    kind: "gauge",
    help: "Messages that a target does not show yet",
    labels: ["target"],
  },
  liqwatch_delivery_parked: {
    kind: "gauge",
    help: "Messages given up, because the target is gone or refuses them",
    labels: ["target"],
  },
  liqwatch_cleared_rows_total: {
    kind: "counter",
    help: "Rows deleted because they were too old: liquidations, deliveries, attempts, gaps or hours",
    labels: ["what"],
  },
  liqwatch_cleared_last_seconds: {
    kind: "gauge",
    help: "End of the last clearing by this process, seconds since 1970; 0 before the first",
    labels: [],
  },
  liqwatch_pictures_total: {
    kind: "counter",
    help: "Charts by outcome: painted, full (too many waited), late or failed",
    labels: ["outcome"],
  },
  liqwatch_picture_seconds: {
    kind: "histogram",
    help: "One chart, from the question to the picture",
    labels: [],
    buckets: WORK_S,
  },
  liqwatch_errors_total: { kind: "counter", help: "Errors said to the log", labels: [] },
  liqwatch_http_requests_total: {
    kind: "counter",
    help: "HTTP answers",
    labels: ["route", "method", "status"],
  },
  liqwatch_http_request_seconds: {
    kind: "histogram",
    help: "HTTP requests, from their head to the end of the answer",
    labels: ["route"],
    buckets: WORK_S,
  },
  liqwatch_bot_posts_total: {
    kind: "counter",
    help: "Posts to /bots/ by outcome: accepted, refused (wrong secret or signature), malformed or closed",
    labels: ["bot", "outcome"],
  },
} as const satisfies Readonly<Record<string, MetricInfo>>;

export type MetricName = keyof typeof METRICS;
