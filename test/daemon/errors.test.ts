/** What can be wrong at a start: one clear text on stderr, an exit code, no traces and no hanging. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { onlyVenues } from "../only-venues.ts";
import { freePort, scratchFolder } from "../real/run-folder.ts";
import { type Ended, killLeftovers, startDaemon } from "./daemon-process.ts";

const blockers: Server[] = [];

afterEach(async () => {
  await killLeftovers();
  for (const server of blockers.splice(0)) server.close();
});

/** A configuration that listens to nobody far away: the port of its venue is closed. */
async function quietConfig(over: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = scratchFolder("errors");
  const port = await freePort();
  const bybit = { wsUrl: `ws://127.0.0.1:${port}`, restUrl: `http://127.0.0.1:${port}` };
  const venues = onlyVenues({ bybit });
  const file = join(folder, "liqwatch.yaml");
  writeFileSync(file, JSON.stringify({ venues, dataDir: join(folder, "data"), ...over }));
  return file;
}

function occupiedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    blockers.push(server);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** The daemon's own words, without the lines of its log. */
function errorOf({ err }: Ended): string {
  expect(err).not.toContain("    at ");
  return err.slice(err.indexOf("liqwatch: "));
}

describe("a start that cannot be", () => {
  test("an occupied port is named, with the way out", async () => {
    const port = await occupiedPort();
    const env = { LIQWATCH_HTTP_PORT: String(port) };
    const config = await quietConfig();
    const ended = await startDaemon(["--config", config], env).ended;
    expect(errorOf(ended)).toBe(
      `liqwatch: Cannot listen on 127.0.0.1:${port}: the port is in use (set http.port or LIQWATCH_HTTP_PORT, 0 = any)\n`,
    );
    expect(ended.code).toBe(2);
    expect(ended.out).toBe("");
    // It fails before a database is made.
    expect(existsSync(join(dirname(config), "data"))).toBe(false);
  });

  test("a data directory that is a file is named", async () => {
    const dataDir = join(scratchFolder("errors"), "taken");
    writeFileSync(dataDir, "");
    const ended = await startDaemon(["--config", await quietConfig({ dataDir })]).ended;
    expect(errorOf(ended)).toMatch(
      /^liqwatch: Data directory \S+\/taken cannot be used: .*(EEXIST|ENOTDIR).*\n$/,
    );
    expect(ended.code).toBe(1);
  });

  test("a data directory inside of a file is named", async () => {
    const file = join(scratchFolder("errors"), "file");
    writeFileSync(file, "");
    const dataDir = join(file, "data");
    const ended = await startDaemon(["--config", await quietConfig({ dataDir })]).ended;
    expect(errorOf(ended)).toMatch(
      /^liqwatch: Data directory \S+\/file\/data cannot be used: .*ENOTDIR.*\n$/,
    );
    expect(ended.code).toBe(1);
  });

  test("a data directory that nobody may write to is named", async () => {
    // Root may write wherever modes forbid it, but not into the kernel's own folders.
    const isRoot = process.getuid?.() === 0;
    const closed = join(scratchFolder("errors"), "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    const dataDir = isRoot ? "/sys/liqwatch" : join(closed, "data");
    const ended = await startDaemon(["--config", await quietConfig({ dataDir })]).ended;
    expect(errorOf(ended)).toMatch(
      /^liqwatch: Data directory \S+ cannot be used: .*(EACCES|EPERM|EROFS).*\n$/,
    );
    expect(ended.code).toBe(1);
  });

  test("a data directory that holds something else is named, and left as it is", async () => {
    const dataDir = join(scratchFolder("errors"), "data");
    mkdirSync(join(dataDir, "database"), { recursive: true });
    writeFileSync(join(dataDir, "database", "PG_VERSION"), "9.6\n");
    const ended = await startDaemon(["--config", await quietConfig({ dataDir })]).ended;
    expect(errorOf(ended)).toMatch(/^liqwatch: Database in \S+\/database cannot be opened: /);
    expect(ended.code).toBe(1);
  });

  test("every mistake of a configuration is told at once", async () => {
    const rule = { name: "r", scope: "asset", metric: "notionalUsd", window: "7x" };
    const thresholds = { low: 5, medium: 4, high: 6, critical: 7 };
    const over = { rules: [{ ...rule, thresholds }], htpp: {}, log: { level: "loud" } };
    const ended = await startDaemon(["--config", await quietConfig(over)]).ended;
    for (const path of ["rules[0].window", "rules[0].thresholds", "htpp", "log.level"]) {
      expect(errorOf(ended)).toContain(path);
    }
    expect(ended.code).toBe(2);
  });

  test("an unknown option and an unknown variable are named", async () => {
    const option = await startDaemon(["--demmo"]).ended;
    expect(errorOf(option)).toMatch(/--demmo.*--demo/s);
    expect(option.code).toBe(2);
    const env = { LIQWATCH_HTPP_PORT: "1" };
    const variable = await startDaemon(["--config", await quietConfig()], env).ended;
    expect(errorOf(variable)).toContain("LIQWATCH_HTPP_PORT");
    expect(variable.code).toBe(2);
  });

  test("a webhook is named as wrong without being shown", async () => {
    const secret = "canary-0123456789abcdefghijklmnopqrstuvwxyz";
    const env = { DISCORD_WEBHOOK_URL: `https://example.com/api/webhooks/1/${secret}` };
    const ended = await startDaemon(["--config", await quietConfig()], env).ended;
    expect(ended.code).toBe(2);
    expect(errorOf(ended)).toMatch(/DISCORD_WEBHOOK_URL|webhookUrl/);
    expect(ended.err + ended.out).not.toContain("canary");
  });
});
