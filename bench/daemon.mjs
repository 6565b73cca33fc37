/** A daemon as its users run it, a process of the built files, with one local venue and a local Telegram. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startTelegramServer } from "../dist/demo/telegram-server.js";
import { VENUES } from "../dist/feeds/index.js";
import { startSimulator } from "../dist/feeds/simulator/server.js";
import { nodeRuntime as runtime } from "../dist/runtime-node.js";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const BOT_TOKEN = "7000000001:local-telegram-of-the-bench";
const READY_MS_MAX = 180_000;
const POLL_MS = 5;

/** Private chats, one for each who asks: the budgets of one person are small. */
export const CHATS = Array.from({ length: 100 }, (_, index) => String(2_000_000 + index));

/** What stands around the daemons of a run. */
export async function startSurroundings() {
  const venue = await startSimulator({ venue: "bybit", runtime, assets: ["BTC"] });
  const limits = { chats: CHATS, limits: false };
  const telegram = await startTelegramServer({ runtime, botToken: BOT_TOKEN, ...limits });
  return {
    ...{ venue, telegram },
    close: () => Promise.all([venue.stop(), telegram.close()]),
  };
}

/**
 * Resolves when `/readyz` says `wanted` (ready = it decides), with the time from the start of the process
 * and the longest that the page made somebody wait meanwhile.
 */
export async function startDaemon(place, { venue, telegram }, wanted = "ready") {
  const config = join(place.dataDir, `liqwatch-${wanted}.json`);
  writeFileSync(config, JSON.stringify(configOf(place, { venue, telegram })));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, "run", "--config", config], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LIQWATCH_HTTP_PORT: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const told = { err: "" };
  child.stderr.on("data", (chunk) => {
    told.err += chunk;
  });
  const { url, slowestMs } = await until(wanted, child, told);
  return {
    ...{ url, readyMs: performance.now() - startedAt, slowestMs },
    async stop() {
      const ended = once(child, "close");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function until(wanted, child, told) {
  const endAt = performance.now() + READY_MS_MAX;
  let slowestMs = 0;
  while (performance.now() < endAt && child.exitCode === null) {
    const url = /^Page: (\S+)$/m.exec(told.err)?.[1];
    const askedAt = performance.now();
    const status = url === undefined ? null : await statusOf(url);
    if (url !== undefined) slowestMs = Math.max(slowestMs, performance.now() - askedAt);
    if (status === wanted) return { url, slowestMs };
    await sleep(POLL_MS);
  }
  child.kill("SIGKILL");
  throw new Error(`A daemon was not ${wanted} after ${READY_MS_MAX} ms\n${told.err}`);
}

/** Each time from another address: one of them may ask so many times a second only. */
function statusOf(url) {
  const options = { agent: false, localAddress: nextAddress() };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/readyz`, options, async (response) => {
      resolve(await json(response).then(({ status }) => status, reject));
    });
    asked.on("error", reject).end();
  });
}

let addresses = 0;
/** Linux answers to every address of 127.0.0.0/8. */
export function nextAddress() {
  addresses += 1;
  if (process.platform !== "linux") return "127.0.0.1";
  return `127.1.${(addresses >> 8) & 255}.${addresses & 255}`;
}

/** JSON is YAML too. */
function configOf({ databaseUrl, redisUrl, dataDir }, { venue, telegram }) {
  const off = Object.fromEntries(VENUES.map(({ id }) => [id, { enabled: false }]));
  const { wsUrl, restUrl } = venue;
  return {
    venues: { ...off, bybit: { wsUrl, restUrl } },
    bots: {
      telegram: {
        ...{ token: BOT_TOKEN, apiBaseUrl: telegram.apiBaseUrl },
        readers: { chats: CHATS },
      },
    },
    database: { url: databaseUrl },
    redis: { url: redisUrl },
    dataDir,
  };
}
