import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkConfig } from "../../src/cli/check-config.ts";
import { VENUES } from "../../src/feeds/index.ts";
import { WEBHOOK } from "../config/loading.ts";
import { scratchFolder } from "../real/run-folder.ts";
import { recordedIo } from "./recorded-io.ts";

// Named, so that a checkout in use, with a liqwatch.yaml of its own, passes too.
const DEFAULTS = "config/liqwatch.yaml";

describe("check-config", () => {
  test("a right configuration is shown in words, without secrets", async () => {
    const io = recordedIo({
      DISCORD_WEBHOOK_URL: WEBHOOK,
      DATABASE_URL: "postgres://u:canary@h/d",
    });
    expect(await checkConfig([DEFAULTS], io)).toBe(0);
    expect(io.written.out).toContain("Configuration is right: config/liqwatch.yaml");
    expect(io.written.out).toContain("venues    binance, bybit, okx");
    expect(io.written.out).toContain(
      "majors: BTC, ETH, each: money in 5m at $1.50M / $5.00M / $20.0M / $60.0M, again after 10m, told to discord",
    );
    expect(io.written.out).toContain("discord (discord): on, LOW and above");
    expect(io.written.out).toContain("telegram: off, TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID not set");
    expect(io.written.out).toContain("database  Postgres");
    expect(io.written.out).not.toContain("canary");
  });

  test("says of each place what it gets", async () => {
    const rule = {
      ...{ name: "r", scope: "asset", metric: "notionalUsd", window: "5m" },
      thresholds: { low: 1, medium: 2, high: 3, critical: 4 },
      notify: ["console", { target: "discord", minSeverity: "HIGH", sides: ["long"] }],
    };
    const file = join(scratchFolder("check-config"), "own.yaml");
    writeFileSync(file, JSON.stringify({ rules: [rule] }));
    const io = recordedIo({ DISCORD_WEBHOOK_URL: WEBHOOK });
    expect(await checkConfig([file], io)).toBe(0);
    expect(io.written.out).toContain("told to console, discord (HIGH and above, longs only)\n");
  });

  test("--json gives rules, targets and what is off for machines", async () => {
    const LIQWATCH_HTTP_ADMIN_TOKEN = "canary-admin-token";
    const io = recordedIo({ DISCORD_WEBHOOK_URL: WEBHOOK, LIQWATCH_HTTP_ADMIN_TOKEN });
    expect(await checkConfig([DEFAULTS, "--json"], io)).toBe(0);
    expect(io.written.out).not.toContain("canary");
    expect(JSON.parse(io.written.out)).toMatchObject({
      ok: true,
      preset: "normal",
      venues: VENUES.map(({ id, isOff }) => ({ venue: id, enabled: isOff !== true })),
      targets: [{ name: "discord", type: "discord", purpose: "alerts", minSeverity: "LOW" }],
      off: [
        { name: "telegram", missing: ["TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID"] },
        { name: "ops", missing: ["TELEGRAM_BOT_TOKEN", "OPS_CHAT_ID"] },
        { name: "hook", missing: ["ALERT_WEBHOOK_URL", "ALERT_WEBHOOK_SECRET"] },
      ],
      database: "embedded",
    });
  });

  test("mistakes are thrown as one error for people and listed for machines, exit 2", async () => {
    const env = { LIQWATCH_HTTP_PORT: "x", LIQWATCH_PRESET: "y" };
    await expect(checkConfig([DEFAULTS], recordedIo(env))).rejects.toThrow(
      "Configuration has 2 mistakes",
    );
    const io = recordedIo(env);
    expect(await checkConfig([DEFAULTS, "--json"], io)).toBe(2);
    expect(JSON.parse(io.written.out)).toEqual({
      ok: false,
      mistakes: [
        {
          path: "LIQWATCH_PRESET",
          value: '"y"',
          expected: "one of calm, normal, busy",
          line: null,
        },
        { path: "LIQWATCH_HTTP_PORT", value: '"x"', expected: "a number", line: null },
      ],
    });
  });

  test("a file that is not there is a mistake, too; two files are one too many", async () => {
    const io = recordedIo();
    expect(await checkConfig(["nowhere.yaml", "--json"], io)).toBe(2);
    expect(io.written.out).toContain("Configuration file nowhere.yaml does not exist");
    await expect(checkConfig(["a", "--config", "b"], io)).rejects.toThrow("expected one");
  });

  test("every example is shown", async () => {
    const env = { DISCORD_WEBHOOK_URL: WEBHOOK, SMALL_COINS_WEBHOOK_URL: WEBHOOK };
    const io = recordedIo(env);
    expect(await checkConfig(["config/examples/own-thresholds.yaml"], io)).toBe(0);
    expect(io.written.out).toContain(
      "memes-burst: DOGE, PEPE, SHIB, WIF, BONK, each: orders in 10s at 10 / 25 / 60 / 150, from $50K on",
    );
    expect(io.written.out).toContain(
      "pace: all assets, each on each venue: money per second in 2s",
    );
  });
});
