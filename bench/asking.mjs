/** What it takes to ask a daemon: over HTTP as often as it can answer, and by Telegram, paced. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { CHATS, nextAddress } from "./daemon.mjs";

const CONNECTIONS = 8;
const ROUNDS = 5;
const ROUND_MS = 500;
/** Below what one address may ask at once; then it goes on as another one. */
const REQUESTS_PER_ADDRESS = 250;
/** A bot gives at most ten replies a second. */
const QUESTION_EVERY_MS = 125;
const QUESTIONS = CHATS.length;
const REPLY_MS_MAX = 10_000;

/** `/v1/totals` of 24 h beside a route that answers a constant, in interleaved rounds. */
export async function measureRoutes(url) {
  const first = await askOnce(`${url}/v1/totals`);
  const cases = [
    { name: "a constant: /healthz", url: `${url}/healthz`, headers: {} },
    { name: "/v1/totals, 24 h, all assets", url: `${url}/v1/totals`, headers: {} },
    {
      name: "/v1/totals, unchanged: 304",
      url: `${url}/v1/totals`,
      headers: { "if-none-match": first.etag },
    },
    { name: "/v1/totals, 24 h, one asset", url: `${url}/v1/totals?asset=BTC`, headers: {} },
  ];
  const samples = new Map(cases.map(({ name }) => [name, { lapsesMs: [], perSecond: [] }]));
  for (const one of cases) await round(one, 300);
  for (let index = 0; index < ROUNDS; index += 1) {
    for (const one of cases) {
      const { lapsesMs, spentMs } = await round(one, ROUND_MS);
      samples.get(one.name).lapsesMs.push(...lapsesMs);
      samples.get(one.name).perSecond.push((lapsesMs.length * 1_000) / spentMs);
    }
  }
  const routes = [...samples].map(([name, { lapsesMs, perSecond }]) => ({
    name,
    requestsPerS: Math.round(share(perSecond, 0.5)),
    ...percentiles(lapsesMs),
  }));
  return { answerBytes: first.bytes, routes };
}

/** From the update until the reply is at Telegram, each question from a person of its own. */
export async function measureQuestions(telegram) {
  const lapsesMs = [];
  for (let index = 0; index < QUESTIONS; index += 1) {
    const startedAt = performance.now();
    lapsesMs.push(await replyMs(telegram, CHATS[index]));
    await sleep(Math.max(0, QUESTION_EVERY_MS - (performance.now() - startedAt)));
  }
  return { questions: QUESTIONS, ...percentiles(lapsesMs), maxMs: rounded(Math.max(...lapsesMs)) };
}

function replyMs(telegram, chatId) {
  return new Promise((resolve, reject) => {
    const askedAt = performance.now();
    const late = setTimeout(() => done(new Error(`/liq24h had no reply`)), REPLY_MS_MAX);
    const forget = telegram.onMessage((message) => {
      if (message.target === chatId) done(null);
    });
    const done = (error) => {
      clearTimeout(late);
      forget();
      if (error === null) resolve(performance.now() - askedAt);
      else reject(error);
    };
    telegram.say({ chatId, userId: Number(chatId), text: "/liq24h" });
  });
}

/** As many requests as fit into `ms` over all connections, each after the answer before. */
async function round({ url, headers }, ms) {
  const lapsesMs = [];
  const startedAt = performance.now();
  const connection = async () => {
    let agent = newAgent();
    for (let asked = 1; performance.now() - startedAt < ms; asked += 1) {
      const askedAt = performance.now();
      await ask(agent, url, headers);
      lapsesMs.push(performance.now() - askedAt);
      if (asked % REQUESTS_PER_ADDRESS > 0) continue;
      agent.destroy();
      agent = newAgent();
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { lapsesMs, spentMs: performance.now() - startedAt };
}

async function askOnce(url) {
  const agent = newAgent();
  const answer = await ask(agent, url, {});
  agent.destroy();
  return answer;
}

function newAgent() {
  return new Agent({ keepAlive: true, maxSockets: 1, localAddress: nextAddress() });
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

function percentiles(lapsesMs) {
  return { p50Ms: rounded(share(lapsesMs, 0.5)), p99Ms: rounded(share(lapsesMs, 0.99)) };
}

function share(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function rounded(value) {
  return Math.round(value * 100) / 100;
}
