/** The talk as a whole, each answer on a line, against local services. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkConfig } from "../../src/cli/check-config.ts";
import { init } from "../../src/cli/init.ts";
import { withEnvFile } from "../../src/config/env-file.ts";
import { loadSettings } from "../../src/config.ts";
import { type LocalServices, startLocalServices, TOKEN, talkWith } from "./init/local-services.ts";
import { recordedIo } from "./recorded-io.ts";

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

function talk(answers: readonly string[], flags: readonly string[] = [], env = local.env) {
  return talkWith({ ...local, env }, answers, flags);
}

function read(name: string): string {
  return readFileSync(join(local.folder, name), "utf8");
}

function settings() {
  const file = join(local.folder, "liqwatch.yaml");
  return loadSettings({ file, env: withEnvFile({}, file) });
}

const NO_VENUES = ["--no-venues"];

describe("the talk", () => {
  test("asks, tries everything out, and writes two files that check-config accepts", async () => {
    local.okx.refuseNext({ upgrade: { status: 451 }, rest: { status: 403 }, times: 5 });
    local.telegram.say({ chatId: "-1001", userId: 77, text: "/start@liqwatch_local_bot" });
    const webhook = local.discord.webhookUrl(1);
    const answers = [`<${webhook}>`, TOKEN, "", "y", "yes", "", "y", "busy"];
    const { code, said } = await talk(answers);
    expect(code).toBe(0);
    expect(said).toContain('✓ Webhook "local webhook 1" of channel');
    expect(said).toContain("✓ Bot @liqwatch_local_bot");
    expect(said).toContain("✓ 1. group");
    expect(said).toMatch(/✓ discord: arrived after \d+ ms\n {4}✓ telegram: arrived after/);
    expect(said).toContain("✓ Bybit\n");
    expect(said).toMatch(/✗ OKX\n +REST 127\.0\.0\.1:\d+: blocked in your region .*\(HTTP 403\)/);
    expect(said).toMatch(/WebSocket 127\.0\.0\.1:\d+: blocked in your region .*\(HTTP 451\)/);
    expect(said).toContain(`Next:  npx liqwatch run --config ${local.folder}/liqwatch.yaml`);
    expect(said).not.toContain("canary");
    expect(said).not.toContain("s3crets3cret");
    expect(local.discord.messages()[0]?.title).toMatch(/^TEST ⚪ BTC longs liquidated/);
    expect(local.telegram.messages()[0]?.target).toBe("-1001");

    expect(statSync(join(local.folder, ".env")).mode & 0o777).toBe(0o600);
    expect(read("liqwatch.yaml")).not.toMatch(/canary|s3cret/);
    expect(settings()).toMatchObject({
      preset: "busy",
      targets: [
        { name: "discord", webhookUrl: webhook },
        { name: "telegram", botToken: TOKEN, chatId: "-1001", topicId: null },
      ],
      bots: { telegram: { readers: { chats: ["-1001"] }, admins: { users: ["77"] } } },
    });
    expect(settings().venues.find(({ id }) => id === "okx")?.enabled).toBe(false);
    const file = join(local.folder, "liqwatch.yaml");
    const io = { ...recordedIo(), environment: (named: string | null) => withEnvFile({}, named) };
    expect(await checkConfig([file], io)).toBe(0);
    expect(io.written.out).toContain("telegram (telegram): on, MEDIUM and above");
  });

  test("a trouble that all hosts of a venue have in common is told once", async () => {
    local.okx.refuseNext({ upgrade: { status: 451 }, rest: { status: 451 }, times: 5 });
    await local.bybit.stop();
    const { code, said } = await talk(["", "", ""], ["--no-test"]);
    expect(code).toBe(0);
    expect(said).toContain("✗ OKX: blocked in your region or network (HTTP 451)\n");
    expect(said).toContain("✗ Bybit: connection refused\n");
    expect(said).toContain("0 of 2 can be reached from here.");
    expect(said).toContain("Is there a firewall or a proxy in between?");
    expect(said).not.toContain("Leave out");
  });

  test("Enter alone all the way shows alerts on the terminal, and writes no secrets", async () => {
    const { code, said } = await talk(["", "", ""], NO_VENUES);
    expect(code).toBe(0);
    expect(said).toContain("TEST ⚪ BTC longs liquidated");
    expect(readdirSync(local.folder)).toEqual(["liqwatch.yaml"]);
    expect(settings().targets.map(({ name }) => name)).toEqual(["console"]);
  });

  test("wrong webhooks and tokens are told apart from those that are not known", async () => {
    const webhook = local.discord.webhookUrl(1);
    const gone = webhook.replace(/\d+\/local/, "12345/local");
    const answers = ["https://discord.com/channels/1/2", `${webhook}x`, gone, webhook];
    const tokens = ["hello", "7000000001:AAwrong", ""];
    const { code, said } = await talk([...answers, ...tokens, "n", "", ""], NO_VENUES);
    expect(code).toBe(0);
    expect(said).toContain("That does not look like https://discord.com/api/webhooks/");
    expect(said).toContain("✗ Discord does not know this webhook (HTTP 401)");
    expect(said).toContain("✗ Discord does not know this webhook (HTTP 404)");
    expect(said).toContain("That does not look like 123456789:AAE");
    expect(said).toContain("✗ Telegram does not know this token (HTTP 401)");
    expect(local.discord.messages()).toEqual([]);
  });

  test("a service that fails is asked again, without another paste", async () => {
    local.discord.setFault(null, { type: "cut" }, 1);
    const { code, said } = await talk(
      [local.discord.webhookUrl(1), "", "", "n", "", "", ""],
      NO_VENUES,
    );
    expect(code).toBe(0);
    expect(said).toContain("✗ Discord cannot be asked:");
    expect(said).toContain("✓ Webhook");
    expect(said).not.toContain("s3crets3cret");
  });

  test("a TEST that does not arrive is told with what to do, and tried again", async () => {
    const answers = ["", TOKEN, "", "y", "n", ""];
    const { code, said } = await talk(answers, [...NO_VENUES, "--telegram-chat", "56"]);
    expect(code).toBe(0);
    expect(said).toContain("✗ telegram: did not arrive, 400 Bad Request: chat not found");
    expect(said).toContain("Is the bot in that chat?");
    expect(said).toContain("Then later: liqwatch test-alert");
    expect(local.telegram.requests()).toHaveLength(2);
  });

  test("files that are there are kept unless they are to go; then a copy stays", async () => {
    mkdirSync(local.folder);
    writeFileSync(join(local.folder, "liqwatch.yaml"), "preset: calm\n");
    const before = "POSTGRES_PASSWORD=pg\nDISCORD_WEBHOOK_URL=old\n# end\n";
    writeFileSync(join(local.folder, ".env"), before, { mode: 0o644 });
    const kept = await talk(["", "y"]);
    expect(kept).toMatchObject({ code: 0 });
    expect(kept.said).toContain("Nothing was changed");
    expect(readdirSync(local.folder)).toEqual([".env", "liqwatch.yaml"]);

    const webhook = local.discord.webhookUrl(1);
    expect(await talk(["y", webhook, "", "n", ""], NO_VENUES)).toMatchObject({ code: 0 });
    expect(read(".env")).toBe(`POSTGRES_PASSWORD=pg\nDISCORD_WEBHOOK_URL=${webhook}\n# end\n`);
    expect(read(".env.bak1")).toBe(before);
    expect(statSync(join(local.folder, ".env.bak1")).mode & 0o777).toBe(0o600);
    expect(read("liqwatch.yaml.bak1")).toBe("preset: calm\n");

    // What is known is offered again; the same secrets are not written twice.
    const again = await talk(["y", "", "", "n", ""], NO_VENUES);
    expect(again.said).toContain("Enter = keep the one that ends with ...cret");
    expect(readdirSync(local.folder).sort()).toEqual(
      [".env", ".env.bak1", "liqwatch.yaml", "liqwatch.yaml.bak1", "liqwatch.yaml.bak2"].sort(),
    );
  });
});

describe("without anybody to ask", () => {
  const given = () => [
    ...["--yes", "--discord-webhook", local.discord.webhookUrl(1)],
    ...["--telegram-token", TOKEN, "--telegram-chat", "55", "--telegram-topic", "9"],
  ];

  test("--yes takes the flags and says the outcome as one JSON line", async () => {
    const io = recordedIo(local.env);
    expect(await init([...local.flags, ...given(), "--json"], io)).toBe(0);
    expect(JSON.parse(io.written.out)).toMatchObject({
      ok: true,
      files: [join(local.folder, ".env"), join(local.folder, "liqwatch.yaml")],
      backups: [],
      tests: [{ target: "discord", delivered: true }, { target: "telegram" }],
      venues: [
        { venue: "bybit", reachable: true, blocked: false, troubles: [] },
        { venue: "okx", reachable: true, blocked: false, troubles: [] },
      ],
    });
    expect(settings().targets[1]).toMatchObject({ chatId: "55", topicId: 9 });
    expect(io.written.err).toContain("✓ telegram: arrived");
  });

  test("secrets may come from the environment; --no-test and --no-venues ask nobody", async () => {
    const env = { ...local.env, TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_CHAT_ID: "55" };
    const { code, said } = await talk([], ["--yes", "--no-test", "--no-venues"], env);
    expect(code).toBe(0);
    expect(said).not.toContain("TEST");
    expect(local.telegram.messages()).toEqual([]);
    expect(local.bybit.handshakes()).toEqual([]);
    expect(settings().targets).toMatchObject([{ name: "telegram", chatId: "55" }]);
  });

  test("another value in the environment, which wins later, is told", async () => {
    const env = { ...local.env, DISCORD_WEBHOOK_URL: "" };
    const { code, said } = await talk([], [...given(), "--no-test", "--no-venues"], env);
    expect(code).toBe(0);
    expect(said).toContain("! DISCORD_WEBHOOK_URL is also set in your environment");
  });

  test.each([
    [() => [], "No answer to", "nobody answers and no flags"],
    [() => ["--yes"], "No target to set up: with --yes give --discord-webhook", "no flags"],
    [() => ["--yes", "--telegram-token", TOKEN], "--telegram-chat is missing", "no chat"],
    [
      () => ["--yes", "--telegram-token", TOKEN, "--telegram-chat", "x"],
      "--telegram-chat is x, expected",
      "a wrong chat id",
    ],
    [
      () => ["--yes", "--telegram-token", "7000000001:AAwrong-canary-token"],
      "Bot token that ends with ...oken (TELEGRAM_BOT_TOKEN): Telegram does not know",
      "a wrong token",
    ],
    [
      () => ["--yes", "--discord-webhook", "https://127.0.0.1/x"],
      "(DISCORD_WEBHOOK_URL) is not like",
      "no webhook",
    ],
    [
      () => ["--yes", "--telegram-token", TOKEN, "--telegram-chat", "56"],
      "Nothing was written: TEST to telegram: did not arrive",
      "a TEST that did not arrive",
    ],
  ])("%# refuses with what is missing or wrong: $2", async (flags, expected) => {
    const { code, said } = await talk([], flags());
    expect(code).toContain(expected);
    expect(`${code}${said}`).not.toContain("canary");
    expect(existsSync(local.folder)).toBe(false);
  });

  test("a folder that is a file is refused before anything is asked", async () => {
    writeFileSync(local.folder, "");
    const { code, said } = await talk(["y"]);
    expect(code).toContain(`Cannot write to ${local.folder}:`);
    expect(said).toBe("");
  });
});
