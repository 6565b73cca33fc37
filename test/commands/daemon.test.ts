/** The whole way on both services: wire of a venue, engine, question, reply, to the cent. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Daemon, startDaemon } from "../../src/daemon.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import { type Simulator, startSimulator } from "../../src/feeds/simulator/server.ts";
import { SILENT_LOG } from "../../src/log.ts";
import { exactUsd } from "../../src/render/replies/phrases.ts";
import { nodeRuntime as runtime } from "../../src/runtime-node.ts";
import { load } from "../config/loading.ts";
import { type FakeDiscord, startFakeDiscord } from "../fakes/discord-gateway.ts";
import { onlyVenues } from "../only-venues.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

const TELEGRAM_TOKEN = "7000000001:AAlocal-token";
const DISCORD_TOKEN = "local.discord.token";
const DEADLINE_MS = 30_000;

let bybit: Simulator;
let telegram: TelegramServer;
let discord: FakeDiscord;
let daemon: Daemon;

beforeAll(async () => {
  bybit = await startSimulator({ venue: "bybit", runtime });
  const chats = ["7", "8"];
  telegram = await startTelegramServer({ runtime, botToken: TELEGRAM_TOKEN, chats, limits: true });
  discord = await startFakeDiscord(DISCORD_TOKEN);
  const overrides = {
    venues: onlyVenues({ bybit: { wsUrl: bybit.wsUrl, restUrl: bybit.restUrl } }),
    bots: {
      discord: {
        token: DISCORD_TOKEN,
        apiBaseUrl: discord.apiBaseUrl,
        ...{ readers: { guilds: ["10"] }, admins: { users: ["9"] } },
      },
      telegram: {
        ...{ token: TELEGRAM_TOKEN, apiBaseUrl: telegram.apiBaseUrl },
        ...{ readers: { chats: ["7"] }, admins: { users: ["8"] } },
      },
    },
    http: { port: 0 },
    dataDir: scratchFolder("bots"),
  };
  daemon = await startDaemon({
    settings: load(null, { overrides }),
    ...{ runtime, log: SILENT_LOG, label: null, inboxes: null },
    onFatal: () => undefined,
    onConsole: () => undefined,
  });
  await daemon.ready;
  await until(() => bybit.subscriptions().length > 0, "subscribed", DEADLINE_MS);
  await until(() => discord.menu().length > 0, "menu registered", DEADLINE_MS);
});
afterAll(async () => {
  const { failed, unfinished } = await daemon.stop();
  expect([...failed, ...unfinished]).toEqual([]);
  await Promise.all([bybit.stop(), telegram.close(), discord.close()]);
});

async function askTelegram(text: string, userId = 7): Promise<string> {
  const before = telegram.messages().length;
  telegram.say({ chatId: String(userId), userId, text });
  await until(() => telegram.messages().length > before, text, DEADLINE_MS);
  return telegram.messages().at(-1)?.text ?? "";
}

async function askDiscord(name: string, value: string, userId: string): Promise<string> {
  const options = value === "" ? [] : [{ name: "asset", type: 3, value }];
  const id = discord.interact({ name, options, userId });
  const found = () => discord.answers().find(({ interactionId }) => interactionId === id);
  await until(() => found() !== undefined, name, DEADLINE_MS);
  return String(found()?.data.content);
}

/** Asks again while the limit for one person holds, until the answer is the expected one. */
async function insist(ask: () => void, said: () => string | undefined, what: string) {
  let askedMs = Number.NEGATIVE_INFINITY;
  await until(
    () => {
      if (runtime.monotonicMs() - askedMs > 1_500) {
        askedMs = runtime.monotonicMs();
        ask();
      }
      return said() !== undefined;
    },
    what,
    DEADLINE_MS,
  );
  return said() ?? "";
}

function insistOnTelegram(text: string, expected: RegExp): Promise<string> {
  const before = telegram.messages().length;
  const said = () =>
    telegram
      .messages()
      .slice(before)
      .find((one) => expected.test(one.text))?.text;
  return insist(() => telegram.say({ chatId: "8", userId: 8, text }), said, text);
}

function insistOnDiscord(values: Readonly<Record<string, string>>, expected: RegExp) {
  const before = discord.answers().length;
  const options = Object.entries(values).map(([name, value]) => ({ name, type: 3, value }));
  const said = () => {
    const contents = discord
      .answers()
      .slice(before)
      .map(({ data }) => String(data?.content));
    return contents.find((content) => expected.test(content));
  };
  const ask = () => void discord.interact({ name: "thresholds", options, userId: "9" });
  return insist(ask, said, JSON.stringify(values));
}

const codeIn = (reply: string) => /confirm (\d{4})/.exec(reply)?.[1] ?? "";

