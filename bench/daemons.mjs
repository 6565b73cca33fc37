/**
 * Whole daemons, embedded, with Redis, and on a Postgres server: from the start of the process to
 * ready with an empty store and with a day of rows, and what asking takes.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureQuestions, measureRoutes } from "./asking.mjs";
import { startDaemon, startSurroundings } from "./daemon.mjs";
import { startPostgres, startRedis } from "./servers.mjs";
import { ASSETS, storeDay } from "./stored-day.mjs";

const ROWS = 1_000_000;
/** Redis holds no rows that a start reads: enough for figures to be asked for. */
const ROWS_WITH_REDIS = 100_000;
/** One alone says little; the median counts. */
const STARTS = 3;

export async function measureDaemons(onProgress) {
  const folder = mkdtempSync(join(tmpdir(), "liqwatch-bench-"));
  chmodSync(folder, 0o755);
  const surroundings = await startSurroundings();
  const redis = (await startRedis(folder)) ?? undefined;
  const postgres = (await startPostgres(folder)) ?? undefined;
  const layouts = [
    { name: "embedded", redis: null, postgres: null, rows: ROWS },
    { name: "embedded, Redis", redis, postgres: null, rows: ROWS_WITH_REDIS },
    { name: "Postgres, Redis", redis, postgres, rows: ROWS },
  ].filter((layout) => Object.values(layout).every((part) => part !== undefined));
  try {
    const daemons = [];
    for (const layout of layouts) {
      onProgress(layout.name);
      daemons.push(await measureLayout(layout, folder, surroundings));
    }
    return { assets: ASSETS, daemons };
  } finally {
    await Promise.all([surroundings.close(), redis?.stop(), postgres?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureLayout(layout, folder, surroundings) {
  const emptyMs = [];
  for (let index = 0; index < STARTS; index += 1) {
    const daemon = await startDaemon(await newPlace(layout, folder), surroundings);
    await daemon.stop();
    emptyMs.push(daemon.readyMs);
  }
  const place = await newPlace(layout, folder);
  await storeDay(place, layout.rows);
  const filledMs = [];
  const slowestMs = [];
  let asked = {};
  for (let index = 0; index < STARTS; index += 1) {
    const daemon = await startDaemon(place, surroundings);
    filledMs.push(daemon.readyMs);
    slowestMs.push(daemon.slowestMs);
    if (index === STARTS - 1) asked = await ask({ daemon, place, layout }, surroundings);
    await daemon.stop();
  }
  rmSync(place.dataDir, { recursive: true, force: true });
  const ready = { emptyMs: median(emptyMs), filledMs: median(filledMs) };
  return {
    name: layout.name,
    rows: layout.rows,
    ready: { ...ready, pageMsMax: median(slowestMs) },
    ...asked,
  };
}

async function ask({ daemon, place, layout }, surroundings) {
  const routes = await measureRoutes(daemon.url);
  const liq24h = await measureQuestions(surroundings.telegram);
  if (layout.postgres === null) return { ...routes, liq24h };
  // It has no engine in memory: its totals come out of the minute buckets.
  const standby = await startDaemon(place, surroundings, "standby");
  const ofStandby = await measureRoutes(standby.url);
  await standby.stop();
  return { ...routes, liq24h, standby: ofStandby.routes };
}

/** An empty store. */
async function newPlace({ redis, postgres }, folder) {
  await redis?.empty();
  const databaseUrl = postgres === null ? null : await postgres.newDatabase();
  const dataDir = mkdtempSync(join(folder, "data-"));
  return { databaseUrl, redisUrl: redis?.url ?? null, dataDir };
}

function median(values) {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);
}

export function daemonLines({ assets, daemons }) {
  return daemons.flatMap(({ name, rows, ready, routes, answerBytes, liq24h, standby = [] }) => [
    `${name}: ready after ${ready.emptyMs} ms with an empty store, ${ready.filledMs} ms with ${rows} rows`,
    `  longest wait for an answer of the page meanwhile: ${ready.pageMsMax} ms`,
    ...routeLines(routes),
    `  (${assets} assets, ${answerBytes} bytes an answer)`,
    `  /liq24h from update to reply, ${liq24h.questions} questions: p50 ${liq24h.p50Ms} ms  p99 ${liq24h.p99Ms} ms`,
    ...(standby.length === 0 ? [] : ["  a standby of it", ...routeLines(standby)]),
  ]);
}

function routeLines(routes) {
  return routes.map(({ name, requestsPerS, p50Ms, p99Ms }) => {
    const share = Math.round((requestsPerS * 100) / routes[0].requestsPerS);
    const rate = `${String(requestsPerS).padStart(7)}/s (${share} % of the constant)`;
    return `  ${name.padEnd(30)} ${rate}  p50 ${p50Ms} ms  p99 ${p99Ms} ms`;
  });
}
