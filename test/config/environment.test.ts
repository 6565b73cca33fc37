import { describe, expect, test } from "vitest";
import { environmentName } from "../../src/config/environment.ts";
import { scalarPaths } from "../../src/config/keys.ts";
import { linesOf, load, RULE, WEBHOOK } from "./loading.ts";

describe("LIQWATCH_ names", () => {
  test("every scalar has a name, and no two have the same", () => {
    const names = scalarPaths({ notifiers: { console: { type: "console" } } }).map(environmentName);
    expect(names).toContain("LIQWATCH_HTTP_PORT");
    expect(names).toContain("LIQWATCH_DATA_DIR");
    expect(names).toContain("LIQWATCH_VENUES_BINANCE_MAX_LAG_MS");
    expect(names).toContain("LIQWATCH_NOTIFIERS_CONSOLE_SILENT_BELOW");
    expect(new Set(names).size).toBe(names.length);
  });

  test("texts become the type of the setting", () => {
    const env = {
      LIQWATCH_PRESET: "busy",
      LIQWATCH_HTTP_PORT: "0",
      LIQWATCH_VENUES_OKX_ENABLED: "false",
      LIQWATCH_DATA_DIR: "./elsewhere",
      LIQWATCH_NOTIFIERS_DISCORD_WEBHOOK_URL: WEBHOOK,
      LIQWATCH_NOTIFIERS_DISCORD_THREAD_ID: "123456789012345678",
      LIQWATCH_LOG_LEVEL: "  debug ",
      LIQWATCH_REDIS_URL: "",
    };
    const settings = load(null, { env });
    expect(settings.preset).toBe("busy");
    expect(settings.rules[0]?.thresholds.low).toBe(45_000_000);
    expect(settings.http.port).toBe(0);
    expect(settings.venues.find(({ id }) => id === "okx")?.enabled).toBe(false);
    expect(settings.dataDir).toBe("./elsewhere");
    expect(settings.log.level).toBe("debug");
    expect(settings.targets[0]).toMatchObject({ name: "discord", threadId: "123456789012345678" });
    expect(settings.redis.url).toBe(null);
  });

  test("a wrong value names the variable, an unknown name the nearest one", () => {
    const env = { LIQWATCH_HTTP_PORT: "eighty", LIQWATCH_LOG_LEVL: "info" };
    expect(linesOf(null, { env })).toEqual([
      "LIQWATCH_LOG_LEVL: unknown variable, a setting of this version; did you mean LIQWATCH_LOG_LEVEL?",
      'LIQWATCH_HTTP_PORT: "eighty", a number',
    ]);
  });

  test("${NAME} in the file is filled in anywhere, and typed like a variable", () => {
    const text = 'http: { port: "${PORT}", host: "${HOST}.local" }';
    expect(load(text, { env: { PORT: "81", HOST: "box" } }).http).toEqual({
      host: "box.local",
      port: 81,
      adminToken: null,
    });
    const unset = load('database: { url: "${NO_SUCH_URL}" }');
    expect(unset.database.url).toBe(null);
    expect(unset.notes).toContain("database.url is not set: NO_SUCH_URL not set");
    expect(linesOf('dataDir: "${NO_SUCH_DIR}"')).toEqual([
      'dataDir: "${NO_SUCH_DIR}" from the environment, a text',
    ]);
  });
});

describe("the names people know", () => {
  test("three of them make one rule for every asset", () => {
    const env = {
      WINDOW_SECONDS: "60",
      LIQUIDATION_THRESHOLD_USD: "250000",
      ALERT_COOLDOWN_SEC: "90",
    };
    const rules = load(null, { env }).rules;
    expect(rules.map(({ name }) => name)).toEqual(["environment", "market-wide"]);
    expect(rules[0]).toMatchObject({
      name: "environment",
      scope: "asset",
      metric: "notionalUsd",
      windowMs: 60_000,
      cooldownMs: 90_000,
      thresholds: { low: 250_000, medium: 1_250_000, high: 5_000_000, critical: 12_500_000 },
    });
    expect(rules[0]?.filter.assets).toEqual([]);
  });

  test("one of them is enough, the others have their defaults", () => {
    const rule = load(null, { env: { WINDOW_SECONDS: "0.5" } }).rules[0];
    expect([rule?.windowMs, rule?.thresholds.low, rule?.cooldownMs]).toEqual([500, 1e6, 300_000]);
  });

  test("they are refused next to rules, and with values that make no rule", () => {
    const env = { WINDOW_SECONDS: "60" };
    expect(linesOf(`rules: [{ ${RULE} }]`, { env })).toEqual([
      'WINDOW_SECONDS: "60", no such variable next to rules in the file',
    ]);
    expect(linesOf(null, { env: { WINDOW_SECONDS: "400", ALERT_COOLDOWN_SEC: "-1" } })).toEqual([
      'ALERT_COOLDOWN_SEC: "-1", a number such as 300',
    ]);
    expect(linesOf(null, { env: { WINDOW_SECONDS: "400" } })[0]).toContain("WINDOW_SECONDS: ");
    expect(linesOf(null, { env: { LIQUIDATION_THRESHOLD_USD: "0" } })[0]).toContain(
      "LIQUIDATION_THRESHOLD_USD: 0, a number above 0",
    );
  });

  test("databases: DATABASE_URL beats POSTGRES_*, whose gaps are those of the Postgres image", () => {
    const urlOf = (env: Record<string, string>) => load(null, { env }).database.url;
    expect(urlOf({ POSTGRES_HOST: "db" })).toBe("postgres://postgres@db:5432/postgres");
    const parts = {
      POSTGRES_HOST: "db",
      POSTGRES_PORT: "6000",
      POSTGRES_USER: "liq",
      POSTGRES_PASSWORD: "p@ss/word",
      POSTGRES_DB: "alerts",
    };
    expect(urlOf(parts)).toBe("postgres://liq:p%40ss%2Fword@db:6000/alerts");
    expect(urlOf({ ...parts, DATABASE_URL: "postgres://x/y" })).toBe("postgres://x/y");
    expect(load(null, { env: { REDIS_URL: "redis://r:1" } }).redis.url).toBe("redis://r:1");
    expect(linesOf(null, { env: { ...parts, POSTGRES_PORT: "many" } })[0]).toContain(
      'POSTGRES_PORT: "many", a port',
    );
  });

  test("Postgres variables without a host are not used, and that is said", () => {
    const settings = load(null, { env: { POSTGRES_USER: "liq", POSTGRES_PASSWORD: "canary" } });
    expect(settings.database.url).toBe(null);
    expect(settings.notes).toContain(
      "POSTGRES_USER, POSTGRES_PASSWORD without POSTGRES_HOST is not used",
    );
  });
});
