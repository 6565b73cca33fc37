import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testAlert } from "../../src/cli/test-alert.ts";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { startWebhookReceiver } from "../fakes/webhook-receiver.ts";
import { freePort, scratchFolder } from "../real/run-folder.ts";
import { recordedIo } from "./recorded-io.ts";

const TOKEN = "7000000001:AAlocal-canary-token-0123456789abcdef";
// Named, so that a checkout in use, with a liqwatch.yaml of its own, passes too.
const DEFAULTS = "config/liqwatch.yaml";
let discord: DiscordServer;
let telegram: TelegramServer;
let file: string;

beforeEach(async () => {
  const limits = false;
  discord = await startDiscordServer({ runtime: nodeRuntime, webhooks: 1, limits });
  telegram = await startTelegramServer({
    ...{ runtime: nodeRuntime, botToken: TOKEN, chats: ["55"], limits },
  });
  file = join(scratchFolder("test-alert"), "own.yaml");
  writeFileSync(
    file,
    `notifiers:
  discord: { webhookUrl: "${discord.webhookUrl(1)}", apiBaseUrl: "${discord.apiBaseUrl}", mentionRoles: { CRITICAL: ["1"] } }
  telegram: { botToken: "\${TOKEN}", chatId: "\${CHAT}", apiBaseUrl: "${telegram.apiBaseUrl}", minSeverity: CRITICAL }
  console: { type: console }
`,
  );
});
afterEach(async () => {
  await discord.close();
  await telegram.close();
});

function ioOf(chat = "55") {
  return recordedIo({ TOKEN, CHAT: chat });
}

