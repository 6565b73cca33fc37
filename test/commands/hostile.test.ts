/** Every command with every kind of nonsense, through both services: an answer, and nobody pinged. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/commands/index.ts";
import { startTelegramServer, type TelegramServer } from "../../src/demo/telegram-server.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { type FakeDiscord, startFakeDiscord } from "../fakes/discord-gateway.ts";
import { DiscordPoster } from "../fakes/discord-poster.ts";
import { HOSTILE } from "../hostile.ts";
import { until } from "../real/run-folder.ts";
import { type Hooked, startHooked } from "./hooked.ts";

const TELEGRAM_TOKEN = "7000000001:AAlocal-canary-token";
const GROUP = "-100777";
const DISCORD_TOKEN = "local.discord.token";
const DEADLINE_MS = 15_000;
/** Below the number of questions that are answered at once. */
const BATCH = 40;
/** A bot's clock so fast that no limit is ever met. */
const PACE = 1e6;
/** What Telegram's markup, once read, may not hold: a name that is called, a link. */
const CALLING = /@[\w&!]|:\/\//;

let telegram: TelegramServer;
let discord: FakeDiscord;
const poster = new DiscordPoster();
let hooked: Hooked;
let asked = 0;

beforeAll(async () => {
  const world = { runtime: nodeRuntime, botToken: TELEGRAM_TOKEN, limits: false };
  telegram = await startTelegramServer({ ...world, chats: [GROUP] });
  discord = await startFakeDiscord(DISCORD_TOKEN);
  const runtime: Runtime = { ...nodeRuntime, monotonicMs: () => nodeRuntime.monotonicMs() * PACE };
  hooked = await startHooked({
    runtime,
    settings: (publicUrl) => ({
      discord: {
        ...{ token: DISCORD_TOKEN, apiBaseUrl: discord.apiBaseUrl, publicKey: poster.publicKey },
        readers: { guilds: [], channels: [], roles: [], users: [] },
        admins: { roles: ["60"], users: [] },
      },
      telegram: {
        ...{ token: TELEGRAM_TOKEN, apiBaseUrl: telegram.apiBaseUrl, publicUrl },
        ...{ readers: { chats: [GROUP], users: [] }, admins: { users: ["42"] } },
      },
    }),
  });
  poster.url = `${hooked.api.url}/bots/discord`;
  hooked.startBots();
  const isUp = () => hooked.heard("Discord bot is up") && hooked.heard("posts updates to us");
  await until(isUp, "both bots are up", DEADLINE_MS);
});
afterAll(async () => {
  await hooked.close();
  await Promise.all([telegram.close(), discord.close()]);
});

const NAMES = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);

function batches<Value>(values: readonly Value[]): readonly (readonly Value[])[] {
  const count = Math.ceil(values.length / BATCH);
  return Array.from({ length: count }, (_, at) => values.slice(at * BATCH, (at + 1) * BATCH));
}

/** What was promised, once it came: a picture does not come with the first answer. */
async function completed(id: string) {
  const found = () => discord.answers().find(({ interactionId }) => interactionId === id);
  await until(() => found() !== undefined, `completion of ${id}`, DEADLINE_MS);
  return found()?.data ?? {};
}

describe.each(NAMES)("/%s", (name) => {
  test("in Telegram answers any argument once, as markup that is whole, calling nobody", async () => {
    for (const values of batches(HOSTILE)) {
      const before = telegram.messages().length;
      for (const value of values) {
        const message = { chatId: GROUP, userId: 42, text: `/${name} ${value}` };
        telegram.say(message);
      }
      const expected = before + values.length;
      await until(() => telegram.messages().length >= expected, "answers", DEADLINE_MS);
      for (const { text, html } of telegram.messages().slice(before)) {
        expect(text.trim()).not.toBe("");
        expect(html).not.toBe(null);
        expect(html).not.toMatch(/<a\b|<script|<b>bold/);
        expect(text).not.toMatch(CALLING);
        expect(text).not.toContain("Something went wrong");
      }
    }
    const statuses = new Set(telegram.requests().map(({ status }) => status));
    expect(statuses).toEqual(new Set([200]));
  });

  test("in Discord answers any option, to the asker alone, calling nobody", async () => {
    for (const values of batches(HOSTILE)) {
      const answers = values.map((value) => {
        asked += 1;
        const options = [
          { name: "asset", type: 3, value },
          { name: value.slice(0, 32), type: 5, value: true },
        ];
        const asker = { userId: String(1_000 + asked), roleIds: ["60"] };
        return poster.interact({ name, options, ...asker });
      });
      for (const { id, answer } of await Promise.all(answers)) {
        const calledBy = { allowed_mentions: { parse: [] } };
        expect(answer.json).toMatchObject({ data: { flags: 64, ...calledBy } });
        const data = answer.json?.type === 5 ? await completed(id) : answer.json?.data;
        expect(data).toMatchObject(calledBy);
        const content = String(data?.content);
        expect(content.trim()).not.toBe("");
        expect(content.length).toBeLessThanOrEqual(2_000);
        expect(content).not.toMatch(CALLING);
        const [before = "", , after = ""] = content.split("```");
        expect(before + after).not.toMatch(/(?<!\\)[<[|`]/);
        expect(content).not.toContain("Something went wrong");
      }
    }
  });
});

test("options that Discord would never send are answered or refused, never an error", async () => {
  const value = "x".repeat(6_000);
  for (const options of [
    [{ name: "asset", type: 3, value }],
    [{ name: "asset", type: 4, value: 1e300 }],
    [{ name: "asset", type: 3 }],
    [{ name: "asset", type: 3, value: { a: 1 } }],
    Array.from({ length: 40 }, () => ({ name: "asset", type: 3, value: "btc" })),
    [{ name: "asset", type: 3, value: "btc", focused: true }],
  ]) {
    for (const type of [2, 4]) {
      asked += 1;
      const asker = { userId: String(1_000 + asked), roleIds: ["60"] };
      const { answer } = await poster.interact({ name: "liq", type, options, ...asker });
      expect([200, 400]).toContain(answer.status);
    }
  }
  for (const name of ["", "x".repeat(100), "@everyone", "../help", "liq\u0000", "__proto__"]) {
    asked += 1;
    const { answer } = await poster.interact({ name, userId: String(asked), roleIds: ["60"] });
    expect(answer.status).toBe(200);
    expect(answer.json?.data.content).not.toMatch(CALLING);
  }
});

test("nothing of it made the log speak of an error, or muted anything for good", () => {
  const troubles = hooked.lines.filter((line) =>
    /could not|did not reach|cannot|failed/.test(line),
  );
  expect(troubles).toEqual([]);
  const muted = hooked.daemon.mutes.map(({ asset }) => asset);
  expect(muted.filter((asset) => asset !== null && asset !== "BTC")).toEqual([]);
});
