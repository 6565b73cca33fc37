import { existsSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { loadSettings } from "../../src/config.ts";
import { DEMO_CONFIG_FILE, type Demo, demoEnvironment, startDemo } from "../../src/demo/demo.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";

const DEADLINE = { timeout: 5_000, interval: 20 };
const REAL_LIFE = {
  DISCORD_WEBHOOK_URL: "https://discord.com/api/webhooks/1/real",
  TELEGRAM_BOT_TOKEN: "123456:real",
  TELEGRAM_CHAT_ID: "@real",
  DATABASE_URL: "postgres://real/real",
  REDIS_URL: "redis://real",
  WINDOW_SECONDS: "60",
  LIQWATCH_DATA_DIR: "/real",
  LIQWATCH_HTTP_PORT: "0",
};

let demo: Demo | null = null;
afterEach(async () => {
  await demo?.close();
  demo = null;
});

async function started() {
  demo = await startDemo({ runtime: nodeRuntime, log: SILENT_LOG });
  const settings = loadSettings({
    file: DEMO_CONFIG_FILE,
    env: demoEnvironment(REAL_LIFE),
    overrides: demo.overrides,
  });
  return { demo, settings };
}

describe("the demo", () => {
  test("runs on loopback alone, whatever the environment says", async () => {
    const { settings } = await started();
    const text = JSON.stringify(settings);
    expect(text).not.toContain("real");
    for (const [, host] of text.matchAll(/"(?:https?|wss?):\/\/([^:/"]+)/g)) {
      expect(host).toBe("127.0.0.1");
    }
    expect(settings.database.url).toBe(null);
    expect(settings.redis.url).toBe(null);
    expect(settings.http.port).toBe(0);
    expect(settings.targets.map(({ name }) => name)).toEqual(["discord", "telegram"]);
    expect(settings.rules.map(({ name }) => name)).toEqual([
      ...["market", "majors", "large-caps", "whale", "market-wide"],
    ]);
    for (const rule of settings.rules) {
      expect(rule).toMatchObject({
        ...{ windowMs: 10_000, cooldownMs: 5_000 },
        resolve: { belowPctOfLow: 50, forMs: 3_000, reopenWithinMs: 5_000 },
      });
    }
  });

  test("has a data directory of its own, which is gone afterwards", async () => {
    const { demo: running, settings } = await started();
    expect(existsSync(settings.dataDir)).toBe(true);
    await running.close();
    expect(existsSync(settings.dataDir)).toBe(false);
  });

  test("speaks to a listener within five seconds, at true times", async () => {
    const { demo: running, settings } = await started();
    const bybit = settings.venues.find(({ id }) => id === "bybit");
    const socket = new WebSocket(`${bybit?.wsUrl}/v5/public/linear`, { perMessageDeflate: false });
    const heard: string[] = [];
    socket.on("message", (text) => heard.push(String(text)));
    await new Promise((resolve) => socket.once("open", resolve));
    const args = ["BTC", "ETH", "SOL"].map((asset) => `allLiquidation.${asset}USDT`);
    socket.send(JSON.stringify({ op: "subscribe", req_id: "1", args }));
    const end = new AbortController();
    const playing = running.run(end.signal);
    const frame = () => heard.find((text) => text.includes('"topic"'));
    await vi.waitFor(() => expect(frame()).toContain("allLiquidation."), DEADLINE);
    const { T } = JSON.parse(frame() ?? "").data[0];
    expect(Math.abs(nodeRuntime.nowMs() - T)).toBeLessThan(2_000);
    end.abort();
    await playing;
    socket.terminate();
  });

  test("shows what its local services accepted, newest first", async () => {
    const { demo: running, settings } = await started();
    const telegram = settings.targets.find((target) => target.type === "telegram");
    const base = `${telegram?.apiBaseUrl}/bot${telegram?.botToken}`;
    const answer = await fetch(`${base}/sendMessage`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        ...{ chat_id: telegram?.chatId, text: "<b>SIMULATION</b> one", parse_mode: "HTML" },
        disable_notification: true,
      }),
    });
    expect(answer.status).toBe(200);
    expect(running.inboxes.telegram(10)).toMatchObject([
      { html: "<b>SIMULATION</b> one", isSilent: true, editedAtMs: null },
    ]);
    expect(running.inboxes.discord(10)).toEqual([]);
  });
});
