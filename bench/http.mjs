/**
 * `node bench/http.mjs [--json]`: `/v1/totals` of 24 h with 300 assets beside a route that answers a
 * constant, over loopback, the server in a thread of its own. Rounds are interleaved; figures of one
 * run are compared with each other only.
 */
import { Agent, request } from "node:http";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

const ASSETS = 300;
const ROWS = 200_000;
const CONNECTIONS = 8;
const ROUNDS = 5;
const ROUND_MS = 1_500;
const DAY_MS = 86_400_000;

if (isMainThread) await measureAll(process.argv.includes("--json"));
else await serve();

/** The real server over a real engine, as the daemon wires them, without feeds and store. */
async function serve() {
  const { PromMetrics } = await import("../dist/api/metrics.js");
  const { startApi } = await import("../dist/api/server.js");
  const { VENUES } = await import("../dist/feeds/index.js");
  const { LiveQueries } = await import("../dist/live-queries.js");
  const { SILENT_LOG } = await import("../dist/log.js");
  const { nodeRuntime } = await import("../dist/runtime-node.js");
  const { Engine } = await import("../dist/severity/engine.js");
  const { MuteBook } = await import("../dist/severity/mutes.js");

  const engine = new Engine({ rules: [] });
  const startMs = Date.now() - DAY_MS;
  for (let index = 0; index < ROWS; index += 1) {
    const atMs = startMs + Math.floor((index * DAY_MS) / ROWS);
    engine.step({ type: "rows", receivedAtMs: atMs, rows: [rowOf(index, atMs)] });
  }
  const queries = new LiveQueries({
    ...{ label: null, engine, mutes: new MuteBook(), questions: {}, store: "embedded" },
    ...{ startedAtMs: startMs, errors: () => 0, listedAssets: () => [] },
    feeds: () => VENUES.map((venue) => ({ venue, status: { state: "subscribed", sinceMs: 0 } })),
  });
  const api = await startApi({
    ...{ queries, controls: {}, adminToken: null, inboxes: null },
    metrics: new PromMetrics({ hasProcess: false }),
    ...{ runtime: nodeRuntime, log: SILENT_LOG, host: "127.0.0.1", port: 0 },
    rateLimits: { burst: 1e9, perSecond: 1e9 },
  });
  parentPort.postMessage(api.url);
  parentPort.once("message", async () => {
    await api.close();
    parentPort.close();
  });
}

function rowOf(index, atMs) {
  const key = `row ${index}`;
  return {
    ...{ venue: ["binance", "bybit", "okx"][index % 3], symbol: null, market: null },
    ...{ asset: `A${index % ASSETS}`, positionSide: index % 5 < 3 ? "long" : "short" },
    ...{ kind: "liquidation", price: null, priceKind: null, size: null },
    ...{ notionalCents: 100_000 + (index % 977), occurredAtMs: atMs, receivedAtMs: atMs },
    ...{ orderKey: key, history: false, dedupeKey: key },
  };
}

async function measureAll(isJson) {
  const worker = new Worker(new URL(import.meta.url));
  const url = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const first = await ask(agent, `${url}/v1/totals`, {});
  const cases = [
    { name: "a constant: /healthz", url: `${url}/healthz`, headers: {} },
    { name: "/v1/totals, 24 h, 300 assets", url: `${url}/v1/totals`, headers: {} },
    {
      name: "/v1/totals, unchanged: 304",
      url: `${url}/v1/totals`,
      headers: { "if-none-match": first.etag },
    },
    { name: "/v1/totals, 24 h, one asset", url: `${url}/v1/totals?asset=A7`, headers: {} },
  ];
  const samples = new Map(cases.map(({ name }) => [name, { lapsesMs: [], perSecond: [] }]));
  for (const one of cases) await round(agent, one, 500);
  for (let index = 0; index < ROUNDS; index += 1) {
    for (const one of cases) {
      const { lapsesMs, spentMs } = await round(agent, one, ROUND_MS);
      samples.get(one.name).lapsesMs.push(...lapsesMs);
      samples.get(one.name).perSecond.push((lapsesMs.length * 1_000) / spentMs);
    }
  }
  agent.destroy();
  worker.postMessage("stop");
  report(samples, first.bytes, isJson);
}

/** As many requests as fit into `ms` over all connections, each after the answer before. */
async function round(agent, { url, headers }, ms) {
  const lapsesMs = [];
  const startedAt = performance.now();
  const connection = async () => {
    while (performance.now() - startedAt < ms) {
      const askedAt = performance.now();
      await ask(agent, url, headers);
      lapsesMs.push(performance.now() - askedAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { lapsesMs, spentMs: performance.now() - startedAt };
}

function ask(agent, url, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => {
        bytes += chunk.length;
      });
      response.on("end", () => {
        if (response.statusCode >= 400) reject(new Error(`${url}: ${response.statusCode}`));
        else resolve({ bytes, etag: response.headers.etag });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

function report(samples, bytes, isJson) {
  const rows = [...samples].map(([name, { lapsesMs, perSecond }]) => {
    const sorted = lapsesMs.toSorted((a, b) => a - b);
    const at = (share) => round2(sorted[Math.floor(sorted.length * share)] ?? 0);
    const middle = perSecond.toSorted((a, b) => a - b)[Math.floor(perSecond.length / 2)];
    return { name, requestsPerS: Math.round(middle), p50Ms: at(0.5), p99Ms: at(0.99) };
  });
  const result = {
    node: process.version,
    assets: ASSETS,
    rows: ROWS,
    answerBytes: bytes,
    cases: rows,
  };
  if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const row of rows) print(row, rows[0].requestsPerS);
}

function print({ name, requestsPerS, p50Ms, p99Ms }, constantPerS) {
  const share = Math.round((requestsPerS * 100) / constantPerS);
  process.stdout.write(
    `${name.padEnd(32)} ${String(requestsPerS).padStart(7)}/s (${share} % of the constant)  p50 ${p50Ms} ms  p99 ${p99Ms} ms\n`,
  );
}

function round2(value) {
  return Math.round(value * 100) / 100;
}
