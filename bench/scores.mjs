/** Scores: one look at one asset, and a tick at which 1,000 assets are looked at. */
import { loadSettings } from "../dist/config.js";
import { Engine, LIVE_LIMITS } from "../dist/severity/engine.js";
import { RiskReader } from "../dist/severity/risk-gauge.js";
import { PROFILES, ScoreReader } from "../dist/severity/score-reader.js";
import { RowWindow } from "../dist/windows/row-window.js";
import { measureCases } from "./rounds.mjs";

const ASSETS = Array.from({ length: 1_000 }, (_, at) => `A${at}`);
const VENUES = ["binance", "bybit", "okx", "gate", "bitget", "htx", "bitmex", "deribit"];
const START_MS = 1_790_000_000_000;
const ROWS_PER_ASSET = 20;
const TICK_MS = 100;
const WARM_TICKS = 150;
const TICKS = 400;
const NEVER = Number.POSITIVE_INFINITY;

function scoreCases() {
  const engine = engineOf([]);
  const nowMs = engine.nowMs;
  let at = 0;
  const readers = (make) => {
    const made = ASSETS.map((asset) => {
      return make({ asset, ring: engine.series.ringOf(asset), table: engine.series.table });
    });
    // The clock creeps, so that rows enter and leave as they do in a busy minute.
    return times(() => {
      at += 1;
      return made[at % ASSETS.length].read(nowMs + at / 10_000, engine);
    });
  };
  const windows = ({ ring }) => {
    const window = new RowWindow(ring, { windowMs: 10_000, delayMs: 2_000 });
    return {
      read(clockMs) {
        window.advance(clockMs);
        return window.orders + window.notionalCents;
      },
    };
  };
  return [
    { name: "a look at one window alone", run: readers(windows) },
    {
      name: "a look at one asset: cascadeScore, relative",
      run: readers((series) => new ScoreReader(PROFILES.relative, series)),
    },
    {
      name: "a look at one asset: cascadeScore, classic",
      run: readers((series) => new ScoreReader(PROFILES.classic, series)),
    },
    {
      name: "a look at one asset: riskScore",
      run: readers((series) => new RiskReader(60_000, series)),
    },
  ];
}

/** Looks, and ticks in turn; a tick is timed by itself, as the rows between them are not part of it. */
export function measureScores(onProgress) {
  const { rules } = loadSettings({ file: null, env: {}, needsNotifiers: false });
  const scores = [scoreRule("cascadeScore", 10_000), scoreRule("riskScore", 60_000)];
  const stages = [
    { name: "tick, 1,000 assets: default rules", stage: stageOf(rules) },
    {
      name: "tick, 1,000 assets: default rules and both scores",
      stage: stageOf([...rules, ...scores]),
    },
  ].map((one) => ({ ...one, samples: [] }));
  for (let tick = 0; tick < WARM_TICKS + TICKS; tick += 1) {
    for (const { stage, samples } of stages) {
      const ns = stage();
      if (tick >= WARM_TICKS) samples.push(ns);
    }
  }
  const ticks = stages.map(({ name, samples }) => {
    const sorted = samples.map(Math.round).sort((a, b) => a - b);
    const nsPerOp = sorted[Math.floor(sorted.length / 2)];
    return { name, nsPerOp, minNs: sorted[0], maxNs: sorted.at(-1) };
  });
  return [...measureCases(scoreCases(), onProgress), ...ticks];
}

/** Every asset has a row in half a second: 200 of them, then the tick, which alone is timed. */
function stageOf(rules) {
  const engine = engineOf(rules);
  let number = ASSETS.length * ROWS_PER_ASSET;
  let tickMs = Math.ceil(engine.nowMs / TICK_MS) * TICK_MS;
  return () => {
    for (let row = 0; row < 200; row += 1) feed(engine, number++, tickMs - TICK_MS + row / 2);
    const from = process.hrtime.bigint();
    engine.step({ type: "clock", nowMs: tickMs });
    const ns = Number(process.hrtime.bigint() - from);
    tickMs += TICK_MS;
    return ns;
  };
}

function scoreRule(metric, windowMs) {
  return {
    ...{ name: metric, scope: "asset", metric, windowMs, floorUsd: 0, cooldownMs: 60_000 },
    filter: { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 },
    thresholds: { low: NEVER, medium: NEVER, high: NEVER, critical: NEVER },
    resolve: { belowPctOfLow: 50, forMs: 10_000, reopenWithinMs: 0 },
    notify: [],
  };
}

/** 1,000 assets with twenty rows each in the last ten seconds, on seven venues. */
function engineOf(rules) {
  const engine = new Engine({ rules, limits: LIVE_LIMITS });
  for (let number = 0; number < ASSETS.length * ROWS_PER_ASSET; number += 1) {
    feed(engine, number, START_MS + Math.floor(number / 2));
  }
  return engine;
}

function feed(engine, number, receivedAtMs) {
  const dedupeKey = String(number);
  const row = {
    ...{ asset: ASSETS[number % ASSETS.length], venue: VENUES[number % 7], kind: "liquidation" },
    ...{ symbol: null, market: null, positionSide: number % 3 === 0 ? "short" : "long" },
    ...{ price: 100 + (number % 40) / 10, priceKind: "fill", size: 1, history: false },
    notionalCents: (number * 104_729) % 4_000_000,
    ...{ occurredAtMs: receivedAtMs, receivedAtMs, dedupeKey, orderKey: dedupeKey },
  };
  engine.step({ type: "rows", receivedAtMs, rows: [row] });
}

/** What is computed is kept, so that no compiler throws the work away. */
export let kept;
function times(once) {
  return (count) => {
    for (let done = 0; done < count; done += 1) kept = once();
  };
}
