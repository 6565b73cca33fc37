/** One run in which everything fails that can: no secret stands in anything that it left or said. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { propertiesOf } from "../../src/api/parameters.ts";
import { ROUTES } from "../../src/api/routes/index.ts";
import { PLAIN_ROUTES } from "../../src/api/routes/plain.ts";
import { TelegramHook } from "../../src/commands/telegram-hook.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { type FakeDiscord, startFakeDiscord } from "../fakes/discord-gateway.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../fakes/webhook-receiver.ts";
import { HOSTILE } from "../hostile.ts";
import { privatePostgres } from "../real/postgres.ts";
import { privateRedis } from "../real/redis.ts";
import { freePort, scratchFolder, until } from "../real/run-folder.ts";
import { allKeys, allRows, SECRETS, secretsIn, webhooks } from "./canary.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening, type World } from "./loopback-world.ts";
import { readServer } from "./stored.ts";

const LOW_USD = 1_000_000;
const ASSETS = ["SOL", "XRP", "ADA"];
const TOPICS = 6;
/** One each for the questions: a person may ask once in five seconds. */
const ADMINS = [42, 43, 44];
const WAIT_MS_MAX = 20_000;
const HOOK_SECRET = new TelegramHook(SECRETS.telegramToken).secret;

const postgres = await privatePostgres(scratchFolder("postgres"));
const redis = await privateRedis(scratchFolder("redis"));
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await killLeftovers();
  for (const close of closers.splice(0).reverse()) await close();
});

interface Stage {
  readonly world: World;
  readonly telegram: TelegramServer;
  readonly receiver: WebhookReceiver;
  readonly port: number;
  /** Writes the file; `over` is laid over it. */
  configure(over: Readonly<Record<string, unknown>>): void;
}

async function openStage(): Promise<Stage> {
  const rule = { window: "5m", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
  const world = await openWorld({ assets: ASSETS, targets: 1, rule });
  const bot = { runtime: nodeRuntime, botToken: SECRETS.telegramToken, limits: false };
  const telegram = await startTelegramServer({ ...bot, chats: ["-100", ...ADMINS.map(String)] });
  // Another token than ours: refused at the door.
  const gateway = await startFakeDiscord("another.token.altogether");
  const receiver = await startWebhookReceiver();
  // What it refuses it repeats, as some do.
  receiver.answer((response, { path }) => {
    const isRight = path.startsWith("/right/");
    response.writeHead(isRight ? 204 : 401).end(isRight ? "" : `${SECRETS.receiverSecret} ${path}`);
  });
  closers.push(
    () => world.close(),
    receiver.close,
    telegram.close,
    () => gateway.close(),
  );
  const port = await freePort();
  const base = JSON.parse(readFileSync(world.configFile, "utf8"));
  const fixed = {
    ...base,
    publicUrl: `http://127.0.0.1:${port}`,
    http: { port, adminToken: SECRETS.adminToken },
    log: { level: "debug" },
    notifiers: {
      ...(await notifiers(base.notifiers, world, telegram)),
      ...(await webhooks(receiver)),
    },
    bots: botsOf(gateway, telegram),
  };
  const configure: Stage["configure"] = (over) =>
    writeFileSync(world.configFile, JSON.stringify({ ...fixed, ...over }));
  return { world, telegram, receiver, port, configure };
}

/** One that works, and one for each way to fail. */
async function notifiers(working: object, { discord }: World, telegram: TelegramServer) {
  const away = `http://127.0.0.1:${await freePort()}/api`;
  const [, id] = /webhooks\/(\d+)\//.exec(discord.webhookUrl(1)) ?? [];
  const hook = (apiBaseUrl: string) => ({
    ...{ type: "discord", apiBaseUrl },
    webhookUrl: `${apiBaseUrl}/webhooks/${id}/${SECRETS.webhookToken}`,
  });
  const bot = (botToken: string, apiBaseUrl: string) => ({
    ...{ type: "telegram", chatId: "-100", minSeverity: "LOW", botToken, apiBaseUrl },
  });
  return {
    ...working,
    refused: hook(discord.apiBaseUrl),
    room: { type: "discord", channelId: discord.channelId(1), apiBaseUrl: discord.apiBaseUrl },
    away: hook(away),
    chat: bot(SECRETS.telegramToken, telegram.apiBaseUrl),
    stranger: bot(SECRETS.refusedTelegramToken, telegram.apiBaseUrl),
    nowhere: bot(SECRETS.telegramToken, away),
  };
}

function botsOf(gateway: FakeDiscord, telegram: TelegramServer) {
  const { discordToken, telegramToken } = SECRETS;
  return {
    discord: {
      ...{ token: discordToken, apiBaseUrl: gateway.apiBaseUrl, admins: { users: ADMINS } },
    },
    telegram: {
      ...{ token: telegramToken, mode: "webhook", apiBaseUrl: telegram.apiBaseUrl },
      admins: { users: ADMINS },
    },
  };
}

async function listening({ world }: Stage): Promise<DaemonProcess> {
  const daemon = startDaemon(["--config", world.configFile, "--json"], {
    LIQWATCH_HTTP_PORT: "",
  });
  await daemon.ready();
  await untilListening(world, TOPICS);
  return daemon;
}

const saying = (daemon: DaemonProcess, words: RegExp) =>
  until(() => words.test(daemon.err()), `it says ${words}`, WAIT_MS_MAX);

/** Asks every route, rightly and wrongly; all answers, headers and all. */
async function answersOf(url: string): Promise<readonly { status: number; text: string }[]> {
  const answers: { status: number; text: string }[] = [];
  const told: unknown = await (await fetch(`${url}/v1/alerts`)).json();
  const alertId = String(Object(told).items[0].alertId);
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, init);
    const headers = JSON.stringify([...answer.headers]);
    answers.push({ status: answer.status, text: headers + (await answer.text()) });
  };
  for (const { path } of PLAIN_ROUTES) if (path !== "/v1/stream") await ask(path);
  const guess = { authorization: `Bearer ${SECRETS.adminToken}x` };
  const admin = { authorization: `Bearer ${SECRETS.adminToken}` };
  for (const { method, path, query } of ROUTES) {
    const right = path.replace("{asset}", "SOL").replace("{id}", alertId);
    for (const headers of [{}, guess, admin]) await ask(right, { method, headers });
    // What reaches the store as it was sent.
    for (const name of Object.keys(propertiesOf(query)).filter((one) => one === "cursor")) {
      for (const value of HOSTILE) {
        if (value === "\ud800") continue;
        await ask(`${right}?${name}=${encodeURIComponent(value)}`, { method });
      }
    }
  }
  for (const path of ["/bots/telegram", "/bots/discord", "/nothing"]) {
    for (const secret of ["", "guess", HOOK_SECRET]) {
      const headers = { "x-telegram-bot-api-secret-token": secret };
      await ask(path, { method: "POST", headers, body: "{" });
    }
  }
  return answers;
}

