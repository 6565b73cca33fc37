import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ConfigError, formatMistake, showValue } from "../../src/config/mistakes.ts";
import { VENUES } from "../../src/feeds/index.ts";
import { onlyVenues } from "../only-venues.ts";
import { BOT_TOKEN, errorOf, linesOf, load, mistakesOf, RULE } from "./loading.ts";

/** The mistakes of a rule that is bent by further or other keys. */
function ruleMistake(keys: string): string[] {
  const rule = { ...parse(`{ ${RULE} }`), ...parse(`{ ${keys} }`) };
  return linesOf(JSON.stringify({ rules: [rule] }));
}

describe("every mistake is told at once, with path, value and expectation", () => {
  test("mistakes of all kinds in one file, in the order of their lines", () => {
    const text = `preset: bussy
htp: 3
http: { port: 99999 }
venues: { nowhere: {}, bybit: { enabled: yes } }
rules:
  - name: a
    scope: assets
    metric: vibes
    window: 7m
    thresholds: { low: 5, medium: 3, high: x, critical: 9 }
    cooldown: 5
    filter: { assets: ["@majrs"], sides: [lnog] }
    notify: [slack]
`;
    expect(mistakesOf(text).map(({ path, line }) => `${line} ${path}`)).toEqual([
      "1 preset",
      "2 htp",
      "3 http.port",
      "4 venues.bybit.enabled",
      "4 venues.nowhere",
      "7 rules[0].scope",
      "8 rules[0].metric",
      "9 rules[0].window",
      "10 rules[0].thresholds.high",
      "10 rules[0].thresholds.medium",
      "11 rules[0].cooldown",
      "12 rules[0].filter.sides[0]",
      "12 rules[0].filter.assets[0]",
      "13 rules[0].notify[0]",
    ]);
    const error = errorOf(() => load(text));
    expect(error.split("\n")[0]).toBe("Configuration has 14 mistakes (own.yaml):");
    expect(error.split("\n")[1]).toBe(
      '  preset (line 1): "bussy", expected one of calm, normal, busy; did you mean busy?',
    );
  });

  test.each([
    [
      "window: 6m",
      'rules[0].window: "6m"',
      "a multiple of 100ms up to 5m, or 15m, 1h, 4h, 12h, 24h",
    ],
    ["window: 150ms", 'rules[0].window: "150ms"', "a multiple of 100ms up to 5m"],
    ["window: 0s", 'rules[0].window: "0s"', "a multiple of 100ms up to 5m"],
    ["metric: largestUsd, window: 15m", 'rules[0].window: "15m"', "at most 5m for largestUsd"],
    ["metric: openInterestDropPct, window: 2m", 'rules[0].window: "2m"', "1m, 5m or 1h"],
    [
      "metric: openInterestDropPct, window: 5m, scope: market",
      'rules[0].scope: "market"',
      "asset for openInterestDropPct",
    ],
    ["metric: usdPerSecond, window: 1h", 'rules[0].window: "1h"', "at most 5m for usdPerSecond"],
    ["cooldown: 5", "rules[0].cooldown: 5", "a duration: an integer and ms, s, m, h or d"],
    ["cooldown: -5m", 'rules[0].cooldown: "-5m"', "a duration"],
    ["cooldown: 1.5m", 'rules[0].cooldown: "1.5m"', "a duration"],
    ["cooldown: 9999d", 'rules[0].cooldown: "9999d"', "at most ten years"],
    ["resolve: { belowPctOfLow: 0 }", "rules[0].resolve.belowPctOfLow: 0", "at least 1"],
    ["resolve: { belowPctOfLow: 101 }", "rules[0].resolve.belowPctOfLow: 101", "at most 100"],
    ["resolve: { for: 50ms }", 'rules[0].resolve.for: "50ms"', "at least 100ms"],
    ["floorUsd: -1", "rules[0].floorUsd: -1", "at least 0"],
    ["notify: [7]", "rules[0].notify[0]: 7", "a target's name or { target: name }"],
    ["notify: [{}]", "rules[0].notify[0].target: nothing", "a text"],
    ["notify: [consol]", 'rules[0].notify[0]: "consol"', "did you mean console?"],
    [
      "filter: { venues: [binanec] }",
      'rules[0].filter.venues[0]: "binanec"',
      "did you mean binance?",
    ],
    ["filter: { assets: [btc] }", 'rules[0].filter.assets[0]: "btc"', "did you mean BTC?"],
    [
      "filter: { excludeAssets: [ETH, BTC-USDT-SWAP] }",
      'rules[0].filter.excludeAssets[1]: "BTC-USDT-SWAP"',
      "an asset, not a contract; did you mean BTC?",
    ],
    ["metric: timesNormal, window: 1m", 'rules[0].window: "1m"', "5m for timesNormal"],
    [
      "metric: timesNormal, scope: asset+venue",
      'rules[0].scope: "asset+venue"',
      "asset for timesNormal: what is usual is of all rows of an asset",
    ],
    [
      "metric: timesNormal, filter: { venues: [okx, gate] }",
      'rules[0].filter.venues: "okx, gate"',
      "nothing for timesNormal: what is usual is of all rows of an asset",
    ],
    [
      "metric: timesNormal, filter: { minNotionalUsd: 5 }",
      "rules[0].filter.minNotionalUsd: 5",
      "nothing for timesNormal",
    ],
  ])("a rule with %s is refused", (keys, place, expected) => {
    const [first, ...rest] = ruleMistake(keys);
    expect(first).toContain(place);
    expect(first).toContain(expected);
    expect(rest).toEqual([]);
  });

  test("a score takes no window, and thresholds that it can reach", () => {
    const score = RULE.replace("notionalUsd", "cascadeScore");
    const bare = score.replace(/window: \w+, /, "");
    const thresholds = "{ low: 0.3, medium: 0.5, high: 0.7, critical: 0.9 }";
    const right = bare.replace(/\{.*\}/, thresholds);
    expect(load(`rules: [{ ${right} }]`).rules[0]?.windowMs).toBe(10_000);
    expect(
      load(`{ cascade: { profile: classic }, rules: [{ ${right} }] }`).rules[0]?.windowMs,
    ).toBe(2_000);
    expect(linesOf(`rules: [{ ${score.replace(/\{.*\}/, thresholds)} }]`)).toEqual([
      'rules[0].window: "5m", no window for cascadeScore: a score has its own',
    ]);
    expect(linesOf(`rules: [{ ${bare} }]`)).toEqual([
      "rules[0].thresholds.medium: 2, at most 1, the highest cascadeScore",
      "rules[0].thresholds.high: 3, at most 1, the highest cascadeScore",
      "rules[0].thresholds.critical: 4, at most 1, the highest cascadeScore",
    ]);
    expect(linesOf(`rules: [{ ${right}, filter: { sides: [long] } }]`)).toEqual([
      'rules[0].filter.sides: "long", nothing for cascadeScore: a score is of all rows of an asset; floorUsd and assets are fine',
    ]);
    const windowless = RULE.replace(/window: \w+, /, "");
    expect(linesOf(`rules: [{ ${windowless} }]`)).toEqual([
      "rules[0].window: nothing, a duration: an integer and ms, s, m, h or d, such as 30s",
    ]);
  });

  test("names in a list that would never match are refused, others are left alone", () => {
    expect(linesOf("assetLists: { own: [doge, PEPEUSDT, 1000SATS, kPEPE, USDC, 牛来] }")).toEqual([
      'assetLists.own[0]: "doge", an asset in capitals; did you mean DOGE?',
      'assetLists.own[1]: "PEPEUSDT", an asset, not a contract; did you mean PEPE?',
    ]);
  });

  test("equal names, levels that do not rise and levels that are missing are refused", () => {
    expect(linesOf(`rules: [{ ${RULE} }, { ${RULE} }]`)).toEqual([
      'rules[1].name: "r", a name of its own, rules[0] has it already',
    ]);
    const flat = RULE.replace("high: 3", "high: 2");
    expect(linesOf(`rules: [{ ${flat} }]`)).toEqual([
      "rules[0].thresholds.high: 2, more than medium (2)",
    ]);
    const short = RULE.replace(", critical: 4", "");
    expect(linesOf(`rules: [{ ${short} }]`)).toEqual([
      "rules[0].thresholds.critical: nothing, a number above 0",
    ]);
  });

  test("long windows are for money and counts", () => {
    for (const metric of ["notionalUsd", "count"]) {
      const rule = RULE.replace("notionalUsd", metric).replace("5m", "24h");
      expect(load(`rules: [{ ${rule} }]`).rules[0]?.windowMs).toBe(86_400_000);
    }
  });

  test("YAML that cannot be read is told with its line and column, without quoting it", () => {
    const [first] = mistakesOf(`http:\n  port: [1\ndatabase: { url: postgres://u:canary@h/d`);
    expect(first?.line).toBeGreaterThan(1);
    expect(first?.value).toMatch(/^not YAML at column \d+ \(.+\)$/);
    expect(linesOf("- a")).toEqual(["own.yaml: a list, a map of settings such as preset: normal"]);
  });

  test("a key that is given twice is named, without what stands behind it", () => {
    const text = 'http:\n  port: 1\n  "port": 2\ndatabase: { url: a, url: canary }';
    expect(mistakesOf(text)).toEqual([
      { path: "port", value: "given twice", expected: "every key of a map only once", line: 3 },
      { path: "url", value: "given twice", expected: "every key of a map only once", line: 4 },
    ]);
  });

  test("money as people write it is answered with the number", () => {
    const text = '{ low: "1M", medium: "$2.5m", high: 10_000_000, critical: lots }';
    const rule = RULE.replace(/\{.*\}/, text);
    expect(linesOf(`rules: [{ ${rule} }]`)).toEqual([
      'rules[0].thresholds.low: "1M", a number above 0; as a number: 1000000',
      'rules[0].thresholds.medium: "$2.5m", a number above 0; as a number: 2500000',
      'rules[0].thresholds.high: "10_000_000", a number above 0; as a number: 10000000',
      'rules[0].thresholds.critical: "lots", a number above 0',
    ]);
    expect(linesOf(`rules: [{ ${RULE.replace(/\{.*\}/, '"1M"')} }]`)).toEqual([
      'rules[0].thresholds: "1M", a map; as a number: 1000000',
    ]);
  });

  test("keys of later versions say so, and are let through while they ask for nothing", () => {
    const value = "is not in this version, a key of this version";
    expect(linesOf("{ notifiers: { x: { channelId: 5 } }, digest: [] }")).toContain(
      `digest: ${value}`,
    );
    const budget =
      "{ notifiers: { discord: { webhookUrl: x, budget: { perHour: 0, perWeek: 1 } } } }";
    expect(linesOf(budget).join()).toContain("notifiers.discord.budget.perHour: 0");
    expect(
      load(
        "{ retention: null, bots: { discord: { publicKey: null } }, http: { adminToken: null } }",
      ).http.port,
    ).toBe(8787);
  });

  test("__proto__ is an unknown key like any other", () => {
    const [line] = linesOf(`rules: [{ ${RULE}, __proto__: { x: 1 } }]`);
    expect(line).toContain("rules[0].__proto__: unknown key");
    expect(linesOf("__proto__: { preset: busy }")[0]).toContain("__proto__: unknown key");
    expect(Reflect.get({}, "preset")).toBe(undefined);
  });

  test("nothing to listen to is a mistake for the daemon only", () => {
    const text = `venues: ${JSON.stringify(onlyVenues({}))}`;
    expect(linesOf(text)).toEqual(["venues: none enabled, at least one venue to be enabled"]);
    expect(load(text, { needsNotifiers: false }).venues.length).toBe(VENUES.length);
  });
});

