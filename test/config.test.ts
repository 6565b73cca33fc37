import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadSettings } from "../src/config.ts";
import { LiqError } from "../src/errors.ts";
import { BOT_TOKEN, errorOf, linesOf, load, RULE, WEBHOOK } from "./config/loading.ts";

const TELEGRAM = { TELEGRAM_BOT_TOKEN: BOT_TOKEN, TELEGRAM_CHAT_ID: "-1001234567890" };

describe("defaults", () => {
  test("the seven rules, every venue that has something to tell and the console stand without any file", () => {
    const settings = load(null);
    expect(settings.file).toBe(null);
    expect(settings.rules.map((rule) => [rule.name, rule.scope, rule.windowMs])).toEqual([
      ["market", "market", 300_000],
      ["majors", "asset", 300_000],
      ["large-caps", "asset", 300_000],
      ["rest", "asset", 300_000],
      ["whale", "asset", 60_000],
      ["deleveraging", "asset", 300_000],
      ["market-wide", "market", 300_000],
    ]);
    const minutes = [15, 10, 15, 30, 5, 30, 15];
    expect(settings.rules.map((rule) => rule.cooldownMs / 60_000)).toEqual(minutes);
    expect(settings.venues.every((venue) => venue.wsUrl === null)).toBe(true);
    // CoinEx has ended its futures.
    const off = settings.venues.filter((venue) => !venue.enabled);
    expect(off.map(({ id }) => id)).toEqual(["coinex"]);
    expect(settings.targets.map((target) => target.name)).toEqual(["console"]);
    expect(settings.http).toMatchObject({ host: "127.0.0.1", port: 8787 });
    expect(settings.database.url).toBe(null);
  });

  test("lists are resolved and the engine's fields are complete", () => {
    const rule = load(`rules: [{ ${RULE}, filter: { assets: ["@majors", SOL, BTC] } }]`).rules[0];
    expect(rule).toEqual({
      name: "r",
      scope: "asset",
      filter: {
        assets: ["BTC", "ETH", "SOL"],
        excludeAssets: [],
        venues: [],
        sides: [],
        minNotionalUsd: 0,
      },
      metric: "notionalUsd",
      windowMs: 300_000,
      floorUsd: 0,
      thresholds: { low: 1, medium: 2, high: 3, critical: 4 },
      cooldownMs: 300_000,
      resolve: { belowPctOfLow: 50, forMs: 600_000, reopenWithinMs: 900_000 },
      notify: [{ target: "console", minSeverity: null, assets: [], venues: [], sides: [] }],
    });
  });

  test("a preset changes the USD thresholds of the default rules only", () => {
    const lowOf = (text: string) => load(text).rules.map((rule) => rule.thresholds.low);
    const [calm, busy] = [7_500_000, 45_000_000];
    expect(lowOf("preset: calm")).toEqual([calm, 750_000, 300_000, 4, 750_000, 2, calm]);
    expect(lowOf("preset: busy")).toEqual([busy, 4_500_000, 1_800_000, 4, 4_500_000, 2, busy]);
    expect(load("preset: busy").rules.map(({ floorUsd }) => floorUsd)).toEqual([
      0, 0, 0, 750_000, 0, 6_000_000, 0,
    ]);
    expect(lowOf(`{ preset: busy, rules: [{ ${RULE} }] }`)).toEqual([1, busy]);
  });

  test("the file as shipped changes nothing", () => {
    const shipped = loadSettings({ file: "config/liqwatch.yaml", env: {} });
    expect({ ...shipped, file: null }).toEqual(load(null));
  });

  test("the file as shipped gives the defaults with every line in use, too", () => {
    const env = {
      ...{ DISCORD_WEBHOOK_URL: WEBHOOK, ...TELEGRAM, OPS_CHAT_ID: "-1009" },
      ...{ ALERT_WEBHOOK_URL: "https://example.com", ALERT_WEBHOOK_SECRET: "x".repeat(16) },
    };
    const text = readFileSync("config/liqwatch.yaml", "utf8").replace(/^#(?! \S)/gm, "");
    const used = load(text, { env });
    const expected = load(null, { env });
    const names = ["discord", "telegram", "ops", "hook", "console"];
    expect(used.targets.map(({ name }) => name)).toEqual(names);
    expect(used.targets.slice(0, 4)).toEqual(expected.targets);
    const withoutRoutes = (rules: typeof used.rules) =>
      rules.map((rule) => ({ ...rule, notify: 0 }));
    expect(withoutRoutes(used.rules)).toEqual(withoutRoutes(expected.rules));
    expect({ ...used, file: 0, targets: 0, rules: 0 }).toEqual({
      ...expected,
      file: 0,
      targets: 0,
      rules: 0,
    });
  });
});

describe("layers", () => {
  test("file beats default, environment beats file, flags beat the environment", () => {
    const file = "http: { port: 1111, host: 0.0.0.0 }";
    expect(load(file).http).toMatchObject({ host: "0.0.0.0", port: 1111 });
    const env = { LIQWATCH_HTTP_PORT: "2222" };
    expect(load(file, { env }).http).toMatchObject({ host: "0.0.0.0", port: 2222 });
    const overrides = { http: { port: 3333 } };
    expect(load(file, { env, overrides }).http.port).toBe(3333);
  });

  test("maps merge by key, rules are replaced, a key with nothing under it changes nothing", () => {
    const settings = load(`
venues: { bybit: { maxLagMs: 9000 } }
assetLists: { mine: [DOGE] }
rules:
http:
`);
    const lags = new Map(settings.venues.map(({ id, maxLagMs }) => [id, maxLagMs]));
    expect([lags.get("binance"), lags.get("bybit"), lags.get("okx")]).toEqual([
      5_000, 9_000, 5_000,
    ]);
    expect(Object.keys(settings.assetLists)).toEqual(["majors", "large-caps", "mine"]);
    const namesOf = (text: string) => load(text).rules.map(({ name }) => name);
    expect(settings.rules.length).toBe(7);
    expect(namesOf(`rules: [{ ${RULE} }]`)).toEqual(["r", "market-wide"]);
    expect(namesOf("rules: []")).toEqual(["market-wide"]);
    expect(namesOf("{ rules: [], marketWide: { enabled: false } }")).toEqual([]);
  });

  test("liqwatch.yaml is found before config/liqwatch.yaml, and a named file must exist", () => {
    const files = new Map([["config/liqwatch.yaml", "preset: busy"]]);
    const readFile = (path: string) => {
      const text = files.get(path);
      if (text === undefined) throw Object.assign(new Error("no"), { code: "ENOENT" });
      return text;
    };
    expect(load(null, { readFile }).preset).toBe("busy");
    files.set("liqwatch.yaml", "preset: calm");
    expect(load(null, { readFile })).toMatchObject({ preset: "calm", file: "liqwatch.yaml" });
    const error = errorOf(() => load(null, { readFile, file: "other.yaml" }));
    expect(error).toBe("Configuration file other.yaml does not exist");
  });

  test("a directory and an oversized file are configuration errors, exit 2", () => {
    for (const file of ["config", "package-lock.json/x"]) {
      expect(() => loadSettings({ file, env: {} })).toThrow(LiqError);
    }
    const huge = `# ${"x".repeat(1_048_577)}`;
    expect(errorOf(() => load(huge))).toContain("expected at most 1048576");
    expect(new LiqError("LIQ_CONFIG", "Wrong").exitCode).toBe(2);
  });

  test("JSON is read as well as YAML, an empty file is no mistake", () => {
    expect(load('{"http": {"port": 0}}').http.port).toBe(0);
    expect(load("").preset).toBe("normal");
    expect(load("# only a comment\n").preset).toBe("normal");
  });
});

describe("targets", () => {
  test("a notifier whose variables are unset or empty is off and named, console takes over", () => {
    const settings = load(null, {
      env: { DISCORD_WEBHOOK_URL: "", TELEGRAM_BOT_TOKEN: BOT_TOKEN },
    });
    expect(settings.off).toEqual([
      { name: "discord", missing: ["DISCORD_WEBHOOK_URL"] },
      { name: "telegram", missing: ["TELEGRAM_CHAT_ID"] },
      { name: "ops", missing: ["OPS_CHAT_ID"] },
      { name: "hook", missing: ["ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"] },
    ]);
    expect(settings.notes).toEqual([
      "discord is off: DISCORD_WEBHOOK_URL not set",
      "telegram is off: TELEGRAM_CHAT_ID not set",
      "ops is off: OPS_CHAT_ID not set",
      "hook is off: ALERT_WEBHOOK_URL, ALERT_WEBHOOK_SECRET not set",
      "discord bot is off: DISCORD_BOT_TOKEN not set",
      "telegram bot is off: nobody may ask (bots.telegram.readers and admins are empty)",
    ]);
    expect(settings.targets.map(({ name }) => name)).toEqual(["console"]);
  });

  test("the console is no target beside others unless it is asked for", () => {
    const env = { DISCORD_WEBHOOK_URL: WEBHOOK };
    const namesOf = (text: string | null) => load(text, { env }).targets.map(({ name }) => name);
    const routesOf = (text: string) =>
      load(text, { env }).rules.map((rule) => rule.notify?.map(({ target }) => target));
    expect(namesOf(null)).toEqual(["discord"]);
    expect(namesOf("notifiers: { console: {} }")).toEqual(["discord", "console"]);
    const twoRules = `rules: [{ ${RULE} }, { ${RULE.replace("r,", "s,")}, notify: [console] }]`;
    expect(namesOf(twoRules)).toEqual(["discord", "console"]);
    expect(routesOf(twoRules)).toEqual([["discord"], ["console"], ["discord"]]);
  });

  test("a notifier that the file names must have its variables", () => {
    const expected = "every variable of a notifier that the file names to be set and not empty";
    const line = `notifiers.discord: needs DISCORD_WEBHOOK_URL, ${expected}`;
    expect(linesOf("notifiers: { discord: { minSeverity: HIGH } }")).toEqual([line]);
    const byRule = `rules: [{ ${RULE}, notify: [{ target: discord }] }]`;
    expect(linesOf(byRule)).toEqual([line]);
    expect(load(byRule, { needsNotifiers: false }).notes).toEqual([]);
  });

  test("targets carry their secrets, ids and defaults; numbers become text ids", () => {
    const text = `
notifiers:
  discord: { threadId: 99, mentionRoles: { CRITICAL: ["123456789012345678"] } }
  telegram: { chatId: -1001234567890, topicId: 7, apiBaseUrl: "http://127.0.0.1:9000" }
`;
    const env = { DISCORD_WEBHOOK_URL: WEBHOOK, TELEGRAM_BOT_TOKEN: "1:fake" };
    expect(load(text, { env }).targets).toEqual([
      {
        name: "discord",
        type: "discord",
        purpose: "alerts",
        webhookUrl: WEBHOOK,
        ...{ channelId: null, botToken: null, forum: false },
        threadId: "99",
        apiBaseUrl: null,
        minSeverity: "LOW",
        silentBelow: "HIGH",
        budget: { perHour: 8, perDay: 40 },
        mentionRoles: { CRITICAL: ["123456789012345678"] },
      },
      {
        name: "telegram",
        type: "telegram",
        purpose: "alerts",
        botToken: "1:fake",
        chatId: "-1001234567890",
        topicId: 7,
        apiBaseUrl: "http://127.0.0.1:9000",
        minSeverity: "MEDIUM",
        silentBelow: "HIGH",
        budget: { perHour: 6, perDay: 30 },
      },
    ]);
  });
});

describe("targets for the operator", () => {
  const env = { DISCORD_WEBHOOK_URL: WEBHOOK, ...TELEGRAM, OPS_CHAT_ID: "-1009" };
  const routesOf = (text: string | null) =>
    load(text, { env }).rules.map((rule) => rule.notify?.map(({ target }) => target));

  test("are on with their chat, and no rule tells them", () => {
    const { targets } = load(null, { env });
    expect(targets.map(({ name, purpose }) => [name, purpose])).toEqual([
      ["discord", "alerts"],
      ["telegram", "alerts"],
      ["ops", "ops"],
    ]);
    expect(routesOf(null)).toEqual(Array(7).fill(["discord", "telegram"]));
  });

  test("leave the alerts to the console when there is nobody else", () => {
    const only = { ...TELEGRAM, TELEGRAM_CHAT_ID: "", OPS_CHAT_ID: "-1009" };
    const { targets, rules } = load(null, { env: only });
    expect(targets.map(({ name }) => name)).toEqual(["ops", "console"]);
    expect(rules[0]?.notify?.map(({ target }) => target)).toEqual(["console"]);
  });

  test("may not be named by a rule, nor be all that there is", () => {
    const rule = `{ name: a, scope: market, metric: count, window: 5m, cooldown: 1m, notify: [discord, { target: ops }],
      thresholds: { low: 1, medium: 2, high: 3, critical: 4 } }`;
    expect(() => load(`rules:\n  - ${rule}\n`, { env })).toThrow(
      /rules\[0\]\.notify\[1\] .*"ops", expected a target for alerts; notifiers\.ops\.purpose is ops/,
    );
    expect(() => load("notifiers: { console: { purpose: ops } }", { env: {} })).toThrow(
      'notifiers.console.purpose (line 1): "ops", expected alerts, as no other target takes them',
    );
    expect(() => load("notifiers: { discord: { purpose: both } }", { env })).toThrow(
      'notifiers.discord.purpose (line 1): "both", expected one of alerts, ops',
    );
  });
});

describe("examples", () => {
  const env = { DISCORD_WEBHOOK_URL: WEBHOOK, SMALL_COINS_WEBHOOK_URL: WEBHOOK, ...TELEGRAM };

  for (const name of readdirSync("config/examples").filter((one) => one.endsWith(".yaml"))) {
    test(`config/examples/${name} loads`, () => {
      const settings = loadSettings({ file: `config/examples/${name}`, env });
      expect(settings.rules.length).toBeGreaterThan(0);
    });
  }

  for (const name of readdirSync("test/formats/examples")) {
    test(`the configuration of the worked example ${name} loads without any notifier`, () => {
      const file = `test/formats/examples/${name}/config.yaml`;
      const settings = loadSettings({ file, env: {} });
      const written = settings.rules.filter(({ marketWide }) => marketWide === undefined);
      expect(written.map((rule) => rule.notify)).toEqual(written.map(() => []));
    });
  }
});