/** The words of a command that ends by itself, stdout and stderr. */
function outputOf(...args: readonly string[]): Promise<string> {
  const { PATH } = process.env;
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve("dist/main.js"), ...args],
      { env: { PATH } },
      (_, out, err) => done(out + err),
    );
  });
}

if (postgres !== null && redis !== null) {
  test("no secret gets out, whatever fails", { timeout: 180_000 }, async () => {
    const told = new Map<string, string>();
    const note = (where: string, text: string) =>
      told.set(where, `${told.get(where) ?? ""}\n${text}`);
    const stage = await openStage();
    const { world, telegram } = stage;
    closers.push(
      () => postgres.stopImmediately(),
      () => redis.kill(),
    );
    const login = `postgres:${encodeURIComponent(SECRETS.databasePassword)}@`;
    const database = { url: postgres.url.replace("postgres@", login) };

    // Away at the start; then jobs live in the database.
    stage.configure({ database });
    const first = startDaemon(["--config", world.configFile], { LIQWATCH_HTTP_PORT: "" });
    await saying(first, /Database is away/);
    await postgres.start();
    await first.ready();
    await untilListening(world, TOPICS);
    world.liquidate("SOL", LOW_USD);
    await saying(first, /target parked[\s\S]*target parked/);
    await saying(first, /alert waits/);
    await saying(first, /Discord refused the bot's token/);
    const beside = await first.stop();
    note("stdout", beside.out);
    note("stderr", beside.err);

    // The same database, and jobs in Redis.
    await redis.start();
    await redis.command(`CONFIG SET requirepass ${SECRETS.redisPassword}`);
    const queue = { url: redis.url.replace("redis://", `redis://:${SECRETS.redisPassword}@`) };
    stage.configure({ database, redis: queue });
    const daemon = await listening(stage);
    world.liquidate("XRP", LOW_USD);
    await until(() => world.toldTo(1).length >= 2, "both told", WAIT_MS_MAX);
    const posted = () => stage.receiver.received.filter(({ path }) => path.startsWith("/right/"));
    await until(() => posted().length >= 2, "both posted", WAIT_MS_MAX);
    expect(posted().map(({ body }) => secretsIn(body))).toEqual(posted().map(() => []));
    await until(() => telegram.webhook.state() !== null, "webhook", WAIT_MS_MAX);
    expect(telegram.webhook.state()?.secret).toBe(HOOK_SECRET);
    for (const [at, text] of ["/status", "/alerts", "/mute sol 1h"].entries()) {
      const userId = ADMINS[at] ?? 0;
      const chatId = String(userId);
      telegram.say({ chatId, userId, text });
      const isAnswered = () => telegram.messages().some(({ target }) => target === chatId);
      await until(isAnswered, text, WAIT_MS_MAX);
    }

    const answers = await answersOf(await daemon.url());
    expect(answers.length).toBeGreaterThan(100);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const reasons = answers.flatMap(({ text }) => text.match(/"reason":"[a-z-]+: [^"]*/g) ?? []);
    expect(reasons.join()).toContain("401");
    note("HTTP answers", answers.map(({ text }) => text).join("\n"));

    // A file with secrets in its wrong lines.
    const wrong = {
      notifiers: {
        d1: { type: "discord", webhookUrl: `https://x.test/${SECRETS.mistypedWebhook}` },
        w1: {
          type: "webhook",
          url: `http://x.test/${SECRETS.receiverPath}`,
          secret: "short canary",
        },
      },
      http: { adminToken: SECRETS.mistypedToken },
      database: { url: `mysql://user:${encodeURIComponent(SECRETS.databasePassword)}@host/x` },
      redis: { url: SECRETS.redisPassword },
      bots: { telegram: { token: SECRETS.mistypedToken, admins: { users: [1] } } },
    };
    stage.configure(wrong);
    await saying(daemon, /Configuration is refused/);
    const spoiled = join(world.folder, "spoiled.yaml");
    writeFileSync(spoiled, `http:\n  adminToken: [${SECRETS.adminToken}\n`);
    note("check-config", await outputOf("check-config", "--config", world.configFile));
    note("check-config", await outputOf("check-config", "--config", spoiled));
    expect(told.get("check-config")).toMatch(/webhookUrl[\s\S]*YAML/);
    stage.configure({ database, redis: queue });
    note("test-alert", await outputOf("test-alert", "--config", world.configFile));
    expect(told.get("test-alert")).toMatch(/refused/);
    expect(told.get("test-alert")).toMatch(
      /inside \(webhook\): not delivered .* localhost is private/,
    );

    // Both servers go in the middle of work.
    note("Redis", [...(await allKeys(queue.url))].flat().join("\n"));
    expect(told.get("Redis")).toContain("bull");
    await redis.kill();
    await saying(daemon, /queue is away/);
    await postgres.stopImmediately();
    world.liquidate("ADA", LOW_USD);
    await saying(daemon, /Database is away/);
    note("/readyz and /metrics", JSON.stringify(await daemon.ask("/readyz")));
    note("/readyz and /metrics", (await daemon.ask("/metrics"))?.text ?? "");
    await postgres.start();
    await until(() => world.toldTo(1).length >= 3, "the third, too", WAIT_MS_MAX);
    const { out, err } = await daemon.stop();
    note("stdout", out);
    note("stderr", err);
    expect(err).not.toMatch(/^ {4}at /m);

    const rows = await readServer(postgres.url, allRows);
    expect([...rows.keys()].some((name) => name.startsWith("liqwatch."))).toBe(true);
    for (const [name, text] of rows) note(`table ${name}`, text);
    note("messages", JSON.stringify([world.discord.messages(), telegram.messages()]));
    const [, , workingToken = ""] =
      /webhooks\/(\d+)\/([\w-]+)/.exec(world.discord.webhookUrl(1)) ?? [];
    expect(workingToken.length).toBeGreaterThan(10);
    const leaks = [...told].flatMap(([where, text]) =>
      secretsIn(text, { hookSecret: HOOK_SECRET, workingToken }).map(
        (kind) => `${kind} in ${where}`,
      ),
    );
    expect(leaks).toEqual([]);
    expect([...told.keys()].sort().slice(0, 4)).toEqual([
      ...["/readyz and /metrics", "HTTP answers", "Redis", "check-config"],
    ]);
  });
}