describe("secrets never stand in a text", () => {
  test.each([
    ["a webhook of another host", "https://evil.test/api/webhooks/1/canarycanary"],
    ["a webhook with a query", "https://discord.com/api/webhooks/1/canarycanary?wait=true"],
    ["a webhook with a login", "https://u:canary@discord.com/api/webhooks/1/canarycanary"],
    ["a webhook over http", "http://discord.com/api/webhooks/1/canarycanary"],
    ["no address at all", "canary"],
  ])("%s is refused and hidden", (_, webhookUrl) => {
    const error = errorOf(() => load(`notifiers: { discord: { webhookUrl: "${webhookUrl}" } }`));
    expect(error).toContain("expected https://discord.com/api/webhooks/<id>/<token>");
    expect(error).not.toContain("canary");
    const env = { DISCORD_WEBHOOK_URL: webhookUrl };
    expect(errorOf(() => load(null, { env }))).not.toContain("canary");
  });

  test("the token of the HTTP API is hidden when it is too short", () => {
    const error = errorOf(() => load("http: { adminToken: canary }"));
    expect(error).toContain("http.adminToken (line 1): (hidden, 6 characters), expected 16 to 200");
    expect(error).not.toContain("canary");
    const token = "canary-canary-canary";
    expect(load(`http: { adminToken: ${token} }`).http.adminToken).toBe(token);
    expect(load(null).http.adminToken).toBe(null);
    const env = { LIQWATCH_HTTP_ADMIN_TOKEN: token };
    expect(load(null, { env }).http.adminToken).toBe(token);
  });

  test("a webhook of any host is taken with apiBaseUrl", () => {
    const discord = `{ webhookUrl: "http://127.0.0.1:9/x/webhooks/1/a", apiBaseUrl: "http://127.0.0.1:9/x" }`;
    expect(load(`notifiers: { discord: ${discord} }`).targets[0]?.name).toBe("discord");
  });

  test("tokens, passwords and addresses are hidden, their variables are shown", () => {
    const env = { TELEGRAM_BOT_TOKEN: "canary", TELEGRAM_CHAT_ID: "5" };
    const url = "database: { url: 'mysql://u:canary@h/d' }";
    const error = errorOf(() => load(url, { env }));
    expect(error).toContain('"${TELEGRAM_BOT_TOKEN}" from the environment');
    expect(error).toContain("database.url (line 1): (hidden, 20 characters)");
    expect(error).not.toContain("canary");
    expect(showValue(`bot token ${BOT_TOKEN}`, "name")).toBe('"bot token 123456789:***"');
  });

  test("values are cut, and a mistake is one line", () => {
    expect(showValue("x".repeat(500), "name").length).toBe(83);
    expect(showValue("a\nb", "name")).toBe('"a\\nb"');
    const mistake = { path: "a.b", value: "1", expected: "2", line: 3 };
    expect(formatMistake(mistake)).toBe("a.b (line 3): 1, expected 2");
    expect(new ConfigError([mistake], null).message).toBe(
      "Configuration has 1 mistake:\n  a.b (line 3): 1, expected 2",
    );
  });
});
