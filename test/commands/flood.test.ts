/** Ten thousand updates of strangers at once: no reply, nothing kept, and readers still answered. */
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test } from "vitest";
import { TelegramHook } from "../../src/commands/telegram-hook.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { until } from "../real/run-folder.ts";
import { type Hooked, startHooked } from "./hooked.ts";

const TOKEN = "7000000001:AAlocal-canary-token";
const READER = 7;
const STRANGERS = 10_000;
const DEADLINE_MS = 30_000;
/** A second or so, on a machine that has other work. */
const ANSWER_MS_MAX = 3_000;
/** Far below what 10,000 kept updates would take; the collector's own noise is 1 to 2 MB. */
const GROWTH_BYTES_MAX = 6_000_000;
/** Connections: more than Telegram is told. */
const LINES = 8;

let telegram: TelegramServer;
let hooked: Hooked;

afterEach(async () => {
  await hooked.close();
  await telegram.close();
});

async function start(delivery: "polling" | "webhook"): Promise<void> {
  const world = { runtime: nodeRuntime, botToken: TOKEN, limits: false };
  telegram = await startTelegramServer({ ...world, chats: [String(READER)] });
  hooked = await startHooked({
    // The limit of addresses as it is by default: it must not concern Telegram.
    rateLimits: { burst: 300, perSecond: 50 },
    settings: (publicUrl) => ({
      discord: null,
      telegram: {
        ...{ token: TOKEN, apiBaseUrl: telegram.apiBaseUrl, admins: { users: [] } },
        readers: { chats: [], users: [String(READER)] },
        publicUrl: delivery === "webhook" ? publicUrl : null,
      },
    }),
  });
  hooked.startBots();
  await until(() => hooked.heard("Telegram bot is up"), "up", DEADLINE_MS);
}

/** Bytes in use after a full collection. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

function updateOf(id: number, userId: number): string {
  const chat = { id: userId, type: "private" };
  const from = { id: userId, is_bot: false, first_name: `user ${userId}` };
  const date = Math.floor(Date.now() / 1_000);
  const message = { message_id: id, date, chat, from, text: "/liq24h btc" };
  return JSON.stringify({ update_id: id, message });
}

const ANSWERED = "HTTP/1.1 200 OK";

/** Updates that were answered with 200. */
let posted = 0;

/** Posts updates `from` to `to` over a few lines, each without waiting for answers. */
async function flood(from: number, to: number, userId?: number): Promise<void> {
  const { secret } = new TelegramHook(TOKEN);
  const { port } = new URL(hooked.api.url);
  const requestOf = (id: number): string => {
    const body = updateOf(id, userId ?? 1_000 + id);
    const head = `POST /bots/telegram HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;
    const proof = `x-telegram-bot-api-secret-token: ${secret}\r\n`;
    return `${head}${proof}content-length: ${body.length}\r\n\r\n${body}`;
  };
  const lines = Array.from({ length: Math.min(LINES, to - from) }, async (_, line) => {
    const socket = connect(Number(port), "127.0.0.1");
    const requests: string[] = [];
    for (let id = from + line; id < to; id += LINES) requests.push(requestOf(id));
    socket.write(requests.join(""));
    let open = requests.length;
    let rest = "";
    for await (const chunk of socket) {
      const parts = (rest + String(chunk)).split(ANSWERED);
      // An answer may come in two pieces.
      rest = parts.at(-1)?.slice(1 - ANSWERED.length) ?? "";
      posted += parts.length - 1;
      open -= parts.length - 1;
      if (open === 0) break;
    }
  });
  await Promise.all(lines);
}

const answers = () => telegram.messages().length;

describe("a crowd of strangers", () => {
  test("by polling", async () => {
    await start("polling");
    const before = heapBytes();
    for (let at = 0; at < STRANGERS / 2; at += 1) {
      telegram.say({ chatId: String(100 + at), userId: 100 + at, text: "/liq24h btc" });
    }
    const askedMs = nodeRuntime.monotonicMs();
    telegram.say({ chatId: String(READER), userId: READER, text: "/liq24h btc" });
    for (let at = STRANGERS / 2; at < STRANGERS; at += 1) {
      telegram.say({ chatId: String(100 + at), userId: 100 + at, text: "/liq24h btc" });
    }
    await until(() => answers() === 1, "the reader is answered", DEADLINE_MS);
    expect(nodeRuntime.monotonicMs() - askedMs).toBeLessThan(ANSWER_MS_MAX);
    telegram.say({ chatId: String(READER), userId: READER, text: "/help" });
    await until(() => answers() === 2, "the reader after them, too", DEADLINE_MS);
    expect(telegram.requests().map(({ target }) => target)).toEqual(["7", "7"]);
    expect(heapBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
  });

  test("by webhook", async () => {
    await start("webhook");
    await until(() => hooked.heard("Telegram posts updates to us"), "set", DEADLINE_MS);
    await flood(0, 400);
    const before = heapBytes();
    const answered = flood(400, STRANGERS);
    await until(() => posted > STRANGERS / 10, "some of them", DEADLINE_MS);
    const askedMs = nodeRuntime.monotonicMs();
    const reader = flood(STRANGERS, STRANGERS + 1, READER);
    await until(() => answers() === 1, "the reader is answered", DEADLINE_MS);
    const isInBetween = posted < STRANGERS;
    expect(isInBetween || nodeRuntime.monotonicMs() - askedMs < ANSWER_MS_MAX).toBe(true);
    await Promise.all([answered, reader]);
    expect(telegram.requests().map(({ target }) => target)).toEqual(["7"]);
    expect(await hooked.posts("telegram", "accepted")).toBe(STRANGERS + 1);
    expect(heapBytes() - before).toBeLessThan(GROWTH_BYTES_MAX);
  });
});