describe("test-alert", () => {
  test("sends a grey TEST message to every target and says how long each took", async () => {
    const io = ioOf();
    expect(await testAlert(["--config", file], io)).toBe(0);
    expect(io.written.out).toMatch(
      /^discord \(discord\): delivered in \d+ ms, message 1299999999998000001\/1300000000000000001$/m,
    );
    expect(io.written.out).toMatch(/^telegram \(telegram\): delivered in \d+ ms, message 55\/1$/m);
    expect(io.written.out).toMatch(/^console \(console\): delivered in \d+ ms$/m);
    const title = /^TEST ⚪ BTC longs liquidated: \$\d+\.\d+M in 5 min \(HIGH\)$/;
    expect(discord.messages().map((message) => message.title)).toEqual([
      expect.stringMatching(title),
    ]);
    expect(discord.messages()[0]).toMatchObject({ mentionedRoles: [], isSilent: false });
    expect(discord.messages()[0]?.text).toContain("#A-0 · opened");
    expect(telegram.messages().map((message) => message.title)).toEqual([
      expect.stringMatching(title),
    ]);
  });

  test("a program gets its TEST as signed JSON", async () => {
    const receiver = await startWebhookReceiver();
    const url = `http://127.0.0.1:${receiver.port}/canary`;
    const entry = { type: "webhook", url, secret: "canary-secret-of-32-signs-012345" };
    const own = join(scratchFolder("test-alert"), "own.yaml");
    const save = (more: object) =>
      writeFileSync(own, JSON.stringify({ notifiers: { hook: { ...entry, ...more } } }));
    save({ allowPrivate: true });
    const io = recordedIo({});
    expect(await testAlert(["hook", "--config", own], io)).toBe(0);
    expect(io.written.out).toMatch(/^hook \(webhook\): delivered in \d+ ms\n$/);
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({ label: "TEST" });
    expect(receiver.received[0]?.headers["idempotency-key"]).toMatch(/^test\.\d+$/);
    receiver.answer((response) => response.writeHead(403).end("wrong signature"));
    expect(await testAlert(["hook", "--config", own], io)).toBe(1);
    expect(io.written.out).toMatch(/not delivered after \d+ ms, gone: 403 wrong signature$/m);
    expect(io.written.out).not.toContain("canary");
    await receiver.close();
  });

  test("one target alone, by name, as one JSON line", async () => {
    const io = ioOf();
    expect(await testAlert(["telegram", "--config", file, "--json"], io)).toBe(0);
    expect(discord.messages()).toEqual([]);
    expect(io.written.err).toContain(
      "Sent by this command, not by a daemon: http.adminToken is not set. ",
    );
    expect(JSON.parse(io.written.out)).toEqual({
      ok: true,
      targets: [
        {
          target: "telegram",
          type: "telegram",
          delivered: true,
          latencyMs: expect.any(Number),
          remoteId: "55/1",
          reason: null,
          detail: null,
          rearmed: false,
          resent: 0,
          via: "command",
        },
      ],
    });
  });

  test("a target that refuses makes it exit 1, the reason named and no secret told", async () => {
    discord.setFault(null, { type: "status", status: 404 });
    const io = ioOf("56");
    expect(await testAlert(["--config", file], io)).toBe(1);
    expect(io.written.out).toMatch(/^discord \(discord\): not delivered after \d+ ms, gone: 404/m);
    expect(io.written.out).toContain("gone: 400 Bad Request: chat not found");
    expect(io.written.out).toMatch(/^console \(console\): delivered/m);
    expect(io.written.out + io.written.err).not.toContain("canary");
    const json = ioOf("56");
    expect(await testAlert(["telegram", "--config", file, "--json"], json)).toBe(1);
    expect(JSON.parse(json.written.out)).toMatchObject({
      ok: false,
      targets: [{ delivered: false, reason: "gone", remoteId: null }],
    });
  });

  test("a target that waits is not tried again", async () => {
    discord.setFault(null, { type: "rate-limited", retryAfterSeconds: 3 }, 1);
    const io = ioOf();
    expect(await testAlert(["discord", "--config", file], io)).toBe(1);
    expect(io.written.out).toContain("rate-limited: 429");
    expect(discord.requests()).toHaveLength(1);
  });

  test("with a token the daemon is asked; when none answers the command sends, and says so", async () => {
    const port = await freePort();
    const token = "canary-admin-token";
    const env = { LIQWATCH_HTTP_ADMIN_TOKEN: token, LIQWATCH_HTTP_PORT: String(port) };
    const io = recordedIo({ TOKEN, CHAT: "55", ...env });
    expect(await testAlert(["discord", "--config", file], io)).toBe(0);
    expect(io.written.err).toContain(
      `Sent by this command, not by a daemon: No daemon answers at http://127.0.0.1:${port} (`,
    );
    expect(io.written.out).toMatch(/^discord \(discord\): delivered in \d+ ms, message \d+\/\d+$/m);
    expect(io.written.out + io.written.err).not.toContain(token);
    const wrong = recordedIo({ TOKEN, CHAT: "55", ...env });
    await expect(testAlert(["--url", "nowhere", "--config", file], wrong)).rejects.toThrow(
      "--url is nowhere, expected http://host:port",
    );
  });

  test("an ops target gets a notice, not an alert", async () => {
    const io = recordedIo({ TOKEN, CHAT: "55", OPS: "55" });
    writeFileSync(
      file,
      `notifiers: { ops: { chatId: "\${OPS}", botToken: "\${TOKEN}", apiBaseUrl: "${telegram.apiBaseUrl}" } }`,
    );
    expect(await testAlert(["ops", "--config", file], io)).toBe(0);
    expect(telegram.messages().map(({ title }) => title)).toEqual([
      "TEST OPS Binance is not watched for 5 min",
    ]);
  });

  test("a name that is not a target is answered with the nearest, one that is off with its variables", async () => {
    await expect(testAlert(["dicsord", "--config", file], ioOf())).rejects.toMatchObject({
      code: "LIQ_COMMAND",
      message:
        "Unknown target dicsord, expected one of discord, telegram, console; did you mean discord?",
    });
    const io = recordedIo();
    await expect(testAlert(["discord", "--config", DEFAULTS], io)).rejects.toThrow(
      "Target discord is off: DISCORD_WEBHOOK_URL not set",
    );
    expect(await testAlert(["--config", DEFAULTS], io)).toBe(0);
    expect(io.written.out).toContain("TEST ⚪ BTC longs liquidated");
    expect(io.written.err).toContain("discord is off: DISCORD_WEBHOOK_URL not set");
  });
});