describe("a daemon with both bots", () => {
  test("says blind or nothing seen, never a bare zero, before the first row", async () => {
    const reply = await askDiscord("liq24h", "eth", "1");
    expect(reply).toMatch(/None seen|Cannot say/);
    expect(reply).not.toContain("$0");
  });

  test("answers /liq24h btc on both services with the engine's figures, to the cent", async () => {
    const rows = [
      { positionSide: "long" as const, price: "66930.5", baseSize: "1.237" },
      { positionSide: "long" as const, price: "66871.3", baseSize: "17.003" },
      { positionSide: "short" as const, price: "66999.9", baseSize: "0.019" },
    ];
    for (const one of rows) {
      const atMs = runtime.nowMs();
      bybit.publish({ venue: "bybit", symbol: "BTCUSDT", ...one, atMs });
    }
    bybit.publish({
      ...{ venue: "bybit", symbol: "ETHUSDT", positionSide: "short", price: "3512.37" },
      ...{ baseSize: "2.5", atMs: runtime.nowMs() },
    });
    await until(() => daemon.summary().liquidations === 4, "rows accepted", DEADLINE_MS);
    const ofBtc = bybit.truth().filter(({ contract }) => contract.asset === "BTC");
    const sumOf = (wanted: string) =>
      ofBtc
        .filter(({ positionSide }) => positionSide === wanted)
        .reduce((sum, { notionalCents }) => sum + notionalCents, 0);
    const [longCents, shortCents] = [sumOf("long"), sumOf("short")];
    // 1.237 x 66930.5 + 17.003 x 66871.3, each rounded once.
    expect([longCents, shortCents]).toEqual([121_980_574, 127_300]);
    const exact = `24 h exactly ${exactUsd(longCents + shortCents)}: longs ${exactUsd(longCents)}, shorts ${exactUsd(shortCents)}`;
    const onTelegram = await askTelegram("/liq24h btc");
    expect(onTelegram).toContain(exact);
    expect(onTelegram).toMatch(/24h {2}\$1\.22M {2}\$1\.22M {3}\$1\.3K/);
    expect(onTelegram).toContain("3 liquidations");
    expect(await askDiscord("liq24h", "bitcoin", "2")).toContain(exact);
    const answer = await fetch(`${daemon.url}/v1/totals?window=24h&asset=BTC`);
    expect(JSON.stringify(await answer.json())).toContain(String((longCents + shortCents) / 100));
  });

  test("an admin's thresholds: previewed from the stored rows, confirmed, in force at once", async () => {
    await until(
      async () => {
        const stored = await (await fetch(`${daemon.url}/v1/liquidations`)).text();
        return stored.match(/"venue":"bybit"/g)?.length === 4;
      },
      "stored",
      DEADLINE_MS,
    );
    const preview = await insistOnTelegram("/thresholds set majors low=$1m", /^Preview of majors/);
    expect(preview).toContain("LOW       $1.50M  $1.00M  0 → 1");
    expect(preview).toContain("majors: opened 0 → 1, escalated 0 → 0");
    expect(daemon.summary().alerts.opened).toBe(0);
    const done = await insistOnTelegram(`/thresholds confirm ${codeIn(preview)}`, /^In force/);
    expect(done).toContain("LOW       $1.50M  $1.00M");
    // What the windows hold already is judged anew.
    await until(() => daemon.summary().alerts.opened === 1, "opened", DEADLINE_MS);

    const asked = { which: "set", rule: "whale", low: "$2.5m", medium: "4m" };
    const other = await insistOnDiscord(asked, /^\*\*Preview of whale/);
    expect(other).toContain("MEDIUM    $3.00M  $4.00M  0 → 0");
    await insistOnDiscord({ which: "confirm", code: codeIn(other) }, /^\*\*In force: whale/);
    const shown = await askTelegram("/thresholds");
    expect(shown).toMatch(
      /\n\*majors: LOW \$1\.00M set by user 8 on .* UTC; the file says \$1\.50M\n/,
    );
    expect(shown).toMatch(/\n\*whale: LOW \$2\.50M, MEDIUM \$4\.00M set by user-9 on /);
    expect(await askDiscord("thresholds", "", "5")).toContain("\\*majors: LOW");
  }, 60_000);

  test("an admin's mute reaches the engine and is shown everywhere", async () => {
    expect(await askTelegram("/mute btc 1h", 8)).toMatch(/^Muted: BTC until .* UTC \(60 min|1 h\)/);
    expect(await askDiscord("status", "", "3")).toMatch(/Muted: BTC until/);
  });

  test("the store answers, too: whales from its rows", async () => {
    const rowOf = (reply: string) => reply.split("\n").find((line) => line.startsWith("$1.14M"));
    await until(
      async () => rowOf(await askDiscord("whales", "", String(runtime.nowMs()))) !== undefined,
      "stored",
      DEADLINE_MS,
    );
    const reply = await askDiscord("whales", "btc", "4");
    expect(rowOf(reply)).toMatch(/^\$1\.14M {2}BTC {2}long {3}Bybit {2}66,871 {2}\d\d:\d\d$/);
  });
});
